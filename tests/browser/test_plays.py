"""What people do with the console, played in a browser from the first click to what a client sees of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import yaml

from mockade.client.remote import Remote
from mockade.testing import MockServer
from tests.browser.conftest import also_with_workers
from tests.servers import NO_TLS

KEY = {"x-app-api-key": "meshmap-demo-key"}
PLAYER = "/apps/game-sessions/session-open/players/player-ada"
Open = Callable[..., Any]


def call(server: Remote, method: str, path: str, body: Any = None) -> httpx.Response:
    return httpx.request(method, server.url + path, json=body, headers=KEY, verify=NO_TLS)


def console(server: Remote, where: str) -> str:
    return f"{server.url}/_mockade/#/{where}"


@also_with_workers
def test_why_a_client_fails_is_understood_in_three_clicks(server: Remote, open_page: Open) -> None:
    for _ in range(20):
        call(server, "GET", "/apps/game-sessions/session-open")
    call(server, "PATCH", PLAYER, {"score": "many"})
    page = open_page(console(server, "default/timeline"))
    page.get_by_role("button", name="Violations 1").click()
    page.get_by_role("option", name="PATCH").click()
    detail = page.get_by_role("complementary")
    detail.get_by_text("Expected number, got string 'many'.").wait_for()
    meant = detail.locator(".line.meant")
    meant.wait_for()
    assert "type: number" in meant.inner_text()
    assert '"score": "many"' in detail.get_by_label("Request body").inner_text()


@also_with_workers
def test_a_row_is_edited_in_a_form_and_the_next_answer_has_it(server: Remote, open_page: Open) -> None:
    page = open_page(console(server, "default/state/meshmap/game-sessions"))
    page.get_by_role("button", name="demo/session-open").click()
    page.get_by_label("status").select_option("COMPLETED")
    page.get_by_label("startTime").fill("yesterday")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_text("date-time").first.wait_for()
    assert call(server, "GET", "/apps/game-sessions/session-open").json()["status"] == "ACTIVE"
    page.get_by_label("startTime").fill("2026-01-05T10:00:00.000Z")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("demo/session-open is saved.").wait_for()
    assert call(server, "GET", "/apps/game-sessions/session-open").json()["status"] == "COMPLETED"


@also_with_workers
def test_a_deleted_row_comes_back_and_nothing_else_is_undone(server: Remote, open_page: Open) -> None:
    before = call(server, "GET", "/apps/players/player-ben").json()
    page = open_page(console(server, "default/state/meshmap/players"))
    row = page.get_by_role("row", name="demo/player-ben")
    row.get_by_role("button", name="Act").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("demo/player-ben is deleted.").wait_for()
    assert call(server, "GET", "/apps/players/player-ben").status_code == 404
    call(server, "PATCH", PLAYER, {"score": 321})
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("demo/player-ben is back.").wait_for()
    assert call(server, "GET", "/apps/players/player-ben").json() == before
    (score,) = [one for one in server.state.rows("meshmap", "game-session-players") if one["score"] == 321]
    assert score["_key"].endswith("player-ada")


def keys(server: Remote, collection: str) -> list[str]:
    return [one["_key"] for one in server.state.rows("meshmap", collection)]


@also_with_workers
def test_what_comes_back_stands_where_it_stood_and_goes_over_nothing_of_others(
    server: Remote, open_page: Open
) -> None:
    before = keys(server, "players")
    assert before[0] == "demo/player-ada"
    page = open_page(console(server, "default/state/meshmap/players"))

    def delete() -> None:
        page.get_by_role("row", name="demo/player-ada").get_by_role("button", name="Act").click()
        page.get_by_role("button", name="Delete").click()
        page.get_by_text("demo/player-ada is deleted.").last.wait_for()

    delete()
    page.keyboard.press("u")
    page.get_by_text("demo/player-ada is back.").wait_for()
    assert keys(server, "players") == before
    row = server.state.get("meshmap", "players", "demo/player-ada")
    delete()
    server.state.put("meshmap", "players", "demo/player-ada", {**row, "displayName": "Another Ada"})
    page.get_by_role("button", name="Undo").last.click()
    page.get_by_text("Somebody changed players 'demo/player-ada' since").wait_for()
    assert server.state.get("meshmap", "players", "demo/player-ada")["displayName"] == "Another Ada"


def test_a_deletion_is_undone_without_a_journal_too(open_page: Open) -> None:
    with MockServer("meshmap", journal=0) as server:
        before = server.state.get("meshmap", "players", "demo/player-ben")
        page = open_page(console(server, "default/state/meshmap/players"))
        page.get_by_role("row", name="demo/player-ben").get_by_role("button", name="Act").click()
        page.get_by_role("button", name="Delete").click()
        page.get_by_text("demo/player-ben is deleted.").wait_for()
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("demo/player-ben is back.").wait_for()
        assert server.state.get("meshmap", "players", "demo/player-ben") == before
        page.close()  # it would look for the server that ends


@also_with_workers
def test_what_a_client_changed_while_the_form_was_open_is_not_overwritten(
    server: Remote, open_page: Open
) -> None:
    key = "demo/session-open"
    page = open_page(console(server, "default/state/meshmap/game-sessions/demo%2Fsession-open"))
    page.get_by_label("name").first.fill("Mine")
    server.state.patch("meshmap", "game-sessions", key, {"description": "Theirs", "name": "Theirs"})
    page.get_by_role("button", name="Save").click()
    page.get_by_text("A client changed it while it was open here").wait_for()
    assert server.state.get("meshmap", "game-sessions", key)["name"] == "Theirs"
    page.get_by_role("button", name="Put my changes on top").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text(f"{key} is saved.").wait_for()
    row = server.state.get("meshmap", "game-sessions", key)
    assert (row["name"], row["description"]) == ("Mine", "Theirs")


def test_a_row_that_was_deleted_under_its_form_is_added_again_when_asked_to(
    server: Remote, open_page: Open
) -> None:
    page = open_page(console(server, "default/state/meshmap/players/demo%2Fplayer-ben"))
    page.get_by_label("displayName").fill("Ben again")
    server.state.delete("meshmap", "players", "demo/player-ben")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It was deleted while it was open here.").wait_for()
    page.get_by_role("button", name="Add it again").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("demo/player-ben is saved.").wait_for()
    assert server.state.get("meshmap", "players", "demo/player-ben")["displayName"] == "Ben again"


@also_with_workers
@pytest.mark.parametrize("where", ["timeline", "state", "time", "players", "faults", "contract", "worlds"])
def test_a_world_that_goes_is_told_and_not_made_by_looking(
    server: Remote, open_page: Open, where: str
) -> None:
    other = server.make("other")
    page = open_page(console(server, f"other/{where}"))
    page.get_by_text("Live").wait_for()
    page.wait_for_timeout(400)  # what the page asks at first is answered
    other.delete()
    page.get_by_text("There is no world other.").wait_for()
    page.wait_for_timeout(700)
    assert [one["name"] for one in server.worlds()] == ["default"]
    page.get_by_role("button", name="Make it now").click()
    page.get_by_text("There is no world other.").wait_for(state="detached")
    page.get_by_text("Live").wait_for()


def test_a_page_that_is_none_says_which_there_are(server: Remote, open_page: Open) -> None:
    page = open_page(console(server, "coverage"))
    page.get_by_text("There is no page coverage here.").wait_for()
    page.get_by_role("link", name="contract", exact=True).click()
    page.get_by_role("heading", name="MeshMap Core API").wait_for()
    server.make("ci")
    page.goto(console(server, "ci"))
    page.get_by_role("link", name="The timeline of the world ci").click()
    page.get_by_text("No request yet.").wait_for()
    page.goto(console(server, "state"))
    page.get_by_role("heading", name="State").wait_for()


def test_each_world_has_a_colour_of_its_own(server: Remote, open_page: Open) -> None:
    server.make("ci")
    page = open_page(console(server, "default/timeline"))
    seen = []
    for world in ("default", "ci"):
        page.goto(console(server, f"{world}/timeline"))
        page.get_by_text("No request yet.").wait_for()
        seen.append(page.locator(".world select").evaluate("one => getComputedStyle(one).color"))
    assert len(set(seen)) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_world_of_any_colour_can_be_read(server: Remote, open_page: Open, scheme: str) -> None:
    page = open_page(console(server, "default/timeline"), color_scheme=scheme)
    page.get_by_text("No request yet.").wait_for()
    assert min(page.evaluate(CONTRASTS)) >= 4.5


CONTRASTS = """() => {
  const shell = document.querySelector(".shell"), field = document.querySelector(".world select");
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const parts = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map((one) => one / 255);
    const linear = (one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    const [red, green, blue] = parts.map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  return Array.from({ length: 72 }, (_, at) => {
    shell.style.setProperty("--hue", at * 5);
    const { color, backgroundColor } = getComputedStyle(field);
    const [low, high] = [light(color), light(backgroundColor)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  });
}"""
"""The contrast of the world's name, as WCAG reckons it, for hues all around."""


@also_with_workers
def test_the_clock_is_frozen_and_advanced(server: Remote, open_page: Open) -> None:
    page = open_page(console(server, "default/time"))
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Let it run").wait_for()
    before = server.clock.now()
    page.get_by_label("Advance by").fill("1h30m")
    page.get_by_role("button", name="Advance", exact=True).click()
    page.get_by_text("1h30m later.").wait_for()
    assert (server.clock.now() - before).total_seconds() == 5400


@also_with_workers
def test_a_fork_of_before_a_call_is_compared_with_what_became(server: Remote, open_page: Open) -> None:
    call(server, "PATCH", PLAYER, {"score": 150})
    page = open_page(console(server, "default/timeline/1"))
    page.get_by_role("button", name="Fork here").click()
    page.get_by_role("button", name="Fork", exact=True).click()
    page.get_by_role("link", name="game-session-players").click()
    page.get_by_role("heading", name="default compared with default-before-1").wait_for()
    diff = page.locator(".diff").first
    diff.wait_for()
    assert "150" in diff.inner_text()
    assert server.other("default-before-1").url.endswith("/@default-before-1")


@also_with_workers
def test_a_fault_is_set_from_an_exchange_met_once_and_seen(server: Remote, open_page: Open) -> None:
    call(server, "GET", "/apps/game-sessions/session-open")
    page = open_page(console(server, "default/timeline/1"))
    page.get_by_role("button", name="Answer next time with").click()
    page.get_by_role("button", name="503", exact=True).click()
    page.get_by_text("The next getGameSession gets 503, once.").wait_for()
    answers = [call(server, "GET", "/apps/game-sessions/session-open").status_code for _ in range(2)]
    assert answers == [503, 200]
    page.get_by_role("option", name="GET /apps/game-sessions/session-open, 503").wait_for()
    page.get_by_role("link", name="Faults").click()
    page.get_by_text("used up").wait_for()


def test_a_fault_of_ones_own_is_set_from_an_exchange(server: Remote, open_page: Open) -> None:
    call(server, "GET", "/apps/game-sessions/session-open")
    page = open_page(console(server, "default/timeline/1"))
    page.get_by_role("button", name="Answer next time with").click()
    page.get_by_role("button", name="more …").click()
    page.get_by_label("Status").last.fill("418")
    page.get_by_label("Only for demo").check()
    page.get_by_role("button", name="Set for the next one").click()
    page.get_by_text("The next request like this meets it, once.").wait_for()
    (rule,) = server.faults.list()
    assert (rule["do"], rule["match"]["caller"], rule["count"]) == ({"status": 418}, "demo", 1)


@also_with_workers
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"score": 7})])
def test_a_fixture_is_made_of_what_a_call_read_or_changed(
    server: Remote, open_page: Open, method: str, body: Any
) -> None:
    path = PLAYER if body else "/apps/game-sessions/session-open/players"
    call(server, method, path, body)
    page = open_page(console(server, "default/timeline/1"))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Make this a fixture").click()
    assert saved.value.suggested_filename == "meshmap.yaml"
    rows = yaml.safe_load(saved.value.path().read_text(encoding="utf-8"))["game-session-players"]
    known = {one["_key"]: one for one in server.state.rows("meshmap", "game-session-players")}
    assert rows == [known[one["_key"]] for one in rows]
    assert len(rows) == (1 if body else 2)


def test_of_what_had_no_row_no_fixture_is_made_and_why_is_said(server: Remote, open_page: Open) -> None:
    call(server, "GET", "/apps/players/nobody")
    page = open_page(console(server, "default/timeline/1"))
    page.get_by_role("button", name="Make this a fixture").click()
    page.get_by_text("There is no row to make a fixture of").wait_for()


@also_with_workers
def test_who_plays_by_a_script_is_shown_with_what_they_do(server: Remote, open_page: Open) -> None:
    agent = {"user-agent": "mockade-play/1.0 (Ada%20L 1)", **KEY}
    for _ in range(3):
        httpx.get(f"{server.url}/apps/players", headers=agent, verify=NO_TLS)
    page = open_page(console(server, "default/players"))
    row = page.get_by_role("row", name="Ada L 1")
    row.wait_for()
    assert [
        row.locator("td").nth(1).inner_text(),
        row.locator("td").nth(2).inner_text()[:15],
    ] == ["3", "listPlayers 200"]
    row.get_by_role("link", name="Calls").click()
    page.get_by_role("option", name="GET /apps/players, 200").first.wait_for()
    assert page.get_by_role("option", name="GET").count() == 3


FOCUSED = (
    "(({ innerText, ariaLabel, value: said }) => said || ariaLabel || innerText)(document.activeElement)"
)
"""What is written on what has the focus."""


def tab_to(page: Any, name: str) -> None:
    """Go on with Tab until what begins so has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).strip('"').startswith(name):
            return
    raise AssertionError(f"Tab does not come to {name}")


@also_with_workers
def test_the_whole_story_goes_by_keyboard_alone(server: Remote, open_page: Open) -> None:
    call(server, "GET", "/apps/game-sessions/session-open")
    call(server, "PATCH", PLAYER, {"score": 150})
    call(server, "PATCH", PLAYER, {"score": "many"})
    page = open_page(console(server, "default/timeline"))
    page.get_by_role("option", name="PATCH").first.wait_for()
    press = page.keyboard.press
    # A failing client is found and understood.
    press("/")
    page.keyboard.type("many")
    press("Escape")
    press("Enter")
    page.get_by_text("Expected number, got string 'many'.").wait_for()
    # The world of before another call is forked and compared.
    press("/")
    press("Control+A")
    press("Delete")
    press("Escape")
    press("j")
    page.get_by_role("heading", name="#2 PATCH").wait_for()
    press("f")
    page.get_by_role("dialog").wait_for()
    press("Enter")
    page.get_by_role("heading", name="default compared with default-before-2").wait_for()
    tab_to(page, "game-session-players")
    press("Enter")
    page.locator(".diff").get_by_text("150").wait_for()
    press("w")
    page.keyboard.type("default")
    press("Escape")
    # A row is edited, and the client's next GET has it.
    page.get_by_role("button", name="demo/session-open").wait_for()
    press("Enter")
    page.get_by_role("dialog", name="game-sessions demo/session-open").wait_for()
    page.get_by_label("status").wait_for()
    tab_to(page, "ACTIVE")
    page.keyboard.type("COMP")
    tab_to(page, "Save")
    press("Enter")
    page.get_by_text("demo/session-open is saved.").wait_for()
    assert call(server, "GET", "/apps/game-sessions/session-open").json()["status"] == "COMPLETED"
    # The clock is advanced.
    press("4")
    page.get_by_role("heading", name="Time").wait_for()
    before = server.clock.now()
    page.get_by_text("running").wait_for()
    press("+")
    page.get_by_text("30s later.").wait_for()
    assert 30 <= (server.clock.now() - before).total_seconds() < 90
    # A fault is set, met and seen.
    press("6")
    page.get_by_role("heading", name="Faults").wait_for()
    press("n")
    page.get_by_label("Operation").fill("getGameSession")
    press("Enter")
    page.get_by_text("status 503").wait_for()
    assert call(server, "GET", "/apps/game-sessions/session-open").status_code == 503
    press("1")
    page.get_by_role("option", name="GET /apps/game-sessions/session-open, 503").wait_for()


def test_all_of_it_goes_by_keyboard(server: Remote, open_page: Open) -> None:
    for path in ("/one", "/two", "/three"):
        call(server, "GET", path)
    page = open_page(console(server, "default/timeline"))
    page.get_by_role("option", name="GET /three, 404").wait_for()
    press = page.keyboard.press
    press("?")
    page.get_by_role("dialog", name="Keyboard").wait_for()
    press("Escape")
    press("/")
    page.keyboard.type("three")
    page.get_by_role("option", name="GET /one, 404").wait_for(state="detached")
    press("Control+A")
    press("Delete")
    page.get_by_role("option", name="GET /one, 404").wait_for()
    press("Escape")
    press("j")
    press("j")
    page.get_by_role("heading", name="#2 GET /two").wait_for()
    press("k")
    page.get_by_role("heading", name="#3 GET /three").wait_for()
    press("Escape")
    page.get_by_role("complementary").wait_for(state="detached")
    press("3")
    page.get_by_role("heading", name="State").wait_for()
    press("n")
    page.get_by_role("dialog").wait_for()
    press("Escape")
    press("6")
    page.get_by_role("heading", name="Faults").wait_for()
    press("n")
    page.get_by_label("Operation").fill("getGameSession")
    press("Enter")
    page.get_by_text("status 503").wait_for()
    assert call(server, "GET", "/apps/game-sessions/session-open").status_code == 503


def test_an_address_leads_back_to_what_it_shows(server: Remote, open_page: Open) -> None:
    call(server, "GET", "/nowhere")
    page = open_page(console(server, "default/timeline/1?text=nowhere&status=4xx"))
    page.get_by_role("heading", name="#1 GET /nowhere").wait_for()
    assert page.get_by_label("Search").input_value() == "nowhere"
    page.get_by_role("link", name="Worlds").click()
    page.get_by_role("heading", name="Worlds").wait_for()
    page.go_back()
    page.get_by_role("heading", name="#1 GET /nowhere").wait_for()


SEEN = """seen => {
  Object.defineProperty(document, "visibilityState", { value: seen, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Has a page believe that its tab is in front or not: without a screen all are."""


def test_tabs_that_nobody_sees_leave_the_connections_to_the_one_in_front(
    server: Remote, open_page: Open
) -> None:
    first = open_page(console(server, "default/timeline"))
    tabs = [first]
    for _ in range(9):  # a browser has six connections to a server
        tabs[-1].get_by_text("Live").wait_for()
        tabs[-1].evaluate(SEEN, "hidden")
        page = first.context.new_page()
        page.goto(console(server, "default/timeline"))
        tabs.append(page)
    tabs[-1].get_by_text("Live").wait_for()
    call(server, "GET", "/nowhere")
    tabs[-1].get_by_role("option", name="GET /nowhere, 404").wait_for()
    assert first.get_by_role("option", name="GET").count() == 0
    first.evaluate(SEEN, "visible")
    first.get_by_role("option", name="GET /nowhere, 404").wait_for()


def test_a_server_that_is_started_again_is_followed_again(open_page: Open) -> None:
    with MockServer("meshmap") as server:
        page = open_page(console(server, "default/timeline"))
        call(server, "GET", "/before")
        page.get_by_role("option", name="GET /before, 404").wait_for()
        port = int(server.url.rpartition(":")[2])
    page.get_by_text("Waiting for the server").wait_for()
    with MockServer("meshmap", port=port) as server:
        page.get_by_text("Live").wait_for(timeout=15_000)
        call(server, "GET", "/after")
        page.get_by_role("option", name="GET /after, 404").wait_for()
        page.get_by_role("option", name="GET /before, 404").wait_for(state="detached")


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("default/timeline/1?violations=yes&text=many", "#1 PATCH"),
        ("default/worlds", "Snapshots of default"),
        ("default/state/meshmap/players?text=Ben&sort=displayName&down=yes", "State"),
        ("default/state/meshmap/players/demo%2Fplayer-ben", "players demo/player-ben"),
        ("ci/state/meshmap/players?against=default", "default compared with ci"),
        ("default/time", "What is to come"),
        ("default/players", "Players"),
        ("default/faults", "Faults"),
        ("default/contract/meshmap/getGameSession", "getGameSession"),
    ],
)
def test_every_view_has_an_address_that_a_reload_keeps(
    server: Remote, open_page: Open, where: str, shown: str
) -> None:
    call(server, "PATCH", PLAYER, {"score": "many"})
    server.fork("ci")
    page = open_page(console(server, where))
    page.get_by_role("heading", name=shown).wait_for()
    address = page.url
    page.reload()
    page.get_by_role("heading", name=shown).wait_for()
    assert page.url == address


def test_a_token_is_asked_for_once(open_page: Open) -> None:
    with MockServer("meshmap", token="sesame") as server:
        page = open_page(f"{server.url}/_mockade/")
        page.get_by_role("textbox", name="Token").fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_text("That was not it.").wait_for()
        page.get_by_role("textbox", name="Token").fill("sesame")
        page.keyboard.press("Enter")
        page.get_by_text("No request yet.").wait_for()
        page.reload()
        page.get_by_text("No request yet.").wait_for()
        assert page.get_by_role("dialog").count() == 0
        page.close()  # it would look for the server that ends


def test_a_copied_request_can_be_sent_again(server: Remote, open_page: Open) -> None:
    call(server, "PATCH", PLAYER, {"score": 7, "name": "it's"})
    page = open_page(console(server, "default/timeline/1"), permissions=["clipboard-read", "clipboard-write"])
    copied = {}
    for form in ("curl", "pytest", "HAR"):
        page.get_by_role("button", name="Copy as").click()
        page.get_by_role("button", name=form, exact=True).click()
        page.get_by_text("copied.").last.wait_for()
        page.wait_for_timeout(100)
        copied[form] = page.evaluate("navigator.clipboard.readText()")
    assert "-H 'x-app-api-key: meshmap-demo-key'" in copied["curl"]
    assert "it'\\''s" in copied["curl"]
    assert 'json={"score":7,"name":"it\'s"}' in copied["pytest"]
    assert json.loads(copied["HAR"])["log"]["entries"][0]["request"]["method"] == "PATCH"


@pytest.mark.parametrize("width", [360, 1280, 3840])
def test_no_page_is_wider_than_its_window(server: Remote, open_page: Open, width: int) -> None:
    call(server, "PATCH", PLAYER, {"score": "many"})
    page = open_page(console(server, "default/timeline/1"), width=width)
    for where in ("timeline", "timeline/1", "worlds", "state", "time", "players", "faults", "contract"):
        page.goto(console(server, f"default/{where}"))
        page.wait_for_timeout(150)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where


def test_swagger_ui_calls_as_somebody_of_the_world(server: Remote, open_page: Open) -> None:
    page = open_page(f"{server.url}/@ci/_mockade/docs/meshmap/")
    page.get_by_role("button", name="Authorize").first.click()
    page.get_by_text("Authorized").first.wait_for()
