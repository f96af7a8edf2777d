"""A collection's rows at one moment: by key, in order of creation, and by each index."""

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

IndexKeysByName = Mapping[str, tuple[Hashable, ...]]
"""The keys that a row is found under, by the names of the indexes."""

_NO_ROWS: HashTrie[str, Stored] = HashTrie()
_NO_INDEX = Index()
_NO_INDEXES: Mapping[str, Index] = MappingProxyType({})


class Table(NamedTuple):
    """A collection's rows at one moment: by key, in order of creation, and by each index."""

    rows: HashTrie[str, Stored] = _NO_ROWS
    order: SortedSequence = SortedSequence()
    """Of positions."""
    indexes: Mapping[str, Index] = _NO_INDEXES
    """By name. A collection has few, so that a change makes a new dict of all."""
    births: int = 0
    last: tuple[Stored, IndexKeysByName] | None = None
    """The row that was put last, with its index keys: it is often the next to change, and its
    JSON need then not be parsed again for them."""

    def put(self, collection: Collection, row: Row) -> Table:
        """With `row` under `row.key`; a new row goes to the end of the order."""
        old = self.rows.get(row.key)
        position = old.position if old else (self.births, row.key)
        stored = Stored(
            position,
            compact_bytes(orjson.dumps(row)),
            compact_bytes(orjson.dumps(row.beside)) if row.beside else b"",
        )
        indexed_by = _index_keys(collection, row)
        return Table(
            self.rows.insert(row.key, stored),
            self.order if old else self.order.add(position),
            self._reindexed(position, self._index_keys_of(collection, old), indexed_by),
            self.births if old else self.births + 1,
            (stored, indexed_by),
        )

    def put_stored(self, collection: Collection, stored: Stored) -> Table:
        """With a row as another version of this table has it, at its position; `births` stays as it is."""
        key = stored.position[1]
        old = self.rows.get(key)
        if old is not None and old.position != stored.position:
            return self.remove(collection, key).put_stored(collection, stored)
        indexed_by = _index_keys(collection, stored.row()) if collection.indexes else {}
        return Table(
            self.rows.insert(key, stored),
            self.order if old else self.order.add(stored.position),
            self._reindexed(stored.position, self._index_keys_of(collection, old), indexed_by),
            self.births,
            (stored, indexed_by),
        )

    def with_last(self, key: str, collection: Collection) -> Table:
        """As after a `put` of the row that is there under `key`. Raises KeyError when there is none."""
        stored = self.rows[key]
        return self._replace(last=(stored, _index_keys(collection, stored.row())))

    def remove(self, collection: Collection, key: str) -> Table:
        """Without the row under `key`. Raises KeyError when there is none."""
        old = self.rows[key]
        return Table(
            self.rows.remove(key),
            self.order.remove(old.position),
            self._reindexed(old.position, self._index_keys_of(collection, old), {}),
            self.births,
        )

    def _index_keys_of(self, collection: Collection, old: Stored | None) -> IndexKeysByName:
        if old is None or not collection.indexes:
            return {}
        if self.last is not None and self.last[0] is old:
            return self.last[1]
        return _index_keys(collection, old.row())

    def _reindexed(
        self, position: Position, before: IndexKeysByName, after: IndexKeysByName
    ) -> Mapping[str, Index]:
        changed: dict[str, Index] = {}
        for name in after or before:
            old, new = before.get(name, ()), after.get(name, ())
            if old == new:
                continue
            index = self.indexes.get(name, _NO_INDEX)
            for old_key in {*old}.difference(new):
                index = index.remove(old_key, position)
            for new_key in {*new}.difference(old):
                index = index.add(new_key, position)
            changed[name] = index
        return {**self.indexes, **changed} if changed else self.indexes


def _index_keys(collection: Collection, row: Row) -> IndexKeysByName:
    found = {}
    for name, keys_of in collection.indexes.items():
        keys = keys_of(row)
        if isinstance(keys, str):  # its letters would be the keys
            raise TypeError(
                f"The index {name!r} of {collection.name} answers {keys!r}: answer a list, [{keys!r}]."
            )
        found[name] = tuple(keys)
    return found
