"""Payments: purchases in the game, registered once, one by one or in bulk, read back and refunded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal, Reply

from .attribution import credited, need_known_credit
from .bulks import Bulk, counts, tally
from .events import payment_created, payment_refunded
from .numbers import next_number
from .pages import page_of
from .projects import in_project, project_of
from .webhooks import announce

_BULK = Bulk("payments", "payment-requests", "transactionId")


def create_payment(call: Call, body: dict[str, Any], is_test: bool | None) -> dict[str, Any]:
    """A repeated transaction is a conflict (documented). A test is checked and keeps nothing (documented).

    A test is answered as if its transaction were new, known or not (assumed, as for playtime).
    """
    testing = bool(is_test or body["isTest"])
    payment = _registered(call, body, is_test=testing)
    if payment is None:
        raise Refusal(409, "CONFLICT", "The transaction is registered already")
    data = payment_created(payment)
    announce(call, "payment.created", data, callback_id=body.get("callbackId"), is_test=testing)
    return {"data": payment}


def create_payments(call: Call, body: dict[str, Any], is_test: bool | None) -> Reply:
    """Each payment for itself; one that is known is skipped (inferred from playtime).

    One event tells of all that were registered, and none of a bulk of which none was (assumed).
    """
    testing = bool(is_test or body["isTest"])

    def each(sent: dict[str, Any]) -> dict[str, Any]:
        payment = _registered(call, sent, is_test=testing or sent["isTest"])
        return {"status": "SKIPPED"} if payment is None else {"status": "SUCCESS", "data": payment}

    results = _BULK.results(call, body, each)
    transactions = [one["transactionId"] for one in results if one["status"] == "SUCCESS"]
    if transactions:
        data = {**counts(results), "transactionIds": transactions}
        mark = body.get("callbackId")
        announce(call, "payment.bulk_created", data, callback_id=mark, is_test=testing)
    return Reply({"data": tally(results)}, call.behaviour["success_status"])


def _registered(call: Call, sent: Mapping[str, Any], *, is_test: bool) -> dict[str, Any] | None:
    """A payment that is registered now, a test's apart; None for a transaction that is known already."""
    need_known_credit(call, sent)
    payments = call.rows("payments")
    credited_to = {**sent, **credited(call, sent)}
    payment = registered(credited_to, number=next_number(payments), now=call.now())
    if not is_test:
        if payments.find(in_project(call, sent["transactionId"])) is not None:
            return None
        payments.add(payment, project=project_of(call))
    return payment


def registered(sent: Mapping[str, Any], *, number: int, now: str) -> dict[str, Any]:
    """A payment as it is registered; amounts in other currencies are not converted (assumed: no rates)."""
    return {
        "id": number,
        "transactionId": sent["transactionId"],
        "userId": sent["userId"],
        "productId": sent["productId"],
        "productName": sent.get("productName"),
        "amount": sent["amount"],
        "currency": sent["currency"],
        "amountUsd": sent["amount"] if sent["currency"] == "USD" else None,
        "platform": sent["platform"],
        "distributionType": sent["distributionType"],
        **({"receipt": sent["receipt"]} if "receipt" in sent else {}),
        "status": "COMPLETED",
        "campaignId": sent.get("campaignId"),
        "creatorKey": sent.get("creatorKey"),
        "purchasedAt": sent["purchasedAt"],
        "createdAt": now,
    }


def get_payment(call: Call, transaction_id: str) -> dict[str, Any]:
    """Another project's payment is absent (inferred)."""
    return {"data": call.rows("payments").get(in_project(call, transaction_id))}


def list_payments_of_user(call: Call, user_id: str, page: int, limit: int) -> dict[str, Any]:
    """One page (observed); a user who bought nothing has an empty one (assumed)."""
    payments = list(call.rows("payments").where("user", in_project(call, user_id)))
    if call.behaviour["payments_order"] == "newest":
        payments.reverse()
    return page_of(payments, page, limit)


def refund_payment(call: Call, transaction_id: str, body: dict[str, Any], is_test: bool | None) -> Reply:
    """Only what is COMPLETED can be refunded (assumed). A test is checked and keeps nothing (documented)."""
    payments = call.rows("payments")
    payment = payments.get(in_project(call, transaction_id))
    if payment["status"] != "COMPLETED":
        status = call.behaviour["unrefundable"]
        code = "CONFLICT" if status == 409 else "BAD_REQUEST"
        raise Refusal(status, code, f"A payment that is {payment['status']} cannot be refunded")
    testing = bool(is_test or body["isTest"])
    if not testing:
        payments.change(payment.key, status="REFUNDED")
    data = payment_refunded(payment)
    announce(call, "payment.refunded", data, callback_id=body.get("callbackId"), is_test=testing)
    return Reply({"data": {**payment, "status": "REFUNDED"}}, call.behaviour["refund_status"])
