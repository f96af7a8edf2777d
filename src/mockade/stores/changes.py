"""What changed in a world, as bytes: a difference between two moments, which makes the later of the earlier.

What it costs goes by what changed, not by what is there: parts that both moments share are not looked at.
"""

from __future__ import annotations

import operator
from typing import Any

from mockade.state.state import State
from mockade.stores.change_reader import CollectionOf, StateReader
from mockade.stores.change_writer import CHANGE, ChangeWriter, write_state
from mockade.stores.forms import faults_form, faults_of
from mockade.stores.frames import Frame, frames
from mockade.worlds.contents import Contents
from mockade.worlds.slices import Slices, at_once

_AFTER, _BEFORE, _BASELINE, _SNAPSHOT, _EARLIER = "after", "before", "baseline", "snapshot", "earlier"
"""States that another one may be told by: that after the change and that before it, that which a reset brings
back, a snapshot as it is after the change so far, and one as it was before."""

_Base = tuple[State, str, str]
"""A state, which of the above it is, and the name of the snapshot."""


def encode(before: Contents, after: Contents, baseline: State | None = None) -> bytes:
    """What makes `after` of `before`; `apply` makes it, and needs the `baseline` that was given here.

    With that a reset is a few bytes long. A caller's facts are JSON. Raises TypeError where they are not.
    """
    return at_once(encode_in_slices(before, after, baseline))


def apply(
    before: Contents, data: bytes, collection_of: CollectionOf, baseline: State | None = None
) -> Contents:
    """What `encode` made `data` of, equal in all; `before` is equal to what was given there.

    `collection_of` finds a collection by its API and name; the rows of one that is not there any more are
    kept without indexes. Raises ValueError, with a sentence, for data that `encode` did not make, that is
    damaged, or that was made of another `before`, as far as it shows.
    """
    return at_once(apply_in_slices(before, data, collection_of, baseline))


def encode_in_slices(before: Contents, after: Contents, baseline: State | None = None) -> Slices[bytes]:
    """As `encode`, some hundred rows in a slice."""
    writer = ChangeWriter()
    if after.state is not before.state:
        base, which, name = _base(before, after.state, baseline)
        if which != _BEFORE:
            writer.operations.append(["from", which, name])
        yield from write_state(writer, base, after.state)
    if after.faults is not before.faults:
        writer.operations.append(["faults", *faults_form(before.faults, after.faults)])
    if after.generated != before.generated:
        writer.operations.append(["generated", after.generated])
    if after.snapshots is not before.snapshots:
        yield from _snapshots(writer, before, after)
    return writer.message()


def apply_in_slices(
    before: Contents, data: bytes, collection_of: CollectionOf, baseline: State | None = None
) -> Slices[Contents]:
    """As `apply`, some hundred rows in a slice."""
    reader = _ContentsReader(before, collection_of, baseline)
    for frame in frames(CHANGE, data):
        try:
            reader.read(frame)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise ValueError(
                f"This change does not fit the world that it is put into ({type(error).__name__}: {error}): "
                "it was made of another moment of it, by another version of Mockade, or with other "
                "contracts. Let all processes that share a store serve the same files."
            ) from error
        yield
    return reader.contents()


def _base(before: Contents, state: State, baseline: State | None) -> _Base:
    """What the state of a world is told by."""
    tables = before.state.tables
    if state.tables is not tables:
        if baseline is not None and state.tables is baseline.tables:
            return baseline, _BASELINE, ""
        for name, snapshot in before.snapshots.items():
            if state.tables is snapshot.tables:
                return snapshot, _SNAPSHOT, name
    return before.state, _BEFORE, ""


def _snapshots(writer: ChangeWriter, before: Contents, after: Contents) -> Slices[None]:
    old, new = before.snapshots, after.snapshots
    gone = [name for name in old if name not in new]
    if gone:
        writer.operations.append(["drop", *gone])
    expected = [name for name, state in old.items() if state is new.get(name)]
    previous = ""
    for name, state in new.items():
        if state is not old.get(name):
            base, which, other = _snapshot_base(before, after, name, previous)
            writer.operations.append(["snapshot", name, which, other])
            yield from write_state(writer, base, state)
            expected.append(name)
        previous = name
    if expected != list(new):
        writer.operations.append(["snapshots", *new])


def _snapshot_base(before: Contents, after: Contents, name: str, previous: str) -> _Base:
    """The state with which a snapshot shares most, of those that are at hand."""
    others: list[_Base] = [(after.state, _AFTER, ""), (before.state, _BEFORE, "")]
    if name in before.snapshots:
        others.append((before.snapshots[name], _EARLIER, name))
    if previous:
        others.append((after.snapshots[previous], _SNAPSHOT, previous))
    state = after.snapshots[name]
    return max(others, key=lambda one: _shared(one[0], state))


def _shared(one: State, other: State) -> int:
    """How many parts of two states are the same."""
    tables = sum(table is one.tables.get(name) for name, table in other.tables.items())
    return tables + sum(map(operator.is_, one, other))


class _ContentsReader:
    """The contents of a world that the frames of a message change, until they are taken."""

    def __init__(self, before: Contents, collection_of: CollectionOf, baseline: State | None) -> None:
        self._before = before
        self._baseline = baseline
        self._reader = StateReader(before.state, collection_of)
        self._after: State | None = None
        """The state after the change, once snapshots have begun."""
        self._faults, self._snapshots, self._generated = before[1:]
        self._name: str | None = None
        """That of the snapshot which is being made."""
        self._operations = {
            "from": self._begin,
            "faults": self._change_faults,
            "generated": self._set_generated,
            "drop": self._drop,
            "snapshot": self._begin_snapshot,
            "snapshots": self._set_order,
        }

    def read(self, frame: Frame) -> None:
        self._reader.open(frame)
        for operation in frame.outline:
            own = self._operations.get(operation[0])
            if own is None:
                self._reader.change(operation)
            else:
                own(*operation[1:])

    def contents(self) -> Contents:
        self._end()
        state = self._before.state if self._after is None else self._after
        return Contents(state, self._faults, self._snapshots, self._generated)

    def _end(self) -> None:
        """Take the state that was being made."""
        state = self._reader.state()
        if self._name is None:
            self._after = state if self._after is None else self._after
        else:
            self._snapshots = {**self._snapshots, self._name: state}
            self._name = None

    def _begin(self, which: str, name: str) -> None:
        self._reader.begin(self._base(which, name))

    def _begin_snapshot(self, name: str, which: str, base: str) -> None:
        self._end()
        self._reader.begin(self._base(which, base))
        self._snapshots = {one: state for one, state in self._snapshots.items() if one != name}
        self._name = name

    def _base(self, which: str, name: str) -> State:
        others = {_BEFORE: self._before.state, _AFTER: self._after, _BASELINE: self._baseline}
        if which == _SNAPSHOT:
            return self._snapshots[name]
        base = self._before.snapshots[name] if which == _EARLIER else others[which]
        if base is None:
            raise LookupError(f"it needs the {which} of the world, which was not given")
        return base

    def _change_faults(self, *form: Any) -> None:
        self._faults = faults_of(form, self._before.faults)

    def _set_generated(self, generated: int) -> None:
        self._generated = generated

    def _drop(self, *names: str) -> None:
        self._snapshots = {name: state for name, state in self._snapshots.items() if name not in names}

    def _set_order(self, *names: str) -> None:
        self._end()
        self._snapshots = {name: self._snapshots[name] for name in names}
