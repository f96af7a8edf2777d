"""What an object schema says of its properties, and what may be done to a value by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockade.contract.document import Node, Source


def properties(schema: Node | None, above: frozenset[Source] = frozenset()) -> dict[str, Node]:
    """The properties that an object schema declares, those of its parts and alternatives included."""
    if schema is None or schema.source in above:
        return {}
    own = schema.get("properties")
    found = dict(own.items()) if own else {}
    for part in _parts(schema, "allOf", "oneOf", "anyOf"):
        found = {**properties(part, above | {schema.source}), **found}
    return found


def required(schema: Node | None, above: frozenset[Source] = frozenset()) -> set[str]:
    """The properties that an object schema requires, by itself or by one of its `allOf` parts."""
    if schema is None or schema.source in above:
        return set()
    names = schema.get("required")
    found = set(names.value) if names is not None and isinstance(names.value, list) else set()
    for part in _parts(schema, "allOf"):
        found |= required(part, above | {schema.source})
    return found


def read_only(schema: Node) -> frozenset[str]:
    """The properties that only the server writes."""
    return frozenset(name for name, node in properties(schema).items() if flagged(node, "readOnly"))


def flagged(schema: Node, keyword: str) -> bool:
    """Whether `keyword` is true in a schema, or in the part of it that a lone `allOf` stands for."""
    if isinstance(schema.value, dict) and schema.value.get(keyword) is True:
        return True
    return any(flagged(part, keyword) for part in _parts(schema, "allOf"))


def types(schema: Node | None) -> frozenset[str]:
    """The JSON types that a schema names at its top; empty when it names none."""
    given = schema.value.get("type") if schema is not None and isinstance(schema.value, dict) else None
    return frozenset(given if isinstance(given, list) else [given] if isinstance(given, str) else [])


def takes_null(schema: Node | None) -> bool:
    """Whether a schema has a place for null."""
    if schema is None or not isinstance(schema.value, dict):
        return False
    value = schema.value
    if value.get("nullable") is True or "null" in types(schema) or None in value.get("enum", ()):
        return True
    return any(takes_null(part) for part in _parts(schema, "oneOf", "anyOf"))


def _parts(schema: Node, *keywords: str) -> Iterator[Node]:
    for keyword in keywords:
        yield from schema.listed(keyword)


def merged(old: Mapping[str, Any], patch: Mapping[str, Any], known: Mapping[str, Node]) -> dict[str, Any]:
    """RFC 7396: `patch` laid over `old`; a null removes, but for a property whose schema takes null."""
    result = dict(old)
    for name, value in patch.items():
        if value is None and not takes_null(known.get(name)):
            result.pop(name, None)
        elif isinstance(value, dict):
            below = result.get(name)
            result[name] = merged(
                below if isinstance(below, dict) else {}, value, properties(known.get(name))
            )
        else:
            result[name] = value
    return result


def hides(schema: Node | None, above: frozenset[Source] = frozenset()) -> bool:
    """Whether an answer of this schema may lack something that the row behind it holds."""
    if schema is None or not isinstance(schema.value, dict) or schema.source in above:
        return False
    below = above | {schema.source}
    if flagged(schema, "writeOnly") or _is_closed(schema):
        return True
    return any(hides(node, below) for node in properties(schema).values()) or hides(
        schema.get("items"), below
    )


def shown(value: Any, schema: Node | None) -> Any:
    """A copy of `value` as an answer shows it: without what only requests carry, and, where the schema
    takes no others, without the properties that it does not declare."""
    if isinstance(value, dict) and schema is not None:
        known = properties(schema)
        closed = _is_closed(schema)
        return {
            name: shown(member, known.get(name))
            for name, member in value.items()
            if (name in known and not flagged(known[name], "writeOnly")) or (name not in known and not closed)
        }
    if isinstance(value, list) and schema is not None:
        return [shown(item, schema.get("items")) for item in value]
    return value


def _is_closed(schema: Node) -> bool:
    value = schema.value if isinstance(schema.value, dict) else {}
    return value.get("additionalProperties") is False or value.get("unevaluatedProperties") is False
