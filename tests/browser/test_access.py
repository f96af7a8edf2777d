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
}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious(
    server: MockServer, open_page: Callable[..., Any], scheme: str, width: int
) -> None:
    call(server, "PATCH", PLAYER, {"score": 150})
    call(server, "PATCH", PLAYER, {"score": "many"})
    server.snapshots.take("kept")
    server.faults.add({"status": 503}, {"operation": "listPlayers"})
    page = open_page(console(server, "default/timeline"), width=width, color_scheme=scheme)
    found = []
    for name, where in PAGES.items():
        page.goto(console(server, where))
        page.wait_for_timeout(400)
        for one in axe.Axe().run(page).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                found.append((name, one["id"], [node["html"][:200] for node in one["nodes"][:3]]))
    assert found == []
