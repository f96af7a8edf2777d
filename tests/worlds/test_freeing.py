"""States are let go of bit by bit, and what somebody else has of them stays as it is."""

from __future__ import annotations

import sys

from mockade.state.clock import Clock
from mockade.state.rows import Collection, Row
from mockade.state.state import State
from mockade.state.table import Table
from mockade.worlds.freeing import free

ROWS = 3000
PETS = Collection("pets", "Pet", indexes={"of": lambda row: (row["kind"],)})


def test_rows_go_a_few_leaves_at_a_time_but_for_those_of_another_state() -> None:
    table = Table()
    for number in range(ROWS):
        table = table.put(PETS, Row({"id": f"p{number}", "kind": "cat"}, key=f"p{number}"))
    state = State(Clock.frozen(0.0), tables={("a", "pets"): table})
    stored = table.rows["p7"]
    other = table.remove(PETS, "p8")
    states = [state]
    del state, table
    before = sys.getrefcount(stored)
    slices = sum(1 for _ in free(states))
    assert slices > 10
    assert states == []
    assert len(other.rows) == ROWS - 1
    assert [key for _, key in other.order.items()][:9] == [f"p{number}" for number in (*range(8), 9)]
    assert other.indexes["of"].count("cat") == ROWS - 1
    del other
    assert sys.getrefcount(stored) < before
