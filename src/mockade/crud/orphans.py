"""What lay below a row that was removed: it goes for good when a new row takes that one's key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockade.crud.roles.paths import Segments
from mockade.crud.roles.resources import Resource, ResourceOperation
from mockade.crud.row_lookup import are_parents
from mockade.handling import Call, Row
from mockade.handling.rows import Rows

Below = Mapping[Segments, Sequence[Resource]]
"""By the base of a resource, those whose rows are told apart by its rows and those above them."""


def below(operations: Iterable[ResourceOperation]) -> Below:
    """The resources below each, of all the operations of an API."""
    found: dict[Segments, dict[Segments, Resource]] = {}
    for one in operations:
        resource = one.resource
        is_own = resource.scope == tuple(part.parameter for part in resource.parents)
        if one.ancestors and is_own and not resource.is_by_name:
            found.setdefault(one.ancestors[-1].base, {})[resource.base] = resource
    return {base: tuple(several.values()) for base, several in found.items()}


def remove_orphans(call: Call, known: Below, base: Segments, identity: Sequence[Any]) -> None:
    """Remove what is below the row of that identity: the keys of its parents and its own."""
    for resource in known.get(base, ()):
        rows = call.rows(resource.name)
        for row in _below(rows, resource, identity):
            rows.remove(row.key)
            remove_orphans(call, known, resource.base, resource.identity_of(row))


def _below(rows: Rows, resource: Resource, identity: Sequence[Any]) -> list[Row]:
    index = resource.parents_index
    found = rows.where(index, tuple(map(str, identity))) if index in rows.collection.indexes else rows
    return [row for row in found if are_parents(resource.parents_of(row), identity)]
