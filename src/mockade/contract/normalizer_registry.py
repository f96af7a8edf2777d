"""The normalizers of a document's schemas, each made once from the schema's words."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Iterator
from typing import Any

import orjson

from mockade.contract.discriminators import Chosen, Discriminator, discriminator_of, holds, place
from mockade.contract.document import Node, Source
from mockade.contract.normalizer import Forms, Normalizer
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
        self._filled: set[tuple[int, int]] = set()

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
        normalizer = self._made[node.source] = Normalizer(self._known_changes, self._filled)
        yield from self._read_words(node, normalizer)
        normalizer.is_read = True
        _cut_circles(normalizer)

    def _read_words(self, node: Node, normalizer: Normalizer, base: Node | None = None) -> Iterator[Node]:
        """What a schema's words say; of a child, what they add to its `base`."""
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
        for part in node.listed("allOf"):
            if base is None or not holds(part, base):
                yield part
                normalizer.parts.append(self._made[part.source])
            elif place(part) != place(base):
                normalizer.parts.append((yield from self._extension(part, base)))
        discriminator = discriminator_of(node) if "discriminator" in schema else None
        normalizer.untyped += [discriminator] if discriminator is not None and discriminator.untyped else ()
        for keyword in ("oneOf", "anyOf"):
            forms = list(node.listed(keyword))
            yield from forms
            if forms:
                normalizer.choices.append([(self.validator(one), self._made[one.source]) for one in forms])
            if forms and discriminator is not None and discriminator.keyword == keyword:
                normalizer.choices[-1] = yield from self._options(discriminator)
        if discriminator is not None and not discriminator.keyword:
            normalizer.choices.append((yield from self._children(discriminator, node)))

    def _options(self, discriminator: Discriminator) -> Generator[Node, None, Forms]:
        """The forms of a choice, each for the values that choose it, else as any choice's."""
        forms: Forms = []
        for option in discriminator.options:
            yield option.schema
            judge = Chosen(discriminator, option, self.validator(option.schema).is_valid)
            forms.append((judge, self._made[option.schema.source]))
        return forms

    def _children(self, discriminator: Discriminator, base: Node) -> Generator[Node, None, Forms]:
        """What the children of a base add to it, each for the values that choose it."""
        forms: Forms = []
        for option in discriminator.options:
            if place(option.schema) != place(base):
                extension = yield from self._extension(option.schema, base)
                forms.append((Chosen(discriminator, option), extension))
        return forms

    def _extension(self, child: Node, base: Node) -> Generator[Node, None, Normalizer]:
        """What a child adds to its base, which refers to it in turn."""
        extension = Normalizer(self._known_changes, self._filled)
        yield from self._read_words(child, extension, base)
        extension.is_read = True
        return extension


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
