"""Parameters: from the text of a URL or header to the value that the contract describes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

import orjson

from mockade.contract.checks import Check
from mockade.contract.document import Node, Source
from mockade.contract.shapes import Shape
from mockade.contract.violations import ABSENT, Violation

In = Literal["path", "query", "header", "cookie"]

_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_SEPARATORS = {
    "form": ",",
    "simple": ",",
    "spaceDelimited": " ",
    "pipeDelimited": "|",
    "label": ".",
    "matrix": ",",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation, ready to be read from a request."""

    name: str
    where: In
    required: bool
    style: str
    explode: bool
    json: bool
    """Whether it travels as JSON text (`content:` instead of `schema:`)."""
    schema: Node | None
    check: Check | None
    shape: Shape | None
    examples: tuple[Node, ...]
    source: Source

    @property
    def example(self) -> Any:
        """The first example's value, ABSENT when there is none."""
        return self.examples[0].value if self.examples else ABSENT

    @property
    def default(self) -> Any:
        """The contract's default, ABSENT when it has none."""
        schema = self.schema.value if self.schema else None
        return schema["default"] if isinstance(schema, dict) and "default" in schema else ABSENT

    @property
    def types(self) -> frozenset[str]:
        """The JSON types that its schema admits at its top; empty when it does not say."""
        return frozenset(_types(self.schema)) if self.schema else frozenset()

    def read(self, given: Sequence[str] | Mapping[str, Sequence[str]]) -> tuple[Any, list[Violation]]:
        """The parameter's value, ABSENT when nothing was given, and what is wrong with it.

        `given` holds the texts that came under its name; for objects spread over several names
        (deepObject, exploded forms) the whole query.
        """
        value = self._parsed(given)
        if value is ABSENT:
            if self.required:
                message = f"The {self.where} parameter {self.name!r} is required."
                return ABSENT, [Violation(self.where, (self.name,), "required", message, source=self.source)]
            return self.default, []
        if self.check is None:
            return value, []
        violations = self.check.violations(value, self.where, (self.name,))
        if not violations and self.shape is not None:
            value = self.shape.fill(value)
        return value, violations

    @property
    def spread(self) -> bool:
        """Whether its members stand under names of their own in the query."""
        return (
            self.where == "query"
            and "object" in self.types
            and not self.json
            and (self.style == "deepObject" or (self.style == "form" and self.explode))
        )

    def _parsed(self, given: Sequence[str] | Mapping[str, Sequence[str]]) -> Any:
        if isinstance(given, Mapping):
            return self._members(given)
        if not given:
            return ABSENT
        if self.json:
            try:
                return orjson.loads(given[0])
            except orjson.JSONDecodeError:
                return given[0]
        types = self.types
        if "array" in types:
            items = self.schema.get("items") if self.schema else None
            texts = list(given) if self._repeats else self._split(given[0])
            return [coerced(text, frozenset(_types(items)) if items else frozenset()) for text in texts]
        if "object" in types:
            return self._pairs(given[0])
        return coerced(self._unlabelled(given[-1]), types)

    @property
    def _repeats(self) -> bool:
        return self.where in ("query", "cookie") and self.explode and self.style == "form"

    def _unlabelled(self, text: str) -> str:
        """A path value without the mark that its style puts before it."""
        if self.style == "label":
            return text.removeprefix(".")
        if self.style == "matrix":
            return text.removeprefix(f";{self.name}=")
        return text

    def _split(self, text: str) -> list[str]:
        text = self._unlabelled(text)
        if not text:
            return []
        separator = (
            f";{self.name}=" if self.style == "matrix" and self.explode else _SEPARATORS.get(self.style, ",")
        )
        return [part.strip() if self.where == "header" else part for part in text.split(separator)]

    def _pairs(self, text: str) -> dict[str, Any]:
        parts = self._split(text)
        if self.explode:
            pairs = [part.partition("=")[::2] for part in parts]
        else:
            pairs = list(zip(parts[::2], parts[1::2], strict=False))
        return {name: self._member(name, value) for name, value in pairs}

    def _members(self, query: Mapping[str, Sequence[str]]) -> Any:
        """An object whose members are spread over the query; ABSENT when none is there."""
        properties = dict(_below(self.schema, "properties"))
        if self.style == "deepObject":
            opening = f"{self.name}["
            found = {
                n[len(opening) : -1]: v for n, v in query.items() if n.startswith(opening) and n.endswith("]")
            }
        else:
            found = {name: query[name] for name in properties if name in query}
        if not found:
            return ABSENT
        return {name: self._member(name, texts[-1]) for name, texts in found.items()}

    def _member(self, name: str, text: str) -> Any:
        member = self.schema.get("properties", name) if self.schema else None
        return coerced(text, frozenset(_types(member)) if member else frozenset())


def coerced(text: str, types: frozenset[str]) -> Any:
    """`text` as the JSON value that `types` make of it; the text itself where they make none."""
    if "integer" in types and _INTEGER.fullmatch(text):
        # Beyond 4,300 digits Python refuses to convert; long before that no 64 bits hold it.
        return int(text) if len(text) < 40 else text
    if ("number" in types or "integer" in types) and _NUMBER.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    if "boolean" in types and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if "null" in types and text in ("null", "") and "string" not in types:
        return None
    return text


def _types(schema: Node | None) -> set[str]:
    if schema is None or not isinstance(schema.value, dict):
        return set()
    own = schema.value.get("type")
    if own is not None:
        return set(own) if isinstance(own, list) else {own}
    return {
        name
        for keyword in ("allOf", "oneOf", "anyOf")
        for part in ((schema.get(keyword) or Node(schema.source, None)).list())
        for name in _types(part)
    }


def _below(schema: Node | None, key: str) -> list[tuple[str, Node]]:
    node = schema.get(key) if schema else None
    return list(node.items()) if node else []


def decoded(text: str) -> str:
    """Percent-decoded text. Raises UnicodeDecodeError where the bytes are not UTF-8."""
    return unquote(text, errors="strict")
