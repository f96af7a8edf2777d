"""Writes what changed in a world between two moments; `change_reader` reads it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from mockade.state.caller import Caller
from mockade.state.hash_trie import HashTrie
from mockade.state.kept_replies import KeptReplies
from mockade.state.rows import Stored
from mockade.state.state import State, TableName
from mockade.state.table import Table
from mockade.state.timeline import Due, Timeline
from mockade.stores.forms import FEW_PERMISSIONS, clock_form, headers_form, number_form, permissions_form
from mockade.stores.frames import Format, frame
from mockade.worlds.slices import Slices

CHANGE = Format("a change of a world", b"C")

MOST_IN_A_FRAME = 200
"""Rows, callers, events and so on in one frame, which is read and written in one slice."""

_LARGE = 128 * 1024
"""Bytes of pieces after which a frame ends, however little else is in it."""

_LOOKED_AT = 2000
"""Entries that are compared in a slice, where they are equal and nothing is written."""

_FAR = 16
"""Rows that may be told to be gone before it is looked whether telling those that are left is shorter."""

_LIKE = 16
"""Callers of before among which one with the same permissions is looked for, where these are many."""

_NO_TABLE = Table()
_NO_EVENTS: HashTrie[str, Due] = HashTrie()


class ChangeWriter:
    """Collects the operations that make one moment of another, and their pieces, in frames."""

    __slots__ = ("_frames", "_weight", "operations", "permissions", "pieces")

    def __init__(self) -> None:
        self._frames: list[bytes] = [CHANGE.mark]
        self._weight = 0
        self.operations: list[list[Any]] = []
        self.pieces: list[bytes] = []
        self.permissions: dict[frozenset[str], int] = {}
        """Those that were told, by their number."""

    def has_room(self, size: int = 0) -> bool:
        """Count one more thing with pieces of so many bytes; whether the frame may go on."""
        self._weight += 1 + size * MOST_IN_A_FRAME // _LARGE
        return self._weight < MOST_IN_A_FRAME

    def end_frame(self) -> None:
        if self.operations:
            self._frames.append(frame(self.operations, self.pieces))
        self.operations, self.pieces, self._weight = [], [], 0

    def message(self) -> bytes:
        self.end_frame()
        return b"".join(self._frames)


def write_state(writer: ChangeWriter, old: State, new: State) -> Slices[None]:
    """The operations that make `new` of `old`, of which no part is read that both share."""
    add = writer.operations.append
    if new.start is not old.start or new.seed != old.seed:
        add(["seed", new.seed])
    if new.clock is not old.clock:
        add(["clock", *clock_form(new.clock)])
    if new.draws != old.draws:
        add(["draws", new.draws])
    if new.taken != old.taken:
        add(["taken", None if new.taken is None else number_form(new.taken)])
    if new.tables is not old.tables:
        yield from _tables(writer, old, new)
    if new.timeline is not old.timeline:
        yield from _timeline(writer, old.timeline, new.timeline)
    if new.callers is not old.callers:
        yield from _callers(writer, old.callers, new.callers)
    if new.replies is not old.replies:
        yield from _replies(writer, old.replies, new.replies)


def _tables(writer: ChangeWriter, old: State, new: State) -> Slices[None]:
    names, known = list(new.tables), list(old.tables)
    if names == known:
        for name, before, after in zip(names, old.tables.values(), new.tables.values(), strict=True):
            if after is not before:
                yield from _table(writer, name, before, after)
        return
    gone = [name for name in old.tables if name not in new.tables]
    if gone:
        writer.operations.append(["untouched", *gone])
    for name, after in new.tables.items():
        known_table = old.tables.get(name)
        if after is not known_table:
            was = known_table or new.start.table(name) or _NO_TABLE
            yield from _table(writer, name, was, after)
    kept = [name for name in known if name in new.tables] if gone else known
    if names[: len(kept)] != kept:
        writer.operations.append(["order", *names])


def _table(writer: ChangeWriter, name: TableName, old: Table, new: Table) -> Slices[None]:
    if len(old.rows) > 2 * len(new.rows) + _FAR:
        writer.operations.append(["empty", *name])
        old = _NO_TABLE
    head = ["table", *name, new.births]
    gone: list[str] = []
    put: list[Any] = []
    pieces = writer.pieces
    equal = 0
    for key, was, stored in _changed_rows(old, new):
        size = 0
        if stored is None:
            gone.append(key)
        elif stored != was:
            position, values, beside = stored
            put += (key, position[0], len(values), len(beside))
            pieces += (values, beside)
            size = len(values) + len(beside)
        else:
            equal += 1
            if not equal % _LOOKED_AT:
                yield
            continue
        if not writer.has_room(size):
            writer.operations.append([*head, gone, put, None, None])
            writer.end_frame()
            gone, put, pieces = [], [], writer.pieces
            yield
    writer.operations.append([*head, gone, put, _last(new), _empty_indexes(old, new)])


def _last(table: Table) -> str | None:
    """The key of the row that was put last, None where nobody knows."""
    if table.last is None:
        return None
    stored = table.last[0]
    return stored.position[1] if table.rows.get(stored.position[1]) == stored else None


def _empty_indexes(old: Table, new: Table) -> list[str] | None:
    """The indexes that no row is filed in any more, where they do not follow from the rows; else None."""
    if new.indexes is old.indexes or new.indexes.keys() == old.indexes.keys():
        return None
    return [name for name, index in new.indexes.items() if not index.filed]


_Differences = Iterator[tuple[str, Stored | None, Stored | None]]
"""The key of each row that is not the same, with what it was and is."""


def _changed_rows(old: Table, new: Table) -> _Differences:
    """What differs between two tables: where most rows are new, in the order of their births."""
    if len(new.rows) > 2 * len(old.rows):
        return _in_order(old, new)
    return old.rows.differences(new.rows)


def _in_order(old: Table, new: Table) -> _Differences:
    for _, key in new.order.items():
        was, stored = old.rows.get(key), new.rows[key]
        if was is not stored:
            yield key, was, stored
    for key, before in old.rows.items():
        if key not in new.rows:
            yield key, before, None


def _timeline(writer: ChangeWriter, old: Timeline, new: Timeline) -> Slices[None]:
    if new.set_so_far != old.set_so_far:
        writer.operations.append(["set", new.set_so_far])
    for (api, action), before, after in old.kinds.differences(new.kinds):
        gone: list[str] = []
        due: list[Any] = []
        for key, was, event in (before or _NO_EVENTS).differences(after or _NO_EVENTS):
            if event is None:
                gone.append(key)
            elif event != was:
                due += (key, number_form(event[0]), event[1])
            if not writer.has_room():
                if gone or due:
                    writer.operations.append(["events", api, action, gone, due])
                    gone, due = [], []
                writer.end_frame()
                yield
        if gone or due:
            writer.operations.append(["events", api, action, gone, due])


Callers = HashTrie[tuple[str, str, str], Caller]


def _callers(writer: ChangeWriter, old: Callers, new: Callers) -> Slices[None]:
    for key, _, caller in old.differences(new):
        if caller is None:
            writer.operations.append(["dismiss", *key])
        else:  # equal ones may differ all the same: 1 is True
            permissions = _permissions(writer, old, caller)
            facts = dict(caller.facts)
            one = [caller.id, caller.refused, caller.unrestricted, facts, permissions]
            writer.operations.append(["admit", *key, *one])
        if not writer.has_room():
            writer.end_frame()
            yield


def _permissions(writer: ChangeWriter, old: Callers, caller: Caller) -> Any:
    """A caller's permissions; many are told once: then their number, or one who had them."""
    permissions = caller.permissions
    if len(permissions) <= FEW_PERMISSIONS:
        return permissions_form(permissions)
    number = writer.permissions.get(permissions)
    if number is not None:
        return number
    writer.permissions[permissions] = len(writer.permissions)
    for key, other in islice(old.items(), _LIKE):
        if other.permissions == permissions:
            return {"like": key}
    return permissions_form(permissions)


def _replies(writer: ChangeWriter, old: KeptReplies, new: KeptReplies) -> Slices[None]:
    for key, was, reply in old.replies.differences(new.replies):
        if reply is None:
            writer.operations.append(["forget", key])
        elif reply != was:
            lengths, pieces = headers_form(reply.headers)
            writer.pieces += (*pieces, reply.body)
            facts = [number_form(reply.at), reply.asked, reply.status, reply.media_type]
            writer.operations.append(["reply", key, *facts, lengths, len(reply.body)])
        if not writer.has_room(len(reply.body) if reply else 0):
            writer.end_frame()
            yield
    if new.size != old.size:
        writer.operations.append(["replies", new.size])
