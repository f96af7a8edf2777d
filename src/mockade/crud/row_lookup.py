"""Finds the row that a path is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.crud.roles.resources import Resource
from mockade.handling import Row
from mockade.handling.rows import Rows

CALLERS = "by what a caller is called"
"""The index of rows for the caller's own."""

_NAMES = ("login", "username", "userName", "user_name", "handle", "email", "name", "nickname", "sub")

_REMOVED = "removed"
"""What is kept beside a row that would be made again if it were not there."""


def find_row(resource: Resource, rows: Rows, values: Sequence[Any]) -> Row:
    """The row at a path; refuses with 404 when there is none. `values` are its parents' keys and its own."""
    row = known_row(resource, rows, values)
    if row is None:
        raise rows.absent(str(values[-1]) if values else resource.name)
    return row


def known_row(resource: Resource, rows: Rows, values: Sequence[Any]) -> Row | None:
    """The row at a path, or None; of several that bear a name that is not their key, the oldest."""
    parents, own = values[: len(resource.parents)], values[len(resource.parents) :]
    if not resource.is_by_name:
        row = rows.find(resource.row_key(values))
        is_there = row is not None and not row.beside.get(_REMOVED)
        return (
            row if is_there and row is not None and are_parents(resource.parents_of(row), parents) else None
        )
    names, index = tuple(map(str, own)), resource.name_index
    for row in rows.where(index, names) if index in rows.collection.indexes else rows:
        if resource.names_of(row) == names and are_parents(resource.parents_of(row), parents):
            return row
    return None


def callers_row(resource: Resource, rows: Rows, caller: str) -> Row | None:
    """The caller's own row: the one of that key, else of that name, else the oldest; else None."""
    if caller:
        found = known_row(resource, rows, [caller])
        if found is None:
            named = rows.where(CALLERS, caller) if CALLERS in rows.collection.indexes else ()
            found = next(iter(named), None)
        if found is not None:
            return found
    return next(iter(rows), None)


def callers_names(row: Row) -> list[str]:
    """What a caller may be called whose row it is."""
    return list(dict.fromkeys(str(row[name]) for name in _NAMES if isinstance(row.get(name), str)))


def is_removed(resource: Resource, rows: Rows, values: Sequence[Any]) -> bool:
    """Whether a row that is made when it is asked for has been removed."""
    row = rows.find(resource.row_key(values)) if not resource.is_by_name else None
    return row is not None and bool(row.beside.get(_REMOVED))


def remove_made(rows: Rows, row: Row) -> None:
    """Remove a row that would be made again if it were not there."""
    rows.put(Row(row, key=row.key, beside={**row.beside, _REMOVED: True}))


def are_parents(parents: Sequence[Any], values: Sequence[Any]) -> bool:
    """Whether a row's parents are those of a path; fixtures may write a number where a path has its text."""
    return [str(value) for value in parents] == [str(value) for value in values]
