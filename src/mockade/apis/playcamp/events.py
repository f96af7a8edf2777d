"""Events as webhooks carry them: their JSON, headers and signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any


def payload(
    event: str,
    data: Mapping[str, Any],
    *,
    timestamp: str,
    callback_id: str | None = None,
    is_test: bool = False,
) -> dict[str, Any]:
    """A batch of one event: always a batch (documented); what is sent together is joined then."""
    fields: dict[str, Any] = {"event": event, "timestamp": timestamp}
    if callback_id is not None:
        fields["callbackId"] = callback_id
    if is_test:
        fields["isTest"] = True
    return {"events": [{**fields, "data": dict(data)}]}


def payment_created(payment: Mapping[str, Any]) -> dict[str, Any]:
    """The data of `payment.created` (observed); who is credited is left out where nobody is (assumed)."""
    fields = {name: payment[name] for name in ("transactionId", "userId", "amount", "currency")}
    credited = {name: payment.get(name) for name in ("creatorKey", "campaignId")}
    return {**fields, **{name: value for name, value in credited.items() if value is not None}}


def payment_refunded(payment: Mapping[str, Any]) -> dict[str, Any]:
    """The data of `payment.refunded` (observed)."""
    return {name: payment[name] for name in ("transactionId", "userId")}


def sponsor_changed(before: Mapping[str, Any], new_key: str) -> dict[str, Any]:
    """The data of `sponsor.changed` (observed)."""
    fields = {name: before[name] for name in ("userId", "campaignId")}
    return {**fields, "oldCreatorKey": before["creatorKey"], "newCreatorKey": new_key}


def sponsor_data(sponsor: Mapping[str, Any]) -> dict[str, Any]:
    """The data of `sponsor.created` and `sponsor.ended` (observed)."""
    return {name: sponsor[name] for name in ("userId", "campaignId", "creatorKey")}


def coupon_redeemed(result: Mapping[str, Any], user: str) -> dict[str, Any]:
    """The data of `coupon.redeemed` (observed)."""
    fields = {name: result[name] for name in ("couponCode", "usageId", "reward")}
    return {**fields, "userId": user}


_SPONSOR = {"userId": "test-user", "campaignId": "test-campaign", "creatorKey": "TEST1"}

_SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "payment.created": {
        "transactionId": "test-transaction",
        "userId": "test-user",
        "amount": 9.99,
        "currency": "USD",
    },
    "payment.refunded": {"transactionId": "test-transaction", "userId": "test-user"},
    "payment.bulk_created": {
        "totalRequested": 1,
        "successful": 1,
        "failed": 0,
        "skipped": 0,
        "transactionIds": ["test-transaction"],
    },
    "sponsor.created": _SPONSOR,
    "sponsor.changed": sponsor_changed(_SPONSOR, "TEST2"),
    "sponsor.ended": _SPONSOR,
    "coupon.redeemed": {"couponCode": "TEST-CODE", "userId": "test-user", "usageId": 0, "reward": []},
}


def sample(event: str) -> Mapping[str, Any]:
    """The data of an event of that kind which nobody caused (assumed)."""
    return _SAMPLES[event]


def written(batch: Mapping[str, Any]) -> str:
    """A batch as it goes over the wire; the signature holds for these very bytes, as UTF-8."""
    return json.dumps(batch, ensure_ascii=False, separators=(",", ":"))


def headers(body: str, secret: str, *, count: int, signed_at: int | None = None) -> dict[str, str]:
    """The headers of a delivery (documented, the count observed)."""
    return {
        "Content-Type": "application/json",
        "X-Webhook-Batch": "true",
        "X-Webhook-Count": str(count),
        "X-Webhook-Signature": signature(body, secret, signed_at=signed_at),
    }


def signature(body: str, secret: str, *, signed_at: int | None = None) -> str:
    """The hex HMAC-SHA256 of a body (documented).

    With `signed_at`, in seconds since 1970, it is of `signed_at.body` and names that moment: `t=…,v1=…` (the
    SDK takes this too, for 300 seconds).
    """
    signed = body if signed_at is None else f"{signed_at}.{body}"
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return digest if signed_at is None else f"t={signed_at},v1={digest}"
