"""The console with two workers who share their worlds: nothing depends on which of them is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from mockade.client.remote import Remote
from tests.browser.conftest import also_with_workers
from tests.browser.test_plays import call, console
from tests.servers import NO_TLS

Open = Callable[..., Any]


@also_with_workers
def test_entries_come_in_order_whoever_answered_and_are_counted_and_found(
    server: Remote, open_page: Open
) -> None:
    page = open_page(console(server, "default/timeline"))
    page.get_by_text("Live").wait_for()
    for number in range(30):  # each over a connection of its own
        call(server, "GET", f"/apps/game-sessions/session-{number}")
    page.get_by_role("option", name="GET /apps/game-sessions/session-29, 404").wait_for()
    rows = page.get_by_role("listbox", name="Exchanges").get_by_role("option")
    ids = rows.evaluate_all("rows => rows.map(one => one.id)")
    assert ids[:5] == [f"entry-{number}" for number in range(30, 25, -1)]
    page.get_by_label("Search").fill("session-17")
    page.get_by_role("option", name="session-16").wait_for(state="detached")
    assert rows.count() == 1
    page.get_by_role("link", name="Contract").click()
    row = page.get_by_role("row", name="getGameSession GET")
    row.get_by_text("30", exact=True).wait_for()
    page.get_by_role("button", name="getGameSession", exact=True).click()
    page.get_by_text("Never tried").wait_for()


@also_with_workers
def test_worlds_and_snapshots_are_made_kept_brought_back_and_deleted(server: Remote, open_page: Open) -> None:
    page = open_page(console(server, "default/worlds"))
    page.get_by_role("button", name="New world").click()
    page.get_by_label("Name").fill("ci")
    page.get_by_role("button", name="Make it", exact=True).click()
    page.get_by_role("link", name="ci", exact=True).click()
    page.get_by_role("heading", name="Snapshots of ci").wait_for()
    page.get_by_role("button", name="Take one").click()
    page.get_by_label("Name").fill("fresh")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("row", name="fresh").wait_for()
    world = server.other("ci")
    world.state.delete("meshmap", "players", "demo/player-ben")
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("ci is as in fresh.").wait_for()
    assert world.state.get("meshmap", "players", "demo/player-ben")
    snapshot = page.get_by_role("row", name="fresh")
    snapshot.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Snapshot fresh is gone.").wait_for()
    page.keyboard.press("u")
    page.get_by_role("row", name="fresh").wait_for()
    world.state.delete("meshmap", "players", "demo/player-ada")
    act(page, "ci", "Reset")
    page.get_by_text("ci is as at its start.").wait_for()
    assert world.state.get("meshmap", "players", "demo/player-ada")
    page.keyboard.press("u")
    page.get_by_text("ci is as at its start.").wait_for(state="detached")
    wait_until(lambda: not is_there(world, "demo/player-ada"), page)
    act(page, "ci", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_text("ci is gone.").wait_for()
    assert [one["name"] for one in server.worlds()] == ["default"]


def act(page: Any, world: str, what: str) -> None:
    page.get_by_role("row", name=f"{world} acting here").get_by_role("button", name="Act").click()
    page.get_by_role("button", name=what, exact=True).last.click()


def is_there(world: Remote, key: str) -> bool:
    return key in [one["_key"] for one in world.state.rows("meshmap", "players")]


def wait_until(holds: Callable[[], bool], page: Any) -> None:
    for _ in range(50):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it does not come true")


@also_with_workers
def test_who_is_let_in_here_may_call_at_once(server: Remote, open_page: Open) -> None:
    page = open_page(console(server, "default/players"))
    page.get_by_role("button", name="New player").click()
    page.get_by_label("API").select_option("meshmap")
    page.get_by_label("Who", exact=False).first.fill("zoe")
    page.get_by_role("button", name="Make and copy the secret").click()
    page.get_by_role("row", name="zoe").wait_for()
    minted = [one for one in server.credentials.list(secrets=True) if one["caller"] == "zoe"]
    assert len(minted) == 1
    for _ in range(6):
        answer = httpx.get(
            f"{server.url}/apps/players", headers={"x-app-api-key": minted[0]["secret"]}, verify=NO_TLS
        )
        assert answer.status_code == 200
