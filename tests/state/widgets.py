"""Rows, a collection and a state for the tests of this package."""

from __future__ import annotations

from typing import Any

from mockade.state.clock import Clock
from mockade.state.rows import Collection, Row
from mockade.state.state import State
from mockade.state.table import Table

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


def filed(table: Table) -> dict[str, dict[Any, list[str]]]:
    """The keys that each index files under each value, oldest row first."""
    return {
        name: {value: [key for _, key in index.positions(value)] for value in index.filed}
        for name, index in table.indexes.items()
        if index.filed
    }
