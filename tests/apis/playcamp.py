"""What the tests of PlayCamp's nouns share: who calls, and a good report and payment."""

from __future__ import annotations

from typing import Any

from tests.harness import Mock

SERVER = "ak_server_demo:secret"
CLIENT = "ak_client_demo:secret"
NOON = "2026-01-05T12:00:00.000Z"

REPORT = {
    "sessionId": "round-1",
    "userId": "user-7",
    "durationSeconds": 60,
    "startedAt": "2026-01-05T11:58:00Z",
    "endedAt": "2026-01-05T11:59:00Z",
}

PAYMENT = {
    "userId": "user-7",
    "transactionId": "txn-9",
    "productId": "gems-100",
    "amount": 9.99,
    "currency": "USD",
    "platform": "iOS",
    "distributionType": "MOBILE_STORE",
    "purchasedAt": "2026-01-05T11:59:00Z",
}

WEBHOOKS = "/v1/server/webhooks"


def webhook_for(mock: Mock, event: str, **fields: Any) -> int:
    """Register a webhook for a kind of event; answers its number."""
    body = {"eventType": event, "url": "http://127.0.0.1:9/hook", **fields}
    answer = mock.post(WEBHOOKS, token=SERVER, json=body)
    assert answer.status_code == 201
    return int(answer.json()["data"]["id"])


def events_of(mock: Mock, number: int) -> list[dict[str, Any]]:
    """The events in a webhook's log, the newest first."""
    log = mock.get(f"{WEBHOOKS}/{number}/logs", token=SERVER).json()["data"]
    return [event for one in log for event in one["payload"]["events"]]


def rows_in(mock: Mock, collection: str) -> list[dict[str, Any]]:
    """The rows of a collection as they are stored, the oldest first."""
    table = mock.state.table("playcamp", collection)
    return [table.rows[key].row() for _, key in table.order.items()]
