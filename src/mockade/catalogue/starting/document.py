"""The rows that an API starts with, as a fixture file has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.catalogue.fixture_rows import to_fixture
from mockade.catalogue.starting.plan import StartingPlan
from mockade.catalogue.starting.rows import StartingRows
from mockade.handling import Row


def fixture_document(plan: StartingPlan, seed: int) -> dict[str, list[dict[str, Any]]]:
    """By collection, its rows in worlds of that seed: those of the fixtures, and those that were made.

    As the fixtures of the API it starts worlds with the same rows.
    """
    made = StartingRows(plan, seed)
    return {
        name: [to_fixture(row) for row in plan.written.get(name) or _rows(made, name)]
        for name in plan.collections
    }


def _rows(made: StartingRows, name: str) -> Sequence[Row]:
    table = made.table(name)
    return [table.rows[key].row() for _, key in table.order.items()] if table is not None else []
