"""What rows say of what they cannot answer: apart from all that answers from them."""

from __future__ import annotations

from mockade.handling import Call


class NotOfRows(Exception):
    """What rows cannot answer, and the contract itself can: from what `call` says, else from the request."""

    def __init__(self, call: Call | None = None) -> None:
        super().__init__("The contract answers.")
        self.call = call
