"""Which keys of a document are words of OpenAPI, which are names that its author chose, which hold data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

TEMPLATE = re.compile(r"\{([^{}]+)\}")
"""A parameter in a path, or a variable in a server's URL: `{name}`."""

PARTS = ("allOf", "oneOf", "anyOf")
"""The keywords that list what else a schema's value is, or may be."""

ContentKind = Literal["names", "examples", "data"]
"""What stands under a key, if not OpenAPI's words: an object of chosen names, named examples, or data."""

_SCHEMAS = frozenset(
    {"schemas", "properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
    | {"allOf", "anyOf", "oneOf", "prefixItems"}
)
"""What holds schemas under names or numbers."""

_SCHEMA = frozenset(
    {
        "schema",
        "itemSchema",
        "items",
        "additionalProperties",
        "unevaluatedProperties",
        "not",
        "contains",
        "propertyNames",
    }
)
"""What is a schema itself."""

_NAMES = _SCHEMAS | {
    *("paths", "webhooks", "responses", "headers", "content", "encoding", "links", "callbacks", "variables"),
    *("scopes", "mapping", "parameters", "requestBodies", "securitySchemes", "pathItems"),
    *("mediaTypes", "additionalOperations"),
}
CONTENT_KINDS: dict[str, ContentKind] = {
    **dict.fromkeys(_NAMES, "names"),
    **dict.fromkeys(("example", "default", "enum", "const"), "data"),
    "examples": "examples",
}
"""What stands under a word of OpenAPI, where that is an object; where it is not here, more words do.

A list of what could have names holds words, and one of examples is data.
"""

TABS = "x-tabDelimited"
"""The style of what Swagger 2.0 calls `tsv`; OpenAPI has none."""

SCHEMA_NAMES = frozenset({"properties", "patternProperties", "dependentSchemas"})
"""Keywords of a schema under which names stand with a schema each."""

EXTENSIBLE = frozenset({"paths", "responses", "callbacks"})
"""What has names and extensions (`x-`) side by side."""

_REMARKS = frozenset({"$ref", "$comment", "title", "description", "summary", "deprecated"})


def holds_schema(pointer: Sequence[str | int]) -> bool:
    """Whether a schema stands at `pointer` of a document."""
    return not _SCHEMA.isdisjoint(map(str, pointer[-1:])) or not _SCHEMAS.isdisjoint(map(str, pointer[-2:-1]))


_PLACES = frozenset(
    {"paths", "components", "info", "servers", "tags", "security", "webhooks", "externalDocs"}
)
"""The members of a document whose own members OpenAPI knows."""

_BRANCHES = frozenset({"if", "then", "else", "unevaluatedItems", "contentSchema", "additionalItems"})


def is_schema(pointer: Sequence[str | int]) -> bool | None:
    """Whether OpenAPI has a schema at `pointer` of one of its documents; None where it does not say.

    Unlike `holds_schema` it goes by the whole way: a header may be called `schema`, or a link `items`.
    """
    if pointer and pointer[0] not in _PLACES:
        return None
    is_found, names = False, ""
    for step in pointer:
        if names:
            is_found, names = names in _SCHEMAS, ""
        elif step in _NAMES:
            is_found, names = False, str(step)
        elif isinstance(step, str) and step.startswith("x-"):
            return None
        else:
            is_found = step in _SCHEMA or step in _BRANCHES
    return is_found and not names


def may_be_schema(linked: Any) -> bool:
    """Whether the last steps of a linked pointer (`references`) may be those to a schema."""
    if linked is None:
        return False
    above, step = linked
    return step in _SCHEMA or step in _BRANCHES or (above is not None and above[1] in _SCHEMAS)


_LEADING = frozenset(
    {*PARTS, "$ref", "not", "if", "then", "else", "dependentSchemas", "discriminator"}
    | {"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"}
    | {"items", "prefixItems", "contains", "unevaluatedItems"}
)
"""The keywords of a schema that lead to another one."""


def leads_on(schema: Any) -> bool:
    """Whether a schema leads to another one."""
    return isinstance(schema, dict) and not _LEADING.isdisjoint(schema)


def width(schema: dict[str, Any]) -> int:
    """How many of a schema's keywords may lead to the same part of a value, at the most."""
    leading = 0
    for key in schema:  # every choice of a document passes here: no call that is not needed
        if key not in PARTS:
            leading += key in _LEADING
        elif schema[key].__class__ is list:
            for one in schema[key]:
                for below in one if one.__class__ is dict else ():
                    if below in _LEADING:
                        leading += 1
                        break
    return leading or 1


def says_more(schema: dict[str, Any]) -> bool:
    """Whether a schema with a `$ref` says more than that and a remark."""
    return any(key not in _REMARKS and not key.startswith("x-") for key in schema)
