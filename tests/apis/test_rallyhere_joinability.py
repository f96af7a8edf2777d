"""Who gets into a RallyHere session, what they see of it, and who hosts it, since the contract of 2026."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.rallyhere import (
    ADA,
    BEN,
    CLEO,
    SESSION,
    create,
    created,
    enter,
    join,
    read,
    refused,
    statuses,
)
from tests.harness import Mock

PLATFORM = "/session/v1/platform/Steam/platform-session/bG9iYnk="


def change(mock: Mock, who: str, session: str, **fields: Any) -> Any:
    return mock.patch(f"{SESSION}/{session}", token=who, json=fields)


class TestJoinability:
    def test_it_says_whether_a_session_is_open_and_so_does_the_old_field(self, mock: Mock) -> None:
        answer = change(mock, "cleo", "party-1", joinability={"open": True}, joinable=False).json()
        assert answer["joinability"] == {"open": True, "friends": False, "platform": True}
        assert answer["joinable"] is True
        assert enter(mock, "dov", "party-1").status_code == 200

    def test_a_friend_inside_opens_a_session_for_friends(self, mock: Mock) -> None:
        change(mock, "cleo", "party-1", joinability={"friends": True})
        refused(mock, enter(mock, "dov", "party-1"), 403, "session_not_joinable")
        refused(mock, enter(mock, "dov", "party-1", friend_uuid=ADA), 403, "session_not_joinable")
        assert enter(mock, "dov", "party-1", friend_uuid=CLEO.upper()).status_code == 200

    @pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 403)])
    def test_platform_sessions_let_in_where_it_says_so(self, mock: Mock, allowed: bool, status: int) -> None:
        mock.post(f"{PLATFORM}/session/party-1", token="cleo")
        change(mock, "cleo", "party-1", joinability={"platform": allowed})
        assert mock.post(f"{PLATFORM}/player/me", token="dov", json=join()).status_code == status


class TestPasswords:
    def test_who_was_not_invited_needs_it_wherever_the_session_is_open_or_not(self, mock: Mock) -> None:
        for session, leader in (("casual-1", "ben"), ("party-1", "cleo")):
            assert "password" not in change(mock, leader, session, password="herring").text
            refused(mock, enter(mock, "dov", session), 403, "password_mismatch")
            refused(mock, enter(mock, "dov", session, password="hering"), 403, "password_mismatch")
            assert enter(mock, "dov", session, password="herring").status_code == 200
        assert enter(mock, "ada", "party-1").status_code == 200  # was invited

    def test_create_or_join_sets_one_and_passes_over_those_that_have_one(self, mock: Mock) -> None:
        change(mock, "ben", "casual-1", password="herring")
        mine = created(mock, "ada", "casual", password="sprat")
        assert mine != "casual-1"
        assert created(mock, "dov", "casual") != mine
        assert enter(mock, "cleo", mine, password="sprat").status_code == 200

    def test_it_is_told_nowhere(self, mock: Mock) -> None:
        mock.post(SESSION, token="ada", json=create("party", password="herring"))
        assert "herring" not in mock.get("/_mockade/v1/exchanges").text
        assert "herring" not in mock.get("/_mockade/v1/worlds/default/state").text


@pytest.mark.parametrize(
    ("seen", "ben", "dov"), [("TEAM", {BEN, ADA}, set()), ("SELF", {BEN}, set()), ("NONE", set(), set())]
)
def test_readers_are_told_of_the_players_that_the_type_says(
    make_mock: Callable[..., Mock], home: Callable[..., Path], seen: str, ben: set[str], dov: set[str]
) -> None:
    fixtures = bundled_fixtures("rallyhere")
    fixtures["templates"][0]["player_visibility"] = seen
    mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
    enter(mock, "ada", "casual-1", 0)
    enter(mock, "cleo", "casual-1", 1)
    assert statuses(read(mock, "ben", "casual-1").json()).keys() == ben
    assert statuses(read(mock, "dov", "casual-1").json()).keys() == dov
    assert statuses(read(mock, "server", "casual-1").json()).keys() == {ADA, BEN, CLEO}


class TestHosts:
    def test_a_preallocated_instance_has_its_allocation_at_once(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        answer = mock.post(f"{SESSION}/{session}/instance", token="ada", json={"host_type": "preallocated"})
        assert (answer.json()["host_type"], answer.json()["join_status"]) == ("preallocated", "allocated")
        found = mock.get(f"{SESSION}/allocation/{answer.json()['allocation_id']}", token="server")
        assert found.json()["session_id"] == session

    def test_a_standalone_instance_is_for_its_host_alone(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        change(mock, "ada", session, joinable=True)
        enter(mock, "dov", session)
        path = f"{SESSION}/{session}/instance"
        assert (
            mock.post(path, token="ada", json={"host_type": "standalone"}).json()["host_player_uuid"] == ADA
        )
        where = {"public_conn_str": "203.0.113.9:7777", "private_conn_str": "10.0.0.9:7777"}
        mock.patch(path, token="ada", json={"join_status": "pending"})
        told = {"join_status": "joinable", "join_params": where, "match_id": "m-1"}
        assert mock.patch(path, token="ada", json=told).json()["match_id"] == "m-1"
        assert "join_params" in read(mock, "ada", session).json()["instance"]
        assert "join_params" not in read(mock, "dov", session).json()["instance"]


def test_a_player_on_any_of_the_newer_platforms_is_let_in(mock: Mock) -> None:
    for number, platform in enumerate(("Discord", "AndroidDevice", "iosDevice")):
        settings = {"platform": platform, "input": "touch", "device_type": "web"}
        answer = enter(mock, ("ada", "cleo", "dov")[number], "casual-1", client_settings=settings)
        assert answer.status_code == 200, answer.text
    old = enter(mock, "dov", "casual-1", client_settings={"platform_id": 25, "input": "touch"})
    assert old.status_code == 200


def test_who_adds_a_platform_session_is_its_scout_until_they_leave(mock: Mock) -> None:
    enter(mock, "ada", "party-1")
    mock.post(f"{PLATFORM}/session/party-1", token="ada")
    scouts = read(mock, "cleo", "party-1").json()["platform_scouts"]
    assert scouts == {"Steam": {"player_uuid": ADA, "platform": "Steam"}}
    mock.delete(f"{SESSION}/party-1/player/me", token="ada")
    assert read(mock, "cleo", "party-1").json()["platform_scouts"] == {}


REFRESHING: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/instance", {}),
    ("PATCH", "/instance", {"custom_data": {"a": "b"}}),
    ("POST", "/instance/health", {"instance_id": "mine", "instance_health": "healthy"}),
    ("DELETE", "/instance", None),
    ("POST", "/browser", {}),
    ("PATCH", "/browser", {}),
    ("DELETE", "/browser", None),
    ("PATCH", "", {"region_id": "lab"}),
    ("POST", f"/player/{ADA}", {"status": "member"}),
    ("POST", "/player/me", join()),
    ("POST", "/queue", {"queue_id": "ranked-duel"}),
    ("DELETE", "/queue", None),
    ("DELETE", "/player/me", None),
)
"""Operations with `refresh_ttl`, in an order in which each of them can be done."""


@pytest.mark.parametrize("refresh", [True, False])
def test_what_is_done_to_a_session_keeps_it_alive_unless_it_says_not_to(mock: Mock, refresh: bool) -> None:
    session = created(mock, "ada", "party")
    change(mock, "ada", session, joinable=True)
    enter(mock, "dov", session)
    mock.delete(f"{SESSION}/{session}/player/me", token="dov")  # leaves Ada alone, as the queue wants it
    for method, path, body in REFRESHING[:-1]:
        mock.advance(3599 if refresh else 1)
        body = {"instance_id": "mine"} if (method, path) == ("POST", "/instance") else body
        url = f"{SESSION}/{session}{path}?refresh_ttl={str(refresh).lower()}"
        who = "admin" if "instance" in path and method != "POST" else "ada"
        if path == "/instance" and method == "PATCH":
            row = read(mock, "admin", f"{session}?refresh_ttl=false").json()["instance"]
            body = {**body, **({"allocation_id": row["allocation_id"]} if "allocation_id" in row else {})}
        answer = mock.request(method, url, token=who, **({} if body is None else {"json": body}))
        assert answer.status_code < 300, (method, path, answer.text)
    mock.advance(3599 if refresh else 3600 - len(REFRESHING[:-1]))
    expected = 200 if refresh else 404
    assert read(mock, "ada", f"{session}?refresh_ttl=false").status_code == expected
