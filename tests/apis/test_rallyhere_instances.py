"""RallyHere's instances: how they come up, what their hosts tell, and their health."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apis.behaviours import bundled_fixtures, folder, switched
from tests.apis.rallyhere import ADA, SESSION, created, enter, join, read, refused
from tests.harness import Mock

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]
Started = Callable[..., Mock]
TEMPLATE = "b0000000-0000-4000-8000-000000000001"
ADDRESS = {"public_conn_str": "198.51.100.1:7777", "private_conn_str": "10.1.1.1:7777"}


@pytest.fixture
def started(make_mock: MakeMock, home: Home) -> Started:
    """A mock whose instances come up in another way."""

    def make(**how: Any) -> Mock:
        switches = {f"instance_{name}": value for name, value in how.items()}
        return make_mock("rallyhere", home=home(fixtures=switched("rallyhere", **switches)))

    return make


def ask(mock: Mock, who: str, session: str, **body: Any) -> Any:
    return mock.post(f"{SESSION}/{session}/instance", token=who, json=body)


def tell(mock: Mock, who: str, session: str, **body: Any) -> Any:
    return mock.patch(f"{SESSION}/{session}/instance", token=who, json=body)


def finish(mock: Mock, who: str, session: str) -> Any:
    return mock.delete(f"{SESSION}/{session}/instance", token=who)


def report(mock: Mock, session: str, instance: str, health: str = "healthy", who: str = "ben") -> Any:
    body = {"instance_health": health, "instance_id": instance}
    return mock.post(f"{SESSION}/{session}/instance/health", token=who, json=body)


def instance(mock: Mock, session: str, who: str = "ada") -> dict[str, Any]:
    return read(mock, who, session).json()["instance"]


def status(mock: Mock, session: str) -> str:
    return instance(mock, session)["join_status"]


def hosted(mock: Mock) -> str:
    """A party of Ada's that she hosts."""
    session = created(mock, "ada", "party")
    assert ask(mock, "ada", session, host_type="player").status_code == 200
    return session


class TestComingUp:
    def test_a_dedicated_one_takes_its_time_step_by_step(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        answer = ask(mock, "ada", session).json()
        assert (answer["host_type"], answer["join_status"]) == ("dedicated", "requested")
        seen = []
        for _ in range(3):
            mock.advance(1)
            seen.append(status(mock, session))
        assert seen == ["allocated", "pending", "joinable"]
        body = instance(mock, session)
        assert body["join_params"]["public_conn_str"]
        assert (body["instance_health"], "allocation_id" in body) == ("healthy", True)

    def test_the_etag_changes_at_each_step_and_at_no_other_time(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        tags = []
        for _ in range(8):
            tags.append(read(mock, "ada", session).headers["etag"])
            mock.advance(0.5)
        assert [tags.index(tag) for tag in tags] == [0, 0, 2, 2, 4, 4, 6, 6]

    def test_it_can_be_there_at_once(self, started: Started) -> None:
        mock = started(start="immediately")
        session = created(mock, "ada", "party")
        answer = ask(mock, "ada", session).json()
        assert answer["join_status"] == "joinable"
        assert "join_params" in answer

    def test_reads_can_bring_it_up_even_those_that_are_not_modified(self, started: Started) -> None:
        mock = started(start="reads", start_count=4)
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        tag, told = "", []
        for _ in range(6):
            answer = read(mock, "ada", session, headers={"if-none-match": tag})
            told.append(answer.status_code)
            tag = answer.headers["etag"]
        assert told == [200, 200, 200, 200, 304, 304]
        assert status(mock, session) == "joinable"
        mock.advance(1000)
        assert status(mock, session) == "joinable"

    def test_it_can_wait_for_its_host_alone(self, started: Started) -> None:
        mock = started(start="host")
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        mock.advance(1000)
        assert status(mock, session) == "requested"
        assert tell(mock, "server", session, join_status="allocated", allocation_id="a-1").status_code == 200
        for step in ("pending", "joinable"):
            assert tell(mock, "server", session, join_status=step, allocation_id="a-1").status_code == 200
        assert mock.get(f"{SESSION}/allocation/a-1", token="server").json()["session_id"] == session

    @pytest.mark.parametrize("start", ["immediately", "seconds", "reads"])
    def test_it_can_be_made_to_fail(self, started: Started, start: str) -> None:
        mock = started(start=start, start_fails=True)
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        for _ in range(4):
            mock.advance(1)
            read(mock, "ada", session)
        assert status(mock, session) == "closed"
        assert "join_params" not in instance(mock, session)
        assert ask(mock, "ada", session).status_code == 200, "where one has closed there may be another"

    def test_the_health_of_one_that_failed_is_not_asked_of_the_next(self, started: Started) -> None:
        mock = started(start="seconds", start_count=60, start_fails=True)
        session = created(mock, "ada", "party")
        ask(mock, "ada", session, instance_id="first")
        mock.advance(59)
        report(mock, session, "first", who="ada")
        mock.advance(1)
        assert status(mock, session) == "closed"
        ask(mock, "ada", session, instance_id="second")
        mock.advance(30)
        assert instance(mock, session).get("instance_health") != "unknown"

    @pytest.mark.parametrize("start", ["seconds", "reads"])
    @pytest.mark.parametrize("written", [None, {"join_status": "joinable"}, {"join_status": "closed"}])
    def test_one_that_was_written_over_takes_no_step(
        self, started: Started, start: str, written: Any
    ) -> None:
        mock = started(start=start, start_count=4)
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        row = f"/_mockade/v1/state/rallyhere/sessions/{session}"
        assert mock.patch(row, json={"instance": written}).status_code == 200
        mock.advance(60)
        for _ in range(6):
            assert read(mock, "ada", session).status_code == 200

    def test_a_type_says_for_itself_how(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = bundled_fixtures("rallyhere")
        for template in fixtures["templates"]:
            if template["session_type"] == "party":
                template["_instance"] = {"start": "immediately"}
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
        assert ask(mock, "ada", created(mock, "ada", "party")).json()["join_status"] == "joinable"
        assert ask(mock, "dov", created(mock, "dov", "duel")).json()["join_status"] == "requested"

    @pytest.mark.parametrize(
        "auto",
        [
            {"auto_startup_params": {"map": "/Game/Maps/Harbour", "misc_params": ""}},
            {"auto_startup_instance_template_id": TEMPLATE},
        ],
    )
    def test_a_type_gives_its_sessions_an_instance_from_the_start(
        self, make_mock: MakeMock, home: Home, auto: dict[str, Any]
    ) -> None:
        fixtures = bundled_fixtures("rallyhere")
        for template in fixtures["templates"]:
            if template["session_type"] == "party":
                template.update(auto)
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
        session = created(mock, "ada", "party")
        mock.advance(3)
        body = instance(mock, session)
        assert body["join_status"] == "joinable"
        assert body["instance_startup_params"]["map"].startswith("/Game/Maps/")

    def test_a_fixture_whose_instance_is_under_way_goes_on(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = bundled_fixtures("rallyhere")
        fixtures["sessions"][0]["instance"]["join_status"] = "pending"
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)), frozen=False)
        mock.advance(1)
        assert instance(mock, "casual-1", "ben")["join_status"] == "joinable"

    def test_a_session_that_has_gone_takes_its_instance_with_it(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        mock.delete(f"{SESSION}/{session}/player/me", token="ada")
        mock.advance(10)
        assert read(mock, "ada", session).status_code == 404


class TestAsking:
    def test_what_is_asked_for_is_kept(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        params = {"map": "/Game/Maps/Quay", "misc_params": "-log", "custom_data": {}}
        asked = {"instance_id": "mine", "instance_startup_params": params, "custom_data": {"tier": "2"}}
        answer = ask(mock, "ada", session, **asked).json()
        assert {name: answer[name] for name in asked} == asked

    def test_a_template_is_stronger_than_the_rest(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        answer = ask(mock, "ada", session, instance_request_template_id=TEMPLATE, host_type="player").json()
        assert answer["host_type"] == "dedicated"
        assert answer["instance_startup_params"]["mode"] == "casual"

    def test_a_template_that_is_not_there_is_refused(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        answer = ask(mock, "ada", session, instance_request_template_id=TEMPLATE[:-1] + "9")
        refused(mock, answer, 403, "instance_request_template_not_found")

    def test_a_second_one_is_refused(self, mock: Mock) -> None:
        refused(mock, ask(mock, "ben", "casual-1"), 403, "instance_exists")

    def test_members_and_strangers_may_not(self, mock: Mock) -> None:
        enter(mock, "ada", "party-1")
        for who in ("ada", "dov"):
            refused(mock, ask(mock, who, "party-1"), 403, "insufficient_session_permissions")
        assert ask(mock, "server", "party-1").status_code == 200

    def test_a_host_who_is_not_in_the_session_is_refused(self, mock: Mock) -> None:
        answer = ask(mock, "cleo", "party-1", host_type="player", host_player_uuid=ADA)
        refused(mock, answer, 403, "host_not_in_session")


class TestAHostingPlayer:
    def test_the_instance_waits_for_its_host_who_drives_it(self, mock: Mock) -> None:
        session = hosted(mock)
        mock.advance(1000)
        assert status(mock, session) == "requested"
        assert tell(mock, "ada", session, join_status="pending").json()["join_status"] == "pending"
        answer = tell(mock, "ada", session, join_status="joinable", join_params=ADDRESS)
        assert answer.json()["join_params"]["public_conn_str"] == ADDRESS["public_conn_str"]
        for step in ("unjoinable", "joinable", "closed"):
            assert tell(mock, "ada", session, join_status=step).status_code == 200

    def test_another_can_be_named_and_then_hosts_alone(self, mock: Mock) -> None:
        enter(mock, "ada", "party-1")
        ask(mock, "cleo", "party-1", host_type="player", host_player_uuid=ADA)
        refused(
            mock,
            tell(mock, "cleo", "party-1", join_status="pending"),
            403,
            "insufficient_session_permissions",
        )
        assert tell(mock, "ada", "party-1", join_status="pending").status_code == 200

    def test_a_leader_hosts_too_where_that_is_switched_on(self, make_mock: MakeMock, home: Home) -> None:
        mock = make_mock("rallyhere", home=home(fixtures=switched("rallyhere", leader_is_host=True)))
        assert finish(mock, "ben", "casual-1").status_code == 204

    @pytest.mark.parametrize("how", ["leaves", "is kicked"])
    def test_a_host_who_goes_closes_it(self, mock: Mock, how: str) -> None:
        enter(mock, "ada", "party-1")
        ask(mock, "cleo", "party-1", host_type="player", host_player_uuid=ADA)
        whom, who = ("me", "ada") if how == "leaves" else (ADA, "cleo")
        mock.delete(f"{SESSION}/party-1/player/{whom}", token=who)
        assert instance(mock, "party-1", "cleo")["join_status"] == "closed"
        refused(
            mock,
            tell(mock, "ada", "party-1", join_status="closed"),
            403,
            "insufficient_session_permissions",
        )

    def test_its_version_must_fit_the_players(self, mock: Mock) -> None:
        session = hosted(mock)
        refused(mock, tell(mock, "ada", session, version="2.0.0"), 403, "version_mismatch")
        assert tell(mock, "ada", session, version="1.5.0").json()["version"] == "1.5.0"

    def test_what_is_kept_with_it_stays_when_only_its_state_is_told(self, mock: Mock) -> None:
        session = hosted(mock)
        tell(mock, "ada", session, custom_data={"round": "3"})
        assert tell(mock, "ada", session, join_status="pending").json()["custom_data"] == {"round": "3"}

    @pytest.mark.parametrize("step", ["requested", "allocated", "unjoinable"])
    def test_a_wrong_step_is_refused(self, mock: Mock, step: str) -> None:
        session = hosted(mock)
        tell(mock, "ada", session, join_status="pending")
        answer = tell(mock, "ada", session, join_status=step)
        refused(mock, answer, 403, "instance_step_not_permitted")

    def test_what_has_closed_stays_closed(self, mock: Mock) -> None:
        session = hosted(mock)
        tell(mock, "ada", session, join_status="closed")
        answer = tell(mock, "ada", session, join_status="joinable")
        refused(mock, answer, 403, "instance_step_not_permitted")


class TestADedicatedHost:
    def test_an_allocation_is_changed_only_with_its_id(self, mock: Mock) -> None:
        for wrong in ({}, {"allocation_id": "another"}):
            answer = tell(mock, "server", "casual-1", join_status="unjoinable", **wrong)
            refused(mock, answer, 403, "allocation_mismatch")
        right = {"allocation_id": "allocation-casual-1", "join_status": "unjoinable"}
        assert tell(mock, "server", "casual-1", **right).json()["join_status"] == "unjoinable"

    def test_an_allocation_belongs_to_one_session(self, started: Started) -> None:
        mock = started(start="host")
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        answer = tell(mock, "server", session, allocation_id="allocation-casual-1", join_status="allocated")
        refused(mock, answer, 403, "allocation_mismatch")

    def test_a_host_that_speaks_ends_the_walk(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        mock.advance(1)
        allocation = instance(mock, session)["allocation_id"]
        tell(mock, "server", session, allocation_id=allocation, join_status="pending")
        mock.advance(1000)
        assert status(mock, session) == "pending"

    def test_players_of_the_session_are_not_its_host(self, mock: Mock) -> None:
        answer = tell(mock, "ben", "casual-1", allocation_id="allocation-casual-1")
        refused(mock, answer, 403, "insufficient_session_permissions")

    def test_how_to_connect_is_not_told_to_who_is_outside(self, make_mock: MakeMock, home: Home) -> None:
        fixtures = bundled_fixtures("rallyhere")
        fixtures["credentials"]["HTTPBearer"]["server"]["permissions"].remove("session:read:any")
        mock = make_mock("rallyhere", home=home(fixtures=folder("rallyhere", fixtures)))
        answer = tell(mock, "server", "casual-1", allocation_id="allocation-casual-1")
        assert answer.status_code == 200
        assert "join_params" not in answer.json()


class TestEnding:
    def test_the_session_has_none_any_more(self, mock: Mock) -> None:
        answer = finish(mock, "server", "casual-1")
        assert (answer.status_code, answer.content) == (204, b"")
        assert "instance" not in read(mock, "ben", "casual-1").json()
        refused(mock, finish(mock, "server", "casual-1"), 404, "instance_not_found")
        assert ask(mock, "ben", "casual-1").status_code == 200

    def test_one_that_was_under_way_does_not_come_back(self, mock: Mock) -> None:
        session = created(mock, "ada", "party")
        ask(mock, "ada", session)
        mock.advance(1)
        finish(mock, "server", session)
        mock.advance(1000)
        assert "instance" not in read(mock, "ada", session).json()

    def test_without_one_there_is_nothing_to_tell(self, mock: Mock) -> None:
        refused(mock, tell(mock, "server", "party-1"), 404, "instance_not_found")
        refused(mock, report(mock, "party-1", "x"), 404, "instance_not_found")


class TestHealth:
    def test_it_is_what_was_reported(self, mock: Mock) -> None:
        answer = report(mock, "casual-1", "instance-casual-1", "degraded")
        assert answer.json() == {"updated_instance_health": "degraded"}
        assert instance(mock, "casual-1", "ben")["instance_health"] == "degraded"

    def test_it_is_unknown_when_reports_stop(self, mock: Mock) -> None:
        for _ in range(5):
            report(mock, "casual-1", "instance-casual-1")
            mock.advance(29)
            assert instance(mock, "casual-1", "ben")["instance_health"] == "healthy"
        mock.advance(1)
        assert instance(mock, "casual-1", "ben")["instance_health"] == "unknown"

    def test_it_is_worse_than_reported_after_too_long_a_silence(self, mock: Mock) -> None:
        report(mock, "casual-1", "instance-casual-1")
        mock.advance(40)
        first = report(mock, "casual-1", "instance-casual-1").json()
        mock.advance(10)
        second = report(mock, "casual-1", "instance-casual-1").json()
        assert (first, second) == (
            {"updated_instance_health": "unhealthy"},
            {"updated_instance_health": "healthy"},
        )

    def test_an_instance_that_nobody_reported_of_stays_as_it_is(self, mock: Mock) -> None:
        mock.advance(1000)
        assert instance(mock, "casual-1", "ben")["instance_health"] == "healthy"

    def test_another_instance_and_a_closed_one_report_nothing(self, mock: Mock) -> None:
        refused(mock, report(mock, "casual-1", "another"), 403, "instance_mismatch")
        tell(mock, "server", "casual-1", allocation_id="allocation-casual-1", join_status="closed")
        refused(mock, report(mock, "casual-1", "instance-casual-1"), 403, "instance_closed")

    def test_a_closed_instance_does_not_become_unknown(self, mock: Mock) -> None:
        report(mock, "casual-1", "instance-casual-1")
        tell(mock, "server", "casual-1", allocation_id="allocation-casual-1", join_status="closed")
        mock.advance(1000)
        assert instance(mock, "casual-1", "ben")["instance_health"] == "healthy"

    def test_who_may_not_report_is_refused(self, mock: Mock) -> None:
        answer = report(mock, "casual-1", "instance-casual-1", who="outsider")
        refused(mock, answer, 403, "insufficient_permissions")

    def test_how_it_is_watched_can_be_read(self, mock: Mock) -> None:
        assert mock.get("/session/v1/instance/health/config", token="ada").json() == {
            "cadence_seconds": 10,
            "unhealthy_health_check_percentage": 75,
            "missed_checks_before_unknown": 3,
        }


def test_a_session_whose_instance_came_up_is_joined_with_its_address_for_members_only(mock: Mock) -> None:
    session = created(mock, "dov", "duel")
    ask(mock, "dov", session)
    mock.advance(3)
    assert "join_params" not in instance(mock, session, "ada")
    mock.post(f"{SESSION}/{session}/player/me", token="ada", json=join(1))
    assert "join_params" in instance(mock, session, "ada")
