"""The part of a row that answers show: no `writeOnly` members, none that a closed schema does not declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockade.contract.document import Node
from mockade.contract.properties import flagged, properties
from mockade.contract.schema_walk import leads_to, place_of


def has_hidden_parts(schema: Node | None) -> bool:
    """Whether an answer of this schema may lack something that the row behind it holds."""
    if schema is None:
        return False
    return leads_to(schema, _members, place_of, _hides_values, schema.document.memo(has_hidden_parts))


def _members(schema: Node) -> Iterator[Node]:
    """The schemas of what a value holds: of its properties and items."""
    yield from properties(schema).values()
    items = schema.get("items")
    if items is not None:
        yield items


def _hides_values(schema: Node) -> bool:
    return isinstance(schema.value, dict) and (flagged(schema, "writeOnly") or _is_closed(schema))


def visible_part(value: Any, schema: Node | None) -> Any:
    """A copy of `value` as an answer shows it: without what only requests carry, and, where the schema
    takes no others, without the properties that it does not declare."""
    if isinstance(value, dict) and schema is not None:
        known = properties(schema)
        closed = _is_closed(schema)
        return {
            name: visible_part(member, known.get(name))
            for name, member in value.items()
            if (name in known and not flagged(known[name], "writeOnly")) or (name not in known and not closed)
        }
    if isinstance(value, list) and schema is not None:
        return [visible_part(item, schema.get("items")) for item in value]
    return value


def flagged_members(
    value: Any, schema: Node | None, flag: str, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """The ways to the members of `value` whose schema has a flag: `writeOnly`, or `readOnly`."""
    if isinstance(value, dict) and schema is not None:
        known = properties(schema)
        for name, member in value.items():
            if name in known and flagged(known[name], flag):
                yield (*path, name)
            elif name in known:
                yield from flagged_members(member, known[name], flag, (*path, name))
    elif isinstance(value, list) and schema is not None:
        items = schema.get("items")
        for at, item in enumerate(value):
            yield from flagged_members(item, items, flag, (*path, at))


def _is_closed(schema: Node) -> bool:
    words = schema.value if isinstance(schema.value, dict) else {}
    return words.get("additionalProperties") is False or words.get("unevaluatedProperties") is False
