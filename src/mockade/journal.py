"""The record of a world: who asked what, who answered, and what it changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mockade.contract.violations import Violation
from mockade.store import Change

CAPACITY = 10_000
"""How many exchanges a journal keeps before it forgets the oldest."""

BUDGET = 32 * 1024 * 1024
"""About how many bytes of rows and texts it keeps, however few exchanges that is."""


@dataclass(slots=True)
class Exchange:
    """A request with its answer, filled in by the rooms that the request passes through.

    `api` and `operation` are empty while no operation is known. `answered_by` is one of handler, shape,
    example, stub, engine (a refusal of ours in the vendor's words), timeline (nobody asked: it was due),
    nobody (the client hung up) or mockade (our own pages and bugs). `began` is in the world's time.
    """

    method: str
    path: str
    world: str
    query: str = ""
    """As it came, undecoded, without the question mark."""
    began: float = 0.0
    took: float = 0.0
    """Seconds by the wall clock, from the first room to the last byte."""
    api: str = ""
    operation: str = ""
    caller: str = ""
    status: int = 0
    answered_by: str = ""
    reason: str = ""
    """Why it was refused, in a sentence; empty when it was not."""
    violations: Sequence[Violation] = ()
    notices: Sequence[Violation] = ()
    changes: Sequence[Change] = ()

    def size(self) -> int:
        """About how many bytes keeping it costs."""
        told = len(self.violations) + len(self.notices)
        return 500 + len(self.path) + 1000 * told + sum(change.size() for change in self.changes)


@dataclass(slots=True)
class Journal:
    """The newest exchanges of one world, oldest first, within bounds of number and bytes."""

    exchanges: deque[Exchange] = field(default_factory=deque)
    bytes: int = 0

    def note(self, exchange: Exchange) -> None:
        exchange.violations = [violation.brief() for violation in exchange.violations]
        exchange.notices = [notice.brief() for notice in exchange.notices]
        self.exchanges.append(exchange)
        self.bytes += exchange.size()
        while len(self.exchanges) > CAPACITY or (self.bytes > BUDGET and len(self.exchanges) > 1):
            self.bytes -= self.exchanges.popleft().size()

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges)
