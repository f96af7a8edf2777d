"""Schemas that are none: each is left out where it stands, and no further than it spoils."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs

from mockade.contract.document import Document, Node, Source
from mockade.contract.instance_paths import exact_path
from mockade.contract.keywords import SCHEMA_NAMES, holds_schema
from mockade.errors import Severity
from mockade.hints import nearest

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_Pointer = tuple[str | int, ...]
_NAMES = SCHEMA_NAMES | {"$defs", "definitions"}
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SINGLE = frozenset(
    {"items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "not", "contains"}
    | {"propertyNames", "if", "then", "else"}
)
_REMARKS = frozenset(
    {"title", "description", "$comment", "default", "deprecated", "readOnly", "writeOnly", "examples"}
)
"""Keywords that nothing is checked by: whatever they hold spoils no schema."""

_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
"""What says the bound in OpenAPI 3.0."""

_TYPES = {
    **dict.fromkeys(("int", "int32", "int64", "long", "short"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("str", "text", "date", "datetime", "date-time", "uuid", "file", "binary"), "string"),
    **dict.fromkeys(("bool", "Boolean"), "boolean"),
    **dict.fromkeys(("list", "Array", "arrays"), "array"),
    **dict.fromkeys(("dict", "map", "Object", "json"), "object"),
}
"""What is written for a type, and the type that is most likely meant."""


class UnsoundPart(NamedTuple):
    """A keyword that says nothing sound, or without one a schema that is none; both are in `uri`."""

    uri: str
    schema: _Pointer
    keyword: str
    message: str


class UnsoundSchemas:
    """Finds what is unsound in the schemas of a document, and leaves it out of the data."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def leave_out_all(self, roots: Sequence[Node], files: Mapping[str, Any]) -> bool:
        """Leave out what the metaschema has against `roots` and the schemas they lead to.

        `files` are the data as JSON Schema reads it. Returns whether anything was left out.
        """
        left_out = [self._leave_out(part) for part in list(self._unsound_parts(roots, files))]
        return any(left_out)

    def leave_out_at(self, error: jsonschema_rs.ValidationError, message: str) -> bool:
        """Leave out what the compiler does not take in one of the files."""
        for uri, data in self._document.files.items():
            pointer = exact_path(data, error.instance_path, error)
            if pointer and _has(data, pointer):
                holder = _value(data, pointer[:-1])
                whole = holds_schema(pointer) or not isinstance(holder, dict)
                part = UnsoundPart(
                    uri, *((pointer, "") if whole else (pointer[:-1], str(pointer[-1]))), message
                )
                return self._leave_out(part)
        return False

    def leave_out_schema(self, node: Node, message: str) -> bool:
        """Leave out a schema as a whole."""
        return self._leave_out(UnsoundPart(node.uri, node.pointer, "", message))

    def _unsound_parts(self, roots: Sequence[Node], files: Mapping[str, Any]) -> Iterator[UnsoundPart]:
        pending = [(node.uri, node.pointer) for node in reversed(roots)]
        seen: set[tuple[str, _Pointer]] = set()
        while pending:
            uri, pointer = pending.pop()
            if any((uri, pointer[:length]) in seen for length in range(len(pointer) + 1)):
                continue  # it has been looked at as a part of another
            seen.add((uri, pointer))
            if not _has(files.get(uri), pointer):
                continue
            schema = _value(files[uri], pointer)
            yield from _unsound_parts_of(schema, uri, pointer)
            for ref in _refs(schema):
                target = self._document.target(uri, ref)
                pending.append((target.uri, target.pointer))

    def _leave_out(self, part: UnsoundPart) -> bool:
        """Leave out a keyword alone, or all of a schema whose type is unknown; it is reported at its line."""
        document = self._document
        if not _has(document.files[part.uri], part.schema):
            return False  # what was around it is left out already
        schema = document.value_at(Source(document, part.uri, part.schema))
        if isinstance(schema, dict) and part.keyword and part.keyword not in schema:
            part = part._replace(keyword=_BOUNDS.get(part.keyword, ""))
            if part.keyword not in schema:
                return False  # it is left out already
        pointer = (*part.schema, part.keyword) if part.keyword else part.schema
        severity: Severity = "error"
        if isinstance(schema, dict) and part.keyword in schema and part.keyword != "type":
            value = schema.pop(part.keyword)
            mend = f"Until it is mended, `{part.keyword}` is left out."
            if part.keyword == "required" and isinstance(value, bool):
                severity, mend = "warning", "The object around it lists the names of what is required."
        elif schema == {}:
            return False
        else:
            mend = f"{_meant(schema)}Until it is mended, this schema takes everything."
            self._empty(part, schema)
        document.slips.add(part.uri, pointer, part.message, mend, rule="schema", severity=severity)
        return True

    def _empty(self, part: UnsoundPart, schema: Any) -> None:
        """Let all of a schema say nothing."""
        document = self._document
        if isinstance(schema, dict):
            schema.clear()  # in place: operations hold it already
        else:
            document.value_at(Source(document, part.uri, part.schema[:-1]))[part.schema[-1]] = {}
        document.slips.leave_out(part.uri, part.schema)


def _unsound_parts_of(schema: Any, uri: str, pointer: _Pointer) -> Iterator[UnsoundPart]:
    """What the metaschema has against one schema and those inside it."""
    for error in _metaschema().iter_errors(schema):
        inner, keyword = _split_path(exact_path(schema, error.instance_path, error))
        above = (*pointer, *inner)
        value = _value(schema, (*inner, keyword)) if keyword else None
        if keyword == "patternProperties" and isinstance(value, dict):
            for name in filter(_is_unsound_pattern, value):
                yield UnsoundPart(uri, (*above, keyword), name, f"The pattern {name!r} cannot be read.")
        elif keyword == "type":
            yield UnsoundPart(uri, above, keyword, f"There is no type {value!r}.")
        elif keyword not in _REMARKS:
            yield UnsoundPart(uri, above, keyword, f"This is not a sound schema: {error.message}.")


@cache
def _metaschema() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": DRAFT}, validate_formats=True, offline=True)


def _is_unsound_pattern(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return True
    return False


def _split_path(path: _Pointer) -> tuple[_Pointer, str]:
    """The way into a schema as the innermost schema on it, and the keyword of that one, empty for itself."""
    at = 0
    while at < len(path):
        key, more = path[at], len(path) - at
        if key in _NAMES | _LISTS and more > 1:
            at += 2
        elif key in _SINGLE and more > 1:
            at += 1
        else:
            return path[:at], str(key)
    return path, ""


def _meant(schema: Any) -> str:
    """The type that was most likely meant, as a sentence and a space."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if not isinstance(kind, str):
        return ""
    meant = _TYPES.get(kind) or nearest(kind, ("string", "integer", "number", "boolean", "object", "array"))
    return f"Did you mean {meant!r}? " if meant else ""


def _refs(schema: Any) -> Iterator[str]:
    """The `$ref`s in a schema."""
    pending = [schema]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            pending += value.values()
        elif isinstance(value, list):
            pending += value


def _value(value: Any, pointer: Sequence[str | int]) -> Any:
    for step in pointer:
        value = value[step]
    return value


def _has(value: Any, pointer: Sequence[str | int]) -> bool:
    try:
        _value(value, pointer)
    except (LookupError, TypeError):
        return False
    return True
