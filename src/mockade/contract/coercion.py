"""What text becomes where a schema asks for another JSON type."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import orjson

from mockade.contract.document import Node
from mockade.contract.keywords import PARTS
from mockade.contract.properties import types
from mockade.contract.reading import nests_deeply
from mockade.contract.repeated_keys import repeated_keys, sentence_of
from mockade.contract.schema_walk import parts, place_of, remembered, walk

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_PADDED = re.compile(r"(-?)0+([0-9].*)", re.ASCII | re.DOTALL)
_LEAST, _MOST = -(2**63), 2**64 - 1
"""The integers that bodies are read with; a larger number is read as a float."""

_TEXT = frozenset({"string"})
_LIST = frozenset({"array"})
_NARROWING_NO_TEXT = frozenset(
    {"type", "nullable", "title", "description", "example", "examples", "default", "deprecated"}
)
"""The keywords that a string's schema may have and admit every text."""


class Remark(NamedTuple):
    """What was taken as more than the contract's letter says: the way to it, the text, and a sentence."""

    path: tuple[str | int, ...]
    text: str
    message: str


class TextTypes:
    """The JSON types that a schema admits, and those of what it holds; empty where it does not say."""

    def __init__(self, schema: Node | None) -> None:
        self._schema = schema

    @cached_property
    def own(self) -> frozenset[str]:
        names: set[str] = set()
        for part in walk([self._schema] if self._schema is not None else [], _untyped_parts, place_of):
            if isinstance(part.value, dict):
                names |= types(part) | ({"null"} if part.value.get("nullable") is True else set())
        return frozenset(names)

    @cached_property
    def is_any_text(self) -> bool:
        """Whether every text is taken, and as it is."""
        words = self._schema.value if self._schema is not None else None
        return (
            isinstance(words, dict) and words.get("type") == "string" and words.keys() <= _NARROWING_NO_TEXT
        )

    @cached_property
    def items(self) -> TextTypes:
        return types_of(next(_found(self._schema, "items"), None))

    @cached_property
    def members(self) -> Mapping[str, TextTypes]:
        """By name, those of the members that an object's schema and its parts declare."""
        members: dict[str, TextTypes] = {}
        for properties in _found(self._schema, "properties"):
            for name, member in properties.items():
                members.setdefault(name, types_of(member))
        return members

    @cached_property
    def others(self) -> TextTypes:
        """Those of the members that are not declared."""
        return types_of(next(_found(self._schema, "additionalProperties"), None))

    @cached_property
    def is_open(self) -> bool:
        """Whether a schema says that there may be other members than those that it declares."""
        return any(one.value is True or isinstance(one.value, dict) for one in self._additional())

    def _additional(self) -> Iterator[Node]:
        return _found(self._schema, "additionalProperties")

    def of_member(self, name: str) -> TextTypes:
        return self.members.get(name) or self.others

    def value(
        self, texts: Sequence[str], told: list[Remark] | None = None, path: tuple[str | int, ...] = ()
    ) -> Any:
        """The JSON value that these types make of a name's texts: of all for an array, else the last."""
        if "array" in self.own:
            items = self.items.own
            if len(texts) == 1 and texts[0][:1] == "[" and "string" not in items:
                return coerced(texts[0], _LIST)
            return [coerced(text, items, told, (*path, at)) for at, text in enumerate(texts)]
        if texts[1:] and told is not None:
            told.append(
                Remark(path, texts[-1], f"It came {len(texts)} times, and takes one value: the last.")
            )
        return coerced(texts[-1], self.own, told, path)


def types_of(schema: Node | None) -> TextTypes:
    """What JSON types a schema admits, wherever in its parts it says so."""
    return _NONE if schema is None else _types_of(schema)


@remembered
def _types_of(schema: Node) -> TextTypes:
    return TextTypes(schema)


def members_of(schema: Node | None) -> Mapping[str, TextTypes]:
    """The types of the members that an object's schema and its parts name."""
    return types_of(schema).members


_NONE = TextTypes(None)


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


def coerced(
    text: str,
    types: frozenset[str],
    told: list[Remark] | None = None,
    path: tuple[str | int, ...] = (),
) -> Any:
    """`text` as the JSON value that `types` make of it; the text itself where they make none.

    Where it has to be an object or an array it travels as JSON. `told` takes a remark on text that JSON would
    write otherwise.
    """
    if types == _TEXT:
        return text
    if "integer" in types and _INTEGER.fullmatch(text):
        # Beyond 4,300 digits Python refuses to convert; long before that no 64 bits hold it.
        return int(text) if len(text) < 40 else text
    if "number" in types or "integer" in types:
        number = _number(text, types, told, path)
        if number is not None:
            return number
    if "boolean" in types and text.lower() in ("true", "false"):
        if told is not None and not text.islower():
            _tell(told, path, text, text.lower(), "a boolean is written true or false")
        return text.lower() == "true"
    if "null" in types and text in ("null", "") and "string" not in types:
        return None
    if ("object" in types and text[:1] == "{") or ("array" in types and text[:1] == "["):
        return _holder(text, told, path)
    return text


def _number(
    text: str, types: frozenset[str], told: list[Remark] | None, path: tuple[str | int, ...]
) -> float | None:
    """The number that a text is; None where it is none. A string that may be one is, if JSON writes it so."""
    padded = _PADDED.fullmatch(text) if "string" not in types else None
    plain = f"{padded[1]}{padded[2]}" if padded is not None else text
    if _NUMBER.fullmatch(plain) is None:
        return None
    number = float(plain)
    if not math.isfinite(number):
        return None
    if _INTEGER.fullmatch(plain) is not None:
        # As in a body, digits are an integer under `number` too where JSON can hold it: a float is another.
        if "integer" in types and len(plain) >= 40:
            return None
        if "integer" in types or (len(plain) < 40 and _LEAST <= int(plain) <= _MOST):
            number = int(plain)
    if told is not None and padded is not None:
        _tell(told, path, text, plain, "a number has no zeros before it")
    elif told is not None and "number" not in types and isinstance(number, float):
        shown = str(int(number)) if number.is_integer() else plain
        _tell(told, path, text, shown, "an integer is written without a fraction and an exponent")
    return number


def _tell(told: list[Remark], path: tuple[str | int, ...], text: str, taken: str, rule: str) -> None:
    told.append(Remark(path, text, f"{text!r} is taken as {taken}: {rule}."))


def _holder(text: str, told: list[Remark] | None, path: tuple[str | int, ...]) -> Any:
    """The object or array that JSON text holds; the text itself where it is none."""
    raw = text.encode()
    try:
        if nests_deeply(raw):
            return text
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return text
    if told is not None:
        told += (Remark(path, key, sentence_of(key, "field")) for key in repeated_keys(raw, value))
    return value
