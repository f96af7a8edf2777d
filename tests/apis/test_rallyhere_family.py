"""A player logs in, is invited by another, and hears of it: RallyHere's services as one family."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.harness import Mock, exchanged

FAMILY = tuple(
    f"rallyhere{name}"
    for name in ("", "_users", "_config", "_presence", "_notification", "_friends", "_assumed")
)
ADA, BEN, CLEO = (f"a0000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
POLL = "/notification/v1/player/me/stream/notification/lp"
CLIENT = {"client_version": "1.0.0", "client_settings": {"platform": "Steam", "input": "gamepad"}}


@pytest.fixture
def mock() -> Iterator[Mock]:
    with Mock(*FAMILY) as made:
        yield made


def login(mock: Mock, client: str = "game-client:client-secret", **body: Any) -> httpx.Response:
    headers = {"authorization": f"Basic {b64encode(client.encode()).decode()}"}
    return mock.post("/users/v1/login", json=body, headers=headers)


def token_of(mock: Mock, name: str) -> str:
    answer = login(mock, grant_type="basic", portal_access_token=f"{name}:{name}-password")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def polled(mock: Mock, token: str, act: Callable[[], httpx.Response]) -> dict[str, Any]:
    """What a poll is answered that waits while something is done."""
    request = httpx.Request("GET", f"http://localhost{POLL}", headers={"authorization": f"Bearer {token}"})
    loop = mock._runner.get_loop()
    task = loop.create_task(exchanged(mock.app, request))
    loop.run_until_complete(asyncio.sleep(0))
    assert not task.done()
    answer = act()
    assert answer.status_code < 300, answer.text
    found: dict[str, Any] = loop.run_until_complete(asyncio.wait_for(task, 5)).json()
    return found


def test_an_invitation_reaches_a_player_who_waits_for_notifications(mock: Mock) -> None:
    ada, ben = token_of(mock, "ada"), token_of(mock, "ben")
    party = mock.post("/session/v1/session", token=ada, json={"session_type": "party", **CLIENT}).json()
    path = f"/session/v1/session/{party['session_id']}/player/{BEN}"
    body = {"status": "invited", "team_id": 0, **CLIENT}
    found = polled(mock, ben, lambda: mock.post(path, token=ada, json=body))
    (told,) = found["notifications"]
    assert told["custom_data"] == {"session_id": party["session_id"], "inviting_player_uuid": ADA}
    later = mock.get(f"{POLL}?exclude_before={found['cursor']}&deadline=0", token=ben)
    assert later.json() == {"notifications": [], "cursor": found["cursor"]}
    assert mock.get(f"/notification/v1/player/{BEN}/notification", token=ada).status_code == 403


def test_a_friend_request_is_heard_of_accepted_and_ended(mock: Mock) -> None:
    ada, cleo = token_of(mock, "ada"), token_of(mock, "cleo")
    asked = f"/friends/v2/player/{ADA}/friend/{CLEO}"
    found = polled(mock, cleo, lambda: mock.put(asked, token=ada))
    assert found["notifications"][0]["custom_data"] == {"requesting_player_uuid": ADA}
    back = f"/friends/v2/player/{CLEO}/friend/{ADA}"
    assert mock.get(back, token=cleo).json()["status"] == "FRIEND_REQUEST_PENDING"
    assert mock.put(back, token=cleo).json()["status"] == "FRIENDS"
    assert mock.get(asked, token=ada).json()["status"] == "FRIENDS"
    assert mock.put(f"/friends/v2/player/{CLEO}/block/{ADA}", token=cleo).status_code == 200
    assert mock.get(asked, token=ada).json()["status"] == "NONE"
    assert mock.get(asked, token=cleo).status_code == 403


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"grant_type": "basic", "portal_access_token": "ada"}, "basic_auth_incorrect_format"),
        ({"grant_type": "basic", "portal_access_token": "ada:no"}, "basic_auth_credentials_not_found"),
        ({"grant_type": "steam"}, "steam_token_empty"),
        ({"grant_type": "refresh", "portal_access_token": "gone"}, "refresh_token_not_found"),
    ],
)
def test_a_login_that_fails_says_why_and_changes_nothing(mock: Mock, body: Any, code: str) -> None:
    before = mock.state
    answer = login(mock, **body)
    assert (answer.status_code, answer.json()["error_code"]) == (403, code)
    assert mock.state is before


def test_credentials_of_the_game_are_refused_in_other_words_than_a_players_token(mock: Mock) -> None:
    grant = {"grant_type": "client_credentials"}
    assert login(mock, "game-client:wrong", **grant).json()["error_code"] == "client_credentials_invalid"
    assert mock.post("/users/v1/login", json=grant).json()["error_code"] == "client_credentials_invalid"
    links = "/users/v2/player/me/links"
    assert mock.get(links).json()["error_code"] == "auth_malformed_access"
    refused = mock.get(links, token="gone").json()
    assert (refused["auth_success"], refused["error_code"]) == (False, "auth_token_unknown")


def test_a_token_expires_is_renewed_and_a_logout_ends_the_refresh_token(mock: Mock) -> None:
    first = login(mock, grant_type="steam", portal_access_token="eve", include_refresh=True).json()
    template = "/session/v1/template"
    assert mock.get(template, token=first["access_token"]).status_code == 200
    mock.advance(first["expires_in"] + 1)
    mock.world.run_due_events()
    expired = mock.get(template, token=first["access_token"])
    assert (expired.status_code, expired.json()["error_code"]) == (403, "auth_token_expired")
    renew = {"grant_type": "refresh", "portal_access_token": first["refresh_token"]}
    again = login(mock, **renew)
    assert again.json()["active_player_uuid"] == first["active_player_uuid"]
    other = login(mock, "game-server:server-secret", **renew)
    assert other.json()["error_code"] == "refresh_token_client_id_mismatch"
    assert mock.post("/users/v1/logout", json={"refresh_token": first["refresh_token"]}).status_code == 200
    assert login(mock, **renew).json()["error_code"] == "refresh_token_not_found"


def test_presence_is_said_shown_to_others_and_fades(mock: Mock) -> None:
    ada, ben = token_of(mock, "ada"), token_of(mock, "ben")
    mock.patch("/presence/v1/player/me/presence", token=ada, json={"status": "online", "message": "Hi"})
    seen = f"/presence/v1/player/uuid/{ADA}/presence"
    assert mock.get(seen, token=ben).json()["status"] == "online"
    mock.advance(61)
    assert mock.get(seen, token=ben).json()["status"] == "offline"
    assert mock.get("/presence/v1/player/me/presence", token=ada).json()["status"] == "online"


def test_the_end_of_a_match_made_wait_is_heard_of(mock: Mock) -> None:
    """Whoever waits last makes the match; who waited before is told."""
    tokens = [token_of(mock, name) for name in ("ada", "cleo")]
    waits = []
    for token in tokens:
        body = {"session_type": "party", **CLIENT}
        party = mock.post("/session/v1/session", token=token, json=body).json()["session_id"]
        waits.append(f"/session/v1/session/{party}/queue")
    queue = {"queue_id": "ranked-duel"}
    assert mock.post(waits[0], token=tokens[0], json=queue).status_code == 200

    def complete() -> httpx.Response:
        answer = mock.post(waits[1], token=tokens[1], json=queue)
        mock.world.run_due_events()
        return answer

    found = polled(mock, tokens[0], complete)
    (told,) = (note for note in found["notifications"] if note["message"] == "match_made")
    match = mock.get(told["rh_url"], token=tokens[0])
    assert (match.status_code, match.json()["type"]) == (200, "ranked")


def invite_by_its_own_path(mock: Mock, session: str) -> httpx.Response:
    return mock.post(f"/session/v2/session/{session}/player/{BEN}:invite", token="ada", json={})


def invite_a_session(mock: Mock, session: str) -> httpx.Response:
    casual = mock.post("/session/v1/session", token="ben", json={"session_type": "casual", **CLIENT}).json()
    path = f"/session/v1/session/{session}/invited-session/{casual['session_id']}:invite"
    return mock.post(path, token="admin", json={})


def make_a_match(mock: Mock, session: str, player: str = BEN, **more: Any) -> httpx.Response:
    body = {
        "teams": [{"players": [{"player_uuid": player, "status": "invited"}], "max_size": 2}],
        "sessions": [session],
        "region_id": "eu-west",
        "match_id": "match-1",
        "match_create_request_time": "2026-01-05T12:00:00Z",
        "match_making_profile_id": "ranked",
        **more,
    }
    return mock.post("/session/v1/match-made-session", token="server", json=body)


def fill_a_match_up(mock: Mock, session: str) -> httpx.Response:
    """Ben waits in a queue, and the host of a match for Ada looks for one more."""
    party = mock.post("/session/v1/session", token="ben", json={"session_type": "party", **CLIENT}).json()
    queue = f"/session/v1/session/{party['session_id']}/queue"
    assert mock.post(queue, token="ben", json={"queue_id": "ranked-duel"}).status_code == 200
    made = make_a_match(mock, session, ADA, backfill_id="more").json()["session_id"]
    mock.post(f"/session/v1/session/{made}/player/me", token="ada", json={**CLIENT, "team_id": 0})
    host = {"instance_id": "host-1"}
    mock.post(f"/session/v1/session/{made}/instance", token="ada", json=host)
    search = f"/session/v1/backfill/session/{made}"
    wanted = {**host, "teams": [{"team_id": 0, "players_required": 1}]}
    assert mock.patch(search, token="server", json=wanted).status_code == 204
    return mock.post(search, token="server", json=host)


@pytest.mark.parametrize(
    "act",
    [invite_by_its_own_path, invite_a_session, make_a_match, fill_a_match_up],
    ids=lambda one: one.__name__,
)
def test_whoever_comes_to_be_invited_hears_of_it_whichever_call_did_it(
    mock: Mock, act: Callable[[Mock, str], httpx.Response]
) -> None:
    body = {"session_type": "party", **CLIENT}
    session = mock.post("/session/v1/session", token="ada", json=body).json()["session_id"]
    answer = act(mock, session)
    assert answer.status_code < 300, answer.text
    notes = mock.get("/notification/v1/player/me/notification", token="ben").json()["notifications"]
    (told,) = notes
    invited = mock.get(told["rh_url"], token="admin").json()
    status = {one["player_uuid"]: one["status"] for team in invited["teams"] for one in team["players"]}
    assert status[BEN] == "invited"
