from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.apis.playcamp.pages import page_of
from mockade.apis.playcamp.payments import registered
from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.playcamp import CLIENT, NOON, PAYMENT, SERVER, events_of, rows_in, webhook_for
from tests.harness import Mock

PAYMENTS = "/v1/server/payments"


OPERATIONS = [
    ("POST", PAYMENTS, PAYMENT),
    ("GET", f"{PAYMENTS}/txn-1", None),
    ("GET", f"{PAYMENTS}/user/user-42", None),
    ("POST", f"{PAYMENTS}/txn-1/refund", {}),
]

MakeMock = Callable[..., Mock]
Home = Callable[..., Path]


def pay(mock: Mock, *, query: str = "", token: str = SERVER, **fields: Any) -> httpx.Response:
    """Register a payment: PAYMENT with `fields` in place of its own."""
    return mock.post(PAYMENTS + query, token=token, json={**PAYMENT, **fields})


def refund(mock: Mock, transaction: str, query: str = "", **fields: Any) -> httpx.Response:
    return mock.post(f"{PAYMENTS}/{transaction}/refund{query}", token=SERVER, json=fields)


def status(mock: Mock, transaction: str) -> str:
    answer = mock.get(f"{PAYMENTS}/{transaction}", token=SERVER)
    assert answer.status_code == 200
    return str(answer.json()["data"]["status"])


def of_user(mock: Mock, user: str, query: str = "") -> Any:
    answer = mock.get(f"{PAYMENTS}/user/{user}{query}", token=SERVER)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_payment_is_registered_read_listed_and_refunded(mock: Mock) -> None:
    answer = pay(mock, productName="A hundred gems", campaignId="campaign-winter", creatorKey="ADA42")
    assert answer.status_code == 201
    assert mock.last.answered_by == "handler"
    payment = answer.json()["data"]
    assert payment == {
        **PAYMENT,
        "id": 2,
        "productName": "A hundred gems",
        "amountUsd": 9.99,
        "status": "COMPLETED",
        "campaignId": "campaign-winter",
        "creatorKey": "ADA42",
        "createdAt": NOON,
    }
    assert mock.get(f"{PAYMENTS}/txn-9", token=SERVER).json() == {"data": payment}
    assert of_user(mock, "user-7")["data"] == [payment]
    refunded = refund(mock, "txn-9")
    assert (refunded.status_code, refunded.json()) == (200, {"data": {**payment, "status": "REFUNDED"}})
    assert mock.get(f"{PAYMENTS}/txn-9", token=SERVER).json() == refunded.json()


def test_a_second_registration_is_a_conflict_and_changes_nothing(mock: Mock) -> None:
    pay(mock)
    before = mock.state
    answer = pay(mock, amount=1, userId="other")
    assert answer.status_code == 409
    assert answer.json() == {"error": "The transaction is registered already", "code": "CONFLICT"}
    assert mock.state is before


def test_numbers_of_payments_go_up_by_one(mock: Mock) -> None:
    told = [pay(mock, transactionId=f"t{n}").json()["data"]["id"] for n in range(3)]
    assert told == [2, 3, 4]


def test_a_number_that_a_fixture_has_is_not_given_again(make_mock: MakeMock, home: Home) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["payments"][0]["id"] = 2
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    assert [pay(mock, transactionId=f"t{n}").json()["data"]["id"] for n in range(2)] == [3, 4]


def test_only_dollars_are_told_in_dollars() -> None:
    assert registered(PAYMENT, number=1, now=NOON)["amountUsd"] == 9.99
    assert registered({**PAYMENT, "currency": "KRW"}, number=1, now=NOON)["amountUsd"] is None


def test_what_was_not_sent_is_null_and_a_receipt_is_left_out() -> None:
    payment = registered(PAYMENT, number=1, now=NOON)
    assert [payment[name] for name in ("productName", "campaignId", "creatorKey")] == [None, None, None]
    assert "receipt" not in payment
    assert registered({**PAYMENT, "receipt": "r"}, number=1, now=NOON)["receipt"] == "r"


def test_the_callers_mark_and_test_flag_are_not_repeated(mock: Mock) -> None:
    data = pay(mock, callbackId="mark", isTest=False).json()["data"]
    assert {"callbackId", "isTest"}.isdisjoint(data)


@pytest.mark.parametrize("field", PAYMENT)
def test_every_field_of_the_least_payment_is_required(mock: Mock, field: str) -> None:
    before = mock.state
    answer = mock.post(PAYMENTS, token=SERVER, json={k: v for k, v in PAYMENT.items() if k != field})
    assert answer.status_code == 400
    assert answer.json()["details"] == [{"message": "Required", "path": field, "target": "body"}]
    assert mock.state is before


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"amount": 0}, "amount", "Number must be greater than or equal to 0.01"),
        ({"amount": -5}, "amount", "Number must be greater than or equal to 0.01"),
        ({"amount": "9.99"}, "amount", "Expected number, received string"),
        ({"currency": "usd"}, "currency", "Invalid"),
        ({"currency": "EURO"}, "currency", "Invalid"),
        ({"creatorKey": "ada42"}, "creatorKey", "Invalid"),
        ({"purchasedAt": "2026-01-05T20:59:00+09:00"}, "purchasedAt", "Invalid datetime"),
        ({"purchasedAt": "2026-01-05"}, "purchasedAt", "Invalid datetime"),
        ({"userId": None}, "userId", "Expected string, received null"),
        ({"isTest": "yes"}, "isTest", "Expected boolean, received string"),
        (
            {"distributionType": "STORE"},
            "distributionType",
            "Invalid enum value. Expected 'MOBILE_STORE' | 'MOBILE_SELF_STORE' | 'PC_STORE' | "
            "'PC_SELF_STORE', received 'STORE'",
        ),
    ],
)
def test_a_field_that_breaks_its_schema_is_named_and_nothing_is_registered(
    mock: Mock, fields: dict[str, Any], path: str, message: str
) -> None:
    before = mock.state
    answer = pay(mock, **fields)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["details"] == [{"message": message, "path": path, "target": "body"}]
    assert mock.state is before


@pytest.mark.parametrize(
    ("query", "fields"),
    [("", {"isTest": True}), ("?isTest=true", {}), ("?isTest=true", {"isTest": False})],
)
def test_a_test_is_answered_like_a_payment_and_keeps_nothing(
    mock: Mock, query: str, fields: dict[str, Any]
) -> None:
    rows = mock.state.table("playcamp", "payments").rows
    for transaction in ("txn-9", "txn-9", "txn-1"):
        answer = pay(mock, query=query, transactionId=transaction, **fields)
        assert (answer.status_code, answer.json()["data"]["status"]) == (201, "COMPLETED")
    assert mock.state.table("playcamp", "payments").rows is rows
    assert pay(mock, query=query, amount=0, **fields).status_code == 400


def test_a_test_of_a_refund_is_answered_like_one_and_refunds_nothing(mock: Mock) -> None:
    for query, fields in (("", {"isTest": True}), ("?isTest=true", {})):
        assert refund(mock, "txn-1", query, **fields).json()["data"]["status"] == "REFUNDED"
    assert status(mock, "txn-1") == "COMPLETED"
    assert refund(mock, "nothing", isTest=True).status_code == 404


def test_a_test_flag_changes_nothing_about_reading(mock: Mock) -> None:
    for path in ("txn-1", "user/user-42"):
        plain = mock.get(f"{PAYMENTS}/{path}", token=SERVER)
        assert mock.get(f"{PAYMENTS}/{path}?isTest=true", token=SERVER).content == plain.content


def test_a_refund_happens_once(mock: Mock) -> None:
    assert refund(mock, "txn-1").status_code == 200
    before = mock.state
    again = refund(mock, "txn-1")
    assert again.status_code == 409
    assert again.json() == {"error": "A payment that is REFUNDED cannot be refunded", "code": "CONFLICT"}
    assert mock.state is before


@pytest.mark.parametrize("state", ["PENDING", "CANCELLED"])
def test_what_was_never_completed_is_not_refunded(make_mock: MakeMock, home: Home, state: str) -> None:
    fixtures = bundled_fixtures("playcamp")
    fixtures["payments"][0]["status"] = state
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    assert refund(mock, "txn-1").status_code == 409
    assert status(mock, "txn-1") == state


def test_a_refund_of_a_refunded_transaction_leaves_its_id_taken(mock: Mock) -> None:
    refund(mock, "txn-1")
    assert pay(mock, transactionId="txn-1").status_code == 409


@pytest.mark.parametrize(
    ("content", "path", "message"),
    [
        (b'{"callbackId": 5}', "callbackId", "Expected string, received number"),
        (b'{"isTest": 1}', "isTest", "Expected boolean, received number"),
        (b"[]", "", "Expected object, received array"),
        (b"", "", "Required"),
    ],
)
def test_a_refund_that_breaks_its_schema_refunds_nothing(
    mock: Mock, content: bytes, path: str, message: str
) -> None:
    answer = mock.post(f"{PAYMENTS}/txn-1/refund", token=SERVER, content=content)
    assert answer.status_code == 400
    assert answer.json()["details"] == [{"message": message, "path": path, "target": "body"}]
    assert status(mock, "txn-1") == "COMPLETED"


@pytest.mark.parametrize(("method", "path"), [("GET", "none"), ("POST", "none/refund")])
def test_a_transaction_that_is_not_registered_is_not_found(mock: Mock, method: str, path: str) -> None:
    answer = mock.request(method, f"{PAYMENTS}/{path}", token=SERVER, json={} if method == "POST" else None)
    assert answer.status_code == 404
    assert answer.json() == {"error": "Payment not found", "code": "NOT_FOUND"}


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


def test_another_project_has_payments_of_its_own(make_mock: MakeMock, home: Home) -> None:
    fixtures = bundled_fixtures("playcamp")
    key = {"project": "second", "permissions": ["read", "write"]}
    fixtures["credentials"]["ApiKey"]["ak_server_second:secret"] = key
    mock = make_mock("playcamp", home=home(fixtures=folder("playcamp", fixtures)))
    second = {"token": "ak_server_second:secret"}
    assert mock.get(f"{PAYMENTS}/txn-1", **second).status_code == 404
    assert mock.get(f"{PAYMENTS}/user/user-42", **second).json()["data"] == []
    assert mock.post(f"{PAYMENTS}/txn-1/refund", json={}, **second).status_code == 404
    assert pay(mock, transactionId="txn-1", **second).json()["data"]["id"] == 2
    assert status(mock, "txn-1") == "COMPLETED"


def test_a_users_payments_come_newest_first_in_pages(mock: Mock) -> None:
    for n in range(5):
        pay(mock, transactionId=f"t{n}")
    pay(mock, transactionId="other", userId="somebody-else")
    first, last = of_user(mock, "user-7", "?limit=2"), of_user(mock, "user-7", "?limit=2&page=3")
    assert [one["transactionId"] for one in first["data"]] == ["t4", "t3"]
    assert first["pagination"] == {"page": 1, "limit": 2, "total": 5, "totalPages": 3}
    assert [one["transactionId"] for one in last["data"]] == ["t0"]
    assert of_user(mock, "user-7", "?page=9")["data"] == []


def test_a_page_has_twenty_payments_unless_told_otherwise(mock: Mock) -> None:
    nobody = of_user(mock, "nobody")
    assert nobody == {"data": [], "pagination": {"page": 1, "limit": 20, "total": 0, "totalPages": 0}}


@pytest.mark.parametrize("query", ["page=0", "page=x", "limit=0", "limit=101", "limit=-1", "limit=1.5"])
def test_a_page_that_cannot_be_is_blamed_on_the_query(mock: Mock, query: str) -> None:
    answer = mock.get(f"{PAYMENTS}/user/user-42?{query}", token=SERVER)
    assert answer.status_code == 400
    [detail] = answer.json()["details"]
    assert (detail["path"], detail["target"]) == (query.partition("=")[0], "query")


def test_pages_hold_every_row_once() -> None:
    rows = list(range(7))
    pages = [page_of(rows, page, 3) for page in (1, 2, 3, 4)]
    assert [page["data"] for page in pages] == [[0, 1, 2], [3, 4, 5], [6], []]
    assert {page["pagination"]["totalPages"] for page in pages} == {3}
    assert page_of(rows, 1, 7)["pagination"]["totalPages"] == 1


def test_a_switch_lists_the_oldest_payment_first(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(payments_order="oldest")
    for n in range(2):
        pay(mock, transactionId=f"t{n}")
    assert [one["transactionId"] for one in of_user(mock, "user-7")["data"]] == ["t0", "t1"]


def test_a_switch_answers_a_refund_with_201(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(refund_status=201)
    assert [refund(mock, "txn-1", **more).status_code for more in ({"isTest": True}, {})] == [201, 201]


def test_a_switch_calls_a_second_refund_a_bad_request(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(unrefundable=400)
    refund(mock, "txn-1")
    answer = refund(mock, "txn-1")
    assert answer.status_code == 400
    assert answer.json() == {"error": "A payment that is REFUNDED cannot be refunded", "code": "BAD_REQUEST"}


def test_a_switch_looks_up_what_a_payment_is_credited_to(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(unknown_campaign_or_creator="refuse")
    answer = pay(mock, creatorKey="ZZZZ9")
    assert (answer.status_code, answer.json()) == (404, {"error": "Creator not found", "code": "NOT_FOUND"})
    assert pay(mock, campaignId="campaign-winter", creatorKey="ADA42").status_code == 201


def pay_in_bulk(mock: Mock, *payments: Any, query: str = "", **fields: Any) -> Any:
    body = {"payments": list(payments), **fields}
    answer = mock.post(f"{PAYMENTS}/bulk{query}", token=SERVER, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def test_a_bulk_registers_what_is_new_skips_what_is_known_and_fails_what_is_wrong(mock: Mock) -> None:
    hooks = [webhook_for(mock, kind) for kind in ("payment.bulk_created", "payment.created")]
    known, wrong = {**PAYMENT, "transactionId": "txn-1"}, {**PAYMENT, "transactionId": "t2", "amount": 0}
    told = pay_in_bulk(mock, PAYMENT, known, wrong, {"amount": 7}, PAYMENT, callbackId="mark")
    statuses = [(one["transactionId"], one["status"]) for one in told["results"]]
    assert statuses == [
        ("txn-9", "SUCCESS"),
        ("txn-1", "SKIPPED"),
        ("t2", "FAILED"),
        ("", "FAILED"),
        ("txn-9", "SKIPPED"),
    ]
    assert told["results"][0]["data"] == mock.get(f"{PAYMENTS}/txn-9", token=SERVER).json()["data"]
    assert told["results"][2]["error"] == "amount: Number must be greater than or equal to 0.01"
    counts = {"totalRequested": 5, "successful": 1, "failed": 2, "skipped": 2}
    assert {name: told[name] for name in counts} == counts
    [event] = events_of(mock, hooks[0])
    assert (event["event"], event["callbackId"]) == ("payment.bulk_created", "mark")
    assert event["data"] == {**counts, "transactionIds": ["txn-9"]}
    assert events_of(mock, hooks[1]) == []


def test_a_bulk_in_which_nothing_is_new_is_told_to_nobody(mock: Mock) -> None:
    hook = webhook_for(mock, "payment.bulk_created")
    assert pay_in_bulk(mock, {**PAYMENT, "transactionId": "txn-1"})["skipped"] == 1
    assert events_of(mock, hook) == []


def test_a_test_of_a_bulk_keeps_nothing_and_one_payment_may_be_a_test_alone(mock: Mock) -> None:
    before = rows_in(mock, "payments")
    assert pay_in_bulk(mock, PAYMENT, query="?isTest=true")["successful"] == 1
    assert pay_in_bulk(mock, PAYMENT, isTest=True)["successful"] == 1
    assert pay_in_bulk(mock, {**PAYMENT, "isTest": True})["successful"] == 1
    assert rows_in(mock, "payments") == before


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "payments"),
        ({"payments": []}, "payments"),
        ({"payments": [PAYMENT, "text"]}, "payments.1"),
        ({"payments": [{}] * 1001}, "payments"),
    ],
)
def test_a_bulk_that_is_none_is_refused_as_a_whole(mock: Mock, body: Any, path: str) -> None:
    before = mock.state
    answer = mock.post(f"{PAYMENTS}/bulk", token=SERVER, json=body)
    assert answer.status_code == 400
    assert path in [one["path"] for one in answer.json()["details"]]
    assert mock.state is before
