"""Parameters: from the text of a URL or header to the value that the contract describes."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote

import orjson

from mockade.contract.document import Node, Source
from mockade.contract.keywords import PARTS, TABS
from mockade.contract.normalizer import Normalizer
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.properties import types
from mockade.contract.reading import DEEPEST, nests_deeply, not_json
from mockade.contract.samples import examples
from mockade.contract.schema_walk import parts, place_of, walk
from mockade.contract.validators import Validator
from mockade.contract.violations import ABSENT, Violation

In = Literal["path", "query", "header", "cookie"]

_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_TEXT = frozenset({"string"})
_LIST = frozenset({"array"})
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|", TABS: "\t"}


class Types(NamedTuple):
    """The JSON types that a schema admits, and those that its items may have; empty where it does not say."""

    own: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()

    def value(self, texts: Sequence[str]) -> Any:
        """The JSON value that these types make of a name's texts: of all for an array, else the last."""
        if "array" in self.own:
            if len(texts) == 1 and texts[0][:1] == "[" and "string" not in self.items:
                return coerced(texts[0], _LIST)
            return [coerced(text, self.items) for text in texts]
        return coerced(texts[-1], self.own)


@dataclass(eq=False)
class Parameter:
    """One parameter of an operation, ready to be read from a request.

    What reading needs of its schema is made when it is first needed, and kept.
    """

    name: str
    where: In
    required: bool
    style: str
    explode: bool
    json: bool
    """Whether it travels as JSON text (`content:` instead of `schema:`)."""
    schema: Node | None
    holder: Node
    """What holds its schema and examples: itself, or its `content`."""
    normalizers: NormalizerRegistry
    source: Source

    @cached_property
    def validator(self) -> Validator | None:
        return self.normalizers.validator(self.schema) if self.schema else None

    @cached_property
    def normalizer(self) -> Normalizer | None:
        return self.normalizers.normalizer(self.schema) if self.schema else None

    @cached_property
    def examples(self) -> tuple[Node, ...]:
        return tuple(examples(self.holder, self.schema).values())

    @cached_property
    def _types(self) -> Types:
        return types_of(self.schema)

    @cached_property
    def _members(self) -> Mapping[str, Types]:
        return members_of(self.schema)

    @cached_property
    def _others(self) -> Types:
        """Of the members of an object that `_members` does not name."""
        return types_of(next(_found(self.schema, "additionalProperties"), None))

    @cached_property
    def spread(self) -> bool:
        """Whether its members stand under names of their own in the query."""
        is_spread = self.style == "deepObject" or (self.style == "form" and self.explode)
        return self.where == "query" and "object" in self.types and not self.json and is_spread

    @cached_property
    def _default(self) -> Any:
        schema = self.schema.value if self.schema else None
        return schema.get("default", ABSENT) if isinstance(schema, dict) else ABSENT

    @property
    def example(self) -> Any:
        """The first example's value, ABSENT when there is none."""
        return self.examples[0].value if self.examples else ABSENT

    @property
    def default(self) -> Any:
        """A copy of the contract's default, ABSENT when it has none."""
        default = self._default
        return copy.deepcopy(default) if isinstance(default, dict | list) else default

    @property
    def types(self) -> frozenset[str]:
        """The JSON types that its schema admits at its top; empty when it does not say."""
        return self._types.own

    def read(self, given: Sequence[str] | dict[str, list[str]]) -> tuple[Any, list[Violation]]:
        """The parameter's value, ABSENT when nothing was given, and what is wrong with it.

        `given` holds the texts that came under its name; for objects spread over several names
        (deepObject, exploded forms) the whole query.
        """
        if not given:
            return self._absent()
        if self.json and not isinstance(given, dict):
            value, violations = self._from_json(given[-1])
            if violations:
                return ABSENT, violations
        else:
            value = self._parsed(given)
        if value is ABSENT:
            return self._absent()
        if self.validator is None or self.validator.is_valid(value):
            # A text has nothing that could be filled in.
            return value if isinstance(value, str) or self.normalizer is None else self.normalizer.fill(
                value
            ), []
        return value, self.validator.violations(value, self.where, (self.name,))

    def _absent(self) -> tuple[Any, list[Violation]]:
        if self.required:
            message = f"The {self.where} parameter {self.name!r} is required."
            return ABSENT, [Violation(self.where, (self.name,), "required", message, source=self.source)]
        return self.default, []

    def _from_json(self, text: str) -> tuple[Any, list[Violation]]:
        raw = text.encode()
        try:
            if not nests_deeply(raw):
                return orjson.loads(raw), []
            message = f"{self.name!r} is JSON nested more than {DEEPEST} levels deep."
        except orjson.JSONDecodeError as error:
            message = f"{self.name!r} {not_json(error)}."
        return ABSENT, [Violation(self.where, (self.name,), "json", message, value=text, source=self.source)]

    def _parsed(self, given: Sequence[str] | dict[str, list[str]]) -> Any:
        if isinstance(given, dict):
            return self._spread_members(given)
        if "array" in self.types:
            return self._types.value(given if self._repeats else self._split(self._one(given)))
        if "object" in self.types:
            return self._pairs(self._one(given))
        return coerced(self._unmarked(given[-1]), self._types.own)

    def _one(self, given: Sequence[str]) -> str:
        """The text of what cannot be repeated; a header's lines are one list."""
        return ",".join(given) if self.where == "header" else given[-1]

    @property
    def _repeats(self) -> bool:
        return self.explode and (self.where == "query" or self.style == "cookie")

    def _unmarked(self, text: str) -> str:
        """A path value without the mark that its style puts before it."""
        if self.style == "label":
            return text.removeprefix(".")
        if self.style == "matrix":
            return "" if text == f";{self.name}" else text.removeprefix(f";{self.name}=")
        return text

    def _split(self, text: str) -> list[str]:
        text = self._unmarked(text)
        if not text:
            return []
        if self.where == "cookie" and self.explode and self.style != "cookie":
            return text.split(f"&{self.name}=")
        if self.style == "matrix" and self.explode:
            return text.removeprefix(";").split(f";{self.name}=" if "array" in self.types else ";")
        separator = _SEPARATORS.get(self.style, ",")
        if self.style == "label" and (self.explode or "," not in text):
            separator = "."  # OpenAPI 3.0 showed dots for both; RFC 6570 has commas in what is not exploded
        return [part.strip() if self.where == "header" else part for part in text.split(separator)]

    def _pairs(self, text: str) -> dict[str, Any]:
        parts = self._split(text)
        if self.explode:
            pairs = [part.partition("=")[::2] for part in parts]
        else:
            pairs = list(zip(parts[::2], parts[1::2], strict=False))
        return {name: self._members.get(name, self._others).value([text]) for name, text in pairs}

    def _spread_members(self, query: Mapping[str, Sequence[str]]) -> Any:
        """An object whose members are spread over the query; ABSENT when none is there."""
        if self.style == "deepObject":
            opening = f"{self.name}["
            found = {
                name[len(opening) : -1]: texts
                for name, texts in query.items()
                if name.startswith(opening) and name.endswith("]")
            }
        else:
            found = {name: query[name] for name in self._members if name in query}
        if not found:
            return ABSENT
        return {name: self._members.get(name, self._others).value(texts) for name, texts in found.items()}


def coerced(text: str, types: frozenset[str]) -> Any:
    """`text` as the JSON value that `types` make of it; the text itself where they make none.

    Where it has to be an object or an array it travels as JSON.
    """
    if types == _TEXT:
        return text
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
    if ("object" in types and text[:1] == "{") or ("array" in types and text[:1] == "["):
        return _holder(text)
    return text


def _holder(text: str) -> Any:
    """The object or array that JSON text holds; the text itself where it is none."""
    raw = text.encode()
    try:
        return text if nests_deeply(raw) else orjson.loads(raw)
    except orjson.JSONDecodeError:
        return text


def types_of(schema: Node | None) -> Types:
    """What JSON types a schema admits, wherever in its parts it says so."""
    return Types(_type_names(schema), _type_names(next(_found(schema, "items"), None)))


def members_of(schema: Node | None) -> dict[str, Types]:
    """The types of the members that an object's schema and its parts name."""
    members: dict[str, Types] = {}
    for properties in _found(schema, "properties"):
        for name, member in properties.items():
            members.setdefault(name, types_of(member))
    return members


def _type_names(schema: Node | None) -> frozenset[str]:
    names: set[str] = set()
    for part in walk([schema] if schema is not None else [], _untyped_parts, place_of):
        if isinstance(part.value, dict):
            names |= types(part) | ({"null"} if part.value.get("nullable") is True else set())
    return frozenset(names)


def _untyped_parts(schema: Node) -> Iterator[Node]:
    """The alternatives and parts of a schema that does not name its types itself."""
    if isinstance(schema.value, dict) and schema.value.get("type") is None:
        for keyword in PARTS:
            yield from schema.listed(keyword)


def _found(schema: Node | None, key: str) -> Iterator[Node]:
    """What stands under `key` of a schema and of its parts."""
    for part in parts(schema, *PARTS):
        own = part.get(key)
        if own is not None:
            yield own


def decoded(text: str) -> str:
    """Percent-decoded text. Raises UnicodeDecodeError where the bytes are not UTF-8."""
    return unquote(text, errors="strict")
