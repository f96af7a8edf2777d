"""RallyHere's queues: waiting, matches, and the pure rules of who makes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.apis.rallyhere.matching import Group, match
from tests.apis.behaviours import bundled_fixtures, folder, switched
from tests.apis.rallyhere import ADA, DOV, SESSION, created, enter, read, refused, statuses
from tests.harness import Mock

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]


def wait(mock: Mock, who: str, session: str, queue: str = "ranked-duel", **fields: Any) -> Any:
    return mock.post(f"{SESSION}/{session}/queue", token=who, json={"queue_id": queue, **fields})


def give_up(mock: Mock, who: str, session: str, query: str = "") -> Any:
    return mock.delete(f"{SESSION}/{session}/queue{query}", token=who)


def waiting(mock: Mock, who: str, **fields: Any) -> str:
    session = created(mock, who, "party", **fields)
    assert wait(mock, who, session).status_code == 200
    return session


def match_of(mock: Mock, who: str) -> str | None:
    sessions = mock.get("/session/v1/player/me/session", token=who).json()["sessions"]
    invitations = sessions.get("ranked", {}).get("pending_invites", {})
    return next(iter(invitations), None)


class TestWaiting:
    def test_a_session_that_waits_says_so(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        ticket = wait(mock, "ada", session).json()["ticket_id"]
        assert read(mock, "ada", session).json()["matchmaking"] == {
            "ticket_id": ticket,
            "queue_id": "ranked-duel",
            "queue_ids": ["ranked-duel"],
            "profile_ids": ["ranked"],
            "passed_queue_time_seconds": 0,
            "custom_data": {},
        }

    def test_giving_up_ends_it(self, mock: Mock) -> None:
        session = waiting(mock, "ada")
        answer = give_up(mock, "ada", session, "?reason=timeout&refresh_ttl=false")
        assert (answer.status_code, answer.content) == (204, b"")
        assert "matchmaking" not in read(mock, "ada", session).json()
        refused(mock, give_up(mock, "ada", session), 404, "not_in_queue")
        waiting(mock, "dov")
        assert match_of(mock, "dov") is None

    @pytest.mark.parametrize(
        ("queue", "status", "code"),
        [("chess", 404, "queue_not_found"), ("ranked-shut", 403, "queue_not_active")],
    )
    def test_a_queue_that_cannot_be_waited_in_is_refused(
        self, mock: Mock, queue: str, status: int, code: str
    ) -> None:
        session = created(mock, "ada", "party")
        refused(mock, wait(mock, "ada", session, queue), status, code)

    def test_a_second_wait_is_refused(self, mock: Mock) -> None:
        refused(mock, wait(mock, "ada", waiting(mock, "ada")), 403, "already_in_queue")

    def test_a_group_that_is_too_large_is_refused(self, mock: Mock) -> None:
        enter(mock, "ada", "party-1")
        refused(mock, wait(mock, "cleo", "party-1"), 403, "queue_group_too_large")

    def test_a_type_that_does_not_wait_is_refused(self, mock: Mock) -> None:
        refused(mock, wait(mock, "ben", "casual-1"), 403, "matchmaking_not_permitted")

    def test_only_an_admin_lets_a_session_wait_and_gives_up(self, mock: Mock) -> None:
        enter(mock, "ada", "party-1")
        refused(mock, wait(mock, "ada", "party-1"), 403, "insufficient_session_permissions")
        refused(mock, give_up(mock, "server", "party-1"), 403, "insufficient_session_permissions")

    def test_a_party_that_somebody_comes_to_waits_no_longer(self, mock: Mock) -> None:
        wait(mock, "cleo", "party-1")
        enter(mock, "ada", "party-1")
        assert "matchmaking" not in read(mock, "cleo", "party-1").json()

    def test_a_party_that_somebody_goes_from_waits_no_longer(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = bundled_fixtures("rallyhere")
        fixtures["queues"][0]["max_queue_group_size"] = 4
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
        enter(mock, "ada", "party-1")
        assert wait(mock, "cleo", "party-1").status_code == 200
        mock.delete(f"{SESSION}/party-1/player/{ADA}", token="cleo")
        assert "matchmaking" not in read(mock, "cleo", "party-1").json()

    def test_a_party_that_changes_can_be_let_wait_on(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = switched("rallyhere", party_changes_end_wait=False)
        mock = make_mock("rallyhere", home=home(fixtures=fixtures))
        wait(mock, "cleo", "party-1")
        enter(mock, "ada", "party-1")
        assert "matchmaking" in read(mock, "cleo", "party-1").json()

    def test_an_invitation_does_not_change_the_party(self, mock: Mock) -> None:
        wait(mock, "cleo", "party-1")
        mock.delete(f"{SESSION}/party-1/player/me", token="ada")
        assert "matchmaking" in read(mock, "cleo", "party-1").json()

    def test_queues_can_be_read(self, mock: Mock) -> None:
        queues = mock.get("/session/v2/queues?page_size=1", token="ada").json()["queues"]
        assert [queue["queue_id"] for queue in queues] == ["ranked-duel"]


class TestMatches:
    def test_enough_who_wait_are_called_into_a_session_of_their_own(self, mock: Mock) -> None:
        first, second = waiting(mock, "ada"), waiting(mock, "dov")
        found = match_of(mock, "ada")
        assert found is not None
        assert found == match_of(mock, "dov")
        session = read(mock, "admin", found).json()
        assert session["created_by_matchmaking"] is True
        results = session["matchmaking_results"]
        assert (len(results["ticket_ids"]), results["tickets_assigned"]) == (2, True)
        teams = session["teams"]
        assert [ticket for team in teams for ticket in team["ticket_ids"]] == results["ticket_ids"]
        sources = {p["player_uuid"]: p["source_session_id"] for team in teams for p in team["players"]}
        assert sources == {ADA: first, DOV: second}
        for who, party in (("ada", first), ("dov", second)):
            assert "matchmaking" not in read(mock, who, party).json()

    def test_the_first_to_come_leads(self, mock: Mock) -> None:
        waiting(mock, "ada")
        waiting(mock, "dov")
        found = match_of(mock, "dov")
        assert found is not None
        assert enter(mock, "dov", found, 1).json()["status"] == "leader"
        assert enter(mock, "ada", found, 0).json()["status"] == "member"

    def test_they_can_be_put_there_straight_away(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = switched("rallyhere", matched_players="member")
        mock = make_mock("rallyhere", home=home(fixtures=fixtures))
        waiting(mock, "ada")
        waiting(mock, "dov")
        sessions = mock.get("/session/v1/player/me/session", token="dov").json()["sessions"]
        (found,) = sessions["ranked"]["session_ids"]
        assert statuses(read(mock, "dov", found).json()) == {ADA: "leader", DOV: "member"}

    def test_it_takes_the_time_that_the_queue_says(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = bundled_fixtures("rallyhere")
        fixtures["queues"][0]["_seconds"] = 20
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
        waiting(mock, "ada")
        waiting(mock, "dov")
        mock.advance(19)
        assert match_of(mock, "ada") is None
        mock.advance(1)
        assert match_of(mock, "ada") is not None

    def test_who_has_waited_longest_or_says_so_goes_first(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = bundled_fixtures("rallyhere")
        fixtures["queues"][0]["_seconds"] = 20
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
        waiting(mock, "ada")
        waiting(mock, "ben")
        wait(mock, "dov", created(mock, "dov", "party"), passed_queue_time_seconds=100)
        mock.advance(20)
        assert match_of(mock, "dov") is not None
        assert [match_of(mock, who) is not None for who in ("ada", "ben")] == [True, False]

    def test_those_whose_versions_differ_are_not_matched(self, mock: Mock) -> None:
        waiting(mock, "ada")
        waiting(mock, "dov", client_version="2.0.0")
        assert match_of(mock, "ada") is None
        waiting(mock, "ben")
        assert match_of(mock, "ada") is not None

    def test_a_session_that_ended_is_not_matched(self, mock: Mock) -> None:
        session = waiting(mock, "ada")
        mock.delete(f"{SESSION}/{session}/player/me", token="ada")
        waiting(mock, "dov")
        assert match_of(mock, "dov") is None


def group(name: str, players: int = 1, **fields: Any) -> Group:
    return Group(name, f"t-{name}", [{"player_uuid": f"{name}{n}", **fields} for n in range(players)])


def names(sides: list[list[Group]] | None) -> list[list[str]] | None:
    return None if sides is None else [[one.session_id for one in side] for side in sides]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([("a", 1), ("b", 1)], None),
        ([("a", 1), ("b", 1), ("c", 1), ("d", 1)], [["a", "c"], ["b", "d"]]),
        ([("a", 2), ("b", 2)], [["a"], ["b"]]),
        ([("a", 2), ("b", 1), ("c", 1)], [["a"], ["b", "c"]]),
        ([("a", 3), ("b", 2), ("c", 2)], [["b"], ["c"]]),
        ([("a", 1), ("b", 1), ("c", 2), ("d", 1), ("e", 1)], [["a", "d"], ["b", "e"]]),
        ([], None),
    ],
)
def test_groups_stay_whole_and_fill_the_teams_of_two(
    groups: list[tuple[str, int]], expected: list[list[str]] | None
) -> None:
    made = match([group(*one) for one in groups], teams=2, size=2, players=4, exact=False)
    assert names(made) == expected


def test_nobody_is_matched_with_themselves() -> None:
    assert match([group("a"), group("a")], teams=2, size=1, players=2, exact=False) is None


class TestSeveralQueues:
    def test_a_session_waits_in_all_that_it_names_and_the_first_is_told_to_old_clients(
        self, mock: Mock
    ) -> None:
        session = created(mock, "ada", "party")
        body = {"queue_ids": ["ranked-duel", "ranked-duel"], "queue_id": "chess"}
        answer = mock.post(f"{SESSION}/{session}/queue", token="ada", json=body)
        assert answer.json()["queue_ids"] == ["ranked-duel"]
        assert read(mock, "ada", session).json()["matchmaking"]["queue_id"] == "ranked-duel"

    def test_one_of_them_that_cannot_be_waited_in_refuses_all(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        body = {"queue_ids": ["ranked-duel", "ranked-shut"]}
        refused(
            mock, mock.post(f"{SESSION}/{session}/queue", token="ada", json=body), 403, "queue_not_active"
        )

    def test_none_at_all_is_a_422(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        for body in ({}, {"queue_ids": []}):
            answer = mock.post(f"{SESSION}/{session}/queue", token="ada", json=body)
            assert answer.json()["detail"][0]["loc"] == ["body", "__root__"]

    def test_a_match_tells_of_its_tickets(self, mock: Mock) -> None:
        source = waiting(mock, "ada")
        mock.advance(30)
        waiting(mock, "dov")
        mock.advance(0)
        results = read(mock, "admin", str(match_of(mock, "ada"))).json()["matchmaking_results"]
        told = {one["queued_session_id"]: one for one in results["ticket_data"]}
        assert (told[source]["player_uuids"], told[source]["queue_ids"]) == ([ADA], ["ranked-duel"])
        assert results["ticket_wait_seconds"][told[source]["ticket_id"]] == 30
