"""RallyHere's players in sessions: leaving, being added, invited, promoted, moved and kicked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apis.behaviours import bundled_fixtures, folder, switched
from tests.apis.rallyhere import ADA, BEN, CLEO, DOV, SESSION, created, enter, read, refused, statuses
from tests.harness import Mock

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]


@pytest.fixture
def typed(make_mock: MakeMock, home: Home) -> Callable[..., Mock]:
    """A mock in which one session type differs from the bundled one."""

    def make(kind: str, **fields: Any) -> Mock:
        fixtures = bundled_fixtures("rallyhere")
        for template in fixtures["templates"]:
            if template["session_type"] == kind:
                template.update(fields)
        return make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))

    return make


def make(mock: Mock, who: str, whom: str, status: str, session: str, team: int = 0, **fields: Any) -> Any:
    path = f"{SESSION}/{session}/player/{whom}"
    return mock.post(path, token=who, json={"status": status, "team_id": team, **fields})


def leave(mock: Mock, who: str, session: str) -> Any:
    return mock.delete(f"{SESSION}/{session}/player/me", token=who)


def kick(mock: Mock, who: str, whom: str, session: str) -> Any:
    return mock.delete(f"{SESSION}/{session}/player/{whom}", token=who)


def seen(mock: Mock, session: str) -> dict[str, str]:
    return statuses(read(mock, "admin", session).json())


def mine(mock: Mock, who: str) -> dict[str, Any]:
    answer = mock.get("/session/v1/player/me/session", token=who)
    assert answer.status_code == 200
    return answer.json()["sessions"]


class TestLeaving:
    def test_who_leaves_is_gone_and_sees_no_more_how_to_connect(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        assert "join_params" in read(mock, "ada", "casual-1").json()["instance"]
        answer = leave(mock, "ada", "casual-1")
        assert (answer.status_code, answer.content) == (204, b"")
        assert seen(mock, "casual-1") == {BEN: "leader"}
        assert "join_params" not in read(mock, "ada", "casual-1").json()["instance"]

    def test_a_leader_who_leaves_is_followed_by_the_member_of_longest_standing(self, mock: Mock) -> None:
        for who, team in (("dov", 1), ("ada", 0), ("cleo", 0)):
            mock.advance(1)
            enter(mock, who, "casual-1", team)
        leave(mock, "ben", "casual-1")
        assert seen(mock, "casual-1") == {DOV: "leader", ADA: "member", CLEO: "member"}

    def test_the_newest_member_may_follow_instead(self, make_mock: MakeMock, home: Home) -> None:
        mock = make_mock("rallyhere", home=home(fixtures=switched("rallyhere", next_leader="newest")))
        for who in ("ada", "cleo"):
            mock.advance(1)
            enter(mock, who, "casual-1")
        leave(mock, "ben", "casual-1")
        assert seen(mock, "casual-1") == {ADA: "member", CLEO: "leader"}

    def test_an_invited_player_does_not_follow_and_does_not_keep_the_session(self, mock: Mock) -> None:
        leave(mock, "cleo", "party-1")
        assert read(mock, "cleo", "party-1").json()["error_code"] == "session_not_found"
        assert mine(mock, "ada") == {}

    def test_the_last_one_ends_the_session(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        leave(mock, "ada", session)
        assert read(mock, "ada", session).status_code == 404

    def test_a_type_that_keeps_empty_sessions_keeps_it_and_who_comes_next_leads(
        self, typed: Callable[..., Mock]
    ) -> None:
        mock = typed("casual", keep_alive_on_empty=True)
        leave(mock, "ben", "casual-1")
        assert seen(mock, "casual-1") == {}
        assert enter(mock, "ada", "casual-1").json()["status"] == "leader"

    def test_declining_an_invitation_leaves_the_session_as_it_was_without_it(self, mock: Mock) -> None:
        assert leave(mock, "ada", "party-1").status_code == 204
        assert seen(mock, "party-1") == {CLEO: "leader"}
        assert enter(mock, "ada", "party-1").json()["error_code"] == "session_not_joinable"

    def test_leaving_twice_and_leaving_what_one_was_not_in_are_not_found(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        leave(mock, "ada", "casual-1")
        refused(mock, leave(mock, "ada", "casual-1"), 404, "player_not_in_session")
        refused(mock, leave(mock, "dov", "nowhere"), 404, "session_not_found")

    def test_a_session_that_ended_does_not_expire_as_well(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        leave(mock, "ada", session)
        mock.advance(4000)
        assert read(mock, "ben", "casual-1").status_code == 200


class TestAddingAndInviting:
    def test_a_leader_invites_and_the_invited_may_then_enter(self, mock: Mock) -> None:
        answer = make(mock, "cleo", DOV, "invited", "party-1", custom_data={"hat": "red"})
        assert answer.json() == {
            "player_uuid": DOV,
            "status": "invited",
            "team_id": 0,
            "custom_data": {"hat": "red"},
        }
        assert mine(mock, "dov")["party"]["pending_invites"] == {
            "party-1": {"session_id": "party-1", "inviting_player_uuid": CLEO}
        }
        assert enter(mock, "dov", "party-1").status_code == 200
        assert mine(mock, "dov")["party"]["session_ids"] == ["party-1"]

    def test_the_answers_etag_is_the_sessions(self, mock: Mock) -> None:
        tag = make(mock, "cleo", DOV, "invited", "party-1").headers["etag"]
        assert read(mock, "cleo", "party-1").headers["etag"] == tag

    def test_inviting_twice_changes_nothing(self, mock: Mock) -> None:
        first = make(mock, "cleo", DOV, "invited", "party-1")
        mock.advance(5)
        again = make(mock, "cleo", DOV, "invited", "party-1")
        assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
        assert not mock.last.changes

    def test_an_invited_player_may_not_invite_others(self, mock: Mock) -> None:
        answer = make(mock, "ada", DOV, "invited", "party-1")
        refused(mock, answer, 403, "insufficient_session_permissions")

    def test_nor_where_the_session_is_open(self, mock: Mock) -> None:
        make(mock, "ben", ADA, "invited", "casual-1")
        answer = make(mock, "ada", DOV, "invited", "casual-1")
        refused(mock, answer, 403, "insufficient_session_permissions")

    def test_a_member_invites_into_an_open_session_and_not_into_a_closed_one(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        assert make(mock, "ada", DOV, "invited", "casual-1").status_code == 200
        enter(mock, "ada", "party-1")
        answer = make(mock, "ada", DOV, "invited", "party-1")
        refused(mock, answer, 403, "insufficient_session_permissions")

    def test_an_invitation_can_be_accepted_this_way_too(self, mock: Mock) -> None:
        assert make(mock, "ada", ADA, "member", "party-1").json()["status"] == "member"
        assert seen(mock, "party-1") == {CLEO: "leader", ADA: "member"}

    def test_a_stranger_cannot_accept_for_somebody_else(self, mock: Mock) -> None:
        answer = make(mock, "dov", ADA, "member", "party-1")
        refused(mock, answer, 403, "insufficient_session_permissions")

    def test_a_leader_adds_somebody_straight_away(self, mock: Mock) -> None:
        make(mock, "cleo", DOV, "member", "party-1")
        assert seen(mock, "party-1")[DOV] == "member"

    def test_a_reservation_holds_a_place_and_becomes_an_invitation(self, mock: Mock) -> None:
        make(mock, "cleo", DOV, "reserved", "party-1")
        assert mine(mock, "dov")["party"]["reserved_sessions"] == ["party-1"]
        make(mock, "cleo", DOV, "invited", "party-1")
        assert list(mine(mock, "dov")["party"]["pending_invites"]) == ["party-1"]

    def test_a_type_can_keep_reservations_to_itself(self, typed: Callable[..., Mock]) -> None:
        mock = typed("party", notify_on_reservation=False)
        make(mock, "cleo", DOV, "reserved", "party-1")
        assert mine(mock, "dov") == {}

    def test_whoever_is_inside_is_not_invited_again(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        refused(mock, make(mock, "ben", ADA, "invited", "casual-1"), 403, "status_not_permitted")


class TestPromoting:
    def test_promoting_another_demotes_the_promoter(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        assert make(mock, "ben", ADA, "leader", "casual-1").json()["status"] == "leader"
        assert seen(mock, "casual-1") == {BEN: "member", ADA: "leader"}

    def test_an_admin_from_outside_leaves_one_leader_too(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        make(mock, "admin", ADA, "leader", "casual-1")
        assert seen(mock, "casual-1") == {BEN: "member", ADA: "leader"}

    def test_members_promote_nobody_and_not_themselves(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        answer = make(mock, "ada", ADA, "leader", "casual-1")
        refused(mock, answer, 403, "insufficient_session_permissions")

    @pytest.mark.parametrize("session", ["party-1", "casual-1"])
    def test_who_is_not_inside_cannot_lead(self, mock: Mock, session: str) -> None:
        leader = "cleo" if session == "party-1" else "ben"
        refused(mock, make(mock, leader, ADA, "leader", session), 404, "player_not_in_session")

    def test_what_is_kept_of_a_player_stays_when_they_are_promoted(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1", custom_data={"hat": "red"})
        assert make(mock, "ben", ADA, "leader", "casual-1").json()["custom_data"] == {"hat": "red"}

    def test_a_leader_cannot_make_themselves_a_member(self, mock: Mock) -> None:
        assert make(mock, "ben", BEN, "member", "casual-1").json()["status"] == "leader"


class TestRoom:
    def full(self, mock: Mock) -> None:
        mock.patch(f"{SESSION}/casual-1/team/0", token="ben", json={"max_size": 1})

    @pytest.mark.parametrize("overflow", ["fail", "partial_without_overflow"])
    def test_a_full_team_refuses(self, mock: Mock, overflow: str) -> None:
        self.full(mock)
        answer = make(mock, "ben", DOV, "invited", "casual-1", overflow_action=overflow)
        refused(mock, answer, 403, "team_full")

    @pytest.mark.parametrize("overflow", ["allow_overflow", "partial_with_overflow"])
    def test_another_team_takes_whom_the_full_one_does_not(self, mock: Mock, overflow: str) -> None:
        self.full(mock)
        answer = make(mock, "ben", DOV, "invited", "casual-1", overflow_action=overflow)
        assert answer.json()["team_id"] == 1

    def test_where_no_team_has_room_overflowing_is_refused_too(self, mock: Mock) -> None:
        answer = make(mock, "ben", DOV, "invited", "duel-full", overflow_action="allow_overflow")
        refused(mock, answer, 403, "team_full")

    def test_only_overfilling_goes_beyond_a_teams_size_and_only_an_admin_may(self, mock: Mock) -> None:
        self.full(mock)
        answer = make(mock, "ada", DOV, "invited", "casual-1", overflow_action="overfill")
        refused(mock, answer, 403, "insufficient_session_permissions")
        assert make(mock, "ben", DOV, "invited", "casual-1", overflow_action="overfill").status_code == 200
        assert enter(mock, "dov", "casual-1").status_code == 200
        assert len(read(mock, "ben", "casual-1").json()["teams"][0]["players"]) == 2

    def test_an_unknown_team_is_refused(self, mock: Mock) -> None:
        refused(mock, make(mock, "ben", DOV, "invited", "casual-1", 9), 403, "team_not_found")


class TestChoosingATeam:
    def test_where_players_may_not_choose_only_an_admin_moves_them(self, typed: Callable[..., Mock]) -> None:
        mock = typed("casual", can_change_own_team=False)
        enter(mock, "ada", "casual-1")
        refused(mock, enter(mock, "ada", "casual-1", 1), 403, "team_change_not_permitted")
        answer = make(mock, "ada", ADA, "member", "casual-1", 1)
        refused(mock, answer, 403, "team_change_not_permitted")
        assert make(mock, "ben", ADA, "member", "casual-1", 1).json()["team_id"] == 1
        assert enter(mock, "ben", "casual-1", 1).json()["team_id"] == 1, "a leader is an admin"

    def test_an_invitation_is_to_its_team(self, typed: Callable[..., Mock]) -> None:
        mock = typed("casual", can_change_own_team=False)
        make(mock, "ben", ADA, "invited", "casual-1", 1)
        refused(mock, enter(mock, "ada", "casual-1", 0), 403, "team_change_not_permitted")
        assert created(mock, "ada", "casual") == "casual-1"
        teams = read(mock, "ada", "casual-1").json()["teams"]
        assert [player["inviting_player_uuid"] for player in teams[1]["players"]] == [BEN]


class TestKicking:
    def test_a_leader_kicks_a_member_who_sees_no_more_how_to_connect(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        answer = kick(mock, "ben", ADA, "casual-1")
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["etag"] == read(mock, "ben", "casual-1").headers["etag"]
        assert "join_params" not in read(mock, "ada", "casual-1").json()["instance"]

    def test_an_invitation_is_taken_back(self, mock: Mock) -> None:
        kick(mock, "cleo", ADA, "party-1")
        assert mine(mock, "ada") == {}

    def test_members_kick_nobody_but_themselves(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        refused(mock, kick(mock, "ada", BEN, "casual-1"), 403, "insufficient_session_permissions")
        assert kick(mock, "ada", ADA, "casual-1").status_code == 204

    def test_who_may_change_any_player_need_not_be_inside(self, mock: Mock) -> None:
        minted = {"secret": "any", "caller": DOV, "permissions": ["session:update-player:any"]}
        mock.post("/_mockade/v1/credentials", json={"api": "rallyhere", **minted})
        assert kick(mock, "any", BEN, "casual-1").status_code == 204

    def test_kicking_the_last_one_ends_the_session(self, mock: Mock) -> None:
        assert kick(mock, "admin", BEN, "casual-1").status_code == 204
        assert read(mock, "ben", "casual-1").status_code == 404

    def test_who_is_not_there_is_not_found(self, mock: Mock) -> None:
        refused(mock, kick(mock, "ben", DOV, "casual-1"), 404, "player_not_in_session")
        refused(mock, kick(mock, "admin", DOV, "nowhere"), 404, "session_not_found")

    def test_a_players_id_is_the_same_in_capitals(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        assert kick(mock, "ben", ADA.upper(), "casual-1").status_code == 204


class TestWhereAPlayerIs:
    def test_sessions_and_invitations_come_by_type(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        assert mine(mock, "ada") == {
            "casual": {
                "type": "casual",
                "session_ids": ["casual-1"],
                "pending_invites": {},
                "reserved_sessions": [],
            },
            "party": {
                "type": "party",
                "session_ids": [],
                "pending_invites": {
                    "party-1": {"session_id": "party-1", "inviting_player_uuid": CLEO},
                },
                "reserved_sessions": [],
            },
        }

    def test_the_etag_changes_only_with_what_is_answered(self, mock: Mock) -> None:
        path = "/session/v1/player/me/session"
        tag = mock.get(path, token="ada").headers["etag"]
        mock.advance(100)
        enter(mock, "dov", "casual-1")
        assert mock.get(path, token="ada", headers={"if-none-match": tag}).status_code == 304
        leave(mock, "ada", "party-1")
        assert mock.get(path, token="ada", headers={"if-none-match": tag}).status_code == 200

    def test_ones_own_by_id_are_the_same_and_anothers_take_more(self, mock: Mock) -> None:
        path = f"/session/v1/player/{ADA}/session"
        assert mock.get(path, token="ada").json()["sessions"] == mine(mock, "ada")
        refused(mock, mock.get(path, token="ben"), 403, "insufficient_permissions")
        assert mock.get(path, token="admin").json()["sessions"] == mine(mock, "ada")
