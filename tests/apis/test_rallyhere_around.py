"""What RallyHere's services around the session refuse, and what is asked of them again or at once."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.apis.rallyhere import ADA, BEN, CLEO, DOV
from tests.apis.test_rallyhere_family import FAMILY, POLL
from tests.harness import Mock, exchanged

FRIENDS, NOTES = "/friends/v2/player", "/notification/v1/player"
NOTE = {"notifications": [{"message": "Hi"}]}


@pytest.fixture
def mock() -> Iterator[Mock]:
    with Mock(*FAMILY) as made:
        yield made


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", f"{FRIENDS}/{BEN}/friend", None, 403, "insufficient_permissions"),
        ("GET", f"{FRIENDS}/{BEN}/block", None, 403, "insufficient_permissions"),
        ("GET", f"{FRIENDS}/{BEN}/friend/{ADA}", None, 403, "insufficient_permissions"),
        ("PUT", f"{FRIENDS}/{BEN}/friend/{CLEO}", None, 403, "insufficient_permissions"),
        ("DELETE", f"{FRIENDS}/{BEN}/friend/{ADA}", None, 403, "insufficient_permissions"),
        ("PUT", f"{FRIENDS}/{BEN}/friend/{ADA}/notes", {"notes": "x"}, 403, "insufficient_permissions"),
        ("DELETE", f"{FRIENDS}/{BEN}/friend/{ADA}/notes", None, 403, "insufficient_permissions"),
        ("PUT", f"{FRIENDS}/{BEN}/block/{ADA}", None, 403, "insufficient_permissions"),
        ("DELETE", f"{FRIENDS}/{BEN}/block/{ADA}", None, 403, "insufficient_permissions"),
        ("PUT", f"{FRIENDS}/{ADA}/friend/{ADA}", None, 400, "cannot_befriend_self"),
        ("PUT", f"{FRIENDS}/{ADA}/block/{ADA}", None, 400, "cannot_block_self"),
        ("PUT", f"{FRIENDS}/{ADA}/friend/{DOV}/notes", {"notes": "x"}, 400, "no_relationship"),
        ("GET", f"{FRIENDS}/{ADA}/block/{DOV}", None, 400, "player_not_blocked"),
        ("GET", f"{NOTES}/{BEN}/notification", None, 403, "insufficient_permissions"),
        ("POST", f"{NOTES}/{BEN}/notification", NOTE, 403, "insufficient_permissions"),
        ("GET", f"{NOTES}/{BEN}/notification/1", None, 403, "insufficient_permissions"),
        ("GET", POLL.replace("me", BEN, 1), None, 403, "insufficient_permissions"),
        ("GET", f"{NOTES}/me/notification/1", None, 404, "resource_not_found"),
        ("GET", f"{NOTES}/me/notification?start_at=1", None, 400, "bad_id"),
        ("GET", f"/presence/v1/player/uuid/{ADA[:-1]}9/presence", None, 404, "resource_not_found"),
        ("GET", f"/users/v2/player/{ADA[:-1]}9/links", None, 404, "resource_not_found"),
        ("GET", "/users/v1/person/me/purge", None, 404, "purge_not_found"),
    ],
)
def test_what_is_not_ones_own_or_makes_no_sense_is_refused_and_changes_nothing(
    mock: Mock, method: str, path: str, body: Any, status: int, code: str
) -> None:
    before = mock.state
    answer = mock.request(method, path, token="ada", **({} if body is None else {"json": body}))
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert answer.json()["auth_success"] is True
    assert mock.state is before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"{FRIENDS}/{ADA}/friend/{DOV}"),
        ("DELETE", f"{FRIENDS}/{ADA}/friend/{BEN}"),
        ("PUT", f"{FRIENDS}/{ADA}/block/{BEN}"),
        ("DELETE", f"{FRIENDS}/{ADA}/block/{BEN}"),
    ],
)
def test_what_is_asked_again_is_answered_as_the_first_time_and_changes_nothing(
    mock: Mock, method: str, path: str
) -> None:
    first = mock.request(method, path, token="ada")
    tables, (again, third) = mock.state.tables, (mock.request(method, path, token="ada") for _ in range(2))
    assert {one.status_code for one in (first, again, third)} <= {200, 204}
    assert first.content == again.content == third.content
    assert mock.state.tables == tables


def test_an_old_etag_changes_no_friendship(mock: Mock) -> None:
    path, old = f"{FRIENDS}/{ADA}/friend/{BEN}", {"if-match": '"old"'}
    before = mock.state
    assert mock.delete(path, token="ada", headers=old).status_code == 412
    assert mock.put(path, token="ada", headers=old).status_code == 412
    assert mock.state is before
    tag = mock.get(path, token="ada").headers["etag"]
    assert mock.get(path, token="ada", headers={"if-none-match": tag}).status_code == 304
    assert mock.delete(path, token="ada", headers={"if-match": tag}).status_code == 204
    assert (
        mock.get(path.replace(f"{ADA}/friend/{BEN}", f"{BEN}/friend/{ADA}"), token="ben").json()["status"]
        == "NONE"
    )


def test_a_list_of_etags_is_matched_by_strong_comparison(mock: Mock) -> None:
    for path, ask, who in (
        (f"{FRIENDS}/{ADA}/friend/{BEN}", mock.put, "ada"),
        ("/config/v2/kv", mock.get, ""),
    ):
        token = {"token": who} if who else {}
        tag = mock.get(path, **token).headers["etag"]
        for told, status in ((f'"old", {tag}', 200), ("*", 200), ('"old", "older"', 412), (f"W/{tag}", 412)):
            assert ask(path, headers={"if-match": told}, **token).status_code == status, (path, told)


@pytest.mark.parametrize("whose", ["me", f"uuid/{ADA}"])
def test_a_presence_that_is_as_it_was_is_not_sent_again(mock: Mock, whose: str) -> None:
    path = f"/presence/v1/player/{whose}/presence"
    tag = mock.get(path, token="ada").headers["etag"]
    assert mock.get(path, token="ada", headers={"if-none-match": f'"old", {tag}'}).status_code == 304
    assert mock.get(path, token="ada", headers={"if-none-match": '"old"'}).status_code == 200


def test_a_players_uuid_means_the_same_in_letters_of_either_case(mock: Mock) -> None:
    ada, ben, cleo, dov = (one.upper() for one in (ADA, BEN, CLEO, DOV))
    mine = f"{FRIENDS}/{ada}"
    assert mock.put(f"{mine}/friend/{ada}", token="ada").json()["error_code"] == "cannot_befriend_self"
    assert mock.put(f"{FRIENDS}/{ADA}/block/{ada}", token="ada").json()["error_code"] == "cannot_block_self"
    assert mock.put(f"{mine}/friend/{ben}", token="ada").json()["status"] == "FRIENDS"
    assert mock.get(f"{mine}/friend", token="ada").json()["page"]["total"] == 1
    assert mock.put(f"{mine}/block/{DOV}", token="ada").status_code == 200
    assert mock.put(f"{mine}/friend/{dov}", token="ada").json()["error_code"] == "player_blocked"
    assert mock.get(f"{mine}/block/{dov}", token="ada").json()["blocked_player_uuid"] == DOV
    assert mock.delete(f"{mine}/friend/{ben}", token="ada").status_code == 204
    assert mock.put(f"{FRIENDS}/{CLEO}/friend/{ada}", token="cleo").status_code == 200
    assert mock.put(f"{mine}/friend/{cleo}", token="ada").json()["status"] == "FRIENDS"
    seen = mock.get(f"/presence/v1/player/uuid/{ben}/presence", token="ada").json()
    assert seen["player_uuid"] == BEN
    assert mock.get(f"/users/v2/player/{ben}/links", token="ada").json()["player"]["player_uuid"] == BEN
    assert mock.post(f"{NOTES}/{ada}/notification", token="ada", json=NOTE).status_code == 200
    assert mock.get(f"{NOTES}/me/notification", token="ada").json()["notifications"][0]["message"] == "Hi"


@pytest.mark.parametrize("again", ["ada", "cleo"])
def test_a_request_that_a_block_hid_is_a_request_once_the_block_is_gone(mock: Mock, again: str) -> None:
    hers, his = f"{FRIENDS}/{ADA}/friend/{CLEO}", f"{FRIENDS}/{CLEO}/friend/{ADA}"
    block = f"{FRIENDS}/{CLEO}/block/{ADA}"
    assert mock.put(block, token="cleo").status_code == 200
    assert mock.put(hers, token="ada").json()["status"] == "FRIEND_REQUEST_SENT"
    assert mock.get(his, token="cleo").json()["status"] == "NONE"
    assert mock.delete(block, token="cleo").status_code == 204
    mock.put(hers if again == "ada" else his, token=again)
    both = mock.get(hers, token="ada").json()["status"], mock.get(his, token="cleo").json()["status"]
    expected = {"ada": ("FRIEND_REQUEST_SENT", "FRIEND_REQUEST_PENDING"), "cleo": ("FRIENDS", "FRIENDS")}
    assert both == expected[again]


def test_a_new_player_who_logs_in_often_at_once_is_made_once(mock: Mock) -> None:
    accounts = len(mock.state.table("rallyhere_users", "accounts").rows)
    basic = {"authorization": f"Basic {b64encode(b'game-client:client-secret').decode()}"}
    body = {"grant_type": "steam", "portal_access_token": "eve"}

    async def all_at_once() -> list[httpx.Response]:
        login = httpx.Request("POST", "http://localhost/users/v1/login", headers=basic, json=body)
        return await asyncio.gather(*(exchanged(mock.app, login) for _ in range(200)))

    answers = [answer.json() for answer in mock._runner.run(all_at_once())]
    assert len({one["active_player_uuid"] for one in answers}) == 1
    assert len({one["access_token"] for one in answers}) == 200
    assert len(mock.state.table("rallyhere_users", "accounts").rows) == accounts + 1
