"""RallyHere's players one by one: invited, moved, promoted, changed, swapped, read, and given leave.

Holds `apis/rallyhere/sessions_of_players.py` and `apis/rallyhere/session_players.py` too.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.apis.rallyhere import ADA, BEN, CLEO, DOV, SESSION, created, enter, read, refused, statuses
from tests.harness import Mock

V2 = "/session/v2/session"


def act(mock: Mock, who: str, uuid: str, action: str, session: str = "casual-1", **body: Any) -> Any:
    options = {} if action == ":promote" else {"json": body}
    return mock.post(f"{V2}/{session}/player/{uuid}{action}", token=who, **options)


def permit(
    mock: Mock, who: str, uuid: str, name: str, session: str = "casual-1", method: str = "PATCH"
) -> Any:
    return mock.request(method, f"{SESSION}/{session}/player/{uuid}/permission/{name}", token=who)


def teams_of(mock: Mock, session: str = "casual-1") -> list[set[str]]:
    teams = read(mock, "admin", session).json()["teams"]
    return [{one["player_uuid"] for one in team["players"]} for team in teams]


class TestInviting:
    def test_a_member_invites_where_they_are_inside_and_a_stranger_does_not(self, mock: Mock) -> None:
        enter(mock, "ada", "party-1")
        answer = act(mock, "ada", DOV.upper(), ":invite", "party-1")
        assert (answer.status_code, answer.json()["status"]) == (200, "invited")
        assert answer.headers["etag"] == read(mock, "ada", "party-1").headers["etag"]
        refused(mock, act(mock, "ben", BEN, ":invite", "party-1"), 403, "insufficient_session_permissions")

    def test_the_first_team_with_room_is_meant_where_none_is_named(self, mock: Mock) -> None:
        mock.patch(f"{SESSION}/casual-1/team/0", token="ben", json={"max_size": 1})
        assert act(mock, "ben", DOV, ":invite").json()["team_id"] == 1

    @pytest.mark.parametrize(
        ("overflow", "team"), [("fail", None), ("partial_without_overflow", None), ("allow_overflow", 1)]
    )
    def test_a_full_team_overflows_as_asked(self, mock: Mock, overflow: str, team: int | None) -> None:
        mock.patch(f"{SESSION}/casual-1/team/0", token="ben", json={"max_size": 1})
        answer = act(mock, "ben", DOV, ":invite", team_id=0, overflow_action=overflow)
        if team is None:
            refused(mock, answer, 403, "team_full")
        else:
            assert answer.json()["team_id"] == team

    def test_overfilling_is_the_admins(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        body = {"team_id": 0, "overflow_action": "overfill"}
        refused(mock, act(mock, "ada", DOV, ":invite", **body), 403, "insufficient_session_permissions")
        assert act(mock, "ben", DOV, ":invite", **body).status_code == 200

    def test_who_is_inside_is_not_invited(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        refused(mock, act(mock, "ben", ADA, ":invite"), 403, "status_not_permitted")


class TestMovingAndPromoting:
    def test_one_moves_oneself_and_others_only_with_leave(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1", 0)
        enter(mock, "dov", "casual-1", 0)
        assert act(mock, "ada", ADA, ":move", team_id=1).json()["team_id"] == 1
        refused(mock, act(mock, "ada", DOV, ":move", team_id=1), 403, "insufficient_session_permissions")
        permit(mock, "ben", ADA, "move")
        assert act(mock, "ada", DOV, ":move").json()["team_id"] == 1  # the next one with room
        assert teams_of(mock) == [{BEN}, {ADA, DOV}]

    def test_a_full_team_and_an_unknown_one_are_refused(self, mock: Mock) -> None:
        mock.patch(f"{SESSION}/casual-1/team/1", token="ben", json={"max_size": 1})
        enter(mock, "ada", "casual-1", 1)
        refused(mock, act(mock, "ben", BEN, ":move", team_id=1), 403, "team_full")
        refused(mock, act(mock, "ben", BEN, ":move", team_id=7), 403, "team_not_found")

    def test_who_is_promoted_leads_alone(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        refused(mock, act(mock, "ada", ADA, ":promote"), 403, "insufficient_session_permissions")
        assert act(mock, "ben", ADA, ":promote").json()["status"] == "leader"
        assert statuses(read(mock, "ada", "casual-1").json()) == {ADA: "leader", BEN: "member"}

    @pytest.mark.parametrize("action", [":promote", ":move"])
    def test_who_is_only_invited_is_not_there(self, mock: Mock, action: str) -> None:
        refused(mock, act(mock, "cleo", ADA, action, "party-1"), 404, "player_not_in_session")

    def test_custom_data_is_ones_own_or_the_admins_to_change(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1", custom_data={"banner": "copper"})
        assert act(mock, "ada", ADA, "", custom_data={"a": "b"}).json()["custom_data"] == {"a": "b"}
        refused(mock, act(mock, "ada", BEN, ""), 403, "insufficient_session_permissions")
        assert act(mock, "ben", ADA, "").json()["custom_data"] == {}
        refused(mock, act(mock, "ben", DOV, ""), 404, "player_not_in_session")


class TestSwapping:
    def swap(self, mock: Mock, who: str, *players: str) -> Any:
        return mock.post(f"{SESSION}/casual-1/player:swap", token=who, json={"players": players})

    def test_two_change_places_even_where_both_teams_are_full(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1", 0)
        enter(mock, "dov", "casual-1", 1)
        mock.patch(f"{SESSION}/casual-1", token="ben", json={"teams": [{"max_size": 2}, {"max_size": 1}]})
        answer = self.swap(mock, "ben", ADA, DOV.upper())
        assert [(one["player_uuid"], one["team_id"]) for one in answer.json()["players"]] == [
            (ADA, 1),
            (DOV, 0),
        ]
        assert answer.headers["etag"] == read(mock, "ben", "casual-1").headers["etag"]
        assert teams_of(mock) == [{BEN, DOV}, {ADA}]

    def test_leaders_and_those_of_one_team_stay(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1", 1)
        enter(mock, "dov", "casual-1", 1)
        for pair in ((BEN, ADA), (ADA, DOV), (ADA, ADA)):
            refused(mock, self.swap(mock, "ben", *pair), 403, "swap_not_permitted")
        refused(mock, self.swap(mock, "ben", ADA, CLEO), 404, "player_not_in_session")
        refused(mock, self.swap(mock, "ada", ADA, DOV), 403, "insufficient_session_permissions")
        assert self.swap(mock, "ben", ADA).status_code == 422


class TestPermissions:
    def test_what_was_given_can_be_done_until_it_is_taken(self, mock: Mock) -> None:
        for who in ("ada", "dov"):
            enter(mock, who, "casual-1")
        path = f"{SESSION}/casual-1/player/{DOV}"
        refused(mock, mock.delete(path, token="ada"), 403, "insufficient_session_permissions")
        assert permit(mock, "ben", ADA, "kick").json()["permissions"] == ["kick"]
        assert permit(mock, "ben", ADA, "invite").json()["permissions"] == ["invite", "kick"]
        assert mock.delete(path, token="ada").status_code == 204
        told = mock.get(f"{SESSION}/casual-1/player/{ADA}/permission", token="ada")
        assert told.json() == {"player_uuid": ADA, "permissions": ["invite", "kick"]}
        enter(mock, "dov", "casual-1")
        assert permit(mock, "ben", ADA, "kick", method="DELETE").content == b""
        refused(mock, mock.delete(path, token="ada"), 403, "insufficient_session_permissions")

    def test_doing_it_twice_changes_nothing(self, mock: Mock) -> None:
        permit(mock, "ben", BEN, "kick")
        assert permit(mock, "ben", BEN, "kick").status_code == 200
        assert not mock.last.changes
        permit(mock, "ben", BEN, "kick", method="DELETE")
        assert permit(mock, "ben", BEN, "kick", method="DELETE").status_code == 204
        assert not mock.last.changes

    def test_members_give_nothing_and_guests_get_nothing(self, mock: Mock) -> None:
        enter(mock, "dov", "casual-1")
        refused(mock, permit(mock, "dov", DOV, "kick"), 403, "insufficient_session_permissions")
        refused(mock, permit(mock, "cleo", ADA, "kick", "party-1"), 404, "player_not_in_session")
        assert permit(mock, "ben", BEN, "fly").status_code == 422

    def test_who_was_given_invite_brings_players_into_a_closed_session(self, mock: Mock) -> None:
        enter(mock, "ada", "party-1")
        path, body = f"{SESSION}/party-1/player/uuid/{DOV}", {"status": "invited"}
        refused(mock, mock.post(path, token="ada", json=body), 403, "insufficient_session_permissions")
        permit(mock, "cleo", ADA, "invite", "party-1")
        assert mock.post(path, token="ada", json=body).status_code == 200


class TestReading:
    def test_pages_go_on_where_they_ended_until_all_were_told(self, mock: Mock) -> None:
        for who, team in (("ada", 0), ("cleo", 1), ("dov", 1)):
            enter(mock, who, "casual-1", team)
        cursor, found = 0, []
        for _ in range(9):
            page = mock.get(f"{SESSION}/casual-1/player?page_size=3&cursor={cursor}", token="ada").json()
            assert [team["team_id"] for team in page["teams"]] == [0, 1]
            found += [one["player_uuid"] for team in page["teams"] for one in team["players"]]
            cursor = page["cursor"]
            if not cursor:
                break
        assert found == [BEN, ADA, CLEO, DOV]

    def test_one_player_is_told_as_the_session_tells_them(self, mock: Mock) -> None:
        answer = mock.get(f"{SESSION}/party-1/player/{ADA.upper()}", token="dov")
        assert answer.json() == read(mock, "dov", "party-1").json()["teams"][0]["players"][1]
        refused(mock, mock.get(f"{SESSION}/party-1/player/{DOV}", token="dov"), 404, "player_not_in_session")


class TestWholeSessions:
    def invite(self, mock: Mock, who: str, source: str, target: str = "casual-1", **body: Any) -> Any:
        return mock.post(f"{SESSION}/{target}/invited-session/{source}:invite", token=who, json=body)

    def test_all_players_are_invited_from_where_they_are(self, mock: Mock) -> None:
        enter(mock, "ada", "party-1")
        answer = self.invite(mock, "cleo", "party-1", team_id=1, custom_data={"by": "bus"})
        assert {one["player_uuid"] for one in answer.json()["players"]} == {ADA, CLEO}
        assert teams_of(mock) == [{BEN}, {ADA, CLEO}]
        guest = mock.get(f"{SESSION}/casual-1/player/{ADA}", token="ben").json()
        assert (guest["source_session_id"], guest["inviting_player_uuid"]) == ("party-1", CLEO)

    @pytest.mark.parametrize(
        ("overflow", "sides"),
        [
            ("fail", None),
            ("partial_without_overflow", [1, 1]),
            ("partial_with_overflow", [2, 1]),
            ("allow_overflow", [2, 1]),
        ],
    )
    def test_too_many_overflow_as_asked_and_a_refusal_invites_nobody(
        self, mock: Mock, overflow: str, sides: list[int] | None
    ) -> None:
        enter(mock, "ada", "party-1")
        mock.patch(f"{SESSION}/casual-1", token="ben", json={"teams": [{"max_size": 3}, {"max_size": 1}]})
        answer = self.invite(mock, "cleo", "party-1", team_id=1, overflow_action=overflow)
        if sides is None:
            refused(mock, answer, 403, "team_full")
            assert teams_of(mock) == [{BEN}, set()]
        else:
            assert [len(team) for team in teams_of(mock)] == sides

    def test_strangers_invite_neither_others_nor_into_what_is_closed(self, mock: Mock) -> None:
        refused(mock, self.invite(mock, "dov", "party-1"), 403, "insufficient_permissions")
        mine = created(mock, "dov", "party")
        answer = self.invite(mock, "dov", mine, "party-1")
        refused(mock, answer, 403, "insufficient_session_permissions")
        refused(mock, self.invite(mock, "dov", "nowhere"), 404, "session_not_found")

    def test_all_of_a_session_are_taken_out_of_another(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1", 1)
        mine = created(mock, "ada", "party")
        path = f"{SESSION}/casual-1/kicked-session/{mine}"
        refused(mock, mock.delete(path, token="dov"), 403, "insufficient_session_permissions")
        assert mock.delete(path, token="ben").status_code == 204
        assert teams_of(mock) == [{BEN}, set()]
        refused(mock, mock.delete(path, token="ben"), 404, "player_not_in_session")
        own = mock.delete(f"{SESSION}/casual-1/kicked-session/casual-1", token="ben")
        refused(mock, own, 403, "session_not_kicked")


class TestOlderPaths:
    def test_they_do_what_the_newer_ones_do(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1")
        path = f"{SESSION}/casual-1/player/uuid/{ADA}"
        assert mock.post(path, token="ben", json={"status": "leader"}).json()["status"] == "leader"
        where = "/session/v1/player/uuid/{}/session"
        told = mock.get(where.format(ADA), token="ada")
        assert told.json()["sessions"]["casual"]["session_ids"] == ["casual-1"]
        again = mock.get(where.format(ADA), token="ada", headers={"if-none-match": told.headers["etag"]})
        assert again.status_code == 304
        refused(mock, mock.get(where.format(ADA), token="ben"), 403, "insufficient_permissions")
        assert mock.delete(path, token="ada").status_code == 204

    def test_only_who_promotes_needs_leave_to(self, mock: Mock) -> None:
        minted = {"secret": "plain", "caller": BEN, "permissions": ["session:update-player:self"]}
        mock.post("/_mockade/v1/credentials", json={"api": "rallyhere", **minted})
        enter(mock, "ada", "casual-1")
        older = f"{SESSION}/casual-1/player/uuid"
        assert mock.post(f"{older}/{DOV}", token="plain", json={"status": "invited"}).status_code == 200
        answer = mock.post(f"{older}/{ADA}", token="plain", json={"status": "leader"})
        refused(mock, answer, 403, "insufficient_permissions")
