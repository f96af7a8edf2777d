"""Collects a run's exchanges into the model of its report, in bounded memory."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockade.contract.violations import Violation
from mockade.reports.entries import TrimmedExchange, exchange_of, trimmed_entry
from mockade.reports.gates import DEFAULT_GATES, Gate, Kind, failing, kind_of_notice
from mockade.reports.model import ApiFacts, Entry, Group, OperationCount, Report, general
from mockade.worlds.journal import REFUSING, Exchange

MOST_GROUPS = 200
"""Groups of each kind that are kept; of further ones only the number is."""

MOST_OPERATIONS = 10_000
"""Operations that are counted each; what came to further ones is counted in the sums alone."""

TIMELINE = 500
"""Exchanges of the timeline of reports that show one."""

TIMELINE_BYTES = 16 * 1024 * 1024
"""About how many bytes the timeline keeps, however few exchanges that is."""

_Key = tuple[Kind, str, str, str, str, str]
"""Kind, API, operation (or method and path), rule, the part of the exchange, and the place in it."""

_Kept = Exchange | TrimmedExchange | Entry


@dataclass(slots=True)
class _Counted:
    """A group while it grows."""

    first: _Kept
    count: int = 1


class Collector:
    """Counts exchanges as they come, and keeps the first of each group and the newest ones.

    `timeline` is how many of the newest are kept. Safe to call from several threads.
    """

    def __init__(self, gates: Collection[Gate] = DEFAULT_GATES, *, timeline: int = 0) -> None:
        self.gates = tuple(gates)
        self.requests = 0
        self.kinds: dict[Kind, int] = {}
        self._noticed: set[str] = set()
        """The rules of notices."""
        self._refused: dict[int, int] = {}
        self._groups: dict[_Key, _Counted] = {}
        self._groups_of: dict[Kind, int] = {}
        self._left_out: dict[Kind, int] = {}
        self._operations: dict[tuple[str, str], OperationCount] = {}
        self._timeline: deque[tuple[int, _Kept]] = deque()
        self._most = timeline
        self._weight = 0
        self._earlier = 0
        self._lock = threading.Lock()

    def add(self, exchange: Exchange) -> None:
        """Count a finished exchange of this process; what is in no journal is no business of a client."""
        if exchange.id:
            with self._lock:
                self._add(exchange, exchange)

    def add_entry(self, entry: Entry) -> None:
        """Count an exchange as the control API tells it."""
        entry = trimmed_entry(entry)
        with self._lock:
            self._add(exchange_of(entry), entry)

    @property
    def failed(self) -> bool:
        """Whether something fails the run so far."""
        is_failed = any(kind in self.kinds for kind in failing(self.gates))
        is_empty = "empty" in self.gates and not self.requests
        return is_failed or is_empty or not self._noticed.isdisjoint(self.gates)

    def _add(self, exchange: Exchange, kept: _Kept) -> None:
        operation = self._operation(exchange)
        if exchange.method:
            self.requests += 1
            operation.requests += 1
            operation.statuses[exchange.status] = operation.statuses.get(exchange.status, 0) + 1
        for kind, found in _said(exchange):
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
            operation.kinds[kind] = operation.kinds.get(kind, 0) + 1
            if kind == "notice":
                self._noticed.update(one.rule for one in found)
            if kind == "refused":
                self._refused[exchange.status] = self._refused.get(exchange.status, 0) + 1
            kept = self._group(kind, exchange, found, kept)
        if self._most:
            self._keep(exchange, kept)

    def _operation(self, exchange: Exchange) -> OperationCount:
        key = exchange.api, exchange.operation
        found = self._operations.get(key)
        if found is None:
            found = OperationCount(*key)
            if len(self._operations) < MOST_OPERATIONS:
                self._operations[key] = found
        return found

    def _group(self, kind: Kind, exchange: Exchange, found: Collection[Violation], kept: _Kept) -> _Kept:
        """Count it in its groups; returns it as they keep it, so that those of other kinds have the same."""
        operation = exchange.operation or f"{exchange.method} {exchange.path}"
        places: dict[tuple[str, str, str], None] = dict.fromkeys(
            (f"{one.where}/{one.rule}", one.where, general(one.pointer)) for one in found
        )
        is_left_out = False
        for place in places or [(_rule(kind, exchange), "", "")]:
            key = kind, exchange.api, operation, *place
            counted = self._groups.get(key)
            if counted is not None:
                counted.count += 1
            elif self._groups_of.get(kind, 0) < MOST_GROUPS:
                kept = TrimmedExchange.of(kept) if isinstance(kept, Exchange) else kept
                self._groups_of[kind] = self._groups_of.get(kind, 0) + 1
                self._groups[key] = _Counted(kept)
            else:
                is_left_out = True
        if is_left_out:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
        return kept

    def _keep(self, exchange: Exchange, kept: _Kept) -> None:
        self._timeline.append((exchange.weight, kept))
        self._weight += exchange.weight
        while len(self._timeline) > self._most or (self._weight > TIMELINE_BYTES and len(self._timeline) > 1):
            self._earlier += 1
            self._weight -= self._timeline.popleft()[0]

    def report(
        self,
        command: str,
        full: Callable[[Exchange], dict[str, Any]] | None = None,
        *,
        apis: Iterable[ApiFacts] = (),
        place_of: Callable[[str, str], str] | None = None,
        coverage: Mapping[str, Any] | None = None,
        empty: Iterable[str] = (),
    ) -> Report:
        """The report so far; `coverage` and `empty` as in Report.

        `full` serializes exchanges of this process; entries need none. `place_of` says where the contract has
        an operation of an API, as `file:line:column`.
        """
        with self._lock:
            if place_of is not None:
                for one in self._operations.values():
                    one.contract = place_of(one.api, one.operation)
            entries = _Entries(full)
            fails = failing(self.gates)
            groups = [
                _group(key, counted, entries, key[0] in fails or _rule_of(key) in self.gates)
                for key, counted in self._groups.items()
            ]
            shards = tuple(empty)
            return Report(
                command,
                self.gates,
                failed=self.failed or ("empty" in self.gates and bool(shards)),
                requests=self.requests,
                kinds=dict(self.kinds),
                refused=dict(sorted(self._refused.items())),
                groups=tuple(groups),
                left_out=dict(self._left_out),
                operations=tuple(self._operations.values()),
                timeline=tuple(entries(one) for _, one in self._timeline),
                earlier=self._earlier,
                apis=tuple(apis),
                coverage=coverage,
                empty=shards,
            )


class _Entries:
    """What is kept, as entries; the first of several groups is made once."""

    def __init__(self, full: Callable[[Exchange], dict[str, Any]] | None) -> None:
        self._full = full
        self._made: dict[int, Entry] = {}

    def __call__(self, kept: _Kept) -> Entry:
        if not isinstance(kept, Exchange | TrimmedExchange):
            return kept
        assert self._full is not None, "Exchanges of this process were added: say how they are serialized."
        if isinstance(kept, Exchange):
            return TrimmedExchange.of(kept).entry(self._full)
        if id(kept) not in self._made:  # a group keeps it, so that nothing else gets its id meanwhile
            self._made[id(kept)] = kept.entry(self._full)
        return self._made[id(kept)]


def _said(exchange: Exchange) -> Iterator[tuple[Kind, Collection[Violation]]]:
    """What is said of an exchange, each with the rules of the contract that it is about."""
    by = exchange.answered_by
    # Without a method nobody asked: something that was due has failed.
    if by == "mockade" and (exchange.status >= 500 or not exchange.method):
        yield "fault", exchange.violations
    elif exchange.violations:
        yield "violation", exchange.violations
    elif exchange.status >= 400 and by in REFUSING:
        yield "refused", ()
    if exchange.notices:
        yield from _noticed(exchange.notices)
    if by == "stub":
        yield "unanswered", ()
    elif by == "generated":
        yield "generated", ()


def _noticed(notices: Collection[Violation]) -> Iterator[tuple[Kind, Collection[Violation]]]:
    """Notices by whom they tell of: the client, or the mock and its contract."""
    found: dict[Kind, list[Violation]] = {"notice": [], "limitation": []}
    for one in notices:
        found[kind_of_notice(one.where, one.rule)].append(one)
    yield from ((kind, of_kind) for kind, of_kind in found.items() if of_kind)


def _rule(kind: Kind, exchange: Exchange) -> str:
    """The rule of what is no word of a contract."""
    return f"refused/{exchange.status}" if kind == "refused" else kind


def _rule_of(key: _Key) -> str:
    """The rule of notices that a group is of; empty where it is of something else."""
    return key[3].rpartition("/")[2] if key[0] == "notice" else ""


def _group(key: _Key, counted: _Counted, entries: _Entries, fails: bool) -> Group:
    kind, api, _, rule, where, place = key
    first = entries(counted.first)
    told_of = first["notices"] if kind in ("notice", "limitation") else first["violations"]
    found: Mapping[str, Any] = next((one for one in told_of if _is_at(one, rule, where, place)), {})
    return Group(
        kind,
        rule,
        api,
        first["operation"] or "",
        counted.count,
        first,
        fails,
        where=where,
        pointer=found.get("pointer", ""),
        message=found.get("message") or first["reason"] or "",
        contract=found.get("contract", ""),
    )


def _is_at(violation: Mapping[str, Any], rule: str, where: str, place: str) -> bool:
    at = violation["where"], f"{violation['where']}/{violation['rule']}", general(violation["pointer"])
    return at == (where, rule, place)
