"""A game's server that registers webhooks in one world of a mock."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import httpx

from tests.servers import NO_TLS, TOO_LONG

NOON = "2026-01-05T12:00:00.000Z"
SERVER_KEY = {"authorization": "Bearer ak_server_demo:secret"}
PAYMENT = {
    "userId": "user-7",
    "productId": "gems-100",
    "amount": 9.99,
    "currency": "USD",
    "platform": "iOS",
    "distributionType": "MOBILE_STORE",
    "purchasedAt": "2026-01-05T11:59:00Z",
}


class Game:
    """A game's server in one world of a mock, whose clock stands at noon."""

    def __init__(self, url: str, world: str = "default") -> None:
        self.url = url
        headers = {**SERVER_KEY, "x-mockade-world": world}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=TOO_LONG, verify=NO_TLS)
        self.control("PUT", "/clock", {"mode": "frozen", "now": NOON})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/_mockade/v1{path}", json=body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/v1/server{path}", json=body)
        assert response.is_success, response.text
        return response.json()["data"] if response.content else None

    def register(self, url: str, **more: Any) -> dict[str, Any]:
        webhook: dict[str, Any] = self(
            "POST", "/webhooks", {"eventType": "payment.created", "url": url, **more}
        )
        return webhook

    def pay(self, *transactions: str) -> None:
        for transaction in transactions:
            self("POST", "/payments", {**PAYMENT, "transactionId": transaction})

    def log(self, webhook: dict[str, Any]) -> list[dict[str, Any]]:
        deliveries: list[dict[str, Any]] = self("GET", f"/webhooks/{webhook['id']}/logs")
        return deliveries

    def advance(self, by: str) -> None:
        self.control("POST", "/clock/advance", {"by": by})

    def until(self, webhook: dict[str, Any], *statuses: str) -> list[dict[str, Any]]:
        """The webhook's log, newest first, once its deliveries have these statuses."""
        deadline = time.monotonic() + TOO_LONG
        while True:
            log = self.log(webhook)
            if [one["status"] for one in log] == list(statuses):
                return log
            assert time.monotonic() < deadline, log

    def close(self) -> None:
        self._http.close()


def signature(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
