"""State as immutable values: rows in persistent maps, kept in order of birth, found through indexes."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from mockade.clock import Clock
from mockade.hashtrie import HashTrie
from mockade.index import Index, Place
from mockade.ordered import Sorted
from mockade.resting import at_rest


class Row(dict[str, Any]):
    """A row as a handler sees it: its own copy of what the contract's component describes.

    `key` is what the collection knows it by. `beside` is what the mock keeps with it (an owner, an
    invitation): the handler may read and change it, and it never leaves in an answer.
    """

    __slots__ = ("beside", "key")

    def __init__(
        self, values: Mapping[str, Any] = {}, *, key: str = "", beside: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(values)
        self.key = key
        self.beside: dict[str, Any] = dict(beside) if beside else {}


IndexKeys = Callable[[Row], Iterable[Hashable]]


@dataclass(frozen=True, slots=True)
class Collection:
    """What a collection's rows are: which component they conform to, and how they are found.

    `key` is the property that holds a row's key, or a function that makes it from the row.
    An index is a function from a row to the index keys it is found under.
    `absent` is the error code and the message of a row that is not there; {key} stands for its key.
    """

    name: str
    holds: str
    key: str | Callable[[Row], str] = "id"
    indexes: Mapping[str, IndexKeys] = field(default_factory=dict)
    absent: tuple[str, str] = ("not_found", "There is no {key} in {collection}.")

    def key_of(self, row: Row) -> str:
        """The key that `row` says it has. Raises KeyError when it says none."""
        return str(row[self.key]) if isinstance(self.key, str) else self.key(row)


class Stored(NamedTuple):
    """A row at rest: its place in the order of birth, its JSON, and the JSON of what is kept beside it."""

    place: Place
    values: bytes
    beside: bytes

    def row(self) -> Row:
        """A fresh copy to read and change."""
        row = Row(orjson.loads(self.values), key=self.place[1])
        if self.beside:
            row.beside = orjson.loads(self.beside)
        return row


IndexedBy = Mapping[str, tuple[Hashable, ...]]
"""The keys that a row is found under, by the names of the indexes."""

_NO_ROWS: HashTrie[str, Stored] = HashTrie()
_NO_INDEX = Index()
_NONE: Mapping[Any, Any] = MappingProxyType({})


class Table(NamedTuple):
    """A collection's rows at one moment: by key, in order of birth, and by each index."""

    rows: HashTrie[str, Stored] = _NO_ROWS
    order: Sorted = Sorted()
    """Of places."""
    indexes: Mapping[str, Index] = _NONE
    """By name. A collection has few, so that a change makes a new dict of all."""
    births: int = 0
    last: tuple[Stored, IndexedBy] | None = None
    """The row that was put last, with its index keys: it is often the next to change, and need then not be
    read once more to learn what it was found under."""

    def put(self, collection: Collection, row: Row) -> Table:
        """With `row` under `row.key`; a new row goes to the end of the order."""
        old = self.rows.get(row.key)
        place = old.place if old else (self.births, row.key)
        stored = Stored(
            place, at_rest(orjson.dumps(row)), at_rest(orjson.dumps(row.beside)) if row.beside else b""
        )
        indexed_by = _indexed_by(collection, row)
        return Table(
            self.rows.insert(row.key, stored),
            self.order if old else self.order.add(place),
            self._reindexed(place, self._known_by(collection, old), indexed_by),
            self.births if old else self.births + 1,
            (stored, indexed_by),
        )

    def remove(self, collection: Collection, key: str) -> Table:
        """Without the row under `key`. Raises KeyError when there is none."""
        old = self.rows[key]
        return Table(
            self.rows.remove(key),
            self.order.remove(old.place),
            self._reindexed(old.place, self._known_by(collection, old), {}),
            self.births,
        )

    def _known_by(self, collection: Collection, old: Stored | None) -> IndexedBy:
        if old is None or not collection.indexes:
            return {}
        if self.last is not None and self.last[0] is old:
            return self.last[1]
        return _indexed_by(collection, old.row())

    def _reindexed(self, place: Place, before: IndexedBy, after: IndexedBy) -> Mapping[str, Index]:
        changed: dict[str, Index] = {}
        for name in after or before:
            old, new = before.get(name, ()), after.get(name, ())
            if old == new:
                continue
            index = self.indexes.get(name, _NO_INDEX)
            for gone in {*old}.difference(new):
                index = index.remove(gone, place)
            for come in {*new}.difference(old):
                index = index.add(come, place)
            changed[name] = index
        return {**self.indexes, **changed} if changed else self.indexes


def _indexed_by(collection: Collection, row: Row) -> IndexedBy:
    return {name: tuple(keys_of(row)) for name, keys_of in collection.indexes.items()}


_EMPTY_TABLE = Table()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: what the request's credential stands for. `facts` is all else the fixtures say of it."""

    id: str
    permissions: frozenset[str] = frozenset()
    refused: str = ""
    """The error code that this credential is refused with; empty when it is good."""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, *permissions: str) -> bool:
        """Whether the caller holds any of `permissions`."""
        return not self.permissions.isdisjoint(permissions)


class Event(NamedTuple):
    """Something that a timeline will make happen: which API's function, about which key."""

    api: str
    action: str
    key: str


Due = tuple[float, int, str, str, str]
"""When an event is due and how many were set before it, and the event: its API, action and key."""

_NONE_OF_A_KIND: HashTrie[str, Due] = HashTrie()
_NO_KINDS: HashTrie[tuple[str, str], HashTrie[str, Due]] = HashTrie()


class Timeline(NamedTuple):
    """What will happen and when, as a value; an event is due once, and setting it again moves it."""

    due: Sorted = Sorted()
    """Of `Due`: an event is kept flat, in one tuple for both ways to find it."""
    kinds: HashTrie[tuple[str, str], HashTrie[str, Due]] = _NO_KINDS
    """By API and action, then by key."""
    set_so_far: int = 0

    def set(self, event: Event, at: float) -> Timeline:
        """With `event` due at `at` seconds since 1970; of one moment, the first set goes first."""
        kind = event[:2]
        alike = self.kinds.get(kind, _NONE_OF_A_KIND)
        known = alike.get(event.key)
        others = self.due.remove(known) if known is not None else self.due
        due = (at, self.set_so_far, *event)
        kinds = self.kinds.insert(kind, alike.insert(event.key, due))
        return Timeline(others.add(due), kinds, self.set_so_far + 1)

    def cancel(self, event: Event) -> Timeline:
        """Without `event`, whether or not it was there."""
        kind = event[:2]
        alike = self.kinds.get(kind, _NONE_OF_A_KIND)
        known = alike.get(event.key)
        if known is None:
            return self
        rest = alike.remove(event.key)
        kinds = self.kinds.insert(kind, rest) if rest else self.kinds.remove(kind)
        return Timeline(self.due.remove(known), kinds, self.set_so_far)

    def earliest(self) -> float:
        """When the earliest event is due, infinity when there is none."""
        first = self.due.first()
        return first[0] if first else math.inf

    def next(self) -> tuple[float, Event] | None:
        """The earliest event with its time, or None."""
        first = self.due.first()
        return (first[0], Event(*first[2:])) if first else None

    def events(self) -> Iterator[tuple[float, Event]]:
        """All events with their times, the earliest first."""
        return ((due[0], Event(*due[2:])) for due in self.due.items())


class State(NamedTuple):
    """Everything in a world that calls change, at one moment. Immutable: keeping one costs a pointer."""

    clock: Clock
    seed: int = 0
    tables: Mapping[tuple[str, str], Table] = _NONE
    """By API and collection. There are few, so that a change makes a new dict of all."""
    timeline: Timeline = Timeline()
    callers: HashTrie[tuple[str, str, str], Caller] = HashTrie()
    """By API, security scheme and secret."""
    draws: int = 0
    """How often this world's chance has been drawn from."""

    def table(self, api: str, collection: str) -> Table:
        return self.tables.get((api, collection), _EMPTY_TABLE)

    def rows(self) -> int:
        """How many rows there are in all collections of all APIs."""
        return sum(len(table.rows) for table in self.tables.values())


class Change(NamedTuple):
    """What a call did to one row; the rows rest until somebody looks at them."""

    api: str
    collection: str
    key: str
    was: Stored | None
    became: Stored | None

    @property
    def before(self) -> Row | None:
        """The row before, None where it was not there."""
        return self.was.row() if self.was else None

    @property
    def after(self) -> Row | None:
        """The row after, None where it is gone."""
        return self.became.row() if self.became else None

    def size(self) -> int:
        """About how many bytes keeping it costs."""
        return sum(len(row.values) + len(row.beside) for row in (self.was, self.became) if row)


class Transaction:
    """A call's view of the state: reads see its own writes, and nothing shows outside until `state` is taken.

    Persistent maps make a working copy free, so there is no overlay to merge: dropping this object drops
    all that the call did.
    """

    __slots__ = ("_touched", "start", "state")

    def __init__(self, state: State) -> None:
        self.start = state
        self.state = state
        self._touched: dict[tuple[str, str, str], None] = {}

    def table(self, api: str, collection: str) -> Table:
        return self.state.table(api, collection)

    def put(self, api: str, collection: Collection, row: Row) -> None:
        """Store a copy of `row` under `row.key`."""
        table = self.table(api, collection.name).put(collection, row)
        self._replace(api, collection.name, row.key, table)

    def remove(self, api: str, collection: Collection, key: str) -> None:
        """Raises KeyError when there is no row under `key`."""
        table = self.table(api, collection.name).remove(collection, key)
        self._replace(api, collection.name, key, table)

    def _replace(self, api: str, collection: str, key: str, table: Table) -> None:
        self.state = self.state._replace(tables={**self.state.tables, (api, collection): table})
        self._touched[api, collection, key] = None

    def draw(self) -> int:
        """The number of the next draw from the world's chance."""
        number = self.state.draws
        self.state = self.state._replace(draws=number + 1)
        return number

    def set_event(self, event: Event, at: float) -> None:
        self.state = self.state._replace(timeline=self.state.timeline.set(event, at))

    def cancel_event(self, event: Event) -> None:
        self.state = self.state._replace(timeline=self.state.timeline.cancel(event))

    def admit(self, api: str, scheme: str, secret: str, caller: Caller) -> None:
        """Let `caller` call with `secret` from now on."""
        callers = self.state.callers.insert((api, scheme, secret), caller)
        self.state = self.state._replace(callers=callers)

    def changes(self) -> list[Change]:
        """What differs between the start and now, in the order of first touch."""
        found = []
        for api, collection, key in self._touched:
            before = self.start.table(api, collection).rows.get(key)
            after = self.state.table(api, collection).rows.get(key)
            if before is None and after is None:
                continue
            if before and after and (before.values, before.beside) == (after.values, after.beside):
                continue
            found.append(Change(api, collection, key, before, after))
        return found
