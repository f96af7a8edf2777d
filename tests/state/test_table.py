"""Tables: rows in order of creation, found through indexes, stored as copies (`state/compact.py`)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.state.rows import Row
from mockade.state.table import Table
from tests.state.widgets import WIDGETS, filed, widget

steady = settings(max_examples=60, deadline=None, derandomize=True)
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


@steady
@given(STEPS, STEPS)
def test_rows_as_another_version_has_them_make_its_table(
    steps: list[tuple[str, Any]], more: list[tuple[str, Any]]
) -> None:
    def after(table: Table, steps: list[tuple[str, Any]]) -> Table:
        for action, given_ in steps:
            if action == "put":
                table = table.put(WIDGETS, given_)
            elif given_ in table.rows:
                table = table.remove(WIDGETS, given_)
        return table

    table = after(Table(), steps)
    later = after(table, more)
    made = table
    for key in table.rows:
        made = made if key in later.rows else made.remove(WIDGETS, key)
    for stored in later.rows.values():
        made = made.put_stored(WIDGETS, stored)
        assert made.with_last(stored.position[1], WIDGETS).last == made.last
    assert (made.rows, made.order, filed(made)) == (later.rows, later.order, filed(later))
    assert made.births == table.births
