"""What there is in values of some schemas: properties, elements, the values of enums and branches."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import jsonschema_rs
import orjson

from mockade.contract.backtracking import backtracks
from mockade.contract.discriminators import Chosen, Discriminator, discriminator_of, place
from mockade.contract.document import Document, Node, Source
from mockade.contract.json_pointer import escaped
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.properties import flagged
from mockade.contract.schema_walk import place_of, walk
from mockade.contract.translation import UNSENT_FLAG, Direction
from mockade.contract.validators import Validator
from mockade.coverage.items import Matcher, key_of

Applied = frozenset[Hashable]
"""The schemas of a value that a branch of it need not look at again."""

_TELLING = frozenset(
    {
        "$ref",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "discriminator",
        "enum",
        "items",
        "oneOf",
        "patternProperties",
        "prefixItems",
        "properties",
    }
)
"""The keywords of schemas in whose values there may be anything: most schemas are of one type alone."""

Step = Literal["property", "others", "value", "branch", "elements", "element"]


class Part(NamedTuple):
    """One step into the values of some schemas."""

    step: Step
    key: Any
    """What it is found by: a property's name, an enum's value, a judge; None for all others, and elements."""
    id: str
    """What comes to the id of what it is in."""
    text: str
    """What it is called."""
    source: Source
    nodes: tuple[Node, ...] = ()
    """The schemas of what is there."""
    applied: Applied = frozenset()
    declared: frozenset[str] = frozenset()
    patterns: Sequence[Matcher] = ()

    @property
    def is_telling(self) -> bool:
        """Whether there may be parts in what is there."""
        for node in self.nodes:
            if isinstance(node.value, dict) and not _TELLING.isdisjoint(node.value):
                return True
        return False

    @property
    def schemas(self) -> Hashable:
        """What two parts have in common in whose values there is the same."""
        return frozenset(map(place_of, self.nodes)), self.applied


class Parts:
    """Finds the parts of a document's schemas in one direction, those of each once."""

    def __init__(self, document: Document, direction: Direction, normalizers: NormalizerRegistry) -> None:
        self._unsent = UNSENT_FLAG[direction]
        self._document = document
        self._direction = direction
        self._normalizers = normalizers
        self._found = self.memo(Parts)

    def memo(self, about: Callable[..., Any]) -> dict[Hashable, Any]:
        """What `about` has returned for schemas in this direction, as `Document.memo` has it."""
        found: dict[Hashable, Any] = self._document.memo(about).setdefault(self._direction, {})
        return found

    def of(self, nodes: Sequence[Node], applied: Applied, schemas: Hashable) -> list[Part]:
        """The parts of values of all these schemas; `schemas` is what they have in common with equal ones."""
        found: list[Part] | None = self._found.get(schemas)
        if found is None:
            found = self._found[schemas] = list(self._read(nodes, applied))
        return found

    def _read(self, roots: Sequence[Node], applied: Applied) -> Iterator[Part]:
        nodes = [
            one
            for one in walk(roots, lambda node: node.listed("allOf"), place_of)
            if place_of(one) not in applied and isinstance(one.value, dict)
        ]
        yield from _values(nodes)
        yield from self._properties(nodes)
        for node in nodes:
            yield from _others(node)
            for at, one in enumerate(node.listed("prefixItems")):
                yield Part("element", None, f"/prefixItems/{at}", f"[{at}]", one.source, (one,))
        items = [items for node in nodes if (items := node.get("items")) is not None]
        if items:
            yield Part("elements", None, "/items", "[]", items[0].source, tuple(items))
        inside = applied | {place_of(one) for one in nodes}
        for node in nodes:
            yield from self._branches(node, inside)

    def _properties(self, nodes: Sequence[Node]) -> Iterator[Part]:
        found: dict[str, list[tuple[Node, Node]]] = {}
        for node in nodes:
            for name, one in node.members("properties"):
                found.setdefault(name, []).append((node, one))
        for name, declared in found.items():
            if not any(isinstance(one.value, dict) and flagged(one, self._unsent) for _, one in declared):
                source = declared[0][0].source.child("properties", name)
                schemas = tuple(one for _, one in declared)
                yield Part("property", name, f"/properties/{escaped(name)}", name, source, schemas)

    def _branches(self, node: Node, inside: Applied) -> Iterator[Part]:
        """What a schema's `oneOf` and `anyOf` list, and the children of a base with a discriminator."""
        discriminator = discriminator_of(node)
        for keyword in ("oneOf", "anyOf"):
            listed = list(node.listed(keyword))
            labels: dict[str, int] = {}
            for at, (judge, one) in enumerate(self._choices(listed, keyword, discriminator)):
                label = _label(one, keyword, at)
                labels[label] = labels.get(label, 0) + 1
                label = label if labels[label] == 1 else f"{label} {labels[label]}"
                source = node.source.child(keyword, at) if at < len(listed) else one.source
                yield Part("branch", judge, f"/{keyword}/{escaped(label)}", label, source, (one,), inside)
        if discriminator is not None and not discriminator.keyword:
            for option in discriminator.options:
                schema = option.schema
                if place(schema) != place(node):
                    judge, label = Chosen(discriminator, option), _label(schema, "", 0)
                    id = f"/discriminator/{escaped(label)}"
                    yield Part("branch", judge, id, label, schema.source, (schema,), inside)

    def _choices(
        self, listed: Sequence[Node], keyword: str, discriminator: Discriminator | None
    ) -> Iterator[tuple[Matcher, Node]]:
        if discriminator is None or discriminator.keyword != keyword:
            yield from ((Admitting(self._normalizers.validator(one)), one) for one in listed)
            return
        for option in discriminator.options:
            otherwise = self._normalizers.validator(option.schema)
            yield Chosen(discriminator, option, otherwise.admits), option.schema


class Admitting:
    """Whether a value is of a branch that nothing but its schema tells from the others."""

    __slots__ = ("is_valid",)

    def __init__(self, validator: Validator) -> None:
        self.is_valid = validator.admits


def _others(node: Node) -> Iterator[Part]:
    """Properties by a pattern of their names, and those that a schema does not declare."""
    patterns: list[Matcher] = []
    for pattern, one in node.members("patternProperties"):
        judge = _pattern(pattern)
        if judge is not None:
            patterns.append(judge)
            source = node.source.child("patternProperties", pattern)
            id = f"/patternProperties/{escaped(pattern)}"
            yield Part("others", judge, id, f"/{pattern}/", source, (one,))
    others = node.get("additionalProperties")
    if others is not None and isinstance(others.value, dict):
        source = node.source.child("additionalProperties")
        declared = frozenset(name for name, _ in node.members("properties"))
        yield Part(
            "others", None, "/additionalProperties", "*", source, (others,), frozenset(), declared, patterns
        )


def _values(nodes: Sequence[Node]) -> Iterator[Part]:
    """The values that all of some schemas of one value list."""
    listed = [found for node in nodes if (found := _enum(node)) is not None]
    others = [{key_of(value) for value, _ in one} for one in listed[1:]]
    for value, source in listed[0] if listed else ():
        key = key_of(value)
        if all(key in one for one in others):
            text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
            word = value if isinstance(value, str) else text
            yield Part("value", key, f"/enum/{escaped(word)}", text, source)


def _enum(node: Node) -> list[tuple[Any, Source]] | None:
    words = node.value
    if "const" in words:
        return [(words["const"], node.source.child("const"))]
    listed = words.get("enum")
    if not isinstance(listed, list):
        return None
    return [(value, node.source.child("enum", at)) for at, value in enumerate(listed)]


def _label(schema: Node, keyword: str, at: int) -> str:
    """What a branch is called: by its component, its title or its type, else by where it stands."""
    words = schema.value if isinstance(schema.value, dict) else {}
    kind = words.get("type") if words.get("type") != "object" else None
    return schema.component_name or schema.text("title") or str(kind or f"{keyword}[{at}]")


def _pattern(pattern: str) -> Matcher | None:
    """Says which names match; None for a pattern that may take long."""
    if backtracks(pattern):
        return None
    try:
        options = jsonschema_rs.RegexOptions()
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except ValueError:
        return None
