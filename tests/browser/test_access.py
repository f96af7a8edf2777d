"""The console for everybody: axe finds nothing serious on any page, light or dark, wide or narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.testing import MockServer
from tests.browser.test_plays import PLAYER, call, console

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PAGES = {
    "timeline": "default/timeline",
    "exchange": "default/timeline/2",
    "worlds": "default/worlds",
    "state": "default/state/meshmap/game-sessions",
    "row": "default/state/meshmap/game-sessions/demo%2Fsession-open",
    "time": "default/time",
    "players": "default/players",
    "faults": "default/faults",
    "contract": "default/contract",
    "operation": "default/contract/meshmap/getGameSession",
    "world that is none": "none/state",
    "page that is none": "coverage",
}


OPENED = {
    "timeline/2": ("?", "f"),
    "worlds": ("n",),
    "state/meshmap/players": ("n",),
    "players": ("n",),
    "faults": ("n",),
}
"""Pages with the keys that open a dialog on them."""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    server: MockServer, open_page: Callable[..., Any], scheme: str, width: int
) -> None:
    call(server, "PATCH", PLAYER, {"score": 150})
    call(server, "PATCH", PLAYER, {"score": "many"})
    server.snapshots.take("kept")
    server.faults.add({"status": 503}, {"operation": "listPlayers"})
    page = open_page(console(server, "default/timeline"), width=width, color_scheme=scheme)
    found = []
    for where in PAGES.values():
        page.goto(console(server, where))
        page.wait_for_timeout(400)
        found += serious(page, where)
    for where, keys in OPENED.items():
        for key in keys:
            page.goto(console(server, f"default/{where}"))
            page.wait_for_timeout(400)
            page.keyboard.press(key)
            page.get_by_role("dialog").wait_for()
            found += serious(page, f"{where} {key}")
            page.keyboard.press("Escape")
    assert found == []


def serious(page: Any, where: str) -> list[Any]:
    return [
        (where, one["id"], [node["html"][:200] for node in one["nodes"][:3]])
        for one in axe.Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
