"""What several schemas that apply to one value ask of it: types, options, examples, texts and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jsonschema_rs

from mockade.contract.document import Node
from mockade.contract.formats import TEXT_FORMATS
from mockade.contract.generation.pattern_tree import UNBOUNDED
from mockade.contract.keywords import PARTS
from mockade.contract.wording import json_type

TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")


class Additions(NamedTuple):
    """What the choices that have been made add to the schemas themselves."""

    left_out: frozenset[str] = frozenset()
    """Properties to leave out, where they are optional."""
    constants: tuple[tuple[str, str], ...] = ()
    """Properties whose value a discriminator names."""
    made: frozenset[tuple[Any, ...]] = frozenset()
    """The choices, by place and keyword."""


@dataclass
class Bounds:
    """The numbers that are admitted."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    steps: tuple[float, ...] = ()


def is_true(schema: dict[str, Any], key: str) -> bool:
    return schema.get(key) is True


class MergedConstraints:
    """Several schemas that one value has to fit. Read once; what its children are is read when asked.

    `schemas` are in order: the schema itself, then what its `allOf` holds, then what was added by a choice.
    """

    def __init__(
        self, nodes: Sequence[Node], matches: Callable[[str, str], bool], unsent_flag: str, added: Additions
    ) -> None:
        self.added = added
        self.ranges: dict[bool, Any] = {}
        """The numbers that it admits, whole ones by True; kept by `numbers`."""
        self._matches = matches
        self._unsent_flag = unsent_flag
        expanded = list(_expanded(nodes))
        self.refusal = next((node for node in expanded if node.value is False), None)
        """The schema that is `false`, if any."""
        self.impossible = self.refusal is not None
        self.nodes = tuple(node for node in expanded if isinstance(node.value, dict))

    @property
    def schemas(self) -> Iterator[dict[str, Any]]:
        return (node.value for node in self.nodes)

    def values(self, key: str) -> list[Any]:
        """What each schema says under `key`, where it says anything."""
        return [node.value[key] for node in self.nodes if key in node.value]

    def first(self, key: str) -> Any:
        return next((node.value[key] for node in self.nodes if key in node.value), None)

    def numbers(self, key: str) -> list[float]:
        return [one for one in self.values(key) if isinstance(one, int | float) and not isinstance(one, bool)]

    def least(self, key: str) -> int:
        """The largest of the lower bounds under `key`, 0 where there is none."""
        return max((int(one) for one in self.numbers(key)), default=0)

    def most(self, key: str) -> int:
        """The smallest of the upper bounds under `key`."""
        return min((int(one) for one in self.numbers(key)), default=UNBOUNDED)

    @cached_property
    def _admitted(self) -> tuple[str, ...] | None:
        """The types that all schemas admit; None where no schema says one."""
        admitted: tuple[str, ...] | None = None
        for schema in self.schemas:
            types = schema.get("type")
            named = [types] if isinstance(types, str) else types
            if not isinstance(named, list) or not named:
                continue
            if schema.get("nullable") is True:
                named = [*named, "null"]
            if admitted is None:
                admitted = tuple(one for one in named if one in TYPES)
            else:
                admitted = tuple(
                    one
                    for one in (
                        *admitted,
                        *(("integer",) if "integer" in named and "number" in admitted else ()),
                    )
                    if one in named or (one == "integer" and "number" in named)
                )
        return admitted

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types of values to make, null apart; what the keywords are about where there is no type."""
        if self._admitted is not None:
            return tuple(one for one in dict.fromkeys(self._admitted) if one != "null")
        keys = {key for schema in self.schemas for key in schema}
        return tuple(kind for kind, keywords in _KEYWORDS.items() if keys & keywords)[:1]

    @cached_property
    def nullable(self) -> bool:
        if self._admitted is not None and "null" in self._admitted:
            return True
        # OpenAPI 3.0's `nullable` means something beside a type, or beside what it makes take null too.
        whole = any(is_true(schema, "nullable") and not _PARTS.isdisjoint(schema) for schema in self.schemas)
        return whole or not self.nodes

    @property
    def says_type(self) -> bool:
        return self._admitted is not None

    @cached_property
    def options(self) -> list[Any] | None:
        """What `enum` and `const` admit; None where there is neither."""
        lists = [one for one in self.values("enum") if isinstance(one, list)]
        lists += [[one] for one in self.values("const")]
        if not lists:
            return None
        return [
            one
            for one in lists[0]
            if all(any(same(one, other) for other in rest) for rest in lists[1:]) and self.admits_type(one)
        ]

    def admits_type(self, value: Any) -> bool:
        if self._admitted is None:
            return True
        kind = json_type(value)
        return (
            kind in self._admitted
            or (kind == "integer" and "number" in self._admitted)
            or (kind == "number" and "integer" in self._admitted and float(value).is_integer())
        )

    @cached_property
    def examples(self) -> list[Any]:
        """Values that the contract's author gives for the whole, of an admitted type; else the `default`."""
        found: list[Any] = []
        defaults: list[Any] = []
        for position, schema in enumerate(self.schemas):
            given: list[Any] = []
            if "example" in schema:
                given.append(schema["example"])
            named = schema.get("examples")
            given += named if isinstance(named, list) else ()
            if position and self.types == ("object",):
                continue  # an example of a part is none of the whole
            found += [one for one in map(self._fitting, given) if one is not None]
            if schema.get("default") not in (None, "", [], {}):
                default = self._fitting(schema["default"])
                defaults += [] if default is None else [default]
        return found or defaults

    def _fitting(self, value: Any) -> Any:
        """The value, as text where text is asked and it is a number; None where it does not fit at all."""
        if not self.admits_type(value) and "string" in self.types and isinstance(value, int | float):
            value = str(value).lower() if isinstance(value, bool) else str(value)
        if not self.admits_type(value) or value is None:
            return None
        if self.options is not None and not any(same(value, one) for one in self.options):
            return None
        if isinstance(value, str) and not self.admits_text(value):
            return None
        return value

    @cached_property
    def _text_validator(self) -> jsonschema_rs.Validator | None:
        """What checks texts by pattern and format; None where there is nothing to check but the length."""
        parts = [
            {key: schema[key] for key in ("pattern", "format") if isinstance(schema.get(key), str)}
            for schema in self.schemas
        ]
        parts = [part for part in parts if part]
        if not parts:
            return None
        try:
            return jsonschema_rs.Draft202012Validator(
                {"allOf": parts}, validate_formats=True, formats=TEXT_FORMATS, offline=True
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
            return None

    @cached_property
    def lengths(self) -> tuple[int, int]:
        return self.least("minLength"), self.most("maxLength")

    def admits_text(self, text: str) -> bool:
        least, most = self.lengths
        validator = self._text_validator
        return least <= len(text) <= most and (validator is None or validator.is_valid(text))

    @cached_property
    def patterns(self) -> list[str]:
        return list(dict.fromkeys(map(str, self.values("pattern"))))

    @cached_property
    def format(self) -> str:
        return next((one.lower() for one in self.values("format") if isinstance(one, str)), "")

    @cached_property
    def bounds(self) -> Bounds:
        bounds = Bounds(steps=tuple(one for one in dict.fromkeys(self.numbers("multipleOf")) if one > 0))
        for schema in self.schemas:
            low, high = schema.get("minimum"), schema.get("maximum")
            above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
            if above is True:
                low, above = None, low
            if below is True:
                high, below = None, high
            bounds.minimum = _extreme(max, bounds.minimum, low)
            bounds.above = _extreme(max, bounds.above, above)
            bounds.maximum = _extreme(min, bounds.maximum, high)
            bounds.below = _extreme(min, bounds.below, below)
        return bounds


_KEYWORDS = {
    "object": {
        "properties",
        "required",
        "additionalProperties",
        "minProperties",
        "maxProperties",
        "patternProperties",
        "propertyNames",
        "dependentRequired",
    },
    "array": {"items", "minItems", "maxItems", "uniqueItems", "prefixItems", "contains"},
    "string": {"pattern", "minLength", "maxLength", "format"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
}


_PARTS = frozenset(PARTS)


def _expanded(nodes: Sequence[Node]) -> Iterator[Node]:
    """The nodes, each followed by the parts of its `allOf`; each schema once."""
    seen: set[tuple[str, tuple[str | int, ...]]] = set()
    pending = list(reversed(nodes))
    while pending:
        node = pending.pop()
        key = node.uri, node.pointer
        if key not in seen:
            seen.add(key)
            yield node
            pending += reversed(list(node.listed("allOf")))


def _extreme(choose: Callable[[float, float], float], bound: float | None, other: Any) -> float | None:
    if not isinstance(other, int | float) or isinstance(other, bool):
        return bound
    return other if bound is None else choose(bound, other)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to JSON: `1` is no `true`."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
