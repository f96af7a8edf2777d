"""What an API sends by itself: which of its rows wait to be sent, as what, and what becomes of them."""

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
    """How a parcel fared. `status` is None when no answer came; then `reason` says why, in a sentence."""

    status: int | None = None
    body: str = ""
    """The answer's, cut where it is long."""
    reason: str = ""
    hopeless: bool = False
    """Whether another try cannot fare better: the receiver is none that may be sent to."""


class Outbox(NamedTuple):
    """What an API module says of the rows that it wants sent.

    `waiting` is an index of `collection` that files each row which is to be sent now under its queue, and no
    other row. Rows of one queue go in order of birth, one request after the other; what waits together goes
    together, up to `together` rows. `request` makes the request of them and changes nothing. `ended` takes
    the rows that are still there out of the queue, and may set an event that brings them back.
    """

    collection: str
    waiting: str
    request: Callable[[Call, Sequence[Row]], OutgoingRequest]
    ended: Callable[[Call, Sequence[Row], Outcome], None]
    together: int = 1
