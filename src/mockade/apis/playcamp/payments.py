"""Payments: purchases in the game, registered once, read back and refunded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockade.handling import Call, Refusal, Reply

from .events import payment_created, payment_refunded
from .numbers import next_number
from .projects import in_project, need_known_credit, project_of
from .webhooks import announce


def create_payment(call: Call, body: dict[str, Any], is_test: bool | None) -> dict[str, Any]:
    """A repeated transaction is a conflict (documented). A test is checked and keeps nothing (documented).

    A test is answered as if its transaction were new, known or not (assumed, as for playtime).
    """
    need_known_credit(call, body)
    payments = call.rows("payments")
    payment = registered(body, number=next_number(payments), now=call.now())
    testing = bool(is_test or body["isTest"])
    if not testing:
        if payments.find(in_project(call, body["transactionId"])) is not None:
            raise Refusal(409, "CONFLICT", "The transaction is registered already")
        payments.add(payment, project=project_of(call))
    data = payment_created(payment)
    announce(call, "payment.created", data, callback_id=body.get("callbackId"), is_test=testing)
    return {"data": payment}


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


def page_of(rows: Sequence[Any], page: int, limit: int) -> dict[str, Any]:
    """One page of `rows` with the vendor's pagination (observed); beyond the last it is empty (assumed)."""
    return {
        "data": list(rows[(page - 1) * limit : page * limit]),
        "pagination": {
            "page": page,
            "limit": limit,
            "total": len(rows),
            "totalPages": -(-len(rows) // limit),
        },
    }


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
