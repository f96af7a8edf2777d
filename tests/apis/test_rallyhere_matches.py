"""RallyHere's matches that are decided outside, searches for more players, and what both are configured by.

Holds `apis/rallyhere/match_made.py` and `apis/rallyhere/backfills.py` too.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.apis.rallyhere import ADA, BEN, CLEO, DOV, SESSION, created, enter, join, read, refused, statuses
from tests.harness import Mock

MATCH = "/session/v1/match-made-session"


def match(
    mock: Mock, who: str = "server", sides: tuple[tuple[str, ...], ...] = ((ADA,), (DOV,)), **body: Any
) -> Any:
    players = [[{"player_uuid": uuid, "status": "member"} for uuid in side] for side in sides]
    told = {
        "teams": [{"players": side, "max_size": 2} for side in players],
        "sessions": ["casual-1"],
        "region_id": "eu-west",
        "match_id": "match-1",
        "match_create_request_time": "2026-01-05T12:00:00Z",
        "match_making_profile_id": "ranked",
    }
    return mock.post(MATCH, token=who, json={**told, **body})


def waiting(mock: Mock, who: str) -> tuple[str, str]:
    session = created(mock, who, "party")
    answer = mock.post(f"{SESSION}/{session}/queue", token=who, json={"queue_id": "ranked-duel"})
    return session, answer.json()["ticket_id"]


class TestMatches:
    def test_its_session_has_the_players_invited_and_ends_their_wait(self, mock: Mock) -> None:
        mine, ticket = waiting(mock, "ada")
        session = match(mock, session_tickets={mine: ticket}).json()["session_id"]
        row = read(mock, "server", session).json()
        assert (row["type"], row["created_by_matchmaking"]) == ("ranked", True)
        assert statuses(row) == {ADA: "invited", DOV: "invited"}
        assert row["matchmaking_results"]["match_making_id"] == "match-1"
        assert row["matchmaking_results"]["ticket_ids"] == [ticket]
        assert row["matchmaking_results"]["profile"]["match_making_profile_id"] == "ranked"
        assert "matchmaking" not in read(mock, "ada", mine).json()
        assert enter(mock, "ada", session).status_code == 200

    def test_a_ticket_that_waits_no_longer_makes_none(self, mock: Mock) -> None:
        mine, ticket = waiting(mock, "ada")
        mock.delete(f"{SESSION}/{mine}/queue", token="ada")
        refused(mock, match(mock, session_tickets={mine: ticket}), 403, "ticket_not_waiting")

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"sessions": ["nowhere"]}, 404, "session_not_found"),
            ({"match_making_profile_id": "chess"}, 404, "match_making_profile_not_found"),
            ({"sessions": []}, 422, ["body", "__root__"]),
            ({"sides": ((ADA,), (ADA,))}, 422, ["body", "teams"]),
            ({"sides": ((ADA, BEN, CLEO), ())}, 422, ["body", "teams"]),
            ({"sides": ()}, 422, ["body", "teams"]),
        ],
    )
    def test_what_makes_no_match_is_refused(self, mock: Mock, body: Any, status: int, code: Any) -> None:
        answer = match(mock, **body)
        assert answer.status_code == status
        told = answer.json()
        assert (told["detail"][0]["loc"] if status == 422 else told["error_code"]) == code
        assert not mock.last.changes

    def test_players_make_none(self, mock: Mock) -> None:
        refused(mock, match(mock, "ada"), 403, "insufficient_permissions")


def searching(mock: Mock, *teams: tuple[int, int]) -> tuple[str, dict[str, Any]]:
    """A match with an instance that looks for more players; returns its session, and how a body names it."""
    session = match(mock, sides=((ADA,), ()), backfill_id="more").json()["session_id"]
    enter(mock, "ada", session)
    answer = mock.post(f"{SESSION}/{session}/instance", token="ada", json={"instance_id": "host-1"})
    assert answer.status_code == 200
    body = {"instance_id": "host-1"}
    wanted = [{"team_id": team, "players_required": count} for team, count in teams]
    assert backfill(mock, "PATCH", session, {**body, "teams": wanted}).status_code == 204
    return session, body


def backfill(mock: Mock, method: str, session: str, body: Any, who: str = "server") -> Any:
    return mock.request(method, f"/session/v1/backfill/session/{session}", token=who, json=body)


class TestBackfill:
    def test_who_waits_is_invited_where_a_team_wants_players(self, mock: Mock) -> None:
        session, body = searching(mock, (1, 1))
        assert backfill(mock, "POST", session, body).json() == {"backfilled_players": []}
        mine, _ = waiting(mock, "dov")
        found = backfill(mock, "POST", session, body).json()["backfilled_players"]
        assert [(one["player_uuid"], one["status"]) for one in found] == [(DOV, "invited")]
        assert found[0]["source_session_id"] == mine
        assert "matchmaking" not in read(mock, "dov", mine).json()
        waiting(mock, "ben")
        assert backfill(mock, "POST", session, body).json() == {"backfilled_players": []}

    def test_who_does_not_fit_those_inside_or_finds_no_room_is_left_waiting(self, mock: Mock) -> None:
        session, body = searching(mock, (1, 4))
        mine = created(mock, "dov", "party", client_version="2.0.0")
        mock.post(f"{SESSION}/{mine}/queue", token="dov", json={"queue_id": "ranked-duel"})
        assert backfill(mock, "POST", session, body).json() == {"backfilled_players": []}
        assert "matchmaking" in read(mock, "dov", mine).json()

    def test_it_lives_as_long_as_it_is_acknowledged(self, mock: Mock) -> None:
        session, body = searching(mock)
        assert mock.get("/session/v1/backfill/config", token="ada").json() == {"timeout": 60}
        for _ in range(3):
            mock.advance(59)
            assert backfill(mock, "POST", session, {**body, "extensions": {"a": "b"}}).status_code == 200
        assert read(mock, "ada", session).json()["backfill"]["extensions"] == {"a": "b"}
        mock.advance(60)
        assert "backfill" not in read(mock, "ada", session).json()
        refused(mock, backfill(mock, "POST", session, body), 404, "backfill_not_found")

    def test_it_is_ended_once_by_who_hosts_its_instance(self, mock: Mock) -> None:
        session, body = searching(mock)
        refused(mock, backfill(mock, "DELETE", session, {"instance_id": "x"}), 403, "instance_mismatch")
        stranger = backfill(mock, "DELETE", session, body, "ben")
        refused(mock, stranger, 403, "insufficient_session_permissions")
        assert backfill(mock, "DELETE", session, body).status_code == 204
        refused(mock, backfill(mock, "DELETE", session, body), 404, "backfill_not_found")

    def test_a_team_that_is_not_there_wants_nobody(self, mock: Mock) -> None:
        session, body = searching(mock)
        wanted = {**body, "teams": [{"team_id": 7, "players_required": 1}]}
        refused(mock, backfill(mock, "PATCH", session, wanted), 403, "team_not_found")


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("v2/match-making-profile/ranked", "match_making_profile_id"),
        ("v2/match-making-templates/C0000000-0000-4000-8000-000000000001", "match_making_template_group_id"),
        ("v1/instance-request-template/b0000000-0000-4000-8000-000000000001", "instance_request_template_id"),
    ],
)
def test_what_is_configured_is_told_with_an_etag_and_the_unknown_is_not_found(
    mock: Mock, path: str, key: str
) -> None:
    answer = mock.get(f"/session/{path}", token="ada")
    assert path.lower().endswith(answer.json()[key])
    again = mock.get(f"/session/{path}", token="ada", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    other = mock.get(f"/session/{path[:-1]}9", token="ada")
    refused(mock, other, 404, "configuration_not_found")


DESERTER = "d0000000-0000-4000-8000-000000000001"


def deserter(mock: Mock, method: str, path: str, who: str = "admin", **body: Any) -> Any:
    options = {"json": body} if method == "PUT" else {}
    return mock.request(method, f"/session/v1/{path}", token=who, **options)


class TestDeserters:
    def held_off(self, mock: Mock, until: str = "2026-01-05T13:00:00+01:00") -> None:
        body = {"deserter_expiration": until, "deserter_count": 2}
        answer = deserter(mock, "PUT", f"player/{DOV.upper()}/deserter/{DESERTER}", **body)
        assert answer.status_code == 200, answer.text

    def test_one_is_held_off_from_waiting_until_the_moment_said(self, mock: Mock) -> None:
        self.held_off(mock, "2026-01-05T13:00:30+01:00")
        mine = created(mock, "dov", "party")
        answer = mock.post(f"{SESSION}/{mine}/queue", token="dov", json={"queue_id": "ranked-duel"})
        refused(mock, answer, 403, "player_is_deserter")
        mock.advance(30)
        told = deserter(mock, "GET", f"player/me/deserter/{DESERTER}", "dov").json()
        assert (told["deserter_status"], told["deserter_count"]) == (False, 2)
        answer = mock.post(f"{SESSION}/{mine}/queue", token="dov", json={"queue_id": "ranked-duel"})
        assert answer.status_code == 200

    def test_the_count_begins_anew_when_it_says(self, mock: Mock) -> None:
        body = {"deserter_expiration": "2026-01-05T23:59:60z", "deserter_reset": "2026-01-05T11:00:00Z"}
        answer = deserter(mock, "PUT", f"player/{DOV}/deserter/{DESERTER}", **body, deserter_count=3)
        assert (answer.json()["deserter_status"], answer.json()["deserter_count"]) == (True, 0)

    def test_players_read_themselves_and_change_nothing(self, mock: Mock) -> None:
        self.held_off(mock)
        assert len(deserter(mock, "GET", f"player/{DOV}/deserter", "dov").json()["deserter_statuses"]) == 1
        assert deserter(mock, "GET", f"player/me/deserter/{DESERTER}", "ada").json() == {
            "deserter_id": DESERTER,
            "deserter_status": False,
            "deserter_count": 0,
        }
        one = f"player/{DOV}/deserter/{DESERTER}"
        for who, method, path in (
            ("ada", "GET", f"player/{DOV}/deserter"),
            ("ada", "GET", one),
            ("dov", "DELETE", one),
            ("dov", "DELETE", f"player/{DOV}/deserter"),
            ("dov", "POST", "deserter:clear"),
            ("dov", "POST", f"deserter/{DESERTER}:clear"),
        ):
            refused(mock, deserter(mock, method, path, who), 403, "insufficient_permissions")

    @pytest.mark.parametrize(
        ("method", "path", "clears"),
        [
            ("DELETE", f"player/{DOV}/deserter/{DESERTER}", False),
            ("DELETE", f"player/{DOV}/deserter", False),
            ("POST", "deserter:clear", True),
            ("POST", f"deserter/{DESERTER.upper()}:clear", True),
        ],
    )
    def test_it_is_forgiven_in_every_way_and_more_than_once(
        self, mock: Mock, method: str, path: str, clears: bool
    ) -> None:
        self.held_off(mock)
        for _ in range(2):
            assert deserter(mock, method, path).status_code == 204
            assert deserter(mock, "GET", f"player/{DOV}/deserter").json() == {"deserter_statuses": []}
        config = deserter(mock, "GET", f"deserter/{DESERTER}", "ada").json()
        assert ("last_cleared_timestamp" in config) is clears
        assert deserter(mock, "GET", "deserter", "ada").json() == {"deserter_configs": [config]}
        unknown = deserter(mock, "POST", "deserter/x:clear")
        refused(mock, unknown, 404, "configuration_not_found")


class TestAudit:
    def tell(self, mock: Mock, who: str, **body: Any) -> Any:
        told = {"event_name": "round_over", "session_id": "casual-1", **body}
        return mock.post("/session/v1/audit", token=who, json=told)

    def events(self, mock: Mock, who: str, **query: Any) -> Any:
        return mock.get("/session/v1/audit", token=who, params=query)

    def test_what_clients_tell_is_kept_under_a_name_of_theirs(self, mock: Mock) -> None:
        assert self.tell(mock, "ben", reason="time", custom_data={"score": "3"}).json() == {}
        (event,) = self.events(mock, "ben", session_id="casual-1").json()["events"]
        assert event == {
            "event_name": "customer.round_over",
            "session_id": "casual-1",
            "reason": "time",
            "custom_data": {"score": "3"},
            "requesting_user_uuid": BEN,
            "event_datetime": "2026-01-05T12:00:00.000Z",
        }

    def test_each_of_several_players_gets_an_event(self, mock: Mock) -> None:
        self.tell(mock, "server", players=[ADA, DOV.upper()])
        assert len(self.events(mock, "server", session_id="casual-1").json()["events"]) == 2
        (event,) = self.events(mock, "dov", player_uuid=DOV).json()["events"]
        assert event["player_uuid"].lower() == DOV
        assert self.events(mock, "ada", session_id="casual-1", player_uuid=ADA).json()["events"]

    def test_pages_and_dates_narrow_what_is_told(self, mock: Mock) -> None:
        for number in range(3):
            self.tell(mock, "ben", reason=str(number))
            mock.advance(60)
        asked = {"session_id": "casual-1", "page_size": 2}
        pages = [self.events(mock, "ben", **asked, page_num=at).json()["events"] for at in range(3)]
        assert [[event["reason"] for event in page] for page in pages] == [["0", "1"], ["2"], []]
        dates = {"start_date": "2026-01-05T12:01:00Z", "end_date": "2026-01-05T13:01:30+01:00"}
        found = self.events(mock, "ben", session_id="casual-1", **dates).json()["events"]
        assert [event["reason"] for event in found] == ["1"]

    def test_others_sessions_and_others_are_not_ones_own(self, mock: Mock) -> None:
        refused(mock, self.tell(mock, "ada"), 403, "insufficient_permissions")
        refused(mock, self.tell(mock, "dov", players=[DOV, ADA]), 403, "insufficient_permissions")
        for query in ({"session_id": "casual-1"}, {"player_uuid": BEN}, {}):
            refused(mock, self.events(mock, "ada", **query), 403, "insufficient_permissions")
        refused(mock, self.tell(mock, "server", session_id="nowhere"), 404, "session_not_found")

    def test_a_name_that_grows_too_long_is_a_422(self, mock: Mock) -> None:
        answer = self.tell(mock, "ben", event_name="x" * 120)
        assert answer.json()["detail"][0]["loc"] == ["body", "event_name"]
        assert self.tell(mock, "ben", event_name="x" * 119).status_code == 200


def test_a_caller_is_told_where_a_proxy_saw_them(mock: Mock) -> None:
    path = "/session/v1/connection-info"
    seen = mock.get(path, token="ada", headers={"x-forwarded-for": "203.0.113.20, 10.0.0.1"}).json()
    assert seen == {"ip": "203.0.113.20"}
    assert mock.get(path, token="ada").json() == {"ip": "127.0.0.1"}


def test_a_platform_session_is_entered_and_left_for_another_with_leave(mock: Mock) -> None:
    platform = "/session/v1/platform/Steam/platform-session/bG9iYnk="
    mock.post(f"{platform}/session/party-1", token="cleo")
    other = mock.post(f"{platform}/player/{DOV}", token="ada", json=join())
    refused(mock, other, 403, "insufficient_permissions")
    assert mock.post(f"{platform}/player/{DOV.upper()}", token="server", json=join()).status_code == 200
    assert statuses(read(mock, "cleo", "party-1").json())[DOV] == "member"
    assert mock.delete(f"{platform}/player/{DOV}", token="dov").status_code == 204
    gone = mock.delete(f"{platform}/player/{DOV}", token="server")
    refused(mock, gone, 404, "platform_player_not_found")
