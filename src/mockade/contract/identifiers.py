"""JSON Schema's names for schemas (`$id`, `$anchor`, `$dynamicAnchor`), read as references by place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin

from mockade.contract.keywords import CONTENT_KINDS, EXTENSIBLE
from mockade.contract.ref_problems import child, missing
from mockade.contract.references import escaped, escaped_ref, steps
from mockade.errors import Severity

_Pointer = tuple[str | int, ...]

USED = re.compile(
    r"\$(?:id|anchor|dynamicRef|dynamicAnchor|recursiveRef|recursiveAnchor|schema|self)\b|jsonSchemaDialect"
)
"""What a text holds that has any of these names; most have none."""

_ANCHORS = ("$anchor", "$dynamicAnchor")
_DIALECTS = ("https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/")

Tell = Callable[[_Pointer, str, str, Severity], None]
"""Takes a pointer, a message, what mends it, and the severity."""


class _Schema(NamedTuple):
    """An object of a document, and the address that relative references in it begin at."""

    pointer: _Pointer
    words: dict[str, Any]
    base: str


def resolve_identifiers(uri: str, data: dict[str, Any], old: bool, tell: Tell) -> None:
    """Write every reference by name in a file's data as one by place, and take the names out of it.

    The data is changed in place. In OpenAPI 3.0 (`old`) these words mean nothing.
    """
    schemas = list(_schemas(uri, data))
    if not old:
        _tell_dialects(data, schemas, tell)
        names = _Names(uri, data, schemas)
        for schema in schemas:
            names.resolve(schema, tell)
    for schema in schemas:
        for word in ("$id", *_ANCHORS, "$recursiveAnchor", "$schema"):
            if isinstance(schema.words.get(word), str | bool):
                del schema.words[word]


def _schemas(uri: str, data: dict[str, Any]) -> Iterator[_Schema]:
    """Every object of OpenAPI's words in a file, with the base address that `$id`s around it set."""
    pending: list[tuple[_Pointer, Any, str, bool]] = [((), data, uri, False)]
    while pending:
        pointer, value, base, is_map = pending.pop()
        if isinstance(value, list):
            pending += [((*pointer, at), item, base, False) for at, item in enumerate(value)]
        elif isinstance(value, dict) and is_map:
            extensible = pointer[-1] in EXTENSIBLE
            for name, member in value.items():
                if not (extensible and name.startswith("x-")):
                    pending.append(((*pointer, name), member, base, False))
        elif isinstance(value, dict):
            if isinstance(value.get("$id"), str):
                base = _joined(base, value["$id"])
            yield _Schema(pointer, value, base)
            for key, member in value.items():
                kind = CONTENT_KINDS.get(key)
                if kind in (None, "names") and not key.startswith("x-"):
                    pending.append(((*pointer, key), member, base, kind == "names"))


def _joined(base: str, ref: str) -> str:
    try:
        return urljoin(base, escaped_ref(ref))
    except ValueError:
        return base


class _Names:
    """The names of a file's schemas."""

    def __init__(self, uri: str, data: dict[str, Any], schemas: list[_Schema]) -> None:
        self._uri = uri
        self._data = data
        self._resources: dict[str, _Pointer] = {uri: ()}
        self._anchors: dict[tuple[str, str], _Pointer] = {}
        self._dynamic: dict[str, list[_Pointer]] = {}
        if isinstance(data.get("$self"), str):
            self._resources[urldefrag(_joined(uri, data["$self"]))[0]] = ()
        for schema in schemas:
            address, fragment = urldefrag(schema.base)
            if isinstance(schema.words.get("$id"), str):
                if fragment:  # an older draft's way to write an anchor
                    self._anchors[address, fragment] = schema.pointer
                else:
                    self._resources.setdefault(address, schema.pointer)
            for word in _ANCHORS:
                if isinstance(schema.words.get(word), str):
                    self._anchors[address, schema.words[word]] = schema.pointer
            if isinstance(schema.words.get("$dynamicAnchor"), str):
                self._dynamic.setdefault(schema.words["$dynamicAnchor"], []).append(schema.pointer)

    def resolve(self, schema: _Schema, tell: Tell) -> None:
        words = schema.words
        ref = words.get("$ref")
        if isinstance(ref, str):
            pointer = self._pointer(schema.base, ref)
            if pointer is not None:
                words["$ref"] = _ref(pointer)
        ref = words.pop("$dynamicRef", None) if isinstance(words.get("$dynamicRef"), str) else None
        if ref is None and isinstance(words.get("$recursiveRef"), str):
            ref = words.pop("$recursiveRef")
        if ref is not None:
            self._resolve_dynamic(schema, ref, tell)

    def _resolve_dynamic(self, schema: _Schema, ref: str, tell: Tell) -> None:
        pointer = self._pointer(schema.base, ref)
        if pointer is None and ref != "#":
            same = self._dynamic.get(ref.removeprefix("#"), [])
            pointer = same[0] if same else None
        elif ref == "#":
            pointer = self._resources.get(urldefrag(schema.base)[0])
        at = (*schema.pointer, "$dynamicRef")
        if pointer is None:
            message = f"$dynamicRef {ref!r} leads nowhere."
            tell(schema.pointer, message, "Until it is mended, it is left out.", "error")
            return
        if len(self._dynamic.get(ref.removeprefix("#"), [])) > 1:
            message = f"$dynamicRef {ref!r} is read as a $ref: always to the same of several anchors."
            tell(at, message, "", "warning")
        if "$ref" in schema.words:
            parts = schema.words.get("allOf")
            schema.words["allOf"] = [*(parts if isinstance(parts, list) else ()), {"$ref": _ref(pointer)}]
        else:
            schema.words["$ref"] = _ref(pointer)

    def _pointer(self, base: str, ref: str) -> _Pointer | None:
        """What a reference by name leads to in this file; None where it is one by place already."""
        try:
            address, fragment = urldefrag(_joined(base, ref))
        except ValueError:
            return None
        if fragment and not fragment.startswith("/"):
            return self._anchors.get((address, fragment))
        resource = self._resources.get(address)
        if resource is None or address == self._uri:
            # Many write an $id and go on referring from the document's root.
            return None
        inside = self._data
        for step in resource:
            inside = inside[step]  # type: ignore[index]  # a list's step is a number
        if missing(inside, fragment, ref) is not None:
            return None
        return (*resource, *_steps(inside, fragment))


def _steps(value: Any, fragment: str) -> Iterator[str | int]:
    for step in steps(fragment):
        below = child(value, step)
        if below is not None:
            yield below[0]
            value = below[1]


def _ref(pointer: _Pointer) -> str:
    return f"#{''.join(map(escaped, pointer))}"


def _tell_dialects(data: dict[str, Any], schemas: list[_Schema], tell: Tell) -> None:
    dialect = data.get("jsonSchemaDialect")
    if isinstance(dialect, str) and not dialect.startswith(_DIALECTS):
        message = f"Schemas of the dialect {dialect!r} are read as JSON Schema 2020-12."
        tell(("jsonSchemaDialect",), message, "", "warning")
    for schema in schemas:
        own = schema.words.get("$schema")
        if isinstance(own, str) and not own.startswith(_DIALECTS):
            message = f"This schema of the dialect {own!r} is read as JSON Schema 2020-12."
            tell((*schema.pointer, "$schema"), message, "", "warning")
