"""RallyHere's three session operations, as its client would use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.catalogue.files import bundled
from tests.apis.rallyhere import ADA, BEN, CLEO, SESSION, create, created, enter, join, read, statuses
from tests.harness import Mock


class TestCreateOrJoin:
    def test_the_oldest_open_session_of_the_type_is_joined(self, mock: Mock) -> None:
        assert created(mock, "ada", "casual") == "casual-1"
        assert statuses(read(mock, "ada", "casual-1").json()) == {BEN: "leader", ADA: "member"}

    def test_whoever_is_inside_one_of_the_type_gets_that_one(self, mock: Mock) -> None:
        before = mock.state.tables
        assert created(mock, "ben", "casual") == "casual-1"
        assert mock.state.tables is before

    def test_when_none_has_room_one_is_created_with_the_player_leading(self, mock: Mock) -> None:
        session = created(mock, "ada", "duel")
        assert session != "duel-full"
        body = read(mock, "ada", session).json()
        assert statuses(body) == {ADA: "leader"}
        assert [team["max_size"] for team in body["teams"]] == [1, 1]
        assert body["joinable"] is True
        assert body["created"] == "2026-01-05T12:00:00.000Z"

    def test_a_type_that_is_not_joined_by_itself_always_makes_a_new_session(self, mock: Mock) -> None:
        session = created(mock, "dov", "party")
        assert session != "party-1"
        assert read(mock, "dov", session).json()["joinable"] is False

    def test_an_unknown_type_is_a_bad_request(self, mock: Mock) -> None:
        answer = mock.post(SESSION, token="ada", json=create("chess"))
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "session_type_not_found"
        assert answer.json()["auth_success"] is True

    def test_a_type_that_players_may_not_create_is_forbidden(self, mock: Mock) -> None:
        answer = mock.post(SESSION, token="ada", json=create("ranked"))
        assert (answer.status_code, answer.json()["error_code"]) == (403, "session_creation_not_permitted")

    def test_the_player_object_decides_about_the_player(self, mock: Mock) -> None:
        player = {**join(1, custom_data={"hat": "red"}), "status": "member"}
        session = created(mock, "ada", "casual", player=player)
        team = read(mock, "ada", session).json()["teams"][1]
        assert [p["custom_data"] for p in team["players"]] == [{"hat": "red"}]

    def test_without_a_player_object_the_first_team_with_room_is_taken(self, mock: Mock) -> None:
        session = created(mock, "ada", "duel")
        assert created(mock, "dov", "duel") == session
        assert [len(team["players"]) for team in read(mock, "ada", session).json()["teams"]] == [1, 1]

    def test_a_team_that_a_new_session_would_not_have_is_refused(self, mock: Mock) -> None:
        before = mock.state
        answer = mock.post(SESSION, token="ada", json=create("party", player=join(7)))
        assert (answer.status_code, answer.json()["error_code"]) == (403, "team_not_found")
        assert mock.state is before

    def test_the_preferred_region_comes_first_but_is_not_required(self, mock: Mock) -> None:
        there = created(mock, "dov", "duel", region_id="us-east")
        here = created(mock, "ada", "duel", region_id="eu-west")
        assert here == there, "the only open session is taken although its region differs"
        assert created(mock, "cleo", "casual", region_id="eu-west") == "casual-1"

    def test_a_session_of_another_major_version_is_passed_over(self, mock: Mock) -> None:
        assert created(mock, "ada", "casual", client_version="2.0.0") != "casual-1"
        assert created(mock, "dov", "casual", client_version="1.9.3") == "casual-1"

    @pytest.mark.parametrize(
        ("preference", "fits"),
        [
            ({"permitted_platform": "desired_platforms_any", "permitted_input": "desired_inputs_any"}, True),
            (
                {"permitted_platform": "desired_platforms_xboxlike", "permitted_input": "desired_inputs_any"},
                False,
            ),
            (
                {"permitted_platform": "desired_platforms_any", "permitted_input": "desired_inputs_gamepad"},
                False,
            ),
            (
                {
                    "permitted_platform": "desired_platforms_any",
                    "permitted_input": "desired_inputs_keyboardandmouse",
                },
                True,
            ),
        ],
    )
    def test_crossplay_preferences_of_the_newcomer_hold(
        self, mock: Mock, preference: Any, fits: bool
    ) -> None:
        session = created(mock, "ada", "casual", crossplay_preferences=preference)
        assert (session == "casual-1") is fits

    def test_crossplay_preferences_of_those_inside_hold_too(self, mock: Mock) -> None:
        only_xbox = {
            "permitted_platform": "desired_platforms_xboxlike",
            "permitted_input": "desired_inputs_any",
        }
        xbox = {"platform": "XboxLive", "input": "gamepad"}
        session = created(mock, "dov", "duel", client_settings=xbox, crossplay_preferences=only_xbox)
        assert created(mock, "ada", "duel") != session
        assert created(mock, "cleo", "casual", client_settings=xbox) == "casual-1"

    def test_a_platform_number_is_enough_and_the_name_wins_over_it(self, mock: Mock) -> None:
        numbered = created(mock, "ada", "party", client_settings={"platform_id": 9, "input": "touch"})
        both = {"platform": "Epic", "platform_id": 9, "input": "touch"}
        named = created(mock, "dov", "party", client_settings=both)
        seen = [
            read(mock, who, session).json()["teams"][0]["players"][0]["client_settings"]["platform"]
            for who, session in (("ada", numbered), ("dov", named))
        ]
        assert seen == ["PSN", "Epic"]

    @pytest.mark.parametrize("version", ["one", "", "1.0", "++main+CL-77"])
    def test_any_text_is_a_version_and_fits_its_equal(self, mock: Mock, version: str) -> None:
        session = created(mock, "ada", "duel", client_version=version)
        player = read(mock, "ada", session).json()["teams"][0]["players"][0]
        assert player["version"] == version
        assert enter(mock, "dov", session, 1, client_version="1.0.0").status_code == 403
        assert enter(mock, "dov", session, 1, client_version=version).status_code == 200

    def test_any_number_is_ignored_beside_a_platform_and_must_be_known_alone(self, mock: Mock) -> None:
        for number in (0, -7, 999):
            both = {"platform": "Epic", "platform_id": number, "input": "touch"}
            assert created(mock, "ada", "party", client_settings=both)
            alone = {"platform_id": number, "input": "touch"}
            answer = mock.post(SESSION, token="ada", json=create("party", client_settings=alone))
            assert answer.status_code == 422
            [fault] = answer.json()["detail"]
            assert fault["loc"] == ["body", "client_settings", "platform_id"]
            assert fault["type"] == "type_error.enum"

    def test_without_any_platform_the_request_is_invalid_where_the_vendor_says_so(self, mock: Mock) -> None:
        answer = mock.post(SESSION, token="ada", json=create("casual", client_settings={"input": "touch"}))
        assert answer.status_code == 422
        assert [error["loc"] for error in answer.json()["detail"]] == [
            ["body", "client_settings", "__root__"]
        ]

    def test_a_closed_instance_is_not_joined_by_type(
        self, make_mock: Callable[..., Mock], home: Callable[..., Path]
    ) -> None:
        text = (bundled("fixtures") / "rallyhere.yaml").read_text()
        closed = text.replace("join_status: joinable", "join_status: closed")
        mock = make_mock("rallyhere", home=home(fixtures={"rallyhere.yaml": closed}))
        assert created(mock, "ada", "casual") != "casual-1"


class TestJoin:
    def test_a_newcomer_becomes_a_member_of_the_team_asked_for(self, mock: Mock) -> None:
        answer = enter(mock, "ada", "casual-1", 1, custom_data={"hat": "blue"})
        assert answer.status_code == 200
        assert answer.json() == {
            "player_uuid": ADA,
            "status": "member",
            "team_id": 1,
            "custom_data": {"hat": "blue"},
        }

    def test_the_answer_carries_the_sessions_etag(self, mock: Mock) -> None:
        tag = enter(mock, "ada", "casual-1").headers["etag"]
        answer = read(mock, "ada", "casual-1", headers={"if-none-match": tag})
        assert answer.status_code == 304
        assert answer.content == b""

    def test_a_full_team_refuses_a_newcomer(self, mock: Mock) -> None:
        before = mock.state
        answer = enter(mock, "ada", "duel-full")
        assert (answer.status_code, answer.json()["error_code"]) == (403, "team_full")
        assert mock.state is before

    def test_a_private_session_refuses_the_uninvited(self, mock: Mock) -> None:
        answer = enter(mock, "dov", "party-1")
        assert (answer.status_code, answer.json()["error_code"]) == (403, "session_not_joinable")

    def test_an_invitation_lets_in_once(self, mock: Mock) -> None:
        assert enter(mock, "ada", "party-1").json()["status"] == "member"
        session = read(mock, "ada", "party-1").json()
        assert statuses(session) == {CLEO: "leader", ADA: "member"}

    def test_a_team_that_is_not_there_is_refused(self, mock: Mock) -> None:
        answer = enter(mock, "ada", "casual-1", 5)
        assert (answer.status_code, answer.json()["error_code"]) == (403, "team_not_found")

    def test_another_version_is_refused(self, mock: Mock) -> None:
        answer = enter(mock, "ada", "casual-1", client_version="2.0.0")
        assert (answer.status_code, answer.json()["error_code"]) == (403, "version_mismatch")

    def test_crossplay_that_does_not_fit_is_refused(self, mock: Mock) -> None:
        preferences = {
            "permitted_platform": "desired_platforms_playstationlike",
            "permitted_input": "desired_inputs_any",
        }
        answer = enter(mock, "ada", "casual-1", crossplay_preferences=preferences)
        assert (answer.status_code, answer.json()["error_code"]) == (403, "crossplay_mismatch")

    def test_a_missing_session_is_not_found_by_its_code(self, mock: Mock) -> None:
        answer = enter(mock, "ada", "nowhere")
        assert (answer.status_code, answer.json()["error_code"]) == (404, "session_not_found")

    def test_joining_again_is_an_update_of_oneself(self, mock: Mock) -> None:
        enter(mock, "ada", "casual-1", 0)
        answer = enter(mock, "ada", "casual-1", 1, custom_data={"hat": "green"})
        assert answer.json()["team_id"] == 1
        session = read(mock, "ada", "casual-1").json()
        assert [[p["player_uuid"] for p in team["players"]] for team in session["teams"]] == [[BEN], [ADA]]

    def test_a_leader_who_joins_again_stays_the_leader(self, mock: Mock) -> None:
        assert enter(mock, "ben", "casual-1", status="member").json()["status"] == "leader"

    @pytest.mark.parametrize("asked", ["leader", "invited", "reserved"])
    def test_where_there_is_a_leader_any_wish_makes_a_member(self, mock: Mock, asked: str) -> None:
        assert enter(mock, "ada", "casual-1", status=asked).json()["status"] == "member"

    def test_the_expiry_moves_when_the_join_asks_for_it(self, mock: Mock) -> None:
        session = created(mock, "ada", "duel")
        mock.advance(3000)
        path = f"{SESSION}/{session}/player/me?refresh_ttl=true"
        assert mock.post(path, token="dov", json=join(1)).status_code == 200
        mock.advance(3000)
        assert read(mock, "dov", session).status_code == 200


class TestGet:
    def test_a_member_sees_how_to_connect_and_an_outsider_does_not(self, mock: Mock) -> None:
        assert "join_params" in read(mock, "ben", "casual-1").json()["instance"]
        assert "join_params" not in read(mock, "ada", "casual-1").json()["instance"]
        assert "join_params" in read(mock, "admin", "casual-1").json()["instance"]

    def test_an_invited_player_is_not_yet_inside(
        self, make_mock: Callable[..., Mock], home: Callable[..., Path]
    ) -> None:
        text = (bundled("fixtures") / "rallyhere.yaml").read_text()
        invited = text.replace(BEN, ADA, 2).replace("status: leader", "status: invited", 1)
        for switch, sees in (
            (invited, False),
            (invited.replace("_is_active: false", "_is_active: true"), True),
        ):
            mock = make_mock("rallyhere", home=home(fixtures={"rallyhere.yaml": switch}))
            assert ("join_params" in read(mock, "ada", "casual-1").json()["instance"]) is sees

    def test_joining_opens_the_full_view_with_another_etag(self, mock: Mock) -> None:
        limited = read(mock, "ada", "casual-1").headers["etag"]
        assert read(mock, "ben", "casual-1").headers["etag"] != limited
        enter(mock, "ada", "casual-1")
        assert "join_params" in read(mock, "ada", "casual-1").json()["instance"]

    @pytest.mark.parametrize("form", ["{tag}", '"other", {tag}', "*", "W/{tag}"])
    def test_a_known_etag_is_not_modified(self, mock: Mock, form: str) -> None:
        tag = read(mock, "ben", "casual-1").headers["etag"]
        answer = read(mock, "ben", "casual-1", headers={"if-none-match": form.format(tag=tag)})
        assert answer.status_code == 304
        assert answer.headers["etag"] == tag
        assert answer.content == b""

    def test_an_etag_of_before_a_change_is_modified(self, mock: Mock) -> None:
        tag = read(mock, "ben", "casual-1").headers["etag"]
        enter(mock, "ada", "casual-1")
        assert read(mock, "ben", "casual-1", headers={"if-none-match": tag}).status_code == 200

    def test_absent_optionals_are_omitted_never_null(self, mock: Mock) -> None:
        def nulls(value: Any) -> int:
            members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            return (value is None) + sum(nulls(member) for member in members)

        body = read(mock, "cleo", "party-1").json()
        assert nulls(body) == 0
        assert "instance" not in body
        assert "region_id" not in body

    def test_documented_defaults_are_filled_in(self, mock: Mock) -> None:
        body = read(mock, "cleo", "party-1").json()
        assert body["custom_data"] == {}
        assert body["platform_session"] == []
        assert body["created_by_matchmaking"] is False

    def test_a_session_past_its_time_is_gone(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        mock.advance(3599)
        assert read(mock, "ada", session, params={"refresh_ttl": "false"}).status_code == 200
        mock.advance(1)
        answer = read(mock, "ada", session)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "session_not_found")

    def test_reading_keeps_a_session_alive_unless_told_not_to(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        for _ in range(3):
            mock.advance(3000)
            assert read(mock, "ada", session).status_code == 200
        mock.advance(3000)
        assert read(mock, "ada", session, params={"refresh_ttl": "false"}).status_code == 200
        mock.advance(3000)
        assert read(mock, "ada", session).status_code == 404

    def test_reading_does_not_change_the_row_or_its_etag(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        tag = read(mock, "ada", session).headers["etag"]
        mock.advance(10)
        assert read(mock, "ada", session).headers["etag"] == tag
        assert not mock.last.changes

    def test_fixture_sessions_do_not_expire(self, mock: Mock) -> None:
        mock.advance(10 * 24 * 3600)
        assert read(mock, "ben", "casual-1").status_code == 200

    def test_a_bare_question_mark_is_accepted(self, mock: Mock) -> None:
        assert mock.get(f"{SESSION}/casual-1?", token="ben").status_code == 200


class TestAuthentication:
    @pytest.mark.parametrize(
        ("token", "code"),
        [("", "auth_malformed_access"), ("nobody", "auth_token_unknown"), ("expired", "auth_token_expired")],
    )
    def test_a_failed_token_is_told_from_a_refused_action(self, mock: Mock, token: str, code: str) -> None:
        answer = read(mock, token, "casual-1")
        assert answer.status_code == 403
        assert (answer.json()["auth_success"], answer.json()["error_code"]) == (False, code)

    def test_lacking_permissions_keep_auth_success(self, mock: Mock) -> None:
        answer = read(mock, "outsider", "casual-1")
        assert answer.status_code == 403
        assert answer.json() == {
            "auth_success": True,
            "error_code": "insufficient_permissions",
            "desc": "Insufficient Permissions",
        }

    @pytest.mark.parametrize("value", ["bearer ada", "Bearer ada", '"bearer ada"'])
    def test_the_token_may_come_as_a_cookie(self, mock: Mock, value: str) -> None:
        answer = mock.get(
            f"{SESSION}/casual-1", headers={"cookie": f"theme=dark; Authorization={value}; x=y"}
        )
        assert answer.status_code == 200
        assert mock.last.caller == ADA

    def test_a_bad_token_can_be_made_a_401(self, switched_mock: Callable[..., Mock]) -> None:
        assert read(switched_mock(auth_failure_status=401), "nobody", "casual-1").status_code == 401


class TestViolations:
    def test_all_violations_come_at_once_in_pydantics_words(self, mock: Mock) -> None:
        body = {"client_version": 7, "client_settings": {"platform": "Atari"}, "session_type": "casual"}
        answer = mock.post(SESSION, token="ada", json=body)
        assert answer.status_code == 422
        told = {tuple(error["loc"]): (error["msg"], error["type"]) for error in answer.json()["detail"]}
        assert told[("body", "client_version")] == ("str type expected", "type_error.str")
        assert told[("body", "client_settings", "input")] == ("field required", "value_error.missing")
        assert told[("body", "client_settings", "platform")][1] == "type_error.enum"
        assert len(told) == 3

    def test_unparsable_json_is_a_422(self, mock: Mock) -> None:
        answer = mock.post(SESSION, token="ada", headers={"content-type": "application/json"}, content=b"{")
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["type"] == "value_error.jsondecode"
        assert answer.json()["detail"][0]["loc"] == ["body"]

    def test_an_absent_body_is_a_422(self, mock: Mock) -> None:
        answer = mock.post(SESSION, token="ada")
        assert answer.status_code == 422
        assert answer.json()["detail"] == [
            {"loc": ["body"], "msg": "field required", "type": "value_error.missing"}
        ]

    def test_a_negative_team_is_a_422(self, mock: Mock) -> None:
        answer = enter(mock, "ada", "casual-1", -1)
        assert answer.json()["detail"][0]["msg"] == "ensure this value is greater than or equal to 0"

    def test_a_bad_refresh_ttl_is_a_422(self, mock: Mock) -> None:
        answer = read(mock, "ada", "casual-1", params={"refresh_ttl": "perhaps"})
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["query", "refresh_ttl"]


class TestSwitches:
    @pytest.mark.parametrize(
        ("switch", "value", "who", "session", "fields", "status", "code"),
        [
            ("full_team_status", 404, "ada", "duel-full", {}, 404, "team_full"),
            ("unknown_team_status", 404, "ada", "casual-1", {"team_id": 9}, 404, "team_not_found"),
            ("second_leader", "refuse", "ada", "casual-1", {"status": "leader"}, 403, "leader_exists"),
            (
                "asking_to_be_invited",
                "refuse",
                "ada",
                "casual-1",
                {"status": "invited"},
                403,
                "status_not_permitted",
            ),
            (
                "compatible_versions",
                "exact",
                "ada",
                "casual-1",
                {"client_version": "1.0.1"},
                403,
                "version_mismatch",
            ),
        ],
    )
    def test_a_switched_refusal(
        self,
        switched_mock: Callable[..., Mock],
        switch: str,
        value: Any,
        who: str,
        session: str,
        fields: dict[str, Any],
        status: int,
        code: str,
    ) -> None:
        mock = switched_mock(**{switch: value})
        answer = mock.post(f"{SESSION}/{session}/player/me", token=who, json={**join(), **fields})
        assert (answer.status_code, answer.json()["error_code"]) == (status, code)

    def test_an_unknown_type_can_be_forbidden(self, switched_mock: Callable[..., Mock]) -> None:
        mock = switched_mock(unknown_type_status=403)
        assert mock.post(SESSION, token="ada", json=create("chess")).status_code == 403

    def test_the_limited_view_can_drop_the_whole_instance(self, switched_mock: Callable[..., Mock]) -> None:
        mock = switched_mock(limited_view="instance")
        assert "instance" not in read(mock, "ada", "casual-1").json()
        assert "instance" in read(mock, "ben", "casual-1").json()

    def test_the_lifetime_can_be_set(self, switched_mock: Callable[..., Mock]) -> None:
        mock = switched_mock(session_lifetime_seconds=5)
        session = created(mock, "ada", "party")
        mock.advance(5)
        assert read(mock, "ada", session).status_code == 404

    def test_joining_again_can_be_without_effect(self, switched_mock: Callable[..., Mock]) -> None:
        mock = switched_mock(joining_again="ignore")
        assert enter(mock, "ben", "casual-1", 1).json()["team_id"] == 0
        assert not mock.last.changes
