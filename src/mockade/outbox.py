"""Requests that an API sends by itself: which of its rows, as what, and what follows from the outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from mockade.handling import Call, Row


class OutgoingRequest(NamedTuple):
    """One request that is to be sent: a POST of `body`, which has `timeout` seconds to be answered."""

    url: str
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})
    timeout: float = 5.0


Parcel = OutgoingRequest
"""Its earlier name, which homes still import."""


class Outcome(NamedTuple):
    """The outcome of a request. `status` is None when no answer came; `reason` is then a sentence."""

    status: int | None = None
    body: str = ""
    """Of the answer, truncated where it is long."""
    reason: str = ""
    hopeless: bool = False
    """Whether another attempt is useless: the receiver is not allowed."""


class Outbox(NamedTuple):
    """Which rows of an API are sent, as which requests.

    `waiting` is an index of `collection` that holds each row which is to be sent now, under its queue, and no
    other row. The rows of a queue are sent in order of birth, one request after the other, each of up to
    `together` rows. `request` makes the request of them and changes nothing. `ended` takes the rows that are
    still there out of the queue, and may set an event that puts them back.
    """

    collection: str
    waiting: str
    request: Callable[[Call, Sequence[Row]], OutgoingRequest]
    ended: Callable[[Call, Sequence[Row], Outcome], None]
    together: int = 1
