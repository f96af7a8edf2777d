"""The record of a world: who asked what, who answered, and what it changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mockade.asgi import Headers
from mockade.contract.violations import Violation
from mockade.settings import CAPACITY
from mockade.state.state import State
from mockade.state.transaction import Change

BUDGET = 32 * 1024 * 1024
"""About how many bytes of rows and texts it keeps, however few exchanges that is."""

MOMENT = 0.001
"""Seconds that just before an event is before it: what a date-time can still tell apart."""

_KEPT_APART = 4000
"""About how many bytes a change holds on to by keeping the state before it: the paths that it copied."""


@dataclass(slots=True)
class Exchange:
    """A request with its answer, filled in by the rooms that the request passes through.

    `api` and `operation` are empty while no operation is known. `answered_by` is one of handler, shape,
    example, stub, engine (a refusal of ours in the vendor's words), fault, timeline (nobody asked: it was
    due, or a thing that was sent has fared somehow), control (nobody asked: the world was changed from
    outside), nobody (the client hung up) or mockade (our own pages and bugs). Of the timeline and of control
    the `method` is empty. `began` is in the world's time: that of its transaction, where it had one.
    """

    method: str
    path: str
    """As it came, undecoded, without what names a world."""
    world: str
    id: int = 0
    """Its number in the journal, from 1; 0 while it is in none."""
    query: str = ""
    """As it came, undecoded, without the question mark."""
    began: float = 0.0
    took: float = 0.0
    """Seconds by the wall clock, to the last byte of its answer; 0 before."""
    api: str = ""
    operation: str = ""
    caller: str = ""
    status: int = 0
    answered_by: str = ""
    reason: str = ""
    """Why it was refused, in a sentence; empty when it was not."""
    traceback: str = ""
    """Of a bug of ours."""
    violations: Sequence[Violation] = ()
    notices: Sequence[Violation] = ()
    changes: Sequence[Change] = ()
    request_headers: Headers = ()
    request_body: bytes | None = None
    """None while nobody has read it."""
    response_headers: Headers = ()
    response_body: bytes = b""
    before: State | None = None
    """The world just before it."""
    weight: int = 0
    """What `size` said when the journal took it in."""

    def point(self) -> State | None:
        """The world just before it, clock included, to go back to; None when that is forgotten.

        A clock that ran on would let what was due since happen at once, and so would one that stands at the
        very moment of a timeline's event.
        """
        if self.before is None:
            return None
        moment = self.began - (MOMENT if self.answered_by == "timeline" else 0.0)
        return self.before._replace(clock=self.before.clock.at(moment))

    def size(self) -> int:
        """About how many bytes keeping it costs."""
        told = len(self.violations) + len(self.notices)
        texts = len(self.path) + len(self.query) + len(self.request_body or b"") + len(self.response_body)
        texts += len(self.reason) + len(self.traceback)
        for _, value in self.request_headers:
            texts += 120 + len(value)
        for _, value in self.response_headers:
            texts += 120 + len(value)
        for change in self.changes:
            texts += _KEPT_APART + change.size()
        return 700 + texts + 1000 * told


class Journal:
    """The newest exchanges of one world, oldest first, within bounds of number and bytes.

    `capacity` 0 keeps none; they are numbered all the same.
    """

    __slots__ = ("bytes", "capacity", "exchanges", "last")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self.exchanges: deque[Exchange] = deque()
        self.bytes = 0
        self.last = 0
        """The number of the newest exchange."""

    def append(self, exchange: Exchange) -> None:
        """Number an exchange that is complete, and keep it while there is room."""
        self.last += 1
        exchange.id = self.last
        if exchange.violations:
            exchange.violations = [violation.brief() for violation in exchange.violations]
        if exchange.notices:
            exchange.notices = [notice.brief() for notice in exchange.notices]
        exchange.weight = exchange.size()
        self.exchanges.append(exchange)
        self.bytes += exchange.weight
        while len(self.exchanges) > self.capacity or (self.bytes > BUDGET and len(self.exchanges) > 1):
            self.bytes -= self.exchanges.popleft().weight

    def find(self, number: int) -> Exchange | None:
        """The exchange of that number, None when it was never there or is forgotten."""
        # Numbers run on without a gap, so that the first one tells where each stands.
        position = number - self.exchanges[0].id if self.exchanges else -1
        return self.exchanges[position] if 0 <= position < len(self.exchanges) else None

    def after(self, number: int) -> Iterator[Exchange]:
        """The exchanges of greater numbers, oldest first."""
        skipped = max(0, number + 1 - self.exchanges[0].id) if self.exchanges else 0
        return islice(self.exchanges, skipped, None)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges)

    def __len__(self) -> int:
        return len(self.exchanges)


ExchangeListener = Callable[[Exchange], None]
"""Called with each finished exchange, those of the mock's own pages included."""


def ignore(_event: object) -> None:
    """A listener that does nothing."""
