"""What an object schema says of its properties, those of its parts included."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.schema_walk import parts, place_of, remembered, walk

_NONE: Mapping[str, Node] = MappingProxyType({})


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
                if name not in found or (_says_little(found[name]) and not _says_little(node)):
                    found[name] = node
        found = {name: found[name] for name in _from_the_last_part(schema)}
    return MappingProxyType(found)


def _says_little(schema: Node) -> bool:
    """Whether a schema says nothing of what an object, or the objects in a list, consist of.

    A page of anything (`items: {type: array, items: {type: object}}`) is narrowed by another part.
    """

    def items(node: Node) -> Iterator[Node]:
        below = node.get("items")
        return iter(() if below is None else (below,))

    *_, last = walk([schema], items, place_of)  # a list may be one of lists of its own kind
    return not _words(last).get("properties") and _words(last).keys().isdisjoint(PARTS)


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
            found |= {name for name in names.value if isinstance(name, str)}
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
    return frozenset(
        name for name in (given if isinstance(given, list) else [given]) if isinstance(name, str)
    )


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
