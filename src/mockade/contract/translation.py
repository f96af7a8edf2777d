"""OpenAPI's dialects of JSON Schema to 2020-12, keeping every keyword where it stands."""

from __future__ import annotations

from typing import Any, Literal

Direction = Literal["request", "response"]

_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "schemas", "dependentSchemas"})
_DATA = frozenset({"example", "examples", "default", "enum", "const"})


def translated(data: Any, *, old: bool, direction: Direction) -> Any:
    """A copy of a file's data in which every schema reads as 2020-12 means it.

    `old` says that the document is OpenAPI 3.0, whose `nullable`, boolean exclusive bounds and lone `$ref`
    2020-12 does not know. Pointers stay as they are (but for a null beside a schema without `type`), so an
    error's keyword can be found in the file. What the server alone writes (`readOnly`) is not required in a
    request, nor what it alone reads (`writeOnly`) in a response.
    """
    unasked = "readOnly" if direction == "request" else "writeOnly"

    def convert(value: Any, is_map: bool = False) -> Any:
        if isinstance(value, list):
            return [convert(item) for item in value]
        if not isinstance(value, dict):
            return value
        if is_map:
            return {name: convert(member) for name, member in value.items()}
        if old and isinstance(value.get("$ref"), str):
            return {"$ref": value["$ref"]}
        copy = {
            key: member if key in _DATA else convert(member, key in _MAPS and isinstance(member, dict))
            for key, member in value.items()
        }
        _relax_required(copy, unasked)
        _modern_bounds(copy)
        copy = _with_null(copy) if old else copy
        _bound_integers(copy)
        return copy

    return convert(data)


LARGEST_INTEGER = 2**64 - 1
SMALLEST_INTEGER = -(2**63)


def _bound_integers(schema: dict[str, Any]) -> None:
    """Let no whole number through that 64 bits cannot hold: the parser has already made a float of it."""
    types = schema.get("type")
    if types == "integer" or (isinstance(types, list) and "integer" in types and "number" not in types):
        if "exclusiveMaximum" not in schema:
            schema.setdefault("maximum", LARGEST_INTEGER)
        if "exclusiveMinimum" not in schema:
            schema.setdefault("minimum", SMALLEST_INTEGER)


def _relax_required(schema: dict[str, Any], unasked: str) -> None:
    required, properties = schema.get("required"), schema.get("properties")
    if isinstance(required, list) and isinstance(properties, dict):
        kept = [
            name
            for name in required
            if not (isinstance(properties.get(name), dict) and properties[name].get(unasked) is True)
        ]
        if len(kept) != len(required):
            schema["required"] = kept


def _modern_bounds(schema: dict[str, Any]) -> None:
    """Boolean exclusive bounds mean one thing only, also where a 3.1 document still carries them."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("nullable") is not True:
        return schema
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if any(key in schema for key in ("allOf", "anyOf", "oneOf")):
        # The standard gives `nullable` no meaning without `type`, and most generators write it so.
        return {"anyOf": [{"type": "null"}, schema]}
    return schema
