"""Which keys of a document are words of OpenAPI, which are names that its author chose, which hold data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

Kind = Literal["words", "names", "examples", "data"]
"""What stands under a key: an object of OpenAPI's words, one of chosen names, named examples, or data."""

HOLDERS = (dict, list)
"""What holds other values, for `isinstance`: writing `dict | list` makes a new type each time it is asked."""

_SCHEMAS = frozenset(
    {"schemas", "properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
    | {"allOf", "anyOf", "oneOf", "prefixItems"}
)
"""What holds schemas under names or numbers."""

_SCHEMA = frozenset(
    {"schema", "items", "additionalProperties", "unevaluatedProperties", "not", "contains", "propertyNames"}
)
"""What is a schema itself."""

_NAMES = _SCHEMAS | {
    *("paths", "webhooks", "responses", "headers", "content", "encoding", "links", "callbacks", "variables"),
    *("scopes", "mapping", "parameters", "requestBodies", "securitySchemes", "pathItems"),
}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(_NAMES, "names"),
    **dict.fromkeys(("example", "default", "enum", "const"), "data"),
    "examples": "examples",
}
"""What stands under a word of OpenAPI, where that is an object."""

_REMARKS = frozenset({"$ref", "$comment", "title", "description", "summary", "deprecated"})


def kind_of(key: str, member: Any, above: Kind) -> Kind:
    """What `member` is, which stands under `key` of an object of the kind `above`.

    A response that is called `default`, or a property that is called `example`, is no data.
    """
    if above == "names":
        return "words"
    kind = _KINDS.get(key, "words")
    if isinstance(member, dict) or kind == "data":
        return kind
    return "data" if kind == "examples" else "words"


def holds_schema(pointer: Sequence[str | int]) -> bool:
    """Whether a schema stands at `pointer` of a document."""
    return not _SCHEMA.isdisjoint(map(str, pointer[-1:])) or not _SCHEMAS.isdisjoint(map(str, pointer[-2:-1]))


def says_more(schema: dict[str, Any]) -> bool:
    """Whether a schema with a `$ref` says more than that and a remark."""
    return any(key not in _REMARKS and not key.startswith("x-") for key in schema)
