"""What is counted of an exchange: the part of a journal's entry that says what was tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mockade.asgi import Headers


class Breach(Protocol):
    """A violation of the contract."""

    @property
    def where(self) -> str: ...


class CountedExchange(Protocol):
    """An exchange; without a method or an operation it is none that is counted."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str:
        """As it came, undecoded."""
        ...

    @property
    def query(self) -> str:
        """As it came, undecoded, without the question mark."""
        ...

    @property
    def api(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def answered_by(self) -> str: ...
    @property
    def violations(self) -> Sequence[Breach]: ...
    @property
    def request_headers(self) -> Headers: ...
    @property
    def request_body(self) -> bytes | None: ...
    @property
    def response_headers(self) -> Headers: ...
    @property
    def response_body(self) -> bytes: ...


OUTSIDE_CONTRACT = frozenset({"mockade", "stub", "nobody"})
"""Who answers in words that are none of the contract's, or not at all."""


def is_refused(exchange: CountedExchange) -> bool:
    """Whether the contract refused a request, or would have: its parameters, its body, its credentials."""
    if exchange.answered_by == "engine":
        return True
    for one in exchange.violations:  # each exchange passes here: no call that is not needed
        if one.where != "response":
            return True
    # A fault comes before the contract is asked, and behind the credentials.
    return exchange.answered_by == "fault" and exchange.status in (401, 403)
