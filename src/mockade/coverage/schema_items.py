"""The items of a schema: its properties, the values of its enums and its branches, however deep.

Everything in a value has one place: the parts of an `allOf` are in the place of the whole, and a schema that
comes again inside itself is looked for where it began, so that no schema is without end. What would be more
than MOST_ITEMS, of a schema with many others in it, is left out from below.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import jsonschema_rs
import orjson

from mockade.contract.backtracking import backtracks
from mockade.contract.discriminators import Chosen, Discriminator, discriminator_of, place
from mockade.contract.document import Node, Source
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.properties import flagged
from mockade.contract.schema_walk import place_of, walk
from mockade.contract.translation import UNSENT_FLAG, Direction
from mockade.contract.validators import Validator
from mockade.coverage.drafts import Applied, Draft, Link
from mockade.coverage.items import Item, Judge, Kind, Place, key_of
from mockade.coverage.numbering import Numbering

MOST_ITEMS = 1000
"""Items of one schema."""


class Admitting:
    """Whether a value is of a branch that nothing but its schema tells from the others."""

    __slots__ = ("is_valid",)

    def __init__(self, validator: Validator) -> None:
        self.is_valid = validator.admits


class SchemaItems:
    """Adds the items of schemas to a list, and makes their places."""

    def __init__(self, items: list[Item], direction: Direction, normalizers: NormalizerRegistry) -> None:
        self._items = items
        self._unsent = UNSENT_FLAG[direction]
        self._normalizers = normalizers

    def add(
        self, schema: Node, id: str, name: str, where: str, *, out_of_reach: bool = False
    ) -> Place | None:
        """The place of a schema, None where nothing is to be found in its values.

        `id` and `name` are those of what has the schema, and begin those of its items.
        """
        root = Draft([schema], id, name, None)
        pending, count = deque([root]), 0
        while pending and count < MOST_ITEMS:
            draft = pending.popleft()
            below = list(self._read(draft))
            if count and count + len(draft.links) > MOST_ITEMS:
                draft.links, draft.elements, draft.first_elements = [], None, []
                continue
            count += len(draft.links) + len(below)
            pending += below
        made = Numbering(self._items, where, out_of_reach=out_of_reach).place(root)
        return made if made.end > made.first else None

    def _read(self, draft: Draft) -> Iterator[Draft]:
        """Find what there is in a place; the places below that are new."""
        nodes = [
            one
            for one in walk(draft.nodes, lambda node: node.listed("allOf"), place_of)
            if place_of(one) not in draft.applied and isinstance(one.value, dict)
        ]
        draft.links += _values(nodes, draft)
        yield from self._properties(nodes, draft)
        for node in nodes:
            yield from self._others(node, draft)
            for at, one in enumerate(node.listed("prefixItems")):
                yield from self._element(draft, [one], f"{draft.id}/prefixItems/{at}", f"[{at}]")
        items = [items for node in nodes if (items := node.get("items")) is not None]
        if items:
            yield from self._element(draft, items, f"{draft.id}/items", "[]")
        applied = draft.applied | {place_of(one) for one in nodes}
        for node in nodes:
            yield from self._branches(node, draft, applied)

    def _properties(self, nodes: Sequence[Node], draft: Draft) -> Iterator[Draft]:
        found: dict[str, list[tuple[Node, Node]]] = {}
        for node in nodes:
            for name, one in node.members("properties"):
                found.setdefault(name, []).append((node, one))
        for name, declared in found.items():
            if any(isinstance(one.value, dict) and flagged(one, self._unsent) for _, one in declared):
                continue
            source = declared[0][0].source.child("properties", name)
            path = f"{draft.name}.{name}" if draft.name else name
            yield from self._link(
                draft,
                "properties",
                name,
                f"/properties/{step(name)}",
                path,
                source,
                [one for _, one in declared],
            )

    def _others(self, node: Node, draft: Draft) -> Iterator[Draft]:
        patterns: list[Judge] = []
        before = f"{draft.name}." if draft.name else ""
        for pattern, one in node.members("patternProperties"):
            judge = _pattern(pattern)
            if judge is not None:
                patterns.append(judge)
                source = node.source.child("patternProperties", pattern)
                id = f"/patternProperties/{step(pattern)}"
                yield from self._link(
                    draft, "properties", judge, id, f"{before}/{pattern}/", source, [one], patterns=[judge]
                )
        others = node.get("additionalProperties")
        if others is not None and isinstance(others.value, dict):
            yield from self._link(
                draft,
                "properties",
                None,
                "/additionalProperties",
                f"{before}*",
                node.source.child("additionalProperties"),
                [others],
                declared=frozenset(name for name, _ in node.members("properties")),
                patterns=patterns,
            )

    def _branches(self, node: Node, draft: Draft, applied: Applied) -> Iterator[Draft]:
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
                yield from self._branch(draft, judge, keyword, label, source, one, applied)
        if discriminator is not None and not discriminator.keyword:
            for option in discriminator.options:
                if place(option.schema) != place(node):
                    label, judge = _label(option.schema, "", 0), Chosen(discriminator, option)
                    source = option.schema.source
                    yield from self._branch(
                        draft, judge, "discriminator", label, source, option.schema, applied
                    )

    def _choices(
        self, listed: Sequence[Node], keyword: str, discriminator: Discriminator | None
    ) -> Iterator[tuple[Judge, Node]]:
        if discriminator is None or discriminator.keyword != keyword:
            yield from ((Admitting(self._normalizers.validator(one)), one) for one in listed)
            return
        for option in discriminator.options:
            otherwise = self._normalizers.validator(option.schema)
            yield Chosen(discriminator, option, otherwise.admits), option.schema

    def _branch(
        self,
        draft: Draft,
        judge: Judge,
        keyword: str,
        label: str,
        source: Source,
        schema: Node,
        applied: Applied,
    ) -> Iterator[Draft]:
        id = f"{draft.id}/{keyword}/{step(label)}"
        name = f"{draft.name}: {label}" if draft.name else label
        below = Draft([schema], id, f"{draft.name}({label})", draft, applied)
        draft.links.append(Link("branches", judge, id, name, source, below))
        yield below

    def _link(
        self,
        draft: Draft,
        kind: Kind,
        key: Any,
        id: str,
        name: str,
        source: Source,
        nodes: Sequence[Node],
        declared: frozenset[str] = frozenset(),
        patterns: Sequence[Judge] = (),
    ) -> Iterator[Draft]:
        below = Draft(nodes, draft.id + id, name, draft)
        again = below.again()
        draft.links.append(Link(kind, key, below.id, name, source, again or below, declared, patterns))
        if again is None:
            yield below

    def _element(self, draft: Draft, nodes: Sequence[Node], id: str, mark: str) -> Iterator[Draft]:
        below = Draft(nodes, id, f"{draft.name}{mark}", draft)
        again = below.again()
        if mark == "[]":
            draft.elements = again or below
        else:
            draft.first_elements.append(again or below)
        if again is None:
            yield below


def _values(nodes: Sequence[Node], draft: Draft) -> Iterator[Link]:
    """The values that all of some schemas of one value list, where the first of them does."""
    listed = [found for node in nodes if (found := _enum(node)) is not None]
    others = [{key_of(value) for value, _ in one} for one in listed[1:]]
    for value, source in listed[0] if listed else ():
        key = key_of(value)
        if all(key in one for one in others):
            text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
            word = value if isinstance(value, str) else text
            name = f"{draft.name} = {text}".lstrip()
            yield Link("enum_values", key, f"{draft.id}/enum/{step(word)}", name, source)


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


def _pattern(pattern: str) -> Judge | None:
    """Says which names match; None for a pattern that may take long."""
    if backtracks(pattern):
        return None
    try:
        options = jsonschema_rs.RegexOptions()
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except ValueError:
        return None


def step(word: str) -> str:
    """A word as a step of a JSON pointer, without its slash."""
    return word.replace("~", "~0").replace("/", "~1")
