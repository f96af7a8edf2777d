"""State: persistent, in order, found through indexes, and untouched by what is dropped."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mockade.state.clock import Clock
from mockade.state.hash_trie import HashTrie
from mockade.state.index import Index
from mockade.state.rows import Collection, Row, Stored
from mockade.state.sorted_sequence import SortedSequence
from mockade.state.state import State
from mockade.state.table import Table
from mockade.state.timeline import Event, Timeline
from mockade.state.transaction import Change, Transaction
from tests.state.test_sorted_sequence import nodes

steady = settings(max_examples=60, deadline=None, derandomize=True)

WIDGETS = Collection(
    "widgets",
    "Widget",
    indexes={
        "colour": lambda row: [row["colour"]] if row.get("colour") else [],
        "tag": lambda row: row.get("tags", ()),
        "owner": lambda row: [row.beside["owner"]] if "owner" in row.beside else [],
    },
)


def widget(key: str, owner: str = "", **values: Any) -> Row:
    return Row({"id": key, **values}, key=key, beside={"owner": owner} if owner else None)


def state() -> State:
    return State(Clock(0.0, 0.0, 0.0))


# Table

KEYS = st.sampled_from("abcdef")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("remove"), KEYS),
        st.builds(
            lambda key, colour, tags, owner: ("put", widget(key, owner, colour=colour, tags=tags)),
            KEYS,
            st.sampled_from(["", "red", "blue"]),
            st.lists(st.sampled_from("xyz"), max_size=3),
            st.sampled_from(["", "ada"]),
        ),
    ),
    max_size=25,
)


def filed(table: Table) -> dict[str, dict[Any, list[str]]]:
    """The keys that each index files under each value, oldest row first."""
    return {
        name: {value: [key for _, key in index.positions(value)] for value in index.filed}
        for name, index in table.indexes.items()
        if index.filed
    }


@steady
@given(STEPS)
def test_a_table_keeps_its_order_and_its_indexes(steps: list[tuple[str, Any]]) -> None:
    table, plain = Table(), dict[str, Row]()
    for action, given_ in steps:
        if action == "put":
            table = table.put(WIDGETS, given_)
            plain[given_.key] = given_
        elif given_ in plain:
            table = table.remove(WIDGETS, given_)
            del plain[given_]
        else:
            with pytest.raises(KeyError):
                table.remove(WIDGETS, given_)
        expected: dict[str, dict[Any, list[str]]] = {}
        for name, keys_of in WIDGETS.indexes.items():
            for row in plain.values():
                for value in dict.fromkeys(keys_of(row)):
                    expected.setdefault(name, {}).setdefault(value, []).append(row.key)
        assert filed(table) == expected
        assert [key for _, key in table.order.items()] == list(plain), "in the order of birth, changed or not"
        assert {key: stored.row() for key, stored in table.rows.items()} == plain
        assert {key: stored.row().beside for key, stored in table.rows.items()} == {
            key: row.beside for key, row in plain.items()
        }


def test_a_row_that_is_born_again_is_the_youngest() -> None:
    table = Table().put(WIDGETS, widget("a")).put(WIDGETS, widget("b"))
    table = table.remove(WIDGETS, "a").put(WIDGETS, widget("a")).put(WIDGETS, widget("b", colour="red"))
    assert [key for _, key in table.order.items()] == ["b", "a"]


def test_rows_go_in_as_copies_and_come_out_as_copies() -> None:
    row = widget("a", "ada", tags=["x"])
    table = Table().put(WIDGETS, row)
    row["tags"].append("y")
    row.beside["owner"] = "bob"
    out = table.rows["a"].row()
    assert (out["tags"], out.beside) == (["x"], {"owner": "ada"})
    out["tags"].append("z")
    assert table.rows["a"].row()["tags"] == ["x"]


def test_a_key_is_a_property_or_made_from_the_row() -> None:
    assert WIDGETS.key_of(Row({"id": 7})) == "7"
    made = Collection("pairs", "Pair", key=lambda row: f"{row['a']}/{row['b']}")
    assert made.key_of(Row({"a": 1, "b": 2})) == "1/2"
    with pytest.raises(KeyError):
        WIDGETS.key_of(Row({}))


# Transaction


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


# forks


def test_a_fork_and_its_origin_go_their_own_ways() -> None:
    origin = Transaction(state())
    origin.put("shop", WIDGETS, widget("a", n=1))
    forked, went_on = Transaction(origin.state), Transaction(origin.state)
    forked.put("shop", WIDGETS, widget("a", n=2))
    went_on.remove("shop", WIDGETS, "a")
    seen = [
        {key: stored.row()["n"] for key, stored in one.state.table("shop", "widgets").rows.items()}
        for one in (origin, forked, went_on)
    ]
    assert seen == [{"a": 1}, {"a": 2}, {}]


def in_order(items: list[Any]) -> SortedSequence:
    return reduce(SortedSequence.add, items, SortedSequence())


def not_shared(new: SortedSequence, old: SortedSequence) -> int:
    """How many nodes `new` does not have from `old`."""
    return sum(1 for _ in nodes(new, {id(node) for _, node in nodes(old)}))


def test_a_change_among_100_000_rows_makes_few_new_things() -> None:
    """Counts what a change of a fork does not share with its origin; a copy would share no node at all."""
    collection = Collection("widgets", "Widget", indexes={"half": lambda row: [row["n"] % 2]})
    positions = [(number, str(number)) for number in range(100_000)]
    rows = {key: Stored((n, key), f'{{"id":"{key}","n":{n}}}'.encode(), b"") for n, key in positions}
    halves = HashTrie[Any, Any]({half: in_order(positions[half::2]) for half in (0, 1)})
    table = Table(HashTrie(rows), in_order(positions), HashTrie({"half": Index(halves)}), 100_000)
    origin = state()._replace(tables={("shop", "widgets"): table})

    transaction = Transaction(origin)
    assert transaction.state is origin, "a fork is a pointer"
    transaction.put("shop", collection, Row({"id": "7", "n": 8}, key="7"))
    transaction.remove("shop", collection, "50000")
    forked = transaction.table("shop", "widgets")

    known = {id(stored) for stored in table.rows.values()}
    assert sum(id(stored) not in known for stored in forked.rows.values()) == 1
    assert not_shared(forked.order, table.order) <= 4, "one a level"
    for half in (0, 1):
        assert not_shared(forked.indexes["half"].filed[half], table.indexes["half"].filed[half]) <= 12
    assert table.order.size == 100_000
    assert forked.order.size == 99_999


# timeline


def event(key: str, action: str = "end") -> Event:
    return Event("shop", action, key)


def drained(timeline: Timeline) -> list[tuple[float, str]]:
    found = []
    while (due := timeline.next()) is not None:
        found.append((due[0], due[1].key))
        timeline = timeline.cancel(due[1])
    return found


def test_events_are_due_by_time_and_then_in_the_order_they_were_set() -> None:
    timeline = Timeline()
    for key, at in (("late", 9.0), ("b", 5.0), ("a", 5.0), ("early", 1.0)):
        timeline = timeline.set(event(key), at)
    assert drained(timeline) == [(1.0, "early"), (5.0, "b"), (5.0, "a"), (9.0, "late")]


def test_setting_an_event_again_moves_it() -> None:
    timeline = Timeline().set(event("a"), 5.0).set(event("b"), 5.0).set(event("a"), 5.0)
    assert drained(timeline) == [(5.0, "b"), (5.0, "a")]
    assert drained(timeline.set(event("a"), 1.0)) == [(1.0, "a"), (5.0, "b")]
    assert drained(timeline) == [(5.0, "b"), (5.0, "a")], "what was there before stays"


def test_cancelling_what_was_never_set_changes_nothing() -> None:
    timeline = Timeline().set(event("a"), 5.0)
    assert timeline.cancel(event("b")) is timeline
    assert timeline.cancel(event("a", "start")) is timeline
    assert timeline.cancel(event("a")).next() is None


class TimelineMachine(RuleBasedStateMachine):
    """A timeline beside a plain dict of what is due when."""

    def __init__(self) -> None:
        super().__init__()
        self.timeline = Timeline()
        self.plain: dict[Event, tuple[float, int]] = {}
        self.number = 0

    @rule(key=KEYS, at=st.integers(0, 5))
    def set(self, key: str, at: int) -> None:
        self.timeline = self.timeline.set(event(key), float(at))
        self.number += 1
        self.plain[event(key)] = (float(at), self.number)

    @rule(key=KEYS)
    def cancel(self, key: str) -> None:
        self.timeline = self.timeline.cancel(event(key))
        self.plain.pop(event(key), None)

    @precondition(lambda self: self.plain)
    @rule()
    def happen(self) -> None:
        due = self.timeline.next()
        assert due is not None
        self.timeline = self.timeline.cancel(due[1])
        del self.plain[due[1]]

    @invariant()
    def the_next_is_the_earliest(self) -> None:
        in_order = sorted(self.plain, key=lambda one: self.plain[one])
        expected = (self.plain[in_order[0]][0], in_order[0]) if in_order else None
        assert self.timeline.next() == expected
        assert self.timeline.due.size == len(self.plain)


TestTimeline = TimelineMachine.TestCase
TestTimeline.settings = settings(max_examples=30, stateful_step_count=20, deadline=None, derandomize=True)
