"""Changing RallyHere sessions and their teams, and reading one by its allocation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.apis.rallyhere import SESSION, created, enter, read, refused
from tests.harness import Mock


def change(mock: Mock, who: str, session: str, **fields: Any) -> Any:
    return mock.patch(f"{SESSION}/{session}", token=who, json=fields)


class TestChangingASession:
    def test_what_is_sent_changes_and_the_rest_stays(self, mock: Mock) -> None:
        before = read(mock, "ben", "casual-1").json()
        answer = change(mock, "ben", "casual-1", joinable=False, custom_data={"mode": "duel"})
        joinability = {"open": False, "friends": False, "platform": True}
        changed = {"joinable": False, "joinability": joinability, "custom_data": {"mode": "duel"}}
        assert answer.json() == {**before, **changed}

    def test_the_answers_etag_is_that_of_the_next_read(self, mock: Mock) -> None:
        tag = change(mock, "ben", "casual-1", region_id="us-east").headers["etag"]
        assert read(mock, "ben", "casual-1", headers={"if-none-match": tag}).status_code == 304

    def test_closing_it_keeps_strangers_out_and_opening_it_lets_them_in(self, mock: Mock) -> None:
        change(mock, "ben", "casual-1", joinable=False)
        assert enter(mock, "ada", "casual-1").json()["error_code"] == "session_not_joinable"
        change(mock, "ben", "casual-1", joinable=True)
        assert enter(mock, "ada", "casual-1").status_code == 200

    def test_a_member_and_a_stranger_may_not(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        for who in ("ada", "dov"):
            answer = change(mock, who, "casual-1", joinable=False)
            refused(mock, answer, 403, "insufficient_session_permissions")

    @pytest.mark.parametrize("who", ["admin", "server"])
    def test_whoever_may_change_any_session_need_not_lead_it(self, mock: Mock, who: str) -> None:
        assert change(mock, who, "casual-1", joinable=False).status_code == 200

    def test_the_list_of_teams_says_how_many_there_are(self, mock: Mock) -> None:
        teams = change(mock, "ben", "casual-1", teams=[{"max_size": 2}, {}, {"max_size": 9}]).json()["teams"]
        assert [(team["team_id"], team["max_size"]) for team in teams] == [(0, 2), (1, 4), (2, 9)]
        teams = change(mock, "ben", "casual-1", teams=[{}]).json()["teams"]
        assert [team["team_id"] for team in teams] == [0]

    def test_a_new_team_without_a_size_has_the_types(self, mock: Mock) -> None:
        teams = change(mock, "ben", "casual-1", teams=[{}, {}, {}]).json()["teams"]
        assert teams[2]["max_size"] == 4

    def test_a_size_that_would_not_hold_those_inside_is_refused(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        refused(mock, change(mock, "ben", "casual-1", teams=[{"max_size": 1}, {}]), 403, "team_too_small")

    def test_a_team_with_players_does_not_go(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1", 1)
        refused(mock, change(mock, "ben", "casual-1", teams=[{}]), 403, "team_not_empty")

    def test_no_teams_at_all_are_a_422(self, mock: Mock) -> None:
        answer = change(mock, "ben", "casual-1", teams=[])
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["body", "teams"]


class TestChangingATeam:
    def test_its_size_and_its_custom_data_change(self, mock: Mock) -> None:
        answer = mock.patch(
            f"{SESSION}/casual-1/team/1", token="ben", json={"max_size": 1, "custom_data": {"colour": "red"}}
        )
        assert answer.json() == {
            "team_id": 1,
            "max_size": 1,
            "players": [],
            "custom_data": {"colour": "red"},
        }
        assert answer.headers["etag"] == read(mock, "ben", "casual-1").headers["etag"]

    def test_a_smaller_team_is_full_sooner(self, mock: Mock) -> None:
        mock.patch(f"{SESSION}/casual-1/team/1", token="ben", json={"max_size": 1})
        assert enter(mock, "ada", "casual-1", 1).status_code == 200
        assert enter(mock, "cleo", "casual-1", 1).json()["error_code"] == "team_full"

    def test_a_team_that_is_not_there_is_refused(self, mock: Mock) -> None:
        answer = mock.patch(f"{SESSION}/casual-1/team/7", token="ben", json={})
        refused(mock, answer, 403, "team_not_found")

    def test_the_session_lives_its_whole_time_again_unless_told_not_to(self, mock: Mock) -> None:
        for query, lives in (("", True), ("?refresh_ttl=false", False)):
            session = created(mock, "dov", "party")
            mock.advance(3000)
            mock.patch(f"{SESSION}/{session}/team/0{query}", token="dov", json={})
            mock.advance(3000)
            assert (read(mock, "dov", session).status_code == 200) is lives


class TestReadingByAllocation:
    PATH = f"{SESSION}/allocation/allocation-casual-1"

    def test_a_server_finds_its_session(self, mock: Mock) -> None:
        answer = mock.get(self.PATH, token="server")
        assert answer.json() == read(mock, "server", "casual-1").json()
        tag = answer.headers["etag"]
        assert mock.get(self.PATH, token="server", headers={"if-none-match": tag}).status_code == 304

    def test_players_may_not_ask_for_allocations(self, mock: Mock) -> None:
        refused(mock, mock.get(self.PATH, token="ben"), 403, "insufficient_permissions")

    def test_an_allocation_that_nobody_has_is_not_found(self, mock: Mock) -> None:
        answer = mock.get(f"{SESSION}/allocation/none", token="server")
        refused(mock, answer, 404, "session_not_found")
