"""The rows that fit a request, in its order, and one page of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from mockade.crud.listing.filters import RowTest
from mockade.crud.listing.sorting import Order
from mockade.handling import Row
from mockade.handling.rows import Rows
from mockade.state.index import Index, Position
from mockade.state.sorted_sequence import SortedSequence

Positions = SortedSequence | list[Position]
"""Positions of rows in order of birth."""

Place = tuple[Any, ...]
"""Where a row is in a list: what its rows compare by (`Order.place`)."""


_EMPTY_INDEX = Index()


class Window(NamedTuple):
    """At most `size` rows (None: all) from a place in a list, or before one."""

    size: int | None
    start: int = 0
    after: Place | None = None
    before: Place | None = None


class Part(NamedTuple):
    """The rows of a window, with their positions."""

    rows: Sequence[tuple[Position, Row]]
    has_previous: bool
    has_more: bool
    before: Callable[[], int]
    """How many rows of the list are before them."""


def filed(rows: Rows, index: str, value: Hashable) -> SortedSequence | None:
    """The positions of the rows that `index` files under `value`; None where there is no such index."""
    if index not in rows.collection.indexes:
        return None
    return rows.table.indexes.get(index, _EMPTY_INDEX).sequence(value)


def position_of(rows: Rows, key: str) -> Position | None:
    """The position of the row under `key`, None where there is none."""
    stored = rows.table.rows.get(key)
    return stored.position if stored else None


def row_at(rows: Rows, position: Position) -> Row:
    """The row at a position. Raises KeyError where there is none."""
    return rows.table.rows[position[1]].row()


def merged(sources: Sequence[Positions]) -> Positions:
    """What is in any of the sources."""
    if len(sources) == 1:
        return sources[0]
    return sorted({position for source in sources for position in _items(source)})


def shared(sources: Sequence[Positions]) -> Positions:
    """What is in all of the sources, by going through the smallest."""
    least, *others = sorted(sources, key=_size)
    if not others:
        return least
    found = list(_items(least))
    for one in others:
        # Looking a position up costs about as much as going through sixteen.
        wanted = one if isinstance(one, SortedSequence) and one.size > 16 * len(found) else set(_items(one))
        found = [position for position in found if position in wanted]
    return found


def matches(rows: Rows, positions: Positions, tests: Sequence[RowTest], order: Order) -> Matches:
    """The rows at `positions` that pass all tests, in order. Without tests and terms no row is read yet."""
    if not tests and order.is_of_birth and not order.newest_first:
        return BornMatches(rows, positions)
    if not tests and order.is_of_birth:
        return Matches(rows, [(order.place((), one), one) for one in _items(positions)][::-1])
    stored = rows.table.rows
    entries: list[tuple[Place, Position]] = []
    for position in _items(positions):
        fields = stored[position[1]].fields()
        if all(test(fields) for test in tests):
            entries.append((order.place(order.keys(fields), position), position))
    entries.sort(key=itemgetter(0))
    return Matches(rows, entries)


class Matches:
    """Rows in order, each with its place; they are read when they are shown."""

    def __init__(self, rows: Rows, entries: Sequence[tuple[Place, Position]]) -> None:
        self._rows = rows
        self._entries = entries

    @property
    def total(self) -> int:
        return len(self._entries)

    def part(self, window: Window) -> Part:
        """The rows of a window; of one before a place the nearest."""
        first, last = min(window.start, self.total), self.total
        if window.after is not None:
            first = bisect_right(self._entries, window.after, key=itemgetter(0))
        if window.before is not None:
            last = max(first, bisect_left(self._entries, window.before, key=itemgetter(0)))
        if window.size is not None and window.before is not None and window.after is None:
            first = max(0, last - window.size)
        elif window.size is not None:
            last = min(last, first + window.size)
        shown = [(position, row_at(self._rows, position)) for _, position in self._entries[first:last]]
        return Part(shown, first > 0, last < self.total and window.size != 0, lambda: first)


class BornMatches(Matches):
    """Rows in order of birth, of which only those that are shown are read."""

    def __init__(self, rows: Rows, positions: Positions) -> None:
        super().__init__(rows, ())
        self._positions = positions

    @property
    def total(self) -> int:
        return _size(self._positions)

    def part(self, window: Window) -> Part:
        source = self._positions
        if window.before is not None or not isinstance(source, SortedSequence):
            return Matches(self._rows, [((one,), one) for one in _items(source)]).part(window)
        if window.after is not None:
            rest = source.after(window.after[0])
            first = source.first()
            has_previous = first is not None and first <= window.after[0]
        else:
            rest = islice(source.items(), min(window.start, source.size), None)
            has_previous = window.start > 0 and source.size > 0
        taken = list(rest if window.size is None else islice(rest, window.size + 1))
        shown = [
            (one, row_at(self._rows, one)) for one in (taken if window.size is None else taken[: window.size])
        ]

        def before() -> int:
            if window.after is None:
                return min(window.start, source.size)
            return bisect_right(list(source.items()), window.after[0])

        return Part(shown, has_previous, len(taken) > len(shown) > 0, before)


def _items(positions: Positions) -> Iterator[Position]:
    return positions.items() if isinstance(positions, SortedSequence) else iter(positions)


def _size(positions: Positions) -> int:
    return positions.size if isinstance(positions, SortedSequence) else len(positions)
