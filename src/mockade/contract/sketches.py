"""The shape of an example, for answers of which a contract says nothing else.

A sketch is read like a schema and judges nothing: what has another shape keeps the contract all the same.
"""

from __future__ import annotations

from typing import Any

from mockade.contract.document import SKETCH, Node
from mockade.contract.properties import types
from mockade.contract.samples import examples
from mockade.contract.schema_walk import remembered
from mockade.contract.violations import ABSENT

_DEEPEST = 8

_MOST_AROUND = 12
"""Members of an object that may stand around what an answer is about."""

_SAYING = frozenset({"properties", "additionalProperties", "allOf", "oneOf", "anyOf", "enum", "const", "not"})


def shape(media: Node) -> Node | None:
    """The schema of a media type where it says of what it consists, else the shape of its example, if any."""
    schema = media.get("schema")
    return schema if schema is not None and not _says_nothing(schema) else _sketch(media) or schema


def _says_nothing(schema: Node) -> bool:
    """Whether it is no more than that of any object, or of a list of such."""
    if not isinstance(schema.value, dict) or not _SAYING.isdisjoint(schema.value):
        return False
    items = schema.get("items")
    return types(schema) <= {"object", "array"} and (items is None or _says_nothing(items))


@remembered
def _sketch(media: Node) -> Node | None:
    example = next((one.value for one in examples(media, media.get("schema")).values()), ABSENT)
    if not isinstance(example, dict | list) or not example:
        return None
    words = _drawn(example, _DEEPEST, is_outermost=True)
    media.document.sketches[media.uri, (*media.pointer, SKETCH)] = words
    return Node(media.document, media.uri, (*media.pointer, SKETCH), words)


def _drawn(value: Any, depth: int, *, is_outermost: bool = False) -> dict[str, Any]:
    """What a schema would say of a value; what stands beside an object or a list at its top is as it is."""
    if isinstance(value, list):
        objects = [one for one in value if isinstance(one, dict)]
        whole = {name: one for other in reversed(objects) for name, one in other.items()}
        first: Any = whole or next(iter(value), ABSENT)
        return {"type": "array", "items": _drawn(first, depth - 1) if depth else {}}
    if isinstance(value, dict):
        inner = {name: _drawn(one, depth - 1) if depth else {} for name, one in value.items()}
        words: dict[str, Any] = {"type": "object", "properties": inner}
        is_around = any(isinstance(one, dict | list) for one in value.values())
        if is_outermost and is_around and len(value) <= _MOST_AROUND:
            beside = [name for name, one in value.items() if not isinstance(one, dict | list)]
            words["required"] = beside
            for name in beside:
                inner[name] = {**inner[name], "example": value[name]}
        return words
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds[type(value)]} if type(value) in kinds else {}
