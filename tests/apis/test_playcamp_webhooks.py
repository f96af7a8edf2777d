from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.apis.playcamp.deliveries import delivery_ended, delivery_request, wait_after
from mockade.apis.playcamp.events import headers, payload, payment_created, signature, written
from mockade.handling import Row
from mockade.outbox import Outcome, OutgoingRequest
from mockade.state.transaction import Transaction
from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.playcamp import CLIENT, NOON, PAYMENT, SERVER
from tests.harness import Mock

WEBHOOKS = "/v1/server/webhooks"
PAYMENTS = "/v1/server/payments"
URL = "https://game.example/hooks"


OPERATIONS = [
    ("GET", WEBHOOKS, None),
    ("POST", WEBHOOKS, {"eventType": "payment.created", "url": URL}),
    ("PUT", f"{WEBHOOKS}/1", {"isActive": True}),
    ("GET", f"{WEBHOOKS}/1/logs", None),
    ("DELETE", f"{WEBHOOKS}/1", None),
]

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]


def register(mock: Mock, event: str = "payment.created", token: str = SERVER, **more: Any) -> dict[str, Any]:
    """A new webhook, with its secret."""
    answer = mock.post(WEBHOOKS, token=token, json={"eventType": event, "url": URL, **more})
    assert answer.status_code == 201, answer.text
    webhook: dict[str, Any] = answer.json()["data"]
    return webhook


def change(mock: Mock, number: int, **fields: Any) -> httpx.Response:
    return mock.put(f"{WEBHOOKS}/{number}", token=SERVER, json=fields)


def pay(mock: Mock, query: str = "", token: str = SERVER, **fields: Any) -> httpx.Response:
    return mock.post(PAYMENTS + query, token=token, json={**PAYMENT, **fields})


def refund(mock: Mock, transaction: str = "txn-1", **fields: Any) -> httpx.Response:
    return mock.post(f"{PAYMENTS}/{transaction}/refund", token=SERVER, json=fields)


def log(mock: Mock, number: int) -> list[dict[str, Any]]:
    answer = mock.get(f"{WEBHOOKS}/{number}/logs", token=SERVER)
    assert answer.status_code == 200
    deliveries: list[dict[str, Any]] = answer.json()["data"]
    return deliveries


def waiting(mock: Mock) -> list[Row]:
    """What is to be sent, with what is kept beside it, the oldest first."""
    stored = sorted(mock.state.table("playcamp", "webhook-logs").rows.values(), key=lambda one: one.position)
    return [row for row in (one.row() for one in stored) if row["status"] == "PENDING"]


def to_be_sent(mock: Mock, number: int = 2) -> OutgoingRequest:
    """What waits for a webhook as the request that it becomes."""
    call = mock.apis["playcamp"].call(Transaction(mock.state))
    return delivery_request(call, [row for row in waiting(mock) if row["webhookId"] == number])


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
def test_every_operation_is_answered_by_a_handler(mock: Mock, method: str, path: str, body: Any) -> None:
    assert mock.request(method, path, token=SERVER, json=body).is_success
    assert mock.last.answered_by == "handler"


@pytest.mark.parametrize(("method", "path", "body"), OPERATIONS)
@pytest.mark.parametrize(("token", "code"), [("", 401), ("ak_server_demo:wrong", 401), (CLIENT, 403)])
def test_only_a_server_key_may_call(
    mock: Mock, method: str, path: str, body: Any, token: str, code: int
) -> None:
    before = mock.state
    answer = mock.request(method, path, token=token, json=body)
    assert answer.status_code == code
    assert answer.json()["code"] == {401: "UNAUTHORIZED", 403: "FORBIDDEN"}[code]
    assert mock.state is before


def test_a_webhook_is_registered_active_with_a_secret_that_is_told_once(mock: Mock) -> None:
    webhook = register(mock, retryCount=10, timeoutMs=30000)
    secret = webhook.pop("secret")
    assert re.fullmatch("[0-9a-f]{64}", secret)
    assert webhook == {
        "id": 2,
        "projectId": "demo",
        "eventType": "payment.created",
        "url": URL,
        "isActive": True,
        "retryCount": 10,
        "timeoutMs": 30000,
        "createdAt": NOON,
        "updatedAt": NOON,
    }
    listed = mock.get(WEBHOOKS, token=SERVER)
    assert listed.json()["data"][1:] == [webhook]
    pay(mock)
    for told in (listed, change(mock, 2, retryCount=0), mock.get(f"{WEBHOOKS}/2/logs", token=SERVER)):
        assert secret not in told.text


def test_two_webhooks_have_secrets_of_their_own(mock: Mock) -> None:
    assert register(mock)["secret"] != register(mock)["secret"]


def test_a_webhook_has_what_the_contract_assumes_unless_told_otherwise(mock: Mock) -> None:
    webhook = register(mock)
    assert (webhook["retryCount"], webhook["timeoutMs"]) == (3, 5000)


def test_a_change_keeps_what_it_does_not_name(mock: Mock) -> None:
    before = register(mock)
    del before["secret"]
    mock.advance(60)
    answer = change(mock, 2, timeoutMs=1000)
    changed = {**before, "timeoutMs": 1000, "updatedAt": "2026-01-05T12:01:00.000Z"}
    assert (answer.status_code, answer.json()) == (200, {"data": changed})
    assert change(mock, 2, eventType="payment.refunded", id=9).json() == {"data": changed}


def test_a_webhook_that_is_removed_is_gone_and_its_number_is_not_given_again(mock: Mock) -> None:
    register(mock)
    pay(mock)
    answer = mock.delete(f"{WEBHOOKS}/2", token=SERVER)
    assert (answer.status_code, answer.content) == (204, b"")
    assert waiting(mock) == []
    for gone in (
        mock.delete(f"{WEBHOOKS}/2", token=SERVER),
        change(mock, 2, isActive=True),
        mock.get(f"{WEBHOOKS}/2/logs", token=SERVER),
    ):
        assert gone.status_code == 404
        assert gone.json() == {"error": "Webhook not found", "code": "NOT_FOUND"}
    assert register(mock)["id"] == 3


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"eventType": None}, "eventType", None),
        ({"eventType": "playtime.recorded"}, "eventType", None),
        ({"url": "not a url"}, "url", "Invalid url"),
        ({"url": 5}, "url", "Expected string, received number"),
        ({"retryCount": -1}, "retryCount", "Number must be greater than or equal to 0"),
        ({"retryCount": 11}, "retryCount", "Number must be less than or equal to 10"),
        ({"retryCount": 1.5}, "retryCount", "Expected integer, received float"),
        ({"timeoutMs": 999}, "timeoutMs", "Number must be greater than or equal to 1000"),
        ({"timeoutMs": 30001}, "timeoutMs", "Number must be less than or equal to 30000"),
    ],
)
def test_a_field_that_breaks_its_schema_is_named_and_nothing_changes(
    mock: Mock, fields: dict[str, Any], path: str, message: str | None
) -> None:
    before = mock.state
    good = {"eventType": "payment.created", "url": URL}
    answers = [mock.post(WEBHOOKS, token=SERVER, json={**good, **fields})]
    if path != "eventType":  # which a change does not take
        answers.append(change(mock, 1, **fields))
    for answer in answers:
        assert answer.status_code == 400
        [detail] = answer.json()["details"]
        assert (detail["path"], detail["target"]) == (path, "body")
        assert message is None or detail["message"] == message
    assert mock.state is before


@pytest.mark.parametrize("field", ["eventType", "url"])
def test_a_webhook_needs_an_event_and_a_place(mock: Mock, field: str) -> None:
    good = {"eventType": "payment.created", "url": URL}
    answer = mock.post(WEBHOOKS, token=SERVER, json={k: v for k, v in good.items() if k != field})
    assert answer.json()["details"] == [{"message": "Required", "path": field, "target": "body"}]


def test_a_number_that_is_none_is_blamed_on_the_path(mock: Mock) -> None:
    answer = mock.delete(f"{WEBHOOKS}/first", token=SERVER)
    assert answer.status_code == 400
    [detail] = answer.json()["details"]
    assert (detail["path"], detail["target"]) == ("id", "path")


def test_another_project_has_webhooks_and_events_of_its_own(make_mock: MakeMock, home: Home) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["credentials"]["ApiKey"]["other:key"] = {"project": "other", "permissions": ["write"]}
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    register(mock)
    theirs = register(mock, token="other:key")
    assert (theirs["id"], theirs["projectId"]) == (3, "other")
    assert [one["id"] for one in mock.get(WEBHOOKS, token="other:key").json()["data"]] == [3]
    assert mock.delete(f"{WEBHOOKS}/2", token="other:key").status_code == 404
    pay(mock, token="other:key")
    assert [one["webhookId"] for one in waiting(mock)] == [3]


def test_a_payment_is_written_down_for_each_webhook_that_asked_for_it(mock: Mock) -> None:
    first, second = register(mock), register(mock, url="https://elsewhere.example/", retryCount=0)
    register(mock, "payment.refunded")
    pay(mock, creatorKey="ADA42", callbackId="mark")
    event = {
        "event": "payment.created",
        "timestamp": NOON,
        "callbackId": "mark",
        "data": {
            "transactionId": "txn-9",
            "userId": "user-7",
            "amount": 9.99,
            "currency": "USD",
            "creatorKey": "ADA42",
        },
    }
    [delivery] = log(mock, first["id"])
    assert delivery == {
        "id": delivery["id"],
        "webhookId": first["id"],
        "eventType": "payment.created",
        "payload": {"events": [event]},
        "responseStatus": None,
        "responseBody": None,
        "attempt": 0,
        "status": "PENDING",
        "createdAt": NOON,
        "completedAt": None,
        "nextRetryAt": None,
        "maxAttempts": 4,
    }
    assert [one["maxAttempts"] for one in log(mock, second["id"])] == [1]
    assert log(mock, 4) == []


def test_a_delivery_becomes_one_request_in_the_documented_form(mock: Mock) -> None:
    secret = register(mock, timeoutMs=2000)["secret"]
    pay(mock, userId="Zoë")
    parcel = to_be_sent(mock)
    [delivery] = waiting(mock)
    assert json.loads(parcel.body) == delivery["payload"]
    assert (parcel.url, parcel.timeout) == (URL, 2)
    assert parcel.headers == {
        "Content-Type": "application/json",
        "X-Webhook-Batch": "true",
        "X-Webhook-Count": "1",
        "X-Webhook-Signature": hmac.new(secret.encode(), parcel.body, hashlib.sha256).hexdigest(),
    }


def test_deliveries_of_one_webhook_become_one_batch_in_their_order(mock: Mock) -> None:
    secret = register(mock)["secret"]
    for n in range(3):
        pay(mock, transactionId=f"t{n}")
    parcel = to_be_sent(mock)
    told = [event["data"]["transactionId"] for event in json.loads(parcel.body)["events"]]
    assert told == ["t0", "t1", "t2"]
    assert parcel.headers["X-Webhook-Count"] == "3"
    assert parcel.headers["X-Webhook-Signature"] == signature(parcel.body.decode(), secret)


def test_only_what_goes_to_one_place_of_one_webhook_waits_together(mock: Mock) -> None:
    register(mock)
    register(mock)
    pay(mock, transactionId="t1")
    change(mock, 2, url="https://new.example/")
    pay(mock, transactionId="t2")
    queues = mock.state.table("playcamp", "webhook-logs").indexes["waiting"]
    found = {str(queue): queues.count(queue) for queue in queues.filed}
    assert found == {f"demo/2 {URL}": 1, "demo/2 https://new.example/": 1, f"demo/3 {URL}": 2}


@pytest.mark.parametrize(
    ("outcome", "attempt", "status"),
    [
        (Outcome(200), 0, "SUCCESS"),
        (Outcome(299), 3, "SUCCESS"),
        (Outcome(199), 0, "RETRYING"),
        (Outcome(301), 0, "RETRYING"),
        (Outcome(500), 2, "RETRYING"),
        (Outcome(500), 3, "FAILED"),
        (Outcome(reason="gone"), 0, "RETRYING"),
        (Outcome(reason="gone"), 3, "FAILED"),
        (Outcome(reason="not allowed", hopeless=True), 0, "FAILED"),
    ],
)
def test_what_becomes_of_a_delivery(mock: Mock, outcome: Outcome, attempt: int, status: str) -> None:
    register(mock)
    pay(mock)
    [delivery] = waiting(mock)
    delivery["attempt"] = attempt
    api = mock.apis["playcamp"]
    mock.world.transact_in_background(
        lambda one: delivery_ended(api.call(one), [delivery], outcome), "test", "playcamp"
    )
    [told] = log(mock, 2)
    assert (told["status"], told["attempt"], told["responseStatus"]) == (
        status,
        attempt + 1,
        outcome.status,
    )
    assert told["responseBody"] == (outcome.reason or outcome.body)
    assert (told["completedAt"], told["nextRetryAt"] is None) == (
        (None, False) if status == "RETRYING" else (NOON, True)
    )
    assert (mock.state.timeline.next() is not None) == (status == "RETRYING")


@pytest.mark.parametrize(
    ("attempt", "first", "wait"), [(1, 10, 10), (2, 10, 20), (10, 10, 3600), (1, 0, 0), (3, -5, 0)]
)
def test_the_wait_doubles_with_every_try_up_to_an_hour(attempt: int, first: int, wait: int) -> None:
    assert wait_after(attempt, first) == wait


def test_a_refund_is_told_with_the_transaction_and_its_user(mock: Mock) -> None:
    register(mock, "payment.refunded")
    refund(mock, callbackId="mark")
    [event] = log(mock, 2)[0]["payload"]["events"]
    assert event == {
        "event": "payment.refunded",
        "timestamp": NOON,
        "callbackId": "mark",
        "data": {"transactionId": "txn-1", "userId": "user-42"},
    }


def test_what_is_refused_is_not_told(mock: Mock) -> None:
    for event in ("payment.created", "payment.refunded"):
        register(mock, event)
    assert pay(mock, transactionId="txn-1").status_code == 409
    assert pay(mock, amount=0).status_code == 400
    assert refund(mock, "none").status_code == 404
    refund(mock)
    assert refund(mock).status_code == 409
    assert [row["eventType"] for row in waiting(mock)] == ["payment.refunded"]


def test_a_webhook_that_is_switched_off_is_told_nothing(mock: Mock) -> None:
    register(mock)
    change(mock, 2, isActive=False)
    pay(mock, transactionId="t1")
    change(mock, 2, isActive=True)
    pay(mock, transactionId="t2")
    events = [one["payload"]["events"][0]["data"]["transactionId"] for one in log(mock, 2)]
    assert events == ["t2"]


def test_what_waits_goes_where_it_was_to_go_when_it_happened(mock: Mock) -> None:
    register(mock)
    pay(mock, transactionId="t1")
    change(mock, 2, url="https://new.example/")
    pay(mock, transactionId="t2")
    assert {row.beside["url"] for row in waiting(mock)} == {URL, "https://new.example/"}


def test_playtime_is_told_to_nobody(mock: Mock) -> None:
    for event in ("payment.created", "coupon.redeemed", "sponsor.created"):
        register(mock, event)
    times = {"startedAt": "2026-01-05T11:58:00Z", "endedAt": "2026-01-05T11:59:00Z"}
    session = {"sessionId": "s", "userId": "u", "durationSeconds": 1, "callbackId": "mark", **times}
    assert mock.post("/v1/server/playtime/sessions", token=SERVER, json=session).status_code == 201
    assert waiting(mock) == []


def test_a_log_has_the_newest_first(mock: Mock) -> None:
    register(mock)
    for n in range(3):
        pay(mock, transactionId=f"t{n}")
    told = [one["payload"]["events"][0]["data"]["transactionId"] for one in log(mock, 2)]
    assert told == ["t2", "t1", "t0"]


def test_a_test_is_told_as_one(mock: Mock) -> None:
    register(mock)
    register(mock, "payment.refunded")
    pay(mock, "?isTest=true")
    refund(mock, isTest=True)
    events = [event for row in waiting(mock) for event in row["payload"]["events"]]
    assert [event["isTest"] for event in events] == [True, True]
    pay(mock)
    assert "isTest" not in log(mock, 2)[0]["payload"]["events"][0]


def test_a_switch_tells_nobody_of_tests(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(test_sends_events=False)
    register(mock)
    pay(mock, isTest=True)
    assert waiting(mock) == []
    pay(mock)
    assert len(waiting(mock)) == 1


def test_a_switch_signs_with_the_moment(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(webhook_signature="timestamped")
    secret = register(mock)["secret"]
    pay(mock)
    parcel = to_be_sent(mock)
    digest = hmac.new(secret.encode(), b"1767614400." + parcel.body, hashlib.sha256).hexdigest()
    assert parcel.headers["X-Webhook-Signature"] == f"t=1767614400,v1={digest}"


def test_a_webhook_of_the_fixtures_signs_with_its_own_secret_or_an_empty_one(
    make_mock: MakeMock, home: Home
) -> None:
    fixtures = bundled_fixtures("playcamp")
    one = {**fixtures["webhooks"][0], "isActive": True}
    other = {**one, "id": 7}
    del other["_secret"]
    fixtures["webhooks"] = [one, other]
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    pay(mock)
    for number, secret in ((1, "a-secret-of-the-fixtures"), (7, "")):
        parcel = to_be_sent(mock, number)
        assert parcel.headers["X-Webhook-Signature"] == signature(parcel.body.decode(), secret)


def test_a_signature_is_the_hex_hmac_sha256_of_the_body() -> None:
    # The second case of RFC 4231.
    told = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert signature("what do ya want for nothing?", "Jefe") == told
    assert headers("what do ya want for nothing?", "Jefe", count=2)["X-Webhook-Signature"] == told
    assert signature("b", "s", signed_at=5) == f"t=5,v1={signature('5.b', 's')}"


def test_an_event_says_no_more_than_there_is_to_say() -> None:
    assert payload("e", {"a": 1}, timestamp="t") == {
        "events": [{"event": "e", "timestamp": "t", "data": {"a": 1}}]
    }
    told = payload("e", {}, timestamp="t", callback_id="", is_test=True)
    assert told == {
        "events": [{"event": "e", "timestamp": "t", "callbackId": "", "isTest": True, "data": {}}]
    }
    assert payment_created({**PAYMENT, "creatorKey": None}).keys() == {
        "transactionId",
        "userId",
        "amount",
        "currency",
    }


def test_a_batch_is_written_without_blanks_and_with_every_letter_as_it_is() -> None:
    assert written({"events": [{"name": "Zoë"}]}) == '{"events":[{"name":"Zoë"}]}'
