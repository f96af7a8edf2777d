"""A collection's rows at one moment: by key, in order of birth, and by each index."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import orjson

from mockade.state.compact import compact_bytes
from mockade.state.hash_trie import HashTrie
from mockade.state.index import Index, Position
from mockade.state.rows import Collection, Row, Stored
from mockade.state.sorted_sequence import SortedSequence

IndexedBy = Mapping[str, tuple[Hashable, ...]]
"""The keys that a row is found under, by the names of the indexes."""

_NO_ROWS: HashTrie[str, Stored] = HashTrie()
_NO_INDEX = Index()
_NO_INDEXES: Mapping[str, Index] = MappingProxyType({})


class Table(NamedTuple):
    """A collection's rows at one moment: by key, in order of birth, and by each index."""

    rows: HashTrie[str, Stored] = _NO_ROWS
    order: SortedSequence = SortedSequence()
    """Of places."""
    indexes: Mapping[str, Index] = _NO_INDEXES
    """By name. A collection has few, so that a change makes a new dict of all."""
    births: int = 0
    last: tuple[Stored, IndexedBy] | None = None
    """The row that was put last, with its index keys: it is often the next to change, and need then not be
    read once more to learn what it was found under."""

    def put(self, collection: Collection, row: Row) -> Table:
        """With `row` under `row.key`; a new row goes to the end of the order."""
        old = self.rows.get(row.key)
        position = old.position if old else (self.births, row.key)
        stored = Stored(
            position,
            compact_bytes(orjson.dumps(row)),
            compact_bytes(orjson.dumps(row.beside)) if row.beside else b"",
        )
        indexed_by = _indexed_by(collection, row)
        return Table(
            self.rows.insert(row.key, stored),
            self.order if old else self.order.add(position),
            self._reindexed(position, self._known_by(collection, old), indexed_by),
            self.births if old else self.births + 1,
            (stored, indexed_by),
        )

    def remove(self, collection: Collection, key: str) -> Table:
        """Without the row under `key`. Raises KeyError when there is none."""
        old = self.rows[key]
        return Table(
            self.rows.remove(key),
            self.order.remove(old.position),
            self._reindexed(old.position, self._known_by(collection, old), {}),
            self.births,
        )

    def _known_by(self, collection: Collection, old: Stored | None) -> IndexedBy:
        if old is None or not collection.indexes:
            return {}
        if self.last is not None and self.last[0] is old:
            return self.last[1]
        return _indexed_by(collection, old.row())

    def _reindexed(self, position: Position, before: IndexedBy, after: IndexedBy) -> Mapping[str, Index]:
        changed: dict[str, Index] = {}
        for name in after or before:
            old, new = before.get(name, ()), after.get(name, ())
            if old == new:
                continue
            index = self.indexes.get(name, _NO_INDEX)
            for gone in {*old}.difference(new):
                index = index.remove(gone, position)
            for come in {*new}.difference(old):
                index = index.add(come, position)
            changed[name] = index
        return {**self.indexes, **changed} if changed else self.indexes


def _indexed_by(collection: Collection, row: Row) -> IndexedBy:
    return {name: tuple(keys_of(row)) for name, keys_of in collection.indexes.items()}
