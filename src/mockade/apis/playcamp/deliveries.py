"""Deliveries: events for a webhook, sent as one signed request, and what the receiver's response means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.handling import Call, Row
from mockade.outbox import Outbox, Outcome, OutgoingRequest

from .events import headers, written

LONGEST_WAIT = 3600
"""Seconds between two tries at most (assumed)."""


def waiting(delivery: Row) -> list[str]:
    """The group that is sent together: deliveries of one webhook to one URL."""
    if delivery["status"] != "PENDING":
        return []
    return [f"{delivery.beside['project']}/{delivery['webhookId']} {delivery.beside['url']}"]


def delivery_request(call: Call, rows: Sequence[Row]) -> OutgoingRequest:
    """All events in one batch (documented), signed when it is sent, also when it is tried again."""
    webhook = _webhook_of(call, rows[0])
    # One that has been taken away under its delivery has no secret any more; its API takes both away.
    secret = webhook.beside.get("secret", "") if webhook is not None else ""
    events = [event for row in rows for event in row["payload"]["events"]]
    body = written({"events": events})
    signed_at = int(call.seconds()) if call.behaviour["webhook_signature"] == "timestamped" else None
    return OutgoingRequest(
        url=rows[0].beside["url"],
        body=body.encode(),
        headers=headers(body, secret, count=len(events), signed_at=signed_at),
        timeout=max(row.beside["timeoutMs"] for row in rows) / 1000,
    )


def delivery_ended(call: Call, rows: Sequence[Row], outcome: Outcome) -> None:
    """Any 2xx is a success, all else is tried again while there are tries left (assumed)."""
    deliveries = call.rows("webhook-logs")
    for row in rows:
        attempt = row["attempt"] + 1
        fields: dict[str, Any] = {
            "attempt": attempt,
            "responseStatus": outcome.status,
            "responseBody": outcome.reason if outcome.status is None else outcome.body,
        }
        if outcome.status is not None and 200 <= outcome.status < 300:
            fields |= {"status": "SUCCESS", "completedAt": call.now()}
        elif outcome.hopeless or attempt >= row["maxAttempts"]:
            fields |= {"status": "FAILED", "completedAt": call.now()}
        else:
            wait = wait_after(attempt, call.behaviour["retry_after"])
            fields |= {"status": "RETRYING", "nextRetryAt": call.later(wait)}
            call.set_event(delivery_retries.__name__, row.key, wait)
        deliveries.change(row.key, **fields)


def delivery_retries(call: Call, key: str) -> None:
    """Set it to be sent again; of a removed webhook nothing is sent."""
    deliveries = call.rows("webhook-logs")
    delivery = deliveries.find(key)
    if delivery is None:
        return
    if _webhook_of(call, delivery) is None:
        deliveries.remove(key)
    else:
        deliveries.change(key, status="PENDING", nextRetryAt=None)


def _webhook_of(call: Call, delivery: Row) -> Row | None:
    return call.rows("webhooks").find(f"{delivery.beside['project']}/{delivery['webhookId']}")


def wait_after(attempt: int, first: int) -> int:
    """Seconds until the next try: `first` after the first one, and each time twice as long (assumed)."""
    return max(0, min(first << (attempt - 1), LONGEST_WAIT))


outbox = Outbox("webhook-logs", "waiting", request=delivery_request, ended=delivery_ended, together=100)
"""A hundred events in a batch at most (assumed)."""
