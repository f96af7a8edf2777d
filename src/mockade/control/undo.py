"""Control: one entry of the journal taken back, and nothing that came of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.catalogue.api import Api
from mockade.control.call import ControlCall
from mockade.control.clock import all_happened
from mockade.control.worlds import entry_there, point_in_journal
from mockade.errors import Refusal
from mockade.handling import Reply
from mockade.state.rows import Stored
from mockade.state.state import State
from mockade.state.timeline import Event
from mockade.state.transaction import Change, Transaction
from mockade.worlds.slices import Slices
from mockade.worlds.world import World

_NAMED = 3
"""Rows that a refusal names."""


def undo_entry(call: ControlCall, id: int) -> Slices[Reply]:
    """Refuses with 404 an entry that is not kept, with 409 one without rows, or whose rows changed since."""
    world, apis = call.world, call.running.apis
    entry = entry_there(world, id)
    before = point_in_journal(world, id)
    if not entry.changes:
        message = (
            f"Entry {id} changed no row, so that there is nothing to put back: rewind the world to before it."
        )
        raise Refusal(409, "nothing_changed", message)

    def undo(transaction: Transaction) -> None:
        _check_as_left(transaction, entry.changes)
        for change in reversed(entry.changes):
            _put_back(transaction, apis, before, change)

    call.change("undoEntry", undo, f"Of #{id}.")
    return _happened(world, len(entry.changes))


def _happened(world: World, rows: int) -> Slices[Reply]:
    world.run_due_events()
    yield from all_happened(world)
    return Reply({"rows": rows})


def _check_as_left(transaction: Transaction, changes: Any) -> None:
    changed = [
        f"{one.collection} {one.key!r}"
        for one in changes
        if _content(transaction.table(one.api, one.collection).rows.get(one.key)) != _content(one.became)
    ]
    if changed:
        named = ", ".join(changed[:_NAMED]) + (" and more" if len(changed) > _NAMED else "")
        message = f"Somebody changed {named} since, and undoing would undo that too: nothing was changed."
        raise Refusal(409, "changed_since", message)


def _content(stored: Stored | None) -> tuple[bytes, bytes] | None:
    return (stored.values, stored.beside) if stored is not None else None


def _put_back(transaction: Transaction, apis: Mapping[str, Api], before: State, change: Change) -> None:
    """The row as it was, at its place, with what was due to it."""
    api = apis[change.api]
    collection = api.collections[change.collection].collection
    if change.was is None:
        transaction.remove(change.api, collection, change.key)
    elif change.became is None:
        transaction.put_back(change.api, collection, change.was)
    else:
        transaction.put(change.api, collection, change.was.row())
    if change.was is not None and change.became is not None:
        return
    for action in api.events:
        event = Event(change.api, action, change.key)
        at = before.timeline.when(event)
        if change.was is None:
            transaction.cancel_event(event)
        elif at is not None and transaction.state.timeline.when(event) is None:
            transaction.set_event(event, at)
