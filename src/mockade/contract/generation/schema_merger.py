"""A document's schemas as they are merged for generation, each read once, and the choices they leave."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import jsonschema_rs

from mockade.contract.discriminators import Discriminator, Option, discriminator_of, place
from mockade.contract.document import Node
from mockade.contract.generation.merged_constraints import Additions
from mockade.contract.generation.merged_schema import MergedSchema
from mockade.contract.translation import UNSENT_FLAG, Direction

_NOTHING = Additions()


class Branch(NamedTuple):
    """One option of a choice: the schemas that it adds, and what else follows from it."""

    nodes: tuple[Node, ...]
    left_out: frozenset[str] = frozenset()
    constants: tuple[tuple[str, str], ...] = ()


class Choice(NamedTuple):
    """A `oneOf`, an `anyOf`, a condition, or the children that a discriminator maps."""

    key: tuple[str, tuple[str | int, ...], str]
    """Its place, and the keyword."""
    branches: tuple[Branch, ...]

    @property
    def keyword(self) -> str:
        return self.key[2]


class SchemaMerger:
    """Merges schemas of a document for one direction. What has been merged is kept."""

    def __init__(self, direction: Direction) -> None:
        self._unsent_flag = UNSENT_FLAG[direction]
        self.matches = matches
        self._merged: dict[Any, MergedSchema] = {}
        self._children: dict[Any, MergedSchema] = {}
        self._choices: dict[int, tuple[Choice, ...]] = {}
        self._heights: dict[int, float] = {}

    def __len__(self) -> int:
        """How many merged schemas are kept."""
        return len(self._merged)

    def merged(self, nodes: tuple[Node, ...], added: Additions = _NOTHING) -> MergedSchema:
        key = (tuple((node.uri, node.pointer) for node in nodes), added)
        found = self._merged.get(key)
        if found is None:
            found = self._merged[key] = MergedSchema(nodes, matches, self._unsent_flag, added)
        return found

    def property(self, schema: MergedSchema, name: str) -> MergedSchema:
        key = (id(schema), name)
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = self.merged(schema.property_nodes(name))
        return found

    def item(self, schema: MergedSchema, position: int, *, contained: bool = False) -> MergedSchema:
        key = (id(schema), min(position, schema.prefix), contained)
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = self.merged(schema.item_nodes(position, contained=contained))
        return found

    def choice(self, schema: MergedSchema) -> Choice | None:
        """The first choice that the schema leaves, None where it leaves none."""
        return next(iter(self.choices(schema)), None)

    def choices(self, schema: MergedSchema) -> tuple[Choice, ...]:
        """All choices that the schema leaves."""
        found = self._choices.get(id(schema))
        if found is None:
            found = self._choices[id(schema)] = tuple(_choices(schema))
        return found

    def with_branch(self, schema: MergedSchema, choice: Choice, branch: Branch) -> MergedSchema:
        """The schema with a branch of the choice, which is then made."""
        return self._with_branch(schema, branch, frozenset({choice.key}))

    def with_branch_alone(self, schema: MergedSchema, branch: Branch) -> MergedSchema:
        """The schema with a branch of one of its choices, and without what the others would add.

        To look at each choice by itself takes the sum of their branches, at all together the product.
        """
        return self._with_branch(schema, branch, frozenset(one.key for one in self.choices(schema)))

    def _with_branch(self, schema: MergedSchema, branch: Branch, made: frozenset[Any]) -> MergedSchema:
        key = (id(schema), made, id(branch))
        found = self._children.get(key)
        if found is None:
            old = schema.added
            added = Additions(
                old.left_out | branch.left_out, old.constants + branch.constants, old.made | made
            )
            found = self._children[key] = self.merged((*schema.nodes, *branch.nodes), added)
        return found

    def with_nodes(self, schema: MergedSchema, nodes: tuple[Node, ...]) -> MergedSchema:
        return self.merged((*schema.nodes, *nodes), schema.added)

    def height(self, schema: MergedSchema) -> float:
        """How many levels the least value of a schema takes; infinite where none ends."""
        if id(schema) not in self._heights:
            self._find_heights(schema)
        return self._heights[id(schema)]

    def culprit(self, schema: MergedSchema) -> tuple[MergedSchema, str]:
        """Of a schema that no value ends: the one of its parts that is to blame, and why."""
        seen: set[int] = set()
        while id(schema) not in seen:
            seen.add(id(schema))
            endless = [
                one
                for need in self._height(schema).needs
                if all(self.height(other) == math.inf for other in need.one_of)
                for one in need.one_of
            ]
            if not endless:
                return schema, _unsatisfiable(schema)
            schema = next((one for one in endless if id(one) not in seen), endless[0])
        return schema, "every value of it holds another of the same kind, without end"

    def _find_heights(self, schema: MergedSchema) -> None:
        """The heights of the schema and of all that it needs: the least solution, found in rounds."""
        found: dict[int, _Height] = {}
        pending = [schema]
        while pending:
            one = pending.pop()
            if id(one) not in found and id(one) not in self._heights:
                found[id(one)] = self._height(one)
                pending += [other for need in found[id(one)].needs for other in need.one_of]
        heights = self._heights | {key: math.inf if needs else least for key, (least, needs) in found.items()}
        changed = True
        while changed:
            changed = False
            for key, (least, needs) in found.items():
                if needs:
                    height = max(least, *(need.levels(heights) for need in needs))
                    changed = changed or height < heights[key]
                    heights[key] = height
        self._heights = heights

    def _height(self, schema: MergedSchema) -> _Height:
        if schema.impossible or schema.options == []:
            return _Height(math.inf)
        if schema.options or schema.nullable:
            return _Height(0)
        needs = [
            _Need(tuple(self.with_branch_alone(schema, one) for one in choice.branches))
            for choice in self.choices(schema)
        ]
        kind = schema.types[0] if schema.types else ""
        if kind == "object":
            needs += [_Need((self.property(schema, name),), 1) for name in schema.required]
        if kind == "array" and schema.least("minItems"):
            count = min(schema.least("minItems"), schema.prefix + 1)
            needs += [_Need((self.item(schema, at),), 1) for at in range(count)]
        return _Height(0 if needs or kind or not schema.says_type else math.inf, needs)


def _unsatisfiable(schema: MergedSchema) -> str:
    """Why a schema without parts admits nothing."""
    if schema.impossible:
        return "it admits nothing"
    if schema.options == []:
        return "its type and its options exclude each other"
    return "its types exclude each other"


class _Need(NamedTuple):
    """What a value holds, or is besides: a value of one of these schemas, `step` levels further down."""

    one_of: tuple[MergedSchema, ...]
    step: int = 0

    def levels(self, heights: Mapping[int, float]) -> float:
        return self.step + min((heights[id(one)] for one in self.one_of), default=math.inf)


class _Height(NamedTuple):
    """What the height of a schema follows from: the highest of its needs, and `least` at least."""

    least: float
    needs: Sequence[_Need] = ()


@lru_cache(maxsize=4096)
def _pattern_validator(expression: str) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": expression})
    except (jsonschema_rs.ValidationError, ValueError):
        return None


def matches(expression: str, text: str) -> bool:
    """Whether a text matches an expression as JSON Schema means it; one that is unsound matches nothing."""
    validator = _pattern_validator(expression)
    return validator is not None and validator.is_valid(text)


def _choices(schema: MergedSchema) -> Iterator[Choice]:
    for node in schema.nodes:
        for keyword in ("oneOf", "anyOf"):
            options = tuple(node.listed(keyword))
            key = (node.uri, node.pointer, keyword)
            if options and key not in schema.added.made:
                yield Choice(key, tuple(_branches(node, keyword, options)))
        key = (node.uri, node.pointer, "if")
        if "if" in node.value and key not in schema.added.made:
            parts = [node.get(word) for word in ("if", "then")]
            otherwise = node.get("else")
            yield Choice(
                key,
                (
                    Branch(tuple(one for one in parts if one is not None)),
                    Branch((otherwise,) if otherwise is not None else ()),
                ),
            )
        key = (node.uri, node.pointer, "discriminator")
        if isinstance(node.value.get("discriminator"), dict) and key not in schema.added.made:
            yield from _mapped(schema, node, key)


def _branches(node: Node, keyword: str, options: tuple[Node, ...]) -> Iterator[Branch]:
    required = [_required(one) for one in options]
    found = discriminator_of(node)
    for position, option in enumerate(options):
        left_out: set[str] = set()
        if keyword == "oneOf":
            declared = option.value.get("properties") if isinstance(option.value, dict) else None
            left_out = set().union(*required) - required[position] - set(declared or ())
        chosen = found.options[position] if found is not None and found.keyword == keyword else None
        yield Branch((option,), frozenset(left_out), _constants(found, chosen))


def _constants(found: Discriminator | None, option: Option | None) -> tuple[tuple[str, str], ...]:
    """The property that chooses an option, with the value that does."""
    return ((found.name, option.tags[0]),) if found is not None and option and option.tags else ()


def _required(node: Node) -> set[str]:
    names = node.value.get("required") if isinstance(node.value, dict) else None
    return {one for one in names if isinstance(one, str)} if isinstance(names, list) else set()


def _mapped(
    schema: MergedSchema, node: Node, key: tuple[str, tuple[str | int, ...], str]
) -> Iterator[Choice]:
    """The choice among the children of a schema that has a discriminator and no branches of its own."""
    found = discriminator_of(node)
    own = next((one for one in schema.nodes if one.component_name), None)
    if found is None or found.keyword or own is None:
        return
    if place(own) != place(node):
        constants = _constants(found, found.of(own))
        if constants:
            yield Choice(key, (Branch((), constants=constants),))
        return
    branches = [
        Branch((option.schema,), constants=_constants(found, option))
        for option in found.options
        if option.tags and place(option.schema) != place(node)
    ]
    yield Choice(key, tuple(branches) or (Branch((), constants=((found.name, found.tags[0]),)),))
