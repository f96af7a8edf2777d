from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockade.apis.playcamp.bulks import tally
from mockade.apis.playcamp.playtime import ends_too_early
from tests.apis.playcamp import CLIENT, REPORT, SERVER
from tests.harness import Mock

BULK = "/v1/server/playtime/sessions/bulk"
SINGLE = "/v1/server/playtime/sessions"


def report(**fields: Any) -> dict[str, Any]:
    return {**REPORT, **fields}


def send(mock: Mock, *sessions: Any, query: str = "", token: str = SERVER, **fields: Any) -> httpx.Response:
    return mock.post(BULK + query, token=token, json={"sessions": list(sessions), **fields})


def results(answer: httpx.Response) -> list[tuple[str, str, str | None]]:
    """The sessionId, status and error of each session of a bulk that was taken."""
    assert answer.status_code == 201, answer.text
    return [(one["sessionId"], one["status"], one.get("error")) for one in answer.json()["data"]["results"]]


def statuses(answer: httpx.Response) -> list[str]:
    return [status for _, status, _ in results(answer)]


def kept(mock: Mock) -> dict[str, dict[str, Any]]:
    """What was sent of each session that is kept, by project and sessionId."""
    rows = mock.state.table("playcamp", "playtime-sessions").rows
    return {key: stored.row().beside["report"] for key, stored in rows.items()}


def test_what_is_new_is_recorded_what_is_known_skipped_and_what_is_wrong_fails(mock: Mock) -> None:
    known, wrong = report(sessionId="playtime-1"), report(sessionId="round-2", durationSeconds=0)
    answer = send(mock, report(), known, wrong, report(sessionId="round-3"))
    assert mock.last.answered_by == "handler"
    assert answer.json()["data"] == {
        "totalRequested": 4,
        "successful": 2,
        "failed": 1,
        "skipped": 1,
        "results": [
            {"sessionId": "round-1", "status": "SUCCESS"},
            {"sessionId": "playtime-1", "status": "SKIPPED"},
            {
                "sessionId": "round-2",
                "status": "FAILED",
                "error": "durationSeconds: Number must be greater than or equal to 1",
            },
            {"sessionId": "round-3", "status": "SUCCESS"},
        ],
    }
    assert kept(mock).keys() == {"demo/playtime-1", "demo/round-1", "demo/round-3"}


def test_a_session_of_a_bulk_is_known_to_the_single_call_and_the_other_way_round(mock: Mock) -> None:
    send(mock, report())
    assert mock.post(SINGLE, token=SERVER, json=REPORT).json()["data"]["recorded"] is False
    mock.post(SINGLE, token=SERVER, json=report(sessionId="round-2"))
    assert statuses(send(mock, report(), report(sessionId="round-2"))) == ["SKIPPED", "SKIPPED"]


def test_a_session_that_comes_twice_in_a_bulk_is_recorded_once_and_the_first_stays(mock: Mock) -> None:
    assert statuses(send(mock, report(), report(userId="other"))) == ["SUCCESS", "SKIPPED"]
    assert kept(mock)["demo/round-1"]["userId"] == "user-7"


def test_a_session_that_failed_may_come_again_in_the_same_bulk(mock: Mock) -> None:
    assert statuses(send(mock, report(durationSeconds=0), report())) == ["FAILED", "SUCCESS"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"userId": None}, "userId: Expected string, received null"),
        ({"durationSeconds": 1.5}, "durationSeconds: Expected integer, received float"),
        ({"durationSeconds": 2**80}, None),
        ({"startedAt": "2026-01-05T20:58:00+09:00"}, "startedAt: Invalid datetime"),
        ({"endedAt": "2026-01-05T11:57:59.9Z"}, "endedAt must not precede startedAt"),
        ({"creatorKey": "ada42"}, "creatorKey: Invalid"),
        ({"isTest": "true"}, "isTest: Expected boolean, received string"),
        ({"metadata": [], "platform": 5}, None),
    ],
)
def test_the_rules_of_the_single_call_fail_one_session_and_not_the_rest(
    mock: Mock, fields: dict[str, Any], error: str | None
) -> None:
    single = mock.post(SINGLE, token=SERVER, json=report(**fields))
    assert single.status_code == 400
    told = results(send(mock, report(**fields), report(sessionId="round-2")))
    assert [(session, status) for session, status, _ in told] == [
        ("round-1", "FAILED"),
        ("round-2", "SUCCESS"),
    ]
    assert told[0][2] == error or error is None
    for detail in single.json()["details"]:
        assert detail["message"] in str(told[0][2])
    assert "demo/round-1" not in kept(mock)


@pytest.mark.parametrize("field", REPORT)
def test_every_field_of_the_least_report_is_required_of_each_session(mock: Mock, field: str) -> None:
    told = results(send(mock, {name: value for name, value in REPORT.items() if name != field}))
    session_id = "" if field == "sessionId" else "round-1"
    assert told == [(session_id, "FAILED", f"{field}: Required")]


@pytest.mark.parametrize("session_id", [5, None, [], {"a": 1}])
def test_a_session_without_a_usable_id_is_told_with_an_empty_one(mock: Mock, session_id: Any) -> None:
    [(told, status, error)] = results(send(mock, report(sessionId=session_id)))
    assert (told, status) == ("", "FAILED")
    assert str(error).startswith("sessionId: Expected string, received")


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({}, "sessions", "Required"),
        ({"sessions": None}, "sessions", "Expected array, received null"),
        ({"sessions": REPORT}, "sessions", "Expected array, received object"),
        ({"sessions": []}, "sessions", "Array must contain at least 1 element(s)"),
        ({"sessions": [REPORT, "text"]}, "sessions.1", "Expected object, received string"),
        ({"sessions": [None, REPORT]}, "sessions.0", "Expected object, received null"),
        ({"sessions": [REPORT, [REPORT]]}, "sessions.1", "Expected object, received array"),
        ({"sessions": [REPORT], "isTest": 1}, "isTest", "Expected boolean, received number"),
        ({"sessions": [REPORT], "callbackId": 1}, "callbackId", "Expected string, received number"),
    ],
)
def test_what_is_no_list_of_objects_is_refused_whole(mock: Mock, body: Any, path: str, message: str) -> None:
    before = mock.state
    answer = mock.post(BULK, token=SERVER, json=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "VALIDATION_ERROR"
    assert answer.json()["details"] == [{"message": message, "path": path, "target": "body"}]
    assert mock.state is before


def test_a_thousand_sessions_are_taken_and_one_more_refuses_the_whole(mock: Mock) -> None:
    thousand = [report(sessionId=f"round-{n}") for n in range(1000)]
    before = mock.state
    answer = send(mock, *thousand, report(sessionId="one-more"))
    assert answer.status_code == 400
    assert answer.json()["details"][0]["message"] == "Array must contain at most 1000 element(s)"
    assert mock.state is before
    assert send(mock, *thousand).json()["data"]["successful"] == 1000
    assert send(mock, *thousand).json()["data"]["skipped"] == 1000


@pytest.mark.parametrize(
    ("query", "fields", "own"),
    [
        ("", {"isTest": True}, {}),
        ("?isTest=true", {}, {}),
        ("?isTest=true", {"isTest": False}, {"isTest": False}),
        ("", {}, {"isTest": True}),
    ],
)
def test_a_test_is_checked_and_counted_and_keeps_nothing(
    mock: Mock, query: str, fields: dict[str, Any], own: dict[str, Any]
) -> None:
    before = kept(mock)
    answer = send(mock, report(**own), report(**own), report(durationSeconds=0, **own), query=query, **fields)
    assert statuses(answer) == ["SUCCESS", "SUCCESS", "FAILED"]
    assert kept(mock) == before


def test_a_test_among_others_makes_no_test_of_them(mock: Mock) -> None:
    send(mock, report(isTest=True), report(sessionId="round-2"))
    assert kept(mock).keys() == {"demo/playtime-1", "demo/round-2"}


def test_the_bulks_mark_is_kept_with_the_sessions_that_have_none(mock: Mock) -> None:
    send(mock, report(), report(sessionId="round-2", callbackId="own"), callbackId="all")
    assert [kept(mock)[f"demo/round-{n}"]["callbackId"] for n in (1, 2)] == ["all", "own"]
    assert kept(mock)["demo/round-1"]["platform"] == "Other"


@pytest.mark.parametrize(("token", "status"), [("", 401), ("ak_server_demo:wrong", 401), (CLIENT, 403)])
def test_only_a_server_key_may_send_a_bulk(mock: Mock, token: str, status: int) -> None:
    before = mock.state
    answer = send(mock, report(), token=token)
    assert answer.status_code == status
    assert answer.json()["code"] == {401: "UNAUTHORIZED", 403: "FORBIDDEN"}[status]
    assert mock.state is before


def test_the_switches_of_the_single_call_hold_for_a_bulk(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(unknown_campaign_or_creator="refuse", test_is_recorded=False, success_status=200)
    answer = send(mock, report(campaignId="gone"), report(creatorKey="ADA42"), report(isTest=True))
    assert answer.status_code == 200
    assert answer.json()["data"]["results"] == [
        {"sessionId": "round-1", "status": "FAILED", "error": "Campaign not found"},
        {"sessionId": "round-1", "status": "SUCCESS"},
        {"sessionId": "round-1", "status": "SKIPPED"},
    ]


def test_a_tally_counts_each_status() -> None:
    told = [{"status": status} for status in ("SUCCESS", "FAILED", "SUCCESS", "SKIPPED")]
    counts = tally(told)
    assert [counts[name] for name in ("totalRequested", "successful", "failed", "skipped")] == [4, 2, 1, 1]
    assert tally([])["totalRequested"] == 0


@pytest.mark.parametrize(
    ("started", "ended", "early"),
    [
        ("2026-01-05T11:58:00Z", "2026-01-05T11:58:00.000Z", False),
        ("2026-01-05T11:58:00.5Z", "2026-01-05T11:58:00.49Z", True),
        ("2026-01-05t11:58:00z", "2026-01-05T11:58:00Z", False),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z", True),
    ],
)
def test_an_end_is_too_early_by_the_least_fraction(started: str, ended: str, early: bool) -> None:
    assert ends_too_early({"startedAt": started, "endedAt": ended}) is early
