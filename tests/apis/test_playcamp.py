"""PlayCamp's playtime: recorded once, refused in the vendor's words.

Holds `dialects/zod.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.apis import playcamp
from mockade.contract.violations import Violation
from mockade.errors import SetupError
from tests.apis.behaviours import PAGES, bundled_fixtures, folder
from tests.apis.playcamp import CLIENT, NOON, REPORT, SERVER
from tests.harness import Mock

SESSIONS = "/v1/server/playtime/sessions"


MakeMock = Callable[..., Mock]
Home = Callable[..., Path]


def record(mock: Mock, *, query: str = "", token: str = SERVER, **fields: Any) -> httpx.Response:
    """Report a session: REPORT with `fields` in place of its own."""
    return mock.post(SESSIONS + query, token=token, json={**REPORT, **fields})


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in REPORT.items() if key != name}


def kept(mock: Mock) -> dict[str, dict[str, Any]]:
    """The recorded sessions with what is kept beside them, by project and sessionId."""
    table = mock.state.table("playcamp", "playtime-sessions")
    return {
        key: {**stored.row(), "report": stored.row().beside.get("report")}
        for key, stored in table.rows.items()
    }


def blamed(answer: httpx.Response) -> list[tuple[str, str, str]]:
    """The target, path and message of each fault of a refused request."""
    assert answer.status_code == 400
    body = answer.json()
    assert list(body) == ["error", "code", "details"]
    assert (body["error"], body["code"]) == ("Validation Error", "VALIDATION_ERROR")
    return [(one["target"], one["path"], one["message"]) for one in body["details"]]


def test_a_session_is_recorded_once_and_told_from_then_on(mock: Mock) -> None:
    first = record(mock)
    assert first.status_code == 201
    assert mock.last.answered_by == "handler"
    told = {"sessionId": "round-1", "userId": "user-7", "durationSeconds": 60}
    assert first.json() == {"data": {**told, "recorded": True, "createdAt": NOON}}
    mock.advance(3600)
    again = record(mock)
    assert again.status_code == 201
    assert again.json() == {"data": {**told, "recorded": False, "createdAt": NOON}}


def test_a_repeat_with_other_values_changes_nothing_and_tells_the_first(mock: Mock) -> None:
    first = record(mock).json()["data"]
    before = kept(mock)
    mock.advance(1)
    again = record(mock, userId="someone-else", durationSeconds=5, platform="iOS")
    assert again.json()["data"] == {**first, "recorded": False}
    assert kept(mock) == before


def test_a_session_in_the_fixtures_is_known_already(mock: Mock) -> None:
    data = record(mock, sessionId="playtime-1").json()["data"]
    assert (data["recorded"], data["userId"], data["createdAt"]) == (
        False,
        "user-42",
        "2026-01-05T12:00:01.000Z",
    )


def test_what_was_sent_is_kept_with_the_platform_the_server_assumes(mock: Mock) -> None:
    record(mock, campaignId="c", metadata={"level": {"of": [1]}}, callbackId="mark")
    report = kept(mock)["demo/round-1"]["report"]
    assert report["platform"] == "Other"
    assert (report["campaignId"], report["metadata"], report["callbackId"]) == (
        "c",
        {"level": {"of": [1]}},
        "mark",
    )


def test_overrides_are_not_repeated_in_the_answer(mock: Mock) -> None:
    answer = record(
        mock, campaignId="campaign-winter", creatorKey="ADA42", platform="Roblox", metadata={}, callbackId="x"
    )
    assert set(answer.json()["data"]) == {"sessionId", "userId", "durationSeconds", "recorded", "createdAt"}


@pytest.mark.parametrize("platform", ["iOS", "Android", "Web", "Roblox", "Other"])
def test_every_platform_is_taken(mock: Mock, platform: str) -> None:
    assert record(mock, platform=platform).status_code == 201
    assert kept(mock)["demo/round-1"]["report"]["platform"] == platform


def test_an_unknown_campaign_and_creator_are_accepted(mock: Mock) -> None:
    assert record(mock, campaignId="nobody-runs-this", creatorKey="ZZZZ9").status_code == 201


def test_the_length_is_not_held_against_the_interval(mock: Mock) -> None:
    assert record(mock, durationSeconds=1_000_000).json()["data"]["durationSeconds"] == 1_000_000


def test_a_whole_length_written_as_a_decimal_is_answered_as_an_integer(mock: Mock) -> None:
    answer = mock.post(SESSIONS, token=SERVER, json={**REPORT, "durationSeconds": 60.0})
    assert '"durationSeconds":60,' in answer.text


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {"isTest": True}),
        ("?isTest=true", {}),
        ("?isTest=true", {"isTest": False}),
        ("?isTest=false", {"isTest": True}),
    ],
)
def test_a_test_is_answered_like_a_recording_and_keeps_nothing(
    mock: Mock, query: str, fields: dict[str, Any]
) -> None:
    before = kept(mock)
    for seconds in (0, 5):
        mock.advance(seconds)
        answer = record(mock, query=query, **fields)
        assert answer.status_code == 201
        data = answer.json()["data"]
        assert data["recorded"] is True
        assert data["createdAt"] == f"2026-01-05T12:00:0{seconds}.000Z"
    assert kept(mock) == before
    assert record(mock).json()["data"]["recorded"] is True


def test_a_test_of_a_session_that_is_known_leaves_it_alone(mock: Mock) -> None:
    record(mock)
    before = kept(mock)
    assert record(mock, isTest=True, userId="other").json()["data"]["userId"] == "other"
    assert kept(mock) == before


@pytest.mark.parametrize("query", ["?isTest=false", "", "?unknown=1"])
def test_without_a_test_in_body_or_address_the_session_is_kept(mock: Mock, query: str) -> None:
    record(mock, query=query, isTest=False)
    assert "demo/round-1" in kept(mock)


def test_a_test_is_checked_like_any_other(mock: Mock) -> None:
    answer = record(mock, query="?isTest=true", endedAt="2026-01-05T11:57:00Z", durationSeconds=0)
    assert ("body", "durationSeconds", "Number must be greater than or equal to 1") in blamed(answer)
    early = record(mock, isTest=True, endedAt="2026-01-05T11:57:00Z")
    assert blamed(early) == [("body", "endedAt", "endedAt must not precede startedAt")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-01-05T11:58:00Z", "2026-01-05T11:58:00Z"),
        ("2026-01-05T11:58:00Z", "2026-01-05T11:58:00.000Z"),
        ("2026-01-05T11:58:00.500Z", "2026-01-05T11:58:00.5Z"),
        ("2026-01-05t11:58:00Z", "2026-01-05T11:58:00Z"),
        ("2026-01-05T11:58:00.1234567890Z", "2026-01-05T11:58:00.123456789Z"),
    ],
)
def test_a_session_may_end_when_it_starts_however_the_time_is_written(
    mock: Mock, one: str, other: str
) -> None:
    assert record(mock, startedAt=one, endedAt=other).status_code == 201
    assert record(mock, startedAt=other, endedAt=one).status_code == 201


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-01-05T11:58:00Z", "2026-01-05T11:58:01Z"),
        ("2026-01-05T11:58:00Z", "2026-01-05T11:58:00.001Z"),
        ("2026-01-05T11:58:00.49Z", "2026-01-05T11:58:00.5Z"),
        ("2026-01-05T11:58:00.0000001Z", "2026-01-05T11:58:00.0000002Z"),
        ("2026-01-05T11:58:00.999999999Z", "2026-01-05T11:58:01Z"),
        ("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"),
        ("2016-12-31T23:59:59.9Z", "2016-12-31T23:59:60Z"),
    ],
)
def test_a_session_that_ends_the_least_before_it_starts_is_blamed_on_its_end(
    mock: Mock, earlier: str, later: str
) -> None:
    before = kept(mock)
    answer = record(mock, startedAt=later, endedAt=earlier)
    assert blamed(answer) == [("body", "endedAt", "endedAt must not precede startedAt")]
    assert kept(mock) == before
    assert record(mock, startedAt=earlier, endedAt=later).status_code == 201


@pytest.mark.parametrize("field", ["startedAt", "endedAt"])
@pytest.mark.parametrize(
    "time",
    [
        "2026-01-05T20:58:00+09:00",
        "2026-01-05T11:58:00+00:00",
        "2026-01-05T11:58:00",
        "2026-01-05 11:58:00Z",
        "2026-01-05",
        "2026-02-30T11:58:00Z",
        "2026-01-05T11:58:00.Z",
        "2026-01-05T11:58:00Z\n",
        "",
    ],
)
def test_a_time_that_is_not_in_utc_is_one_fault_of_its_field(mock: Mock, field: str, time: str) -> None:
    assert blamed(record(mock, **{field: time})) == [("body", field, "Invalid datetime")]


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"durationSeconds": 0}, "durationSeconds", "Number must be greater than or equal to 1"),
        ({"durationSeconds": 1.5}, "durationSeconds", "Expected integer, received float"),
        ({"durationSeconds": "60"}, "durationSeconds", "Expected number, received string"),
        ({"userId": None}, "userId", "Expected string, received null"),
        ({"startedAt": 1767614400}, "startedAt", "Expected string, received number"),
        ({"creatorKey": "ADA4"}, "creatorKey", "Invalid"),
        ({"creatorKey": "ada42"}, "creatorKey", "Invalid"),
        ({"creatorKey": "ADA421"}, "creatorKey", "Invalid"),
        (
            {"platform": "PC"},
            "platform",
            "Invalid enum value. Expected 'iOS' | 'Android' | 'Web' | 'Roblox' | 'Other', received 'PC'",
        ),
        ({"metadata": "text"}, "metadata", "Expected object, received string"),
        ({"isTest": "true"}, "isTest", "Expected boolean, received string"),
    ],
)
def test_a_field_that_breaks_its_schema_is_named(
    mock: Mock, fields: dict[str, Any], path: str, message: str
) -> None:
    assert blamed(record(mock, **fields)) == [("body", path, message)]


@pytest.mark.parametrize("field", REPORT)
def test_every_field_of_the_least_report_is_required(mock: Mock, field: str) -> None:
    answer = mock.post(SESSIONS, token=SERVER, json=without(field))
    assert blamed(answer) == [("body", field, "Required")]


def test_all_faults_of_a_request_are_told_at_once_each_with_its_part(mock: Mock) -> None:
    faults = blamed(record(mock, query="?isTest=maybe", durationSeconds=-1, creatorKey="x", endedAt="soon"))
    assert [(target, path) for target, path, _ in faults] == [
        ("query", "isTest"),
        ("body", "durationSeconds"),
        ("body", "endedAt"),
        ("body", "creatorKey"),
    ]


def test_the_way_to_a_nested_field_is_joined_by_dots() -> None:
    violation = Violation("body", ("sessions", 0, "userId"), "required", "'userId' is required.")
    [detail] = playcamp.dialect.violations_body([violation])["details"]
    assert detail == {"message": "Required", "path": "sessions.0.userId", "target": "body"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Required"),
        (b"[]", "Expected object, received array"),
        (b"null", "Expected object, received null"),
        (b"{", "The body is not JSON"),
        (b'{"sessionId": "\xff"}', "The body is not JSON"),
        (b'{"metadata": ' + b"[" * 200 + b"]" * 200 + b"}", "The JSON is nested"),
    ],
)
def test_a_body_that_is_no_report_is_blamed_as_a_whole(mock: Mock, content: bytes, message: str) -> None:
    [(target, path, said)] = blamed(mock.post(SESSIONS, token=SERVER, content=content))
    assert (target, path) == ("body", "")
    assert said.startswith(message)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer ak_server_demo:wrong"},
        {"authorization": "Bearer ak_server_demo"},
        {"authorization": "ak_server_demo:secret"},
        {"authorization": "Bearer "},
    ],
)
def test_without_a_key_and_its_secret_nothing_is_recorded(mock: Mock, headers: dict[str, str]) -> None:
    before = kept(mock)
    answer = mock.post(SESSIONS, headers=headers, json=REPORT)
    assert answer.status_code == 401
    assert answer.json()["code"] == "UNAUTHORIZED"
    assert kept(mock) == before


def test_a_client_key_may_not_record(mock: Mock) -> None:
    for query in ("", "?isTest=true"):
        answer = record(mock, token=CLIENT, query=query)
        assert answer.status_code == 403
        assert answer.json()["code"] == "FORBIDDEN"
    assert list(kept(mock)) == ["demo/playtime-1"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "content", "status", "code"),
    [
        ("GET", SESSIONS, {}, b"", 405, "METHOD_NOT_ALLOWED"),
        ("POST", f"{SESSIONS}/some", {}, b"{}", 404, "NOT_FOUND"),
        ("POST", SESSIONS, {"content-type": "text/plain"}, b"{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", SESSIONS, {}, b" " * 1_048_577, 413, "PAYLOAD_TOO_LARGE"),
        ("POST", f"{SESSIONS}?isTest=%ff", {}, b"{}", 400, "BAD_REQUEST"),
    ],
)
def test_what_the_engine_refuses_has_the_vendors_form_and_a_code(
    mock: Mock, method: str, path: str, headers: dict[str, str], content: bytes, status: int, code: str
) -> None:
    answer = mock.request(method, path, token=SERVER, headers=headers, content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"error", "code"}


def two_projects() -> dict[str, str]:
    """A fixture folder with a second project and its server key."""
    fixtures = bundled_fixtures("playcamp")
    keys = fixtures["credentials"]["ApiKey"]
    keys["ak_server_second:secret"] = {"project": "second", "permissions": ["read", "write"]}
    keys["ak_server_twin:secret"] = {"project": "demo", "permissions": ["write"]}
    return folder("playcamp", fixtures)


def test_a_session_id_is_unique_in_its_project_not_across_projects(make_mock: MakeMock, home: Home) -> None:
    mock = make_mock("playcamp", home=home(fixtures=two_projects()))
    for token, recorded in (
        (SERVER, True),
        ("ak_server_second:secret", True),
        ("ak_server_second:secret", False),
    ):
        assert record(mock, token=token).json()["data"]["recorded"] is recorded
    assert {"demo/round-1", "second/round-1"} < set(kept(mock))


def test_the_keys_of_one_project_know_each_others_sessions(make_mock: MakeMock, home: Home) -> None:
    mock = make_mock("playcamp", home=home(fixtures=two_projects()))
    record(mock)
    assert record(mock, token="ak_server_twin:secret").json()["data"]["recorded"] is False


def test_a_key_without_a_project_in_the_fixtures_has_one_of_its_own(make_mock: MakeMock, home: Home) -> None:
    keys = {name: {"caller": name, "permissions": ["write"]} for name in ("a:1", "b:2")}
    fixtures = folder("playcamp", {"credentials": {"ApiKey": keys}})
    mock = make_mock("playcamp", home=home(fixtures=fixtures))
    assert [record(mock, token=key).json()["data"]["recorded"] for key in ("a:1", "b:2", "a:1")] == [
        True,
        True,
        False,
    ]


def test_mocks_share_no_record(make_mock: MakeMock) -> None:
    one, other = make_mock("playcamp"), make_mock("playcamp")
    record(one)
    assert record(other).json()["data"]["recorded"] is True


def test_a_switch_answers_success_with_200(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(success_status=200)
    assert [record(mock, **more).status_code for more in ({}, {}, {"isTest": True})] == [200, 200, 200]


def test_a_switch_answers_a_repeat_with_what_it_sent(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(repeat_answers="sent")
    record(mock)
    before = kept(mock)
    mock.advance(60)
    data = record(mock, userId="someone-else", durationSeconds=5).json()["data"]
    assert (data["userId"], data["durationSeconds"], data["recorded"]) == ("someone-else", 5, False)
    assert data["createdAt"] == "2026-01-05T12:01:00.000Z"
    assert kept(mock) == before


def test_a_switch_says_that_tests_are_not_recorded(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(test_is_recorded=False)
    assert record(mock, query="?isTest=true").json()["data"]["recorded"] is False
    assert record(mock).json()["data"]["recorded"] is True


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"campaignId": "gone"}, "Campaign not found"), ({"creatorKey": "ZZZZ9"}, "Creator not found")],
)
def test_a_switch_refuses_a_campaign_or_creator_that_the_key_does_not_list(
    switched_mock: Callable[..., Mock], fields: dict[str, str], sentence: str
) -> None:
    mock = switched_mock(unknown_campaign_or_creator="refuse")
    for query in ("", "?isTest=true"):
        answer = record(mock, query=query, **fields)
        assert answer.status_code == 404
        assert answer.json() == {"error": sentence, "code": "NOT_FOUND"}
    assert list(kept(mock)) == ["demo/playtime-1"]
    assert record(mock, campaignId="campaign-winter", creatorKey="ADA42").status_code == 201
    assert record(mock, sessionId="round-2").status_code == 201


def test_a_switch_takes_only_what_the_contract_can_answer(switched_mock: Callable[..., Mock]) -> None:
    with pytest.raises(SetupError, match=r"success_status cannot be 202.*It can be: 201, 200"):
        switched_mock(success_status=202)


def test_the_fixture_file_and_the_page_list_every_switch() -> None:
    assert bundled_fixtures("playcamp")["behaviour"] == {one.name: one.default for one in playcamp.behaviour}
    page = (PAGES / "playcamp.md").read_text(encoding="utf-8")
    for switch in playcamp.behaviour:
        assert f"| `{switch.name}` | `{str(switch.default).lower()}` |" in page
