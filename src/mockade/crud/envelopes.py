"""What stands around rows in bodies: `{data: {…}}` around one, `{widgets: […], total}` around many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.properties import properties, required, types
from mockade.contract.samples import sample

_WELL = frozenset({"success", "ok", "deleted"})
"""Booleans beside a row that tell whether all went well."""


class Envelope(NamedTuple):
    """A body: its whole schema, the way to the row or the list of rows in it, and the schema of a row.

    An empty way means that the body itself is the row or the list.
    """

    whole: Node
    way: tuple[str, ...]
    row: Node

    def around(self, inner: Any, said: Mapping[str, Any], *, now: str, uuid: Callable[[], str]) -> Any:
        """`inner` in its place, beside it what `said` knows by name, a sample of what else is required."""
        return _wrapped(self.whole, self.way, inner, said, now, uuid)

    def opened(self, body: Any) -> Any:
        """What a body that came in holds in the row's place; the body itself when it has no such place."""
        inner = body
        for name in self.way:
            if not isinstance(inner, dict) or name not in inner:
                return body
            inner = inner[name]
        return inner


def _wrapped(
    schema: Node, way: tuple[str, ...], inner: Any, said: Mapping[str, Any], now: str, uuid: Callable[[], str]
) -> Any:
    if not way:
        return inner
    needed = required(schema)
    body: dict[str, Any] = {}
    for name, node in properties(schema).items():
        if name == way[0]:
            body[name] = _wrapped(node, way[1:], inner, said, now, uuid)
        elif name in said:
            body[name] = said[name]
        elif said.keys() & properties(node).keys():
            # An object that only tells of the list, such as `paging: {total, limit}`.
            facts = {part: said[part] for part in properties(node) if part in said}
            body[name] = facts | {
                part: sample(below, now=now, uuid=uuid)
                for part, below in properties(node).items()
                if part in required(node) - facts.keys()
            }
        elif name in needed:
            well = name.lower() in _WELL and "boolean" in types(node)
            body[name] = True if well else sample(node, now=now, uuid=uuid)
    return body


def around_row(schema: Node | None, keys: frozenset[str]) -> Envelope | None:
    """The envelope of a body that holds one row; a row is an object with one of `keys` for a property."""
    if schema is None or "array" in types(schema):
        return None
    if keys & properties(schema).keys():
        return Envelope(schema, (), schema)
    inner = {name: node for name, node in properties(schema).items() if keys & properties(node).keys()}
    if len(inner) != 1:
        return None
    name, node = next(iter(inner.items()))
    return Envelope(schema, (name,), node)


def around_rows(schema: Node | None, keys: frozenset[str], name: str) -> Envelope | None:
    """The envelope of a body that lists rows; of several lists of rows it is the one called `name`."""
    if schema is None:
        return None
    ways = {way: items for way, items in _lists(schema, 2) if keys & properties(items).keys()}
    if len(ways) > 1:
        ways = {way: items for way, items in ways.items() if way and way[-1] == name}
    if len(ways) != 1:
        return None
    way, items = next(iter(ways.items()))
    return Envelope(schema, way, items)


def _lists(schema: Node, deep: int) -> list[tuple[tuple[str, ...], Node]]:
    """The arrays of objects in a body, by the way to each; not those inside rows."""
    items = schema.get("items")
    if "array" in types(schema):
        return [((), items)] if items is not None else []
    if not deep:
        return []
    return [
        ((name, *way), items)
        for name, node in properties(schema).items()
        for way, items in _lists(node, deep - 1)
    ]


def told(schema: Node, *, now: str, uuid: Callable[[], str]) -> Any:
    """A body without a row in it, such as `{success: true}` after a delete."""
    body = sample(schema, now=now, uuid=uuid)
    if isinstance(body, dict):
        known = properties(schema)
        body |= {name: True for name in body if name.lower() in _WELL and "boolean" in types(known.get(name))}
    return body
