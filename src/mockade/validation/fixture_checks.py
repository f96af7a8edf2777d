"""What rows of fixtures say that fits the contract and is likely a slip all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.fixtures import PRIVATE
from mockade.catalogue.repeated_rows import WrittenRow, written_rows
from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.properties import properties
from mockade.contract.schema_walk import parts
from mockade.crud.roles.resources import Resource, ResourceOperation
from mockade.crud.row_lookup import known_row
from mockade.errors import Finding
from mockade.handling import Call, Row
from mockade.hints import did_you_mean
from mockade.state.clock import Clock
from mockade.state.state import State
from mockade.state.transaction import Transaction

_DEEPEST = 8


def fixture_findings(api: Api) -> Iterator[Finding]:
    """Rows below parents that are not there, and properties that no schema declares."""
    for name in api.fixtures.rows:
        schema = api.collections[name]
        for written in _written(api, name):
            if written.number < 2:  # the others of a repetition are as its first
                yield from _undeclared(api, name, schema.node(), written.values, written.pointer)
    if any(one.ancestors for one in api.resources):
        yield from _orphans(api)


def _written(api: Api, name: str) -> list[WrittenRow]:
    return list(written_rows(api.fixtures, name, api.collections[name], lambda *_: None))


def _undeclared(
    api: Api, name: str, schema: Node, values: Any, pointer: Sequence[str | int]
) -> Iterator[Finding]:
    known = properties(schema)
    if len(pointer) > _DEEPEST or not isinstance(values, Mapping) or not known or _is_open(schema):
        return
    for key, value in values.items():
        if key in known:
            below = known[key]
            items = below.get("items")
            if isinstance(value, list) and items is not None:
                for at, one in enumerate(value):
                    yield from _undeclared(api, name, items, one, (*pointer, key, at))
            else:
                yield from _undeclared(api, name, below, value, (*pointer, key))
        elif not str(key).startswith(PRIVATE):
            message = f"The schema of {name} declares no property {key!r}: it is kept, and shown."
            place = api.fixtures.place(*pointer, key)
            yield Finding(place, message, did_you_mean(str(key), known), "fixture-property", "warning")


def _is_open(schema: Node) -> bool:
    """Whether a schema says that it has other properties than those that it declares."""
    return any(
        isinstance(one.value, dict)
        and (one.value.get("additionalProperties") not in (None, False) or one.value.get("patternProperties"))
        for one in parts(schema, *PARTS)
    )


def _orphans(api: Api) -> Iterator[Finding]:
    """Rows that no path leads to: a request below a parent that is not there is a 404."""
    transaction = Transaction(State(Clock.frozen(0.0)))
    api.seed(transaction)
    call = api.call(transaction)
    below: dict[str, ResourceOperation] = {}
    for one in api.resources:
        if one.ancestors and one.resource.parents:
            below.setdefault(one.resource.name, one)
    for name, operation in below.items():
        rows = [row for schema, row in api.rows if schema.collection.name == name]
        written = _written(api, name) if name in api.fixtures.rows else []
        for row, at in zip(rows, written, strict=False):
            missing = _missing_parent(operation, call, row)
            if missing is not None:
                ancestor, key = missing
                message = f"This row of {name} is below {ancestor.name} {key!r}, which is not there."
                mend = "Requests below it are answered with 404: write that row too, or mend the key."
                yield Finding(api.fixtures.place(*at.pointer), message, mend, "fixture-parent", "warning")


def _missing_parent(operation: ResourceOperation, call: Call, row: Row) -> tuple[Resource, str] | None:
    values = operation.resource.parents_of(row)[operation.resource.is_per_caller :]
    for ancestor in operation.ancestors:
        own = values[: len(ancestor.parents) + len(ancestor.keys)]
        is_known = len(own) == len(ancestor.parents) + len(ancestor.keys) and None not in own
        if not is_known or ancestor.is_granted or ancestor.is_made or not ancestor.keys:
            continue
        if known_row(ancestor, call.rows(ancestor.name), own) is None:
            return ancestor, str(own[-1])
    return None
