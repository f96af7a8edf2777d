"""PlayCamp's tokens for the web view, and tests of webhooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.playcamp import CLIENT, SERVER, WEBHOOKS, events_of, rows_in, webhook_for
from tests.harness import Mock, fault_at

TOKEN = "/v1/server/webview/ott"
EVENTS = [
    "coupon.redeemed",
    "payment.created",
    "payment.refunded",
    "payment.bulk_created",
    "sponsor.created",
    "sponsor.changed",
    "sponsor.ended",
]


def test_a_token_is_new_each_time_and_gone_after_a_minute(mock: Mock) -> None:
    answers = [mock.post(TOKEN, token=SERVER, json={"userId": "user-7"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    tokens = [answer.json()["data"] for answer in answers]
    assert len({one["ott"] for one in tokens}) == 2
    for one in tokens:
        assert len(one["ott"]) == 64
        assert int(one["ott"], 16)
        assert (one["expiresIn"], one["expiresAt"]) == (60, "2026-01-05T12:01:00.000Z")
    mock.advance(59)
    mock.get(WEBHOOKS, token=SERVER)
    assert rows_in(mock, "webview-tokens") == tokens
    mock.advance(1)
    mock.get(WEBHOOKS, token=SERVER)
    assert rows_in(mock, "webview-tokens") == []


def test_a_test_of_a_token_keeps_nothing(mock: Mock) -> None:
    for query, body in (("?isTest=true", {}), ("", {"isTest": True})):
        assert mock.post(TOKEN + query, token=SERVER, json={"userId": "u", **body}).status_code == 201
    assert rows_in(mock, "webview-tokens") == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"codeChallenge": "x" * 42}, "codeChallenge"),
        ({"codeChallenge": "x" * 129}, "codeChallenge"),
        ({"userId": 7}, "userId"),
        ({"metadata": []}, "metadata"),
    ],
)
def test_a_field_that_breaks_its_schema_is_named(mock: Mock, fields: dict[str, Any], path: str) -> None:
    before = mock.state
    answer = mock.post(TOKEN, token=SERVER, json={"userId": "user-7", **fields})
    assert answer.status_code == 400
    assert [one["path"] for one in answer.json()["details"]] == [path]
    assert mock.state is before


def test_an_unknown_campaign_is_taken_unless_a_switch_says_otherwise(
    mock: Mock, switched_mock: Callable[..., Mock]
) -> None:
    body = {"userId": "user-7", "campaignId": "none"}
    assert mock.post(TOKEN, token=SERVER, json=body).status_code == 201
    strict = switched_mock(unknown_campaign_or_creator="refuse")
    answer = strict.post(TOKEN, token=SERVER, json=body)
    assert (answer.status_code, answer.json()["error"]) == (404, "Campaign not found")
    known = {"userId": "user-7", "campaignId": "campaign-spring"}
    assert strict.post(TOKEN, token=SERVER, json=known).status_code == 201


@pytest.mark.parametrize("event", EVENTS)
def test_a_test_of_a_webhook_is_one_event_of_its_kind_that_says_so(mock: Mock, event: str) -> None:
    number = webhook_for(mock, event)
    mock.put(f"{WEBHOOKS}/{number}", token=SERVER, json={"isActive": False})
    answer = mock.post(f"{WEBHOOKS}/{number}/test?isTest=true", token=SERVER)
    assert answer.status_code == 200
    assert answer.json() == {"data": {"success": True, "responseStatus": None, "responseBody": None}}
    [told] = events_of(mock, number)
    assert (told["event"], told["isTest"]) == (event, True)


def test_a_fault_of_the_server_has_the_code_of_the_guide(mock: Mock) -> None:
    for status, code in ((500, "INTERNAL_ERROR"), (503, "SERVICE_UNAVAILABLE")):
        fault_at(mock, {"status": status}, count=1)
        answer = mock.get(WEBHOOKS, token=SERVER)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_only_a_server_key_tests_a_webhook_that_is_there_or_makes_a_token(mock: Mock) -> None:
    before = mock.state
    assert mock.post(f"{WEBHOOKS}/99/test", token=SERVER).json() == {
        "error": "Webhook not found",
        "code": "NOT_FOUND",
    }
    for path, body in ((f"{WEBHOOKS}/1/test", None), (TOKEN, {"userId": "u"})):
        assert mock.post(path, token=CLIENT, json=body).json()["code"] == "FORBIDDEN"
    assert mock.state is before
