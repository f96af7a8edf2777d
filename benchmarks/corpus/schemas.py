"""A published document's schemas as JSON Schema, in a translation of the corpus' own."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import jsonschema
import jsonschema_rs
import referencing
from referencing.jsonschema import DRAFT202012

from benchmarks.corpus.contracts import Contract, Pointer

Direction = Literal["request", "response"]

_URI = "urn:published"
_TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}
_HIDDEN = {"request": "readOnly", "response": "writeOnly"}


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _type(value: Any) -> bool:
    return value in _TYPES if isinstance(value, str) else _names(value) and set(value) <= _TYPES


def _names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


@cache
def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except ValueError:
        return False
    return True


def _is_base64(text: str) -> bool:
    """OpenAPI's `byte`, which JSON Schema does not know: two schemas may differ by nothing else."""
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "type": _type,
    "enum": lambda value: isinstance(value, list) and bool(value),
    "const": lambda _value: True,
    "format": lambda value: isinstance(value, str),
    "pattern": lambda value: isinstance(value, str) and _compiles(value),
    "multipleOf": lambda value: _number(value) and value > 0,
    "uniqueItems": lambda value: isinstance(value, bool),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _count),
}
"""Keywords that hold no schema, and which of their values are sound; the others count for nothing."""

_ONE = (
    *("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
_SOME = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")


class Schemas:
    """Says what is wrong with a value, by the schema at a place of the document."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._old = contract.version.startswith(("2", "3.0"))
        self._documents: dict[Direction, Any] = {}
        self._registries: dict[Direction, jsonschema_rs.Registry] = {}
        self._validators: dict[tuple[Pointer, Direction], jsonschema_rs.Validator | None] = {}

    def wrong(self, pointer: Pointer, value: Any, direction: Direction) -> str:
        """What breaks the schema there, in a sentence; empty when it fits, or nothing can be said of it."""
        validator = self._validator(pointer, direction)
        if validator is None or validator.is_valid(value):
            return ""
        try:
            validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            return f"{error.kind.name}: {error.message}"
        return "it does not fit its schema"

    def judges(self, pointer: Pointer, direction: Direction) -> bool:
        """Whether the schema there can be compiled at all."""
        return self._validator(pointer, direction) is not None

    def agrees(self, pointer: Pointer, value: Any, direction: Direction) -> bool:
        """Whether another implementation, `jsonschema`, has the same opinion of a value."""
        resource = DRAFT202012.create_resource(self._document(direction))
        registry: referencing.Registry[Any] = referencing.Registry().with_resource(_URI, resource)
        other = jsonschema.Draft202012Validator({"$ref": _URI + _fragment(pointer)}, registry=registry)
        validator = self._validator(pointer, direction)
        return validator is None or validator.is_valid(value) == other.is_valid(value)

    def _document(self, direction: Direction) -> Any:
        if direction not in self._documents:
            self._documents[direction] = self._outside(self._contract.data, direction, ())
        return self._documents[direction]

    def _validator(self, pointer: Pointer, direction: Direction) -> jsonschema_rs.Validator | None:
        key = pointer, direction
        if key not in self._validators:
            if direction not in self._registries:
                self._registries[direction] = jsonschema_rs.Registry(
                    [(_URI, self._document(direction))], draft=jsonschema_rs.Draft202012
                )
            try:
                self._validators[key] = jsonschema_rs.Draft202012Validator(
                    {"$ref": _URI + _fragment(pointer)},
                    registry=self._registries[direction],
                    validate_formats=True,
                    formats={"byte": _is_base64},
                    offline=True,
                )
            except (ValueError, jsonschema_rs.ReferencingError):
                self._validators[key] = None
        return self._validators[key]

    def _outside(self, value: Any, direction: Direction, way: tuple[str, ...]) -> Any:
        """A part of the document that is no schema; those below it are translated."""
        if isinstance(value, list):
            return [self._outside(one, direction, way) for one in value]
        if not isinstance(value, dict):
            return value
        named = way[:1] == ("components",) and len(way) == 2  # whose keys are anybody's names
        return {
            key: self._schema(one, direction)
            if way == ("components", "schemas") or (key == "schema" and not named)
            else one
            if key in ("example", "examples") and not named
            else self._outside(one, direction, (*way, key))
            for key, one in value.items()
        }

    def _schema(self, value: Any, direction: Direction) -> Any:
        if not isinstance(value, dict):
            return value if isinstance(value, bool) else {}
        ref = value.get("$ref")
        if isinstance(ref, str) and self._old:
            return {"$ref": f"{_URI}{ref}"} if ref.startswith("#") else {}
        made = {key: value[key] for key, sound in _PLAIN.items() if key in value and sound(value[key])}
        if isinstance(ref, str) and ref.startswith("#"):
            made["$ref"] = f"{_URI}{ref}"
        for bound, own in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if value.get(bound) is True and own in made:
                made[bound] = made.pop(own)
        for key in _ONE:
            if isinstance(value.get(key), dict | bool):
                made[key] = self._schema(value[key], direction)
        for key in _SOME:
            if isinstance(value.get(key), list) and value[key]:
                made[key] = [self._schema(one, direction) for one in value[key]]
        for key in _NAMED:
            if isinstance(value.get(key), dict):
                made[key] = {name: self._schema(one, direction) for name, one in value[key].items()}
        _choose_branches(made, value)
        required = self._required(value, direction)
        if required:
            made["required"] = required
        if value.get("nullable") is True and self._old:
            return _nullable(made)
        return made

    def _required(self, value: dict[str, Any], direction: Direction) -> list[str]:
        names: Any = value.get("required")
        properties = value.get("properties")
        if not _names(names):
            return []
        own = properties if isinstance(properties, dict) else {}

        def hidden(name: str) -> bool:
            one = own.get(name)
            if isinstance(one, dict) and isinstance(one.get("$ref"), str):
                one = self._contract.root._replace(value=one).followed().value
            return isinstance(one, dict) and one.get(_HIDDEN[direction]) is True

        return [name for name in dict.fromkeys(names) if not hidden(name)]


def _choose_branches(made: dict[str, Any], value: dict[str, Any]) -> None:
    """Let a discriminator choose: what it names has to fit, and that others fit as well breaks nothing."""
    discriminator = value.get("discriminator")
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
    if not isinstance(name, str):
        return
    mapping = discriminator.get("mapping")
    for branches in [made.pop(key) for key in ("oneOf", "anyOf") if key in made]:
        refs = [one["$ref"] for one in branches if "$ref" in one]
        targets = {ref.rpartition("/")[2]: ref for ref in refs}
        for key, target in mapping.items() if isinstance(mapping, dict) else ():
            ref = next(
                (one for one in refs if str(target) in (one.removeprefix(_URI), one.rpartition("/")[2])), ""
            )
            targets |= {key: ref} if ref else {}
        chosen = [
            {"if": {"properties": {name: {"const": key}}, "required": [name]}, "then": {"$ref": ref}}
            for key, ref in targets.items()
        ]
        made["allOf"] = [*made.get("allOf", ()), {"anyOf": branches}, *chosen]


def _nullable(made: dict[str, Any]) -> dict[str, Any]:
    """The same with null beside it. A schema that has a type keeps its form: a `$ref` may lead into it."""
    if "type" in made and not any(key in made for key in ("allOf", "anyOf", "oneOf", "const")):
        own = made["type"] if isinstance(made["type"], list) else [made["type"]]
        made["type"] = list(dict.fromkeys([*own, "null"]))
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
        return made
    return {"anyOf": [{"type": "null"}, made]}


def _fragment(pointer: Pointer) -> str:
    def escaped(step: str | int) -> str:
        text = str(step).replace("~", "~0").replace("/", "~1")
        return "/" + "".join(
            one if one.isascii() and (one.isalnum() or one in "-._~") else _hex(one) for one in text
        )

    return "#" + "".join(map(escaped, pointer))


def _hex(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
