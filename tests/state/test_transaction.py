"""Transactions: they read their own writes, say what they changed, and leave no trace when dropped."""

from __future__ import annotations

import pytest

from mockade.state.timeline import Event
from mockade.state.transaction import Change, Transaction
from tests.state.widgets import WIDGETS, filed, state, widget


def test_a_dropped_transaction_leaves_the_state_as_it_was() -> None:
    start = Transaction(state())
    start.put("shop", WIDGETS, widget("a", colour="red"))
    start.set_event(Event("shop", "end", "a"), 5.0)
    before = start.state
    table, timeline = before.table("shop", "widgets"), before.timeline

    dropped = Transaction(before)
    dropped.put("shop", WIDGETS, widget("a", colour="blue"))
    dropped.put("shop", WIDGETS, widget("b"))
    dropped.remove("shop", WIDGETS, "a")
    dropped.set_event(Event("shop", "end", "a"), 9.0)
    dropped.cancel_event(Event("shop", "end", "a"))
    dropped.draw()

    assert before.table("shop", "widgets") is table
    assert table.rows["a"].row() == {"id": "a", "colour": "red"}
    assert filed(table) == {"colour": {"red": ["a"]}}
    assert before.timeline is timeline
    assert timeline.next() == (5.0, Event("shop", "end", "a"))
    assert before.draws == 0


def test_a_transaction_sees_what_it_wrote() -> None:
    transaction = Transaction(state())
    transaction.put("shop", WIDGETS, widget("a"))
    assert "a" in transaction.table("shop", "widgets").rows
    transaction.remove("shop", WIDGETS, "a")
    assert "a" not in transaction.table("shop", "widgets").rows
    assert [transaction.draw(), transaction.draw()] == [0, 1]


def test_apis_do_not_see_each_other_s_rows() -> None:
    transaction = Transaction(state())
    transaction.put("shop", WIDGETS, widget("a"))
    assert len(transaction.table("zoo", "widgets").rows) == 0
    with pytest.raises(KeyError):
        transaction.remove("zoo", WIDGETS, "a")


def test_changes_are_what_differs_in_the_order_of_first_touch() -> None:
    start = Transaction(state())
    for key in ("changed", "removed", "same", "again", "beside"):
        start.put("shop", WIDGETS, widget(key, n=1))

    transaction = Transaction(start.state)
    transaction.put("shop", WIDGETS, widget("new", n=1))
    transaction.put("shop", WIDGETS, widget("changed", n=2))
    transaction.remove("shop", WIDGETS, "removed")
    transaction.put("shop", WIDGETS, widget("same", n=1))
    transaction.put("shop", WIDGETS, widget("passing"))
    transaction.remove("shop", WIDGETS, "passing")
    transaction.remove("shop", WIDGETS, "again")
    transaction.put("shop", WIDGETS, widget("again", n=1))
    transaction.put("shop", WIDGETS, widget("beside", "ada", n=1))
    transaction.put("shop", WIDGETS, widget("new", n=3))

    found = transaction.changes()
    assert [(change.key, change.before, change.after) for change in found] == [
        ("new", None, {"id": "new", "n": 3}),
        ("changed", {"id": "changed", "n": 1}, {"id": "changed", "n": 2}),
        ("removed", {"id": "removed", "n": 1}, None),
        ("beside", {"id": "beside", "n": 1}, {"id": "beside", "n": 1}),
    ]
    assert found[-1].after is not None
    assert found[-1].after.beside == {"owner": "ada"}
    assert all(isinstance(change, Change) and change.api == "shop" for change in found)
    assert Transaction(start.state).changes() == []
