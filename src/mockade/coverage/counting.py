"""Counts exchanges as they come: what each shows of its operation that was not shown before.

What makes this cheap: a request and an answer that were counted, to the byte, are not looked at again, of
others only what is still to be found is looked for, and where hundreds of calls showed nothing new, few of
the next are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple

from mockade.coverage.exchange import OUTSIDE_CONTRACT, CountedExchange, is_refused
from mockade.coverage.items import OperationItems
from mockade.coverage.marking import NEVER, REFUSED, SEEN

ItemsOf = Callable[[str, str], OperationItems | None]
"""The items of an API's operation, by their names; None where there is none."""


def nothing(_api: str, _operation: str) -> None:
    """No operation documents anything."""


MOST_COUNTED = 256
"""Requests and answers that are remembered as counted,"""

LONGEST_COUNTED = 4096
"""and the bytes of bodies beyond which only a hash is."""

QUIET = 200
"""Calls of an operation in a row that showed nothing new, after which few are looked at:"""

ONE_IN = 16
"""one in so many, until one shows something new. A look costs half of what a GET does without one."""

_GOLDEN = 2_654_435_761
"""2**32 by the golden ratio: its multiples lie evenly, and those of every second or third number too."""


class OperationCoverage:
    """What was seen of one operation."""

    __slots__ = ("calls", "items", "quiet", "states", "statuses")

    def __init__(self, items: OperationItems) -> None:
        self.items = items
        self.states = bytearray(len(items.items))
        """By the number of each item: NEVER, REFUSED or SEEN."""
        self.calls = 0
        self.quiet = 0
        """Calls that were looked at since one showed something new."""
        self.statuses: dict[int, int] = {}
        """By the status of answers, how many there were; 0 where none came."""

    def add(self, other: OperationCoverage | SeenItems) -> None:
        """Add what was seen elsewhere, maybe of a contract that has changed since."""
        self.calls += other.calls
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
        if isinstance(other, OperationCoverage) and other.items is self.items:
            self.states[:] = bytes(map(max, self.states, other.states))
            return
        seen = other.seen() if isinstance(other, OperationCoverage) else other
        for number, one in enumerate(self.items.items):
            self.states[number] = max(self.states[number], seen.states.get(one.id, NEVER))

    def seen(self) -> SeenItems:
        """The same, without what was compiled of the contract."""
        states = {one.id: state for one, state in zip(self.items.items, self.states, strict=True) if state}
        return SeenItems(self.calls, self.statuses, states)


class SeenItems(NamedTuple):
    """What was seen of an operation whose contract may have changed since."""

    calls: int
    statuses: Mapping[int, int]
    states: Mapping[str, int]
    """By the ids of items, without those that were never seen."""


_Key = tuple[Hashable, ...]
"""A request or an answer; the body is last."""


class Coverage:
    """What was seen of all operations, in one world or several."""

    __slots__ = ("_counted", "_items_of", "_operations", "_outdated", "requests", "unread")

    def __init__(self, items_of: ItemsOf) -> None:
        self._items_of = items_of
        self._operations: dict[tuple[str, str], OperationCoverage | None] = {}
        self._outdated: dict[tuple[str, str], SeenItems] = {}
        self._counted: set[Hashable] = set()
        self.requests = 0
        """Exchanges that were counted."""
        self.unread = 0
        """Bodies that were too large, of which no more than the media type counts, or could not be read."""

    def count(self, exchange: CountedExchange) -> None:
        """Count an exchange, if it is one with an operation of an API."""
        if not self.count_known(exchange):
            self.of(exchange.api, exchange.operation)
            self.count_known(exchange)

    def count_known(self, exchange: CountedExchange) -> bool:
        """Count an exchange unless it is the first of its operation, whose contract takes a while to read.

        Returns whether it is done with.
        """
        key = exchange.api, exchange.operation
        if not (exchange.operation and exchange.method):
            return True
        if key not in self._operations:
            return False
        mine = self._operations[key]
        if mine is None:
            return True
        self.requests += 1
        mine.calls += 1
        status = exchange.status
        if status in mine.statuses:
            mine.statuses[status] += 1
        else:
            mine.statuses[status] = 1
        # Every request of a server passes here: no call of a function, where nothing is new.
        came: tuple[tuple[bytes, bytes], ...] = ()
        for one in exchange.request_headers:
            if one[0] in mine.items.headers:
                came += (one,)
        sent = b""
        for name, value in exchange.response_headers:
            if name == b"content-type":
                sent = value
        path = exchange.path if mine.items.path is not None else ""
        request = key, status, exchange.answered_by, path, exchange.query, came, exchange.request_body
        answer = key, status, exchange.answered_by, sent, exchange.response_body
        if request not in self._counted or answer not in self._counted:
            # Spread by the golden ratio: of a client that takes turns every n-th call would be the same one.
            drawn = (mine.calls * _GOLDEN & 0xFFFFFFFF) * ONE_IN >> 32
            if mine.quiet >= QUIET and mine.statuses[status] > 1 and drawn:
                return True
            try:
                self._look(mine, exchange, request, answer)
            except Exception:  # its answer is on its way, and is to come to whoever asked
                self.unread += 1
        return True

    def _look(
        self,
        mine: OperationCoverage,
        exchange: CountedExchange,
        request: tuple[Hashable, ...],
        answer: tuple[Hashable, ...],
    ) -> None:
        """Look for what is new in a request or an answer, one of which was not counted before."""
        from mockade.coverage.requests import RequestMarker
        from mockade.coverage.responses import mark_response

        known = bytes(mine.states)
        if self._is_new(request, exchange.request_body or b""):
            state = REFUSED if is_refused(exchange) else SEEN
            self.unread += not RequestMarker(mine.items, mine.states, state).mark(exchange)
        is_the_contracts = bool(exchange.status) and exchange.answered_by not in OUTSIDE_CONTRACT
        if self._is_new(answer, exchange.response_body) and is_the_contracts:
            self.unread += not mark_response(mine.items, mine.states, exchange)
        mine.quiet = mine.quiet + 1 if mine.states == known else 0

    def _is_new(self, key: _Key, body: bytes) -> bool:
        """Whether something was not counted before; it is from now on."""
        if len(body) > LONGEST_COUNTED:
            key = (*key[:-1], hash(body))
        if key in self._counted:
            return False
        if len(self._counted) >= MOST_COUNTED:
            self._counted.clear()
        self._counted.add(key)
        return True

    def of(self, api: str, operation: str) -> OperationCoverage | None:
        """What was seen of an operation, None where there is no such one."""
        key = api, operation
        if key not in self._operations:
            items = self._items_of(api, operation)
            made = self._operations[key] = OperationCoverage(items) if items is not None else None
            outdated = self._outdated.pop(key, None)
            if made is not None and outdated is not None:
                made.add(outdated)
        return self._operations[key]

    def has(self, api: str, operation: str) -> bool:
        """Whether an operation was asked."""
        key = api, operation
        mine = self._operations.get(key)
        return key in self._outdated or (mine is not None and mine.calls > 0)

    def contracts_changed(self) -> None:
        """Go on with the contracts that there are now: what they still have stays as it was."""
        counted = {key: one for key, one in self._operations.items() if one is not None and one.calls}
        self._outdated |= {key: one.seen() for key, one in counted.items()}
        self._operations.clear()
        self._counted.clear()

    def add(self, other: Coverage) -> None:
        """Add what was counted elsewhere, of the same contracts."""
        self.requests += other.requests
        self.unread += other.unread
        for key, theirs in (*other._operations.items(), *other._outdated.items()):
            mine = self.of(*key) if theirs is not None and theirs.calls else None
            if mine is not None and theirs is not None:
                mine.add(theirs)
