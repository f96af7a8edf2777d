"""A persistent sorted sequence: what keeps rows in their order of birth, and events in that of time."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any, NamedTuple

CHUNK = 512
"""How many items a chunk of a `Sorted` may hold; about the square root of the largest world in mind."""


class Sorted(NamedTuple):
    """A persistent sorted sequence of unique, comparable items: a tuple of sorted tuples.

    Adding or removing copies one chunk and the list of chunks, so it costs a few microseconds at a million.
    """

    chunks: tuple[tuple[Any, ...], ...] = ()

    def add(self, item: Any) -> Sorted:
        """With `item`, which must not be there yet."""
        if not self.chunks:
            return Sorted(((item,),))
        last = len(self.chunks) - 1
        at = last if item > self.chunks[last][0] else self._locate(item)
        chunk = list(self.chunks[at])
        insort(chunk, item)
        if len(chunk) <= CHUNK:
            return Sorted((*self.chunks[:at], tuple(chunk), *self.chunks[at + 1 :]))
        # A world mostly grows at its end: leave the full chunk full and start the next one there.
        middle = CHUNK if at == last and chunk[-1] == item else CHUNK // 2
        halves = (tuple(chunk[:middle]), tuple(chunk[middle:]))
        return Sorted((*self.chunks[:at], *halves, *self.chunks[at + 1 :]))

    def _locate(self, item: Any) -> int:
        at = bisect_left(self.chunks, item, key=lambda chunk: chunk[0])
        if at < len(self.chunks) and self.chunks[at][0] == item:
            return at
        return max(0, at - 1)

    def remove(self, item: Any) -> Sorted:
        """Without `item`. Raises KeyError when it is not there."""
        at = self._locate(item) if self.chunks else 0
        chunk = self.chunks[at] if self.chunks else ()
        position = bisect_left(chunk, item)
        if position == len(chunk) or chunk[position] != item:
            raise KeyError(item)
        rest = chunk[:position] + chunk[position + 1 :]
        kept = (rest,) if rest else ()
        return Sorted((*self.chunks[:at], *kept, *self.chunks[at + 1 :]))

    def items(self) -> Iterator[Any]:
        for chunk in self.chunks:
            yield from chunk

    def after(self, item: Any) -> Iterator[Any]:
        """The items greater than `item`, in order."""
        if not self.chunks:
            return
        first = self._locate(item)
        for at in range(first, len(self.chunks)):
            for candidate in self.chunks[at]:
                if at > first or candidate > item:
                    yield candidate

    def first(self) -> Any | None:
        return self.chunks[0][0] if self.chunks else None

    @property
    def size(self) -> int:
        return sum(len(chunk) for chunk in self.chunks)
