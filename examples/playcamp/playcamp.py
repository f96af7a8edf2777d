"""A client of PlayCamp's server API: payments and playtime of a game's users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx


@dataclass(frozen=True)
class Payment:
    transaction: str
    user: str
    product: str
    amount: float
    currency: str


class PlayCampError(Exception):
    """PlayCamp said no; `code` is its word for it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class PlayCamp:
    """The project whose server key it is, at `base_url`."""

    def __init__(self, base_url: str, key: str) -> None:
        self._http = httpx.Client(
            base_url=f"{base_url}/v1/server", headers={"Authorization": f"Bearer {key}"}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def pay(self, payment: Payment, at: datetime) -> bool:
        """Registers a payment; False where that transaction is registered already."""
        body = {
            "userId": payment.user,
            "transactionId": payment.transaction,
            "productId": payment.product,
            "amount": payment.amount,
            "currency": payment.currency,
            "platform": "Android",
            "distributionType": "MOBILE_STORE",
            "purchasedAt": _moment(at),
        }
        try:
            self._ask("POST", "/payments", body)
        except PlayCampError as refusal:
            if refusal.status != 409:
                raise
            return False
        return True

    def payments(self, user: str, page_size: int = 20) -> Iterator[Payment]:
        """All payments of a user, the newest first, fetched page by page."""
        page, pages = 1, 1
        while page <= pages:
            found = self._ask("GET", f"/payments/user/{user}", query={"page": page, "limit": page_size})
            for one in found["data"]:
                yield Payment(
                    one["transactionId"], one["userId"], one["productId"], one["amount"], one["currency"]
                )
            page, pages = page + 1, found["pagination"]["totalPages"]

    def record_playtime(self, session: str, user: str, began: datetime, played: timedelta) -> bool:
        """Whether it was recorded now; False where that session was known."""
        body = {
            "sessionId": session,
            "userId": user,
            "durationSeconds": int(played.total_seconds()),
            "startedAt": _moment(began),
            "endedAt": _moment(began + played),
        }
        recorded: bool = self._ask("POST", "/playtime/sessions", body)["data"]["recorded"]
        return recorded

    def _ask(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        answer = self._http.request(method, path, json=body, params=query)
        if answer.is_error:
            said = answer.json()
            raise PlayCampError(answer.status_code, said["code"], said["error"])
        return answer.json()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
