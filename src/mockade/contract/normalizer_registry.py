"""The normalizers of a document's schemas, each made once from the schema's words."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import orjson

from mockade.contract.document import Node, Source
from mockade.contract.normalizer import Normalizer
from mockade.contract.schema_walk import parts
from mockade.contract.schemas import Schemas
from mockade.contract.translation import UNSENT_FLAG, Direction
from mockade.contract.validators import Validator
from mockade.contract.violations import ABSENT


class NormalizerRegistry:
    """The validators and normalizers of a document's schemas in one direction, each made once.

    Schemas may contain themselves.
    """

    def __init__(self, schemas: Schemas, direction: Direction) -> None:
        self._schemas = schemas
        self._direction = direction
        self._unsent_flag = UNSENT_FLAG[direction]
        self._made: dict[Source, Normalizer] = {}
        self._known_changes: dict[Hashable, bool] = {}

    def register(self, node: Node) -> None:
        """Let `Schemas.faults` see that the schema at `node` can be compiled, as it is when first needed."""
        self._schemas.register(node, self._direction)

    def validator(self, node: Node) -> Validator:
        return self._schemas.validator(node, self._direction)

    def normalizer(self, node: Node) -> Normalizer:
        # With a stack of its own: how deep schemas may lead is for no interpreter to say.
        stack = [] if node.source in self._made else [self._read(node)]
        while stack:
            below = next(stack[-1], None)
            if below is None:
                stack.pop()
            elif below.source not in self._made:
                stack.append(self._read(below))
        return self._made[node.source]

    def _read(self, node: Node) -> Iterator[Node]:
        """Make the normalizer of a schema; what is made already is each schema in it once it was yielded."""
        normalizer = self._made[node.source] = Normalizer(self._known_changes)
        yield from self._read_words(node, normalizer)
        normalizer.is_read = True
        _cut_circles(normalizer)

    def _read_words(self, node: Node, normalizer: Normalizer) -> Iterator[Node]:
        schema = node.value
        if not isinstance(schema, dict):
            return
        types = schema.get("type")
        types = types if isinstance(types, list) else [types]
        normalizer.integer = "integer" in types and "number" not in types
        for name, member in node.members("properties"):
            yield member
            normalizer.properties[name] = self._made[member.source]
            default = _default(member)
            if default is not ABSENT and not member.value.get(self._unsent_flag):
                normalizer.defaults[name] = orjson.dumps(default)
        if not schema.keys().isdisjoint(_OPENING):
            normalizer.closed = False
        additional, items = node.get("additionalProperties"), node.get("items")
        if additional is not None and isinstance(additional.value, dict):
            yield additional
            normalizer.additional = self._made[additional.source]
        prefix = list(node.listed("prefixItems"))
        yield from prefix
        normalizer.prefix = [self._made[item.source] for item in prefix]
        if items is not None and isinstance(items.value, dict):
            yield items
            normalizer.items = self._made[items.source]
        parts = list(node.listed("allOf"))
        yield from parts
        normalizer.parts = [self._made[part.source] for part in parts]
        for keyword in ("oneOf", "anyOf"):
            forms = list(node.listed(keyword))
            yield from forms
            if forms:
                normalizer.choices.append([(self.validator(one), self._made[one.source]) for one in forms])


_OPENING = frozenset({"patternProperties", "additionalProperties", "unevaluatedProperties"})


def _cut_circles(start: Normalizer) -> None:
    """Forget parts and forms that lead back to the same value: they would never end, and add nothing."""
    above: set[Normalizer] = set()
    visited: set[Normalizer] = set()

    def entered(normalizer: Normalizer) -> tuple[Normalizer, Iterator[Normalizer]]:
        visited.add(normalizer)
        above.add(normalizer)
        normalizer.parts = [part for part in normalizer.parts if part not in above]
        normalizer.choices = [
            [form for form in choice if form[1] not in above] for choice in normalizer.choices
        ]
        return normalizer, normalizer.of_same_value()

    stack = [entered(start)]
    while stack:
        normalizer, rest = stack[-1]
        below = next(rest, None)
        if below is None:
            stack.pop()
            above.remove(normalizer)
            normalizer.is_acyclic = normalizer.is_read and all(
                one.is_acyclic for one in normalizer.of_same_value()
            )
        elif not below.is_acyclic and below not in visited:
            stack.append(entered(below))


def _default(schema: Node) -> Any:
    """The default that a schema gives, or one of its parts; ABSENT when none does."""
    given = (part.value["default"] for part in parts(schema, "allOf") if _has_default(part))
    return next(given, ABSENT)


def _has_default(schema: Node) -> bool:
    return isinstance(schema.value, dict) and "default" in schema.value
