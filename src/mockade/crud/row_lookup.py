"""Finds the row that a path is about."""

from __future__ import annotations

from typing import Any

from mockade.crud.resources import Resource
from mockade.handling import Row, Rows


def find_row(resource: Resource, rows: Rows, values: list[Any]) -> Row:
    """The row at a path; refuses with 404 when there is none. `values` are its parents' keys and its own."""
    row = known_row(resource, rows, values)
    if row is None:
        raise rows.absent(str(values[-1]))
    return row


def known_row(resource: Resource, rows: Rows, values: list[Any]) -> Row | None:
    """The row at a path, or None; of several that bear a name that is not their key, the oldest."""
    parents, own = values[: len(resource.parents)], values[-len(resource.keys) :]
    if not resource.is_by_name:
        row = rows.find(resource.row_key(values))
        return row if row is not None and are_parents(resource.parents_of(row), parents) else None
    names, index = tuple(map(str, own)), resource.name_index
    for row in rows.where(index, names) if index in rows.collection.indexes else rows:
        if resource.names_of(row) == names and are_parents(resource.parents_of(row), parents):
            return row
    return None


def are_parents(parents: list[Any], values: list[Any]) -> bool:
    """Whether a row's parents are those of a path; fixtures may write a number where a path has its text."""
    return [str(value) for value in parents] == [str(value) for value in values]


def is_granted(resource: Resource, rows: Rows) -> bool:
    """Whether any row of a resource is taken to be there: nobody can create one, and nobody wrote one."""
    return not resource.is_creatable and rows.written <= 0
