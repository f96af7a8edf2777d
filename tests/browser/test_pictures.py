"""The pictures of docs/console.md, each page wide and narrow: taken where MOCKADE_PICTURES is set."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.testing import MockServer
from tests.browser.test_plays import PLAYER, call, console
from tests.servers import NO_TLS

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PAGE = Path(__file__).parents[2] / "docs" / "console.md"
LARGEST, ALL = 50 * 1024, 640 * 1024
"""Bytes of one picture, and of all."""

PAGES = {
    "timeline": "default/timeline",
    "exchange": "default/timeline/6",
    "worlds": "default/worlds",
    "state": "default/state/meshmap/game-sessions",
    "row": "default/state/meshmap/game-sessions/demo%2Fsession-open",
    "time": "default/time",
    "players": "default/players",
    "faults": "default/faults",
    "contract": "default/contract",
}
COLOURS = 56
SMALL = """async ([png, colours]) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const image = context.getImageData(0, 0, picture.width, picture.height);
  const pixels = new Uint32Array(image.data.buffer);
  const counted = new Map();
  for (const one of pixels) counted.set(one, (counted.get(one) || 0) + 1);
  const palette = [...counted].sort((one, other) => other[1] - one[1]).slice(0, colours).map(([one]) => one);
  const parts = (one) => [one & 255, (one >> 8) & 255, (one >> 16) & 255];
  const far = (one, other) => parts(one).reduce((sum, part, at) => sum + (part - parts(other)[at]) ** 2, 0);
  const nearest = (one) => palette.reduce((best, each) => (far(each, one) < far(best, one) ? each : best));
  const near = new Map([...counted.keys()].map((one) => [one, nearest(one)]));
  pixels.forEach((one, at) => { pixels[at] = near.get(one); });
  context.putImageData(image, 0, 0);
  const written = await canvas.convertToBlob({ type: "image/webp", quality: 1 });
  const bytes = new Uint8Array(await written.arrayBuffer());
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}"""
"""A picture with its most frequent colours alone, each other as the nearest."""


DEFAULT_PORT = 6464
"""What the pictures are to show: the address that a reader has, too."""

WIDTHS = {1280: 800, 390: 844}


def prepare(server: MockServer) -> None:
    server.clock.freeze("2026-01-05T12:00:00Z")
    for path in ("/apps/game-sessions/session-open", "/apps/players/player-ada", "/apps/players/nobody"):
        call(server, "GET", path)
    call(server, "PATCH", PLAYER, {"score": 150})
    call(server, "PATCH", PLAYER, {"score": "many"})
    joined = {
        "session_type": "casual",
        "client_version": "1.0.0",
        "client_settings": {"platform": "Steam", "input": "gamepad"},
    }
    ada = {"authorization": "Bearer ada"}
    httpx.post(f"{server.url}/session/v1/session", json=joined, headers=ada, verify=NO_TLS)
    server.fork("checkout-test-7", at=4)
    server.snapshots.take("before-the-match")
    server.faults.add({"status": 503}, {"operation": "listPlayers"}, count=3)
    server.faults.add(recipe="slow", match={"api": "rallyhere"})


@pytest.mark.skipif(not os.environ.get("MOCKADE_PICTURES"), reason="pictures are taken on demand")
def test_each_page_is_taken_wide_and_narrow(open_page: Callable[..., Any]) -> None:
    PICTURES.mkdir(exist_ok=True)
    with MockServer("meshmap", "rallyhere", seed=7, port=DEFAULT_PORT) as server:
        prepare(server)
        take_all(server, open_page)


def take_all(server: MockServer, open_page: Callable[..., Any]) -> None:
    for width, height in WIDTHS.items():
        page = open_page(console(server, "default/timeline"), width=width, height=height)
        for name, where in PAGES.items():
            page.goto(console(server, where))
            page.wait_for_timeout(500)
            if name == "contract":
                page.locator(".totals").first.wait_for()
                page.get_by_text("says mockade validate").first.wait_for()
            take(page, f"console-{name}-{width}")
    page = open_page(console(server, PAGES["exchange"]), color_scheme="dark")
    page.wait_for_timeout(500)
    take(page, "console-exchange-dark")


def take(page: Any, name: str) -> None:
    """As WebP of few colours, a third of a PNG: the browser writes it itself, without a library."""
    shown = b64encode(page.screenshot()).decode()
    small = page.context.new_page()
    (PICTURES / f"{name}.webp").write_bytes(b64decode(small.evaluate(SMALL, [shown, COLOURS])))
    small.close()


def test_the_page_shows_every_picture_and_each_is_small() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("console-*")}
    assert sizes.keys() == set(
        re.findall(r"pictures/(console-[\w-]+\.webp)", PAGE.read_text(encoding="utf-8"))
    )
    assert max(sizes.values()) <= LARGEST
    assert sum(sizes.values()) <= ALL
