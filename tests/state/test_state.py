"""State: a fork costs a pointer, and a change of it shares all but a few nodes with its origin."""

from __future__ import annotations

from functools import reduce
from typing import Any

from mockade.state.hash_trie import HashTrie
from mockade.state.index import Index
from mockade.state.rows import Collection, Row, Stored
from mockade.state.sorted_sequence import SortedSequence
from mockade.state.table import Table
from mockade.state.transaction import Transaction
from tests.state.test_sorted_sequence import nodes
from tests.state.widgets import WIDGETS, state, widget


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
