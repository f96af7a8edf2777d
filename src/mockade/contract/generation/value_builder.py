"""One attempt at a value: it follows a schema's keywords, and chooses differently where it failed before."""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from mockade.contract.generation.draws import Draws
from mockade.contract.generation.least_sizes import LeastSizes
from mockade.contract.generation.merged_constraints import same
from mockade.contract.generation.merged_schema import MergedSchema
from mockade.contract.generation.name_rules import suited, suited_boolean
from mockade.contract.generation.numbers import number_range
from mockade.contract.generation.row_context import RowContext
from mockade.contract.generation.schema_merger import Branch, Choice, SchemaMerger
from mockade.contract.generation.text_values import similar, text
from mockade.contract.name_words import split_words
from mockade.contract.violations import ABSENT
from mockade.contract.vocabulary import SURE_KEYS
from mockade.contract.wording import json_type

Path = tuple[str | int, ...]

_DEEPEST = 8
"""Steps of a path below which only what is required is filled in."""
_MOST_VALUES = 250
"""Values of an answer from which on only what is required is filled in."""
VALUE = 40
"""Units of a budget that a value costs besides its draws."""
_HOLDERS = frozenset({"object", "array"})
IDENTIFIERS = frozenset({*SURE_KEYS, "identifier", "sku", "code", "token"})


class Impossible(Exception):
    """No value fits a schema, or none ends; whoever has a choice takes another.

    It is `lasting` where another attempt would find none either.
    """

    def __init__(self, schema: MergedSchema, why: str, *, lasting: bool = False) -> None:
        super().__init__(why)
        self.schema = schema
        self.why = why
        self.lasting = lasting


class Spot(NamedTuple):
    """Where a value is made, and what it is made of."""

    path: Path
    draws: Draws
    row: RowContext
    """What the value's object has in common."""
    name: str = ""
    """The property's, or the singular of the array's."""
    asked: Mapping[str, Any] | None = None
    """What an object has to say back, by name."""
    is_later: bool = False
    """Whether it belongs to an item of an array that is not the first, whose ids must differ."""
    turn: int = 0
    """How often what was built here did not fit."""
    is_minimal: bool = False
    """Whether only what is required is filled in."""


@dataclass
class ValueBuilder:
    """Builds one value. `tries` counts, by path, how often what was built there did not fit.

    `members` builds objects and arrays.
    """

    merger: SchemaMerger
    sizes: LeastSizes
    now: datetime
    tries: Mapping[Path, int]
    members: Members
    is_minimal: bool = False
    is_another: bool = False
    """Whether the examples are those of a value that there is already."""
    built: set[Path] = field(default_factory=set)
    nulls: dict[Path, dict[str, Any]] = field(default_factory=dict)
    """By path, members that keep an object out of the branches that were not taken."""
    _count: int = 0
    _above: Counter[int] = field(default_factory=Counter)

    def build(self, schema: MergedSchema, spot: Spot) -> Any:
        """A value for the schema. Raises Impossible."""
        self.built.add(spot.path)
        self._count += 1
        if schema.impossible:
            raise Impossible(schema, "it admits nothing")
        spot.draws.spend(VALUE)
        least = self.sizes.of(schema)
        if least.is_too_large() and schema.types != ("string",):
            raise Impossible(self.sizes.culprit(schema), least.sentence(), lasting=True)
        turn = self.turn(spot.path)
        is_minimal = (
            self.is_minimal
            or len(spot.path) > _DEEPEST
            or self._count > _MOST_VALUES
            or self._above[id(schema)] > 1
        )
        if turn or is_minimal:
            draws = spot.draws.child(f"try {turn}") if turn else spot.draws
            spot = spot._replace(draws=draws, turn=turn, is_minimal=is_minimal)
        if is_minimal and self.merger.height(schema) == math.inf:
            raise Impossible(*self.merger.culprit(schema), lasting=True)
        given = self._given(schema, spot)
        if given is not ABSENT:
            return given
        if is_minimal and schema.nullable and schema.types and _HOLDERS.issuperset(schema.types):
            return None
        self._above[id(schema)] += 1
        try:
            return self._chosen(schema, spot)
        except Impossible:
            if schema.nullable:
                return None
            raise
        finally:
            self._above[id(schema)] -= 1

    def turn(self, path: Path) -> int:
        return self.tries.get(path, 0) if self.tries else 0

    def is_inside(self, schema: MergedSchema, times: int = 1) -> bool:
        """Whether a value of that schema is being built already, more often than `times`."""
        return self._above[id(schema)] > times

    def _given(self, schema: MergedSchema, spot: Spot) -> Any:
        """One of the schema's options, or an example of its author's; ABSENT where there is neither."""
        options, draws = schema.options, spot.draws
        if options is not None:
            if not options:
                raise Impossible(schema, "its options exclude each other, or its type excludes them")
            real = [one for one in options if one is not None] or options
            return copy.deepcopy(real[(draws.below(len(real)) + spot.turn) % len(real)])
        if spot.turn or not schema.examples or (spot.asked and "object" in schema.types):
            return ABSENT
        example = copy.deepcopy(draws.pick(schema.examples))
        if isinstance(example, dict) and self.is_another and not spot.path:
            return ABSENT
        if isinstance(example, dict):
            return self.members.completed(self, schema, example, spot)
        if spot.is_later and len(schema.examples) == 1 and IDENTIFIERS & set(split_words(spot.name)[-1:]):
            other = similar(example, draws)
            return other if not isinstance(other, str) or schema.admits_text(other) else example
        if self.is_another and len(schema.examples) == 1 and suited(spot.name) is not None:
            return ABSENT
        return example

    def _chosen(self, schema: MergedSchema, spot: Spot) -> Any:
        """A value of the schema with one branch taken of each of its choices."""
        choice = self.merger.choice(schema)
        if choice is None:
            return self._typed(schema, spot)
        branches = self._in_order(schema, choice, spot)
        refused: Impossible | None = None
        for branch in branches:
            narrowed = self.merger.with_branch(schema, choice, branch)
            if spot.turn and choice.keyword == "oneOf":
                self.nulls[spot.path] = self._of_others(narrowed, choice, branch)
            try:
                if narrowed.impossible:
                    raise Impossible(narrowed, "it admits nothing")
                given = self._given(narrowed, spot) if choice.keyword != "if" else ABSENT
                if given is not ABSENT:
                    return given
                return self._chosen(narrowed, spot._replace(turn=spot.turn // len(branches)))
            except Impossible as error:
                refused = refused or error
        raise refused or Impossible(schema, "it has no branches")

    def _of_others(self, narrowed: MergedSchema, choice: Choice, branch: Branch) -> dict[str, Any]:
        """The properties that only other branches declare, each with a value that its branch refuses."""
        found: dict[str, Any] = {}
        for other in choice.branches:
            if other is branch:
                continue
            schema = self.merger.merged(other.nodes)
            for name in schema.names:
                if name not in narrowed.names and name not in found:
                    declared = self.merger.property(schema, name)
                    refused = [one for one in (None, "", False, 0) if not declared.admits_type(one)]
                    found |= {name: refused[0]} if refused else {}
        return found

    def _in_order(self, schema: MergedSchema, choice: Choice, spot: Spot) -> list[Branch]:
        """The branches of a choice, the one to try first in front; null comes last."""
        branches = list(choice.branches)
        if spot.is_minimal:
            heights = {
                id(one): self.merger.height(self.merger.with_branch(schema, choice, one)) for one in branches
            }
            branches.sort(key=lambda one: heights[id(one)])
            start = spot.turn % len(branches)
        elif choice.keyword == "if":
            start = spot.turn % len(branches)
        else:
            real = [one for one in branches if not _is_null(one)]
            branches = real + [one for one in branches if _is_null(one)]
            start = (spot.draws.below(len(real) or 1) + spot.turn) % len(branches)
        return branches[start:] + branches[:start]

    def _typed(self, schema: MergedSchema, spot: Spot) -> Any:
        """A value of one of the schema's types, which leaves no choices any more."""
        types = schema.types
        if not types:
            if not schema.says_type:
                return self._untyped(schema, spot)
            if schema.nullable:
                return None
            raise Impossible(schema, "its types exclude each other")
        match types[spot.turn % len(types)]:
            case "object":
                return self.members.object(self, schema, spot)
            case "array":
                return self.members.array(self, schema, spot)
            case "string":
                made = text(schema, spot.row, spot.draws, spot.name)
                if made is None:
                    raise Impossible(schema, "no text was found for its pattern, format and length")
                return made
            case "boolean":
                return suited_boolean(spot.name, spot.draws)
            case kind:
                return _number(schema, spot, whole=kind == "integer")

    def _untyped(self, schema: MergedSchema, spot: Spot) -> Any:
        """A value of no type in particular; of another one at each turn, as `not` may ask."""
        words = text(schema, spot.row, spot.draws, spot.name) or ""
        kinds: tuple[Any, ...] = ({}, words, 1, True, [])
        return kinds[(spot.turn + bool(spot.name)) % len(kinds)]


class Members(Protocol):
    """What builds objects and arrays, whose members are values again."""

    def object(self, builder: ValueBuilder, schema: MergedSchema, spot: Spot) -> dict[str, Any]: ...

    def array(self, builder: ValueBuilder, schema: MergedSchema, spot: Spot) -> list[Any]: ...

    def completed(
        self, builder: ValueBuilder, schema: MergedSchema, example: dict[str, Any], spot: Spot
    ) -> dict[str, Any]:
        """An example of an object, with what it lacks of the required and without what is not sent."""


def _number(schema: MergedSchema, spot: Spot, *, whole: bool) -> int | float:
    numbers = number_range(schema, whole=whole)
    maker = suited(spot.name)
    if maker is not None:
        made = maker(spot.row, spot.draws, split_words(spot.name))
        for one in made if isinstance(made, tuple) else (made,):
            if isinstance(one, int if whole else int | float) and numbers.admits(one):
                return one
    if numbers.is_empty:
        raise Impossible(schema, "its bounds leave no number")
    return numbers.drawn(spot.draws)


def _is_null(branch: Branch) -> bool:
    return any(isinstance(node.value, dict) and node.value.get("type") == "null" for node in branch.nodes)


def fitting(schema: MergedSchema, value: Any) -> Any:
    """A value that was asked for, as one of the schema's type; ABSENT where it does not fit."""
    kinds = schema.types
    if isinstance(value, str) and "string" not in kinds and kinds:
        number = _number_of(value)
        value = number if number is not None else {"true": True, "false": False}.get(value, value)
    elif json_type(value) in ("integer", "number") and kinds == ("string",):
        value = str(value)
    if not schema.admits_type(value) or (kinds and not schema.says_type and json_type(value) not in kinds):
        return ABSENT
    if schema.options is not None and not any(same(value, one) for one in schema.options):
        return ABSENT
    if isinstance(value, str) and not schema.admits_text(value):
        return ABSENT
    if isinstance(value, dict):
        return {name: copy.deepcopy(one) for name, one in value.items() if name not in schema.unsent}
    return copy.deepcopy(value)


def _number_of(text: str) -> int | float | None:
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return None
