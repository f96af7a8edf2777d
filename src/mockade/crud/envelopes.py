"""What stands around rows in bodies: `{data: {…}}` around one, `{widgets: […], total}` around many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.operations import Operation
from mockade.contract.properties import properties, required, types
from mockade.contract.samples import sample
from mockade.contract.wording import json_type

_SUCCESS_FLAGS = frozenset({"success", "ok", "deleted"})
"""Booleans beside a row that are true when the operation succeeded."""


class Envelope(NamedTuple):
    """The schema of a body, the names that lead to its row or list of rows, and the schema of a row.

    An empty path means that the body itself is the row or the list.
    """

    schema: Node
    path: tuple[str, ...]
    row_schema: Node

    def wrap(self, inner: Any, facts: Mapping[str, Any], *, now: str, uuid: Callable[[], str]) -> Any:
        """A body with `inner` at the path, beside it the properties that `facts` names and whose type suits.

        What else is required is made as a sample.
        """
        return _wrap(self.schema, self.path, inner, facts, now, uuid)

    def unwrap(self, body: Any) -> Any:
        """The value at the path of a request body; the body itself where it has no such path."""
        inner = body
        for name in self.path:
            if not isinstance(inner, dict) or name not in inner:
                return body
            inner = inner[name]
        return inner

    def rewrap(self, body: Any, inner: Any) -> Any:
        """A copy of `body` with `inner` at the path."""
        return _replaced(body, self.path, inner)


def _replaced(body: Any, path: tuple[str, ...], inner: Any) -> Any:
    if not path or not isinstance(body, dict):
        return inner
    return {**body, path[0]: _replaced(body.get(path[0]), path[1:], inner)}


def _wrap(
    schema: Node,
    path: tuple[str, ...],
    inner: Any,
    facts: Mapping[str, Any],
    now: str,
    uuid: Callable[[], str],
) -> Any:
    if not path:
        return inner
    needed = required(schema)
    body: dict[str, Any] = {}
    for name, node in properties(schema).items():
        if name == path[0]:
            body[name] = _wrap(node, path[1:], inner, facts, now, uuid)
        elif name in facts and _suits(node, facts[name]):
            body[name] = facts[name]
        elif known := {
            member: facts[member]
            for member, below in properties(node).items()
            if member in facts and _suits(below, facts[member])
        }:
            # An object that only describes the list, such as `paging: {total, limit}`.
            body[name] = known | {
                member: sample(below, now=now, uuid=uuid)
                for member, below in properties(node).items()
                if member in required(node) - known.keys()
            }
        elif name in needed:
            body[name] = True if _is_success_flag(name, node) else sample(node, now=now, uuid=uuid)
    return body


def _suits(schema: Node, value: Any) -> bool:
    """Whether a value is of the type that a property asks: parameters may have the name of something else."""
    asked = types(schema)
    given = json_type(value)
    return not asked or given in asked or (given == "integer" and "number" in asked)


def _is_success_flag(name: str, schema: Node | None) -> bool:
    return name.lower() in _SUCCESS_FLAGS and "boolean" in types(schema)


def row_envelope(schema: Node | None, keys: frozenset[str]) -> Envelope | None:
    """The envelope of a body that holds one row: an object with a property of one of the names `keys`."""
    if schema is None or "array" in types(schema):
        return None
    if keys & properties(schema).keys():
        return Envelope(schema, (), schema)
    inner = {name: node for name, node in properties(schema).items() if keys & properties(node).keys()}
    if len(inner) != 1:
        return None
    name, node = next(iter(inner.items()))
    return Envelope(schema, (name,), node)


def request_envelope(operation: Operation, fields: frozenset[str]) -> Envelope | None:
    """The envelope of the request body, such as `{widget: {…}}`; None when it has none of its own."""
    for content in operation.body.contents.values() if operation.body else ():
        if content.schema is not None and not fields & properties(content.schema).keys():
            return row_envelope(content.schema, fields)
    return None


def list_envelope(schema: Node | None, keys: frozenset[str], name: str) -> Envelope | None:
    """The envelope of a body that lists rows; of several lists of rows it is the one called `name`."""
    if schema is None:
        return None
    lists = {path: items for path, items in _lists(schema, 2) if keys & properties(items).keys()}
    if len(lists) > 1:
        lists = {path: items for path, items in lists.items() if path and path[-1] == name}
    if len(lists) != 1:
        return None
    path, items = next(iter(lists.items()))
    return Envelope(schema, path, items)


def _lists(schema: Node, depth: int) -> list[tuple[tuple[str, ...], Node]]:
    """The path and item schema of each array in a body, down to `depth` objects; not those inside rows."""
    items = schema.get("items")
    if "array" in types(schema):
        return [((), items)] if items is not None else []
    if not depth:
        return []
    return [
        ((name, *path), items)
        for name, node in properties(schema).items()
        for path, items in _lists(node, depth - 1)
    ]


def sample_without_row(schema: Node, *, now: str, uuid: Callable[[], str]) -> Any:
    """A body that holds no row, such as `{success: true}` after a delete."""
    return with_success_flags(schema, sample(schema, now=now, uuid=uuid))


def told_success(schema: Node, body: Any) -> Any:
    """The body of an answer that has flags for success: these, and what else its schema declares."""
    known = properties(schema)
    flags = {name: True for name, node in known.items() if _is_success_flag(name, node)}
    if not flags or not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name in known} | flags


def with_success_flags(schema: Node, body: Any) -> Any:
    """The body, with the flags in it true that say whether the operation succeeded."""
    if isinstance(body, dict):
        known = properties(schema)
        body |= {name: True for name in body if _is_success_flag(name, known.get(name))}
    return body
