"""What an object schema says of its properties, and what may be done to a value by their names.

Schemas may contain themselves: each is visited once, whatever refers to it. What is found out about one is
kept with its document, which bounds it: requests ask for the same again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar

from mockade.contract.document import Node
from mockade.contract.traversal import leads_to, walk

T = TypeVar("T")

PARTS = ("allOf", "oneOf", "anyOf")
"""The keywords that list what else a schema's value is, or may be."""

_NONE: Mapping[str, Node] = MappingProxyType({})


def place_of(schema: Node) -> Hashable:
    """What two nodes have in common that are one schema.

    Words beside a `$ref` count in OpenAPI 3.1: such a schema, followed, stands where the bare `$ref` does.
    """
    return schema.uri, schema.pointer, isinstance(schema.value, dict) and "$ref" in schema.value


def parts(schema: Node | None, *keywords: str) -> Iterator[Node]:
    """A schema and all that stand in the lists under `keywords` of it or of each other, each one once."""

    def below(node: Node) -> Iterator[Node]:
        for keyword in keywords:
            yield from node.listed(keyword)

    return walk([schema] if schema is not None else [], below, place_of)


def remembered(find: Callable[[Node], T]) -> Callable[[Node], T]:
    """`find`, which depends on nothing but a schema's words, asked once about each schema."""

    @wraps(find)
    def found(schema: Node) -> T:
        facts = schema.document.facts(found)
        place = place_of(schema)
        if place not in facts:
            facts[place] = find(schema)
        fact: T = facts[place]
        return fact

    return found


def properties(schema: Node | None) -> Mapping[str, Node]:
    """The properties that an object schema declares, those of its parts and alternatives included."""
    return _NONE if schema is None else _properties(schema)


@remembered
def _properties(schema: Node) -> Mapping[str, Node]:
    own = schema.get("properties")
    found = dict(own.items()) if own is not None else {}
    if isinstance(schema.value, dict) and not schema.value.keys().isdisjoint(PARTS):
        for part in parts(schema, *PARTS):
            for name, node in part.members("properties"):
                found.setdefault(name, node)
        found = {name: found[name] for name in _from_the_last_part(schema)}
    return MappingProxyType(found)


def _from_the_last_part(schema: Node) -> Iterator[str]:
    """The names of the properties in the order in which answers list them: those of a later part first."""
    seen: set[Hashable] = set()
    pending = [(schema, False)]
    while pending:
        node, is_done = pending.pop()
        if is_done:
            yield from (name for name, _ in node.members("properties"))
        elif place_of(node) not in seen:
            seen.add(place_of(node))
            pending.append((node, True))
            for keyword in PARTS:
                pending += [(part, False) for part in node.listed(keyword)]


def required(schema: Node | None) -> set[str]:
    """The properties that an object schema requires, by itself or by one of its `allOf` parts."""
    found: set[str] = set()
    for part in parts(schema, "allOf"):
        names = part.get("required")
        if names is not None and isinstance(names.value, list):
            found |= set(names.value)
    return found


def read_only(schema: Node) -> frozenset[str]:
    """The properties that only the server writes."""
    return frozenset(name for name, node in properties(schema).items() if flagged(node, "readOnly"))


def flagged(schema: Node, keyword: str) -> bool:
    """Whether `keyword` is true in a schema, or in the part of it that a lone `allOf` stands for."""
    words = _words(schema)
    return words.get(keyword) is True or (
        "allOf" in words and any(_words(part).get(keyword) is True for part in parts(schema, "allOf"))
    )


def types(schema: Node | None) -> frozenset[str]:
    """The JSON types that a schema names at its top; empty when it names none."""
    given = schema.value.get("type") if schema is not None and isinstance(schema.value, dict) else None
    return frozenset(given if isinstance(given, list) else [given] if isinstance(given, str) else [])


def takes_null(schema: Node | None) -> bool:
    """Whether a schema has a place for null."""
    return any(
        words.get("nullable") is True or "null" in types(part) or None in words.get("enum", ())
        for part in parts(schema, "oneOf", "anyOf")
        for words in (_words(part),)
    )


def _words(schema: Node) -> Mapping[str, Any]:
    """A schema's keywords; none where it is true or false."""
    return schema.value if isinstance(schema.value, dict) else {}


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


def hides(schema: Node | None) -> bool:
    """Whether an answer of this schema may lack something that the row behind it holds."""
    if schema is None:
        return False
    return leads_to(schema, _members, place_of, _hides_by_itself, schema.document.facts(hides))


def _members(schema: Node) -> Iterator[Node]:
    """The schemas of what a value holds: of its properties and items."""
    yield from properties(schema).values()
    items = schema.get("items")
    if items is not None:
        yield items


def _hides_by_itself(schema: Node) -> bool:
    return isinstance(schema.value, dict) and (flagged(schema, "writeOnly") or _is_closed(schema))


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
    words = _words(schema)
    return words.get("additionalProperties") is False or words.get("unevaluatedProperties") is False
