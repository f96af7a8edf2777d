"""A world's journal: what was asked, who answered, and what it changed."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, Protocol

from mockade.asgi import Headers
from mockade.contract.violations import Violation
from mockade.errors import Refusal, printable
from mockade.settings import CAPACITY
from mockade.state.state import State
from mockade.state.transaction import Change

BUDGET = 32 * 1024 * 1024
"""About how many bytes a journal keeps, however few exchanges that is."""

MOMENT = 0.001
"""Seconds from "just before an event" to the event: the resolution of our date-times."""

_COPIED_PATHS = 4000
"""About how many bytes of persistent maps a change keeps alive through the state before it."""


AnsweredBy = Literal[
    "handler",
    "shape",
    "example",
    "generated",
    "stub",
    "engine",
    "fault",
    "timeline",
    "control",
    "nobody",
    "mockade",
]
"""Who answered: the answerer's kind (a handler, generated CRUD, an example, a generated value, or a stub), or
engine (a refusal of ours in the vendor's dialect), fault, timeline (an event that was due, or the outcome of
a delivery), control (a change through the control API), nobody (the client hung up) or mockade (our own pages
and bugs)."""


REFUSING: frozenset[AnsweredBy] = frozenset({"handler", "shape", "engine"})
"""Who refuses a request as the API would: by its rules, and not by a fault or a bug."""


class Ending(Protocol):
    """Whether a connection is over: the same object for all of its requests."""

    def done(self) -> bool: ...


@dataclass(slots=True)
class Exchange:
    """A request with its response, filled in by the middleware that it passes through.

    `api` and `operation` are empty while no operation is known, `answered_by` until somebody answers. With
    timeline and control the `method` is empty. `began` is in the world's time: that of the transaction, where
    there was one.
    """

    method: str
    path: str
    """As it came, undecoded, without the prefix that chooses a world."""
    world: str
    id: int = 0
    """Its number in the journal, from 1; 0 outside a journal."""
    query: str = ""
    """As it came, undecoded, without the question mark."""
    began: float = 0.0
    took: float = 0.0
    """Seconds by the wall clock, to the last byte of the response; 0 before that."""
    api: str = ""
    operation: str = ""
    caller: str = ""
    status: int = 0
    answered_by: AnsweredBy | Literal[""] = ""
    reason: str = ""
    """Why it was refused, in a sentence; empty when it was not."""
    traceback: str = ""
    """Of a bug in the mock or in a handler."""
    violations: Sequence[Violation] = ()
    notices: Sequence[Violation] = ()
    changes: Sequence[Change] = ()
    request_headers: Headers = ()
    request_body: bytes | None = None
    """None until it is read."""
    response_headers: Headers = ()
    response_body: bytes = b""
    before: State | None = None
    """The world just before it."""
    connection: Ending | None = None
    """That of the request, until it is in the journal; None where there was none."""
    weight: int = 0
    """Its `size()` when it was added to the journal."""

    def state_before(self) -> State | None:
        """The state to rewind to, with the clock at its time; None when it is not kept any more.

        The clock is set back too, to just before an event of the timeline: else the events that were due
        since would run at once.
        """
        if self.before is None:
            return None
        moment = self.began - (MOMENT if self.answered_by == "timeline" else 0.0)
        return self.before._replace(clock=self.before.clock.at(moment))

    def size(self) -> int:
        """About how many bytes keeping it costs."""
        violations = len(self.violations) + len(self.notices)
        texts = len(self.path) + len(self.query) + len(self.request_body or b"") + len(self.response_body)
        texts += len(self.reason) + len(self.traceback)
        for _, value in self.request_headers:
            texts += 120 + len(value)
        for _, value in self.response_headers:
            texts += 120 + len(value)
        for change in self.changes:
            texts += _COPIED_PATHS + change.size()
        return 700 + texts + 1000 * violations


ExchangeListener = Callable[[Exchange], None]
"""Called with each finished exchange, those of the mock's own pages included."""


def ignore(_event: object) -> None:
    """A listener that does nothing."""


class Follower:
    """One who reads a journal as it grows, at a pace of its own: what is there for it is in the journal."""

    __slots__ = ("_news",)

    def __init__(self) -> None:
        self._news: asyncio.Future[None] | None = None

    def news(self) -> asyncio.Future[None]:
        """Done at the next entry, or when the world goes."""
        self._news = asyncio.get_running_loop().create_future()
        return self._news

    def wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


class Journal:
    """The newest exchanges of one world, oldest first, within bounds of number and bytes.

    With `capacity` 0 it keeps none and numbers them all the same. `on_entry` is called with each.
    """

    __slots__ = (
        "_mark",
        "_on_entry",
        "bytes",
        "capacity",
        "exchanges",
        "followers",
        "is_closed",
        "last",
        "written",
    )

    def __init__(self, capacity: int = CAPACITY, on_entry: ExchangeListener | None = None) -> None:
        self.capacity = capacity
        self._on_entry = on_entry
        self.exchanges: deque[Exchange] = deque()
        self.bytes = 0
        self.last = 0
        """The number of the newest exchange."""
        self.followers: dict[Follower, None] = {}
        self.written: dict[Hashable, bytes] = {}
        """The newest entries as written for who follows: many cost one. Empty when nobody does."""
        self.is_closed = False
        """Whether nothing will be added any more: its world is gone."""
        self._mark = ""

    @property
    def mark(self) -> str:
        """A word that no other journal has, of this server or of the one before it."""
        self._mark = self._mark or secrets.token_hex(4)
        return self._mark

    def close(self) -> None:
        self.is_closed = True
        self._wake()

    def _wake(self) -> None:
        for follower in self.followers:
            follower.wake()

    def append(self, exchange: Exchange) -> None:
        """Number a complete exchange and keep it, in place of the oldest where there is no room."""
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
        if self._on_entry is not None:
            self._on_entry(exchange)
        if self.followers:
            self._wake()

    def begin_after(self, number: int) -> None:
        """Number the first exchange of an empty journal as the next one of another that ends there."""
        self.last = number

    def find(self, number: int) -> Exchange | None:
        """The exchange of that number, None when there was none or it is not kept any more."""
        # Numbers have no gaps, so an exchange's index follows from the first one's number.
        position = number - self.exchanges[0].id if self.exchanges else -1
        return self.exchanges[position] if 0 <= position < len(self.exchanges) else None

    def no_state(self, number: int) -> Refusal:
        """What is said of a number whose entry is kept, and the state before it is not."""
        message = f"The files were reloaded after entry {number}, and no world goes back behind a reload."
        return Refusal(404, "no_state", message)

    def after(self, number: int) -> Iterator[Exchange]:
        """The exchanges of greater numbers, oldest first."""
        skipped = max(0, number + 1 - self.exchanges[0].id) if self.exchanges else 0
        return islice(self.exchanges, skipped, None)

    def count(self) -> int:
        """How many exchanges it keeps."""
        return len(self)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges)

    def __len__(self) -> int:
        return len(self.exchanges)


def reason_words(reason: str | None) -> str:
    """What stands behind the line of an entry: why it was refused; empty where it was not."""
    return f"  {printable(reason)}" if reason else ""


def request_line(request: Mapping[str, Any]) -> str:
    """The method, path and query of an exchange's request, as the control API has it."""
    return f"{request['method']} {request_target(request)}"


def request_target(request: Mapping[str, Any]) -> str:
    """The path and query of an exchange's request, as they came, without a world before them."""
    path: str = request["path"]
    return f"{path}?{request['query']}" if request["query"] else path
