"""Schemas of Swagger 2.0 as OpenAPI 3.0 has them, every keyword at its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COMPONENTS = {"definitions": "schemas", "parameters": "parameters", "responses": "responses"}
"""What Swagger keeps at its top, by what OpenAPI calls it below `components`."""

SCHEMA_WORDS = frozenset(
    {"type", "format", "items", "default", "enum", "pattern", "multipleOf", "example", "x-nullable"}
    | {"maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength"}
    | {"maxItems", "minItems", "uniqueItems"}
)
"""Keywords that Swagger writes into a parameter or a header, and OpenAPI into its schema."""

_DATA = frozenset({"example", "default", "enum"})
"""What stands under these is data: a `$ref` in it refers to nothing."""


def flat_schema(holder: Mapping[str, Any]) -> Any:
    """The schema whose keywords stand in a parameter or a header itself."""
    return schema_of({name: value for name, value in holder.items() if name in SCHEMA_WORDS})


def moved_ref(ref: str) -> str:
    """A `$ref` into a Swagger document as it reads in the converted one."""
    file, mark, fragment = ref.partition("#")
    first, slash, rest = fragment.removeprefix("/").partition("/")
    if mark and slash and first in COMPONENTS:
        return f"{file}#/components/{COMPONENTS[first]}/{rest}"
    return ref


def original_ref(ref: str) -> str:
    """The `$ref` of a Swagger document that reads `ref` in the converted one."""
    for old, new in COMPONENTS.items():
        ref = ref.replace(f"#/components/{new}/", f"#/{old}/")
    return ref


def schema_of(value: Any, names: bool = False) -> Any:
    """A Swagger schema as OpenAPI 3.0 has it, every keyword at its place.

    `names` says that the keys of `value` are names that the author chose, such as those of properties.
    """
    if isinstance(value, list):
        return [schema_of(item) for item in value]
    if not isinstance(value, dict):
        return value
    if names:
        return {name: schema_of(member) for name, member in value.items()}
    made: dict[str, Any] = {}
    for key, member in value.items():
        if key == "$ref" and isinstance(member, str):
            made[key] = moved_ref(member)
        elif key == "x-nullable":
            made["nullable"] = member is True
        elif key == "discriminator" and isinstance(member, str):
            made[key] = {"propertyName": member}
        elif key in _DATA:
            made[key] = member
        else:
            made[key] = schema_of(member, names=key == "properties")
    if made.get("type") == "file":
        made |= {"type": "string", "format": "binary"}
    return made
