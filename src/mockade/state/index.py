"""An index: which rows are found under a key, in their order of birth."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from mockade.state.hash_trie import HashTrie
from mockade.state.sorted_sequence import SortedSequence

Position = tuple[int, str]
"""A row's place in the order of birth: how many were born before it, and its key."""

_NOTHING: HashTrie[Hashable, Position | SortedSequence] = HashTrie()


class Index(NamedTuple):
    """A persistent map from index keys to the places of the rows that are filed under them."""

    filed: HashTrie[Hashable, Position | SortedSequence] = _NOTHING
    """A row that is alone under its key has its bare position: a `SortedSequence` of one takes 110 bytes
    more, a tenth of all that a row takes beside its JSON."""

    def positions(self, key: Hashable) -> Iterator[Position]:
        """The places under `key`, the oldest row's first; none when nothing is filed there."""
        found = self.filed.get(key)
        if found is None:
            return iter(())
        return found.items() if isinstance(found, SortedSequence) else iter((found,))

    def count(self, key: Hashable) -> int:
        """How many rows are filed under `key`."""
        found = self.filed.get(key)
        if found is None:
            return 0
        return found.size if isinstance(found, SortedSequence) else 1

    def add(self, key: Hashable, position: Position) -> Index:
        """With a row, whose place is not there yet, filed under `key`."""
        found = self.filed.get(key)
        if found is None:
            return Index(self.filed.insert(key, position))
        others = found if isinstance(found, SortedSequence) else SortedSequence().add(found)
        return Index(self.filed.insert(key, others.add(position)))

    def remove(self, key: Hashable, position: Position) -> Index:
        """Without the row that is filed under `key`. Raises KeyError when it is not."""
        found = self.filed[key]
        rest = (found if isinstance(found, SortedSequence) else SortedSequence().add(found)).remove(position)
        if not rest:
            return Index(self.filed.remove(key))
        return Index(self.filed.insert(key, rest if rest.size > 1 else next(rest.items())))
