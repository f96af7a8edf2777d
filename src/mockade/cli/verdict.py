"""The verdict of `mockade exec` on a client's requests: what broke the contract, and what green hides."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from mockade.cli.gates import Gate
from mockade.cli.log import Log
from mockade.contract.violations import Violation
from mockade.errors import printable
from mockade.worlds.journal import Exchange

MOST_KEPT = 200
"""Kinds of failing exchanges that are kept and printed; of further ones only the number is."""

MOST_NOTICED = 5
"""Kinds of notices that are printed."""

_REFUSING = ("handler", "shape", "engine")


@dataclass(slots=True)
class Kind:
    """Exchanges that are alike: the first of them, and how many there are."""

    first: Exchange
    count: int = 0


class Kinds:
    """Exchanges by kind, in the order in which the kinds came."""

    def __init__(self) -> None:
        self.count = 0
        """All exchanges, of kinds that were not kept too."""
        self.kept: dict[Hashable, Kind] = {}

    def add(self, exchange: Exchange, violations: Sequence[Violation]) -> None:
        self.count += 1
        key = _kind(exchange, violations)
        if key in self.kept or len(self.kept) < MOST_KEPT:
            self.kept.setdefault(key, Kind(exchange)).count += 1

    @property
    def left_out(self) -> int:
        return self.count - sum(one.count for one in self.kept.values())


@dataclass(slots=True)
class Verdict:
    """What is said of the exchanges of all worlds, deleted ones included."""

    gates: Collection[Gate] = frozenset[Gate](["violation"])
    requests: int = 0
    """All requests."""
    broken: int = 0
    """Those that broke the contract."""
    faults: int = 0
    """Exchanges in which the mock was at fault."""
    failing: Kinds = field(default_factory=Kinds)
    """What broke the contract, faults, and what the gates say."""
    noticed: Kinds = field(default_factory=Kinds)
    unanswered: int = 0
    """Requests that nobody answers: 501."""
    generated: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    """By status, the documented refusals of what kept the contract."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, exchange: Exchange) -> None:
        """Count an exchange; the server's thread calls it."""
        if not exchange.id:
            return  # it is in no journal: a page or a control call, which are no business of a client
        # Without a method nobody asked: something that was due has failed.
        is_fault = exchange.answered_by == "mockade" and (exchange.status >= 500 or not exchange.method)
        is_broken = bool(exchange.violations) and not is_fault
        is_unanswered = exchange.answered_by == "stub"
        gates = self.gates
        with self._lock:
            self.requests += bool(exchange.method)
            self.faults += is_fault
            self.broken += is_broken
            self.unanswered += is_unanswered
            self.generated += exchange.answered_by == "generated"
            if exchange.status >= 400 and exchange.answered_by in _REFUSING and not exchange.violations:
                self.refused[exchange.status] += 1
            if exchange.notices:
                self.noticed.add(exchange, exchange.notices)
            is_gated = (bool(exchange.notices) and "notice" in gates) or (
                is_unanswered and "unanswered" in gates
            )
            if is_fault or is_broken or is_gated:
                self.failing.add(exchange, [*exchange.violations, *(exchange.notices if is_gated else ())])

    def lines(self, log: Log) -> Iterator[str]:
        """The summary, and the lines of what fails."""
        if not self.requests:
            yield "Mockade: no request came. Did the command use MOCKADE_URL?"
        elif not (self.broken or self.faults):
            yield f"Mockade: {_many(self.requests, 'request')}, and the contract was kept."
        if self.broken:
            yield f"Mockade: {_many(self.broken, 'exchange')} broke the contract."
        if self.faults:
            yield f"Mockade: the mock itself was at fault in {self.faults:,}."
        besides = list(self._besides())
        if besides:
            yield f"Mockade: {', '.join(besides)}."
        for kind in self.failing.kept.values():
            yield from log.lines(kind.first)
            if kind.count > 1:
                yield f"    … and {kind.count - 1:,} more like it."
        if self.failing.left_out:
            yield f"… and {self.failing.left_out:,} more."
        if "notice" not in self.gates:
            yield from self._notices(log)

    def _besides(self) -> Iterator[str]:
        """What is no breach, and may all the same be none of what the client's author expects."""
        if self.refused:
            statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(self.refused.items()))
            yield f"{_many(self.refused.total(), 'request')} refused as documented ({statuses})"
        if self.unanswered:
            yield f"{self.unanswered:,} that nobody answers (501)"
        if self.generated:
            yield f"{_many(self.generated, 'answer')} generated from the schema"
        if self.noticed.count:
            yield f"{self.noticed.count:,} with notices"

    def _notices(self, log: Log) -> Iterator[str]:
        kinds = list(self.noticed.kept.values())
        for kind in kinds[:MOST_NOTICED]:
            yield f"  {_operation(kind.first)}: {kind.count:,}"
            yield from log.notices(kind.first)
        if len(kinds) > MOST_NOTICED:
            yield f"  … and {_many(len(kinds) - MOST_NOTICED, 'more kind')} of notices: -v prints all."

    def code(self, passed: int) -> int:
        """The exit code, given that of the command."""
        gates = self.gates
        fails = (
            ("notice" in gates and self.noticed.count)
            or ("unanswered" in gates and self.unanswered)
            or (not {"violation", "notice"}.isdisjoint(gates) and self.broken)
            or (not {"violation", "notice", "fault"}.isdisjoint(gates) and self.faults)
        )
        return 1 if passed == 0 and fails else passed


def _kind(exchange: Exchange, violations: Sequence[Violation]) -> Hashable:
    """What exchanges that are alike have in common: the operation, who answered, and what was wrong where."""
    found = {
        (one.where, one.rule, tuple(0 if isinstance(step, int) else step for step in one.path))
        for one in violations
    }
    return _operation(exchange), exchange.answered_by, frozenset(found)


def _operation(exchange: Exchange) -> str:
    if exchange.operation:
        return f"{exchange.api}.{exchange.operation}"
    return printable(f"{exchange.method} {exchange.path}")


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
