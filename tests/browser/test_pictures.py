"""The pictures of docs/console.md, each page wide and narrow: taken where MOCKADE_PICTURES is set."""

from __future__ import annotations

import os
import re
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
LARGEST = 140 * 1024
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
            page.screenshot(path=PICTURES / f"console-{name}-{width}.png")
    page = open_page(console(server, PAGES["exchange"]), color_scheme="dark")
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / "console-exchange-dark.png")


def test_the_page_shows_every_picture_and_each_is_small() -> None:
    taken = {path.name for path in PICTURES.glob("console-*.png")}
    assert taken == set(re.findall(r"pictures/(console-[\w-]+\.png)", PAGE.read_text(encoding="utf-8")))
    assert all((PICTURES / name).stat().st_size <= LARGEST for name in taken)
