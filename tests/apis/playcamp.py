"""What the tests of PlayCamp's nouns share: who calls, and a good report and payment."""

from __future__ import annotations

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
