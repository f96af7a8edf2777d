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
