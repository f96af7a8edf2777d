"""Reads what `change_writer` wrote, and makes one moment of a world of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from sys import intern
from typing import Any

from mockade.state.caller import Caller
from mockade.state.hash_trie import HashTrie
from mockade.state.index import Index
from mockade.state.kept_replies import KeptReplies, KeptReply
from mockade.state.rows import Collection, Stored
from mockade.state.state import State, TableName
from mockade.state.table import Table
from mockade.state.timeline import Due, Timeline
from mockade.stores.forms import FEW_PERMISSIONS, clock_of, headers_of, number_of, permissions_of
from mockade.stores.frames import Frame

CollectionOf = Callable[[str, str], Collection | None]
"""The collection of an API, by both names; None where it is not there any more."""

_NO_TABLE = Table()
_NO_INDEX = Index()
_NO_EVENTS: HashTrie[str, Due] = HashTrie()


class StateReader:
    """A state that one operation after the other changes, until it is taken."""

    __slots__ = (
        "_at",
        "_callers",
        "_clock",
        "_collection_of",
        "_data",
        "_draws",
        "_is_changed",
        "_old",
        "_replies",
        "_seed",
        "_start",
        "_tables",
        "_taken",
        "_timeline",
        "permissions",
    )

    def __init__(self, old: State, collection_of: CollectionOf) -> None:
        self._collection_of = collection_of
        self.permissions: list[frozenset[str]] = []
        """Those that the message has told, by their number."""
        self._data, self._at = b"", 0
        self.begin(old)

    def begin(self, old: State) -> None:
        """Go on from another state."""
        self._old, self._is_changed = old, False
        self._clock, self._seed, self._tables, self._timeline = old[:4]
        self._callers, self._replies, self._draws, self._taken, self._start = old[4:]

    def state(self) -> State:
        """What the operations have made; the very one that they began with where there were none."""
        if not self._is_changed:
            return self._old
        return State(
            self._clock,
            self._seed,
            self._tables,
            self._timeline,
            self._callers,
            self._replies,
            self._draws,
            self._taken,
            self._start,
        )

    def open(self, frame: Frame) -> None:
        """Take the pieces of the operations to come from a frame."""
        self._data, self._at = frame.data, frame.at

    def change(self, operation: Sequence[Any]) -> None:
        """Raises KeyError and other errors where it was not made of what is here."""
        self._is_changed = True
        _OPERATIONS[operation[0]](self, *operation[1:])

    def _set_seed(self, seed: int) -> None:
        self._seed, self._start = seed, self._start.seeded(seed)

    def _set_clock(self, *form: Any) -> None:
        self._clock = clock_of(form)

    def _set_draws(self, draws: int) -> None:
        self._draws = draws

    def _set_taken(self, taken: float | str | None) -> None:
        self._taken = None if taken is None else number_of(taken)

    def _forget_tables(self, *names: Sequence[str]) -> None:
        """A world has them again as it starts with them."""
        gone = set(map(tuple, names))
        self._tables = {name: table for name, table in self._tables.items() if name not in gone}

    def _set_order(self, *names: Sequence[str]) -> None:
        self._tables = {(api, name): self._tables[api, name] for api, name in names}

    def _empty_table(self, api: str, collection: str) -> None:
        self._set_table((api, collection), _NO_TABLE)

    def _set_table(self, name: TableName, table: Table) -> None:
        if self._tables is self._old.tables:
            self._tables = dict(self._tables)
        self._tables[name] = table  # type: ignore[index]  # it is our own dict

    def _change_table(
        self,
        api: str,
        name: str,
        births: int,
        gone: Sequence[str],
        put: Sequence[Any],
        last: str | None,
        empty: Sequence[str] | None,
    ) -> None:
        table = self._tables.get((api, name)) or self._start.table((api, name)) or _NO_TABLE
        newest, collection = table.last, self._collection_of(api, name)
        if collection is None:
            table, newest, collection = table._replace(indexes={}), None, Collection(name, "")
        for key in gone:
            table = table.remove(collection, key)
        data, at = self._data, self._at
        for key, birth, size, size_beside in zip(put[::4], put[1::4], put[2::4], put[3::4], strict=True):
            middle = at + size
            end = middle + size_beside
            table = table.put_stored(collection, Stored((birth, key), data[at:middle], data[middle:end]))
            at = end
            if key == last:
                newest = table.last
        self._at = at
        if last is not None and (newest is None or newest[0] is not table.rows.get(last)):
            newest = table.with_last(last, collection).last
        indexes = table.indexes if empty is None else _with_empty(table.indexes, empty)
        made = Table(table.rows, table.order, indexes, births, None if last is None else newest)
        self._set_table((api, name), made)

    def _set_so_far(self, set_so_far: int) -> None:
        self._timeline = self._timeline._replace(set_so_far=set_so_far)

    def _change_events(self, api: str, action: str, gone: Sequence[str], due: Sequence[Any]) -> None:
        api, action = kind = intern(api), intern(action)
        order, kinds, set_so_far = self._timeline
        alike = kinds.get(kind, _NO_EVENTS)
        for key in gone:
            order, alike = order.remove(alike[key]), alike.remove(key)
        for key, form, number in zip(due[::3], due[1::3], due[2::3], strict=True):
            was = alike.get(key)
            if was is not None:
                order = order.remove(was)
            event = (number_of(form), number, api, action, key)
            order, alike = order.add(event), alike.insert(key, event)
        kinds = kinds.insert(kind, alike) if alike else kinds.remove(kind)
        self._timeline = Timeline(order, kinds, set_so_far)

    def _admit(self, api: str, scheme: str, secret: str, *facts: Any) -> None:
        id, refused, unrestricted, others, form = facts
        permissions = self._permissions_of(form)
        caller = Caller(id, permissions, refused, others, unrestricted)
        self._callers = self._callers.insert((api, scheme, secret), caller)

    def _permissions_of(self, form: Any) -> frozenset[str]:
        if isinstance(form, int):
            return self.permissions[form]
        like = self._old.callers[tuple(form["like"])] if isinstance(form, dict) else None
        found = like.permissions if like is not None else permissions_of(tuple(form))
        if len(found) > FEW_PERMISSIONS:
            self.permissions.append(found)
        return found

    def _dismiss(self, api: str, scheme: str, secret: str) -> None:
        self._callers = self._callers.remove((api, scheme, secret))

    def _keep_reply(
        self, key: str, form: float | str, asked: str, status: int, media_type: str, *sizes: Any
    ) -> None:
        lengths, size = sizes
        if key in self._replies.replies:
            self._forget_reply(key)
        headers, at = headers_of(lengths, self._data, self._at)
        self._at = at + size
        reply = KeptReply(
            number_of(form), asked, status, self._data[at : self._at], media_type, tuple(headers)
        )
        replies, order, total = self._replies
        self._replies = KeptReplies(replies.insert(key, reply), order.add((reply.at, key)), total)

    def _forget_reply(self, key: str) -> None:
        replies, order, size = self._replies
        order = order.remove((replies[key].at, key))
        self._replies = KeptReplies(replies.remove(key), order, size)

    def _set_size(self, size: int) -> None:
        self._replies = self._replies._replace(size=size)


def _with_empty(indexes: Mapping[str, Index], empty: Sequence[str]) -> dict[str, Index]:
    """With those of the indexes that no row is filed in, and no others."""
    filled = {name: index for name, index in indexes.items() if index.filed}
    return {**dict.fromkeys(empty, _NO_INDEX), **filled}


_OPERATIONS: Mapping[str, Callable[..., None]] = {
    "seed": StateReader._set_seed,
    "clock": StateReader._set_clock,
    "draws": StateReader._set_draws,
    "taken": StateReader._set_taken,
    "untouched": StateReader._forget_tables,
    "order": StateReader._set_order,
    "empty": StateReader._empty_table,
    "table": StateReader._change_table,
    "set": StateReader._set_so_far,
    "events": StateReader._change_events,
    "admit": StateReader._admit,
    "dismiss": StateReader._dismiss,
    "reply": StateReader._keep_reply,
    "forget": StateReader._forget_reply,
    "replies": StateReader._set_size,
}
