"""The members of objects and arrays: which of them, how many, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockade.contract.document import Node
from mockade.contract.generation.draws import Draws
from mockade.contract.generation.merged_schema import MergedSchema
from mockade.contract.generation.name_rules import leads_on
from mockade.contract.generation.patterns import matching_text
from mockade.contract.generation.row_context import RowContext
from mockade.contract.generation.text_values import text
from mockade.contract.generation.value_builder import IDENTIFIERS, Impossible, Spot, ValueBuilder, fitting
from mockade.contract.generation.words import NOUNS
from mockade.contract.name_words import joined, split_words
from mockade.contract.violations import ABSENT

_ENVELOPES = frozenset(
    {"data", "result", "results", "item", "items", "payload", "response", "record", "value"}
)
"""Names of properties that hold the row itself."""
_DROPPED_AFTER = 3
"""Failures after which an optional property is left out."""
_ROUNDS = 8
"""How often what properties bring along may bring along more."""
_NEW_NAME = 40
"""Units of a budget that a name costs which is not declared."""
_DRAWS_OF_ITEM = 12
"""Draws of an item that has to differ from the others."""


class MemberBuilder:
    """Builds objects and arrays."""

    def completed(
        self, builder: ValueBuilder, schema: MergedSchema, example: dict[str, Any], spot: Spot
    ) -> dict[str, Any]:
        whole = {name: value for name, value in example.items() if name not in schema.unsent}
        row = RowContext(spot.draws, builder.now, _kind(schema, spot.name), schema.names)
        for name in schema.required:
            if name not in whole:
                whole[name] = _property(builder, schema, name, spot._replace(row=row), ABSENT)
        return whole

    def object(self, builder: ValueBuilder, schema: MergedSchema, spot: Spot) -> dict[str, Any]:
        schema, names = _names(builder, schema, spot)
        row = RowContext(spot.draws, builder.now, _kind(schema, spot.name), schema.names)
        inner = spot._replace(row=row, asked=None)
        here, below = _placed(spot.asked, names, len(spot.path)) if spot.asked else ({}, {})
        made: dict[str, Any] = {}
        for name in names:
            try:
                if name in below:
                    value = _property(builder, schema, name, inner._replace(asked=below[name]), ABSENT)
                else:
                    value = _property(builder, schema, name, inner, here.get(name, ABSENT))
            except Impossible:
                if name in schema.required:
                    raise
                continue
            if value is not ABSENT:
                made[name] = value
        _add_members(builder, schema, made, inner)
        for name, value in builder.nulls.pop(spot.path, {}).items():
            # What fits two branches fits none: this keeps it out of those that mean something by the name.
            if name not in made and schema.admits_name(name) and not schema.property_nodes(name):
                made[name] = value
        return made

    def array(self, builder: ValueBuilder, schema: MergedSchema, spot: Spot) -> list[Any]:
        least, most = schema.counts
        if least > most:
            raise Impossible(schema, "it asks for more items than it admits")
        seen: set[bytes] | None = set() if schema.is_unique else None
        name = singular(spot.name)
        # An id that was asked for is that of what holds the rows, or else all of them would have the same.
        asked = {key: value for key, value in (spot.asked or {}).items() if key.lower() not in IDENTIFIERS}
        made: list[Any] = []
        for position in range(_size(schema, spot)):
            item = builder.merger.item(schema, position, contained=position < schema.wanted)
            inner = Spot(
                (*spot.path, position),
                spot.draws.child(position),
                spot.row,
                name,
                asked,
                spot.is_later or position > 0,
            )
            try:
                value = _item(builder, item, inner, seen)
            except Impossible:
                if len(made) >= least:
                    return made
                raise
            if value is ABSENT:
                if len(made) < least:
                    raise Impossible(item, "too few of its values differ")
                break
            made.append(value)
        return made


def _size(schema: MergedSchema, spot: Spot) -> int:
    """How many items to build: two or three, fewer in arrays inside of others."""
    least, most = schema.counts
    if spot.is_minimal:
        return least
    levels = sum(isinstance(step, int) for step in spot.path)
    usual = 1 if levels > 1 else 2 if levels else spot.draws.between(2, 3)
    if spot.turn > 1:
        usual = spot.turn % 4
    return max(least, min(most, max(usual, schema.prefix)))


def _item(builder: ValueBuilder, item: MergedSchema, spot: Spot, seen: set[bytes] | None) -> Any:
    """An item; ABSENT where it has to differ from those that were `seen`, and none does."""
    if seen is None:
        return builder.build(item, spot)
    if item.options:
        for option in spot.draws.shuffled(item.options):
            if option is not None and _compact(option) not in seen:
                seen.add(_compact(option))
                builder.built.add(spot.path)
                return option
        return ABSENT
    for again in range(_DRAWS_OF_ITEM):
        # An example would be the same again: it is varied from the second draw on.
        drawn = spot._replace(draws=spot.draws.child(f"again {again}"), is_later=True) if again else spot
        value = builder.build(item, drawn)
        if _compact(value) not in seen:
            seen.add(_compact(value))
            return value
    return ABSENT


def _compact(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _names(builder: ValueBuilder, schema: MergedSchema, spot: Spot) -> tuple[MergedSchema, list[str]]:
    """The properties to build, and the schema with what they bring along."""
    for _ in range(_ROUNDS):
        required = schema.required
        chosen = dict.fromkeys([*required, *_optional(schema, spot)])
        if not schema.has_dependencies:
            break
        nodes: list[Node] = []
        for name in tuple(chosen):
            more, schemas = schema.dependencies(name)
            chosen |= dict.fromkeys(more)
            nodes += schemas
        grown = builder.merger.with_nodes(schema, tuple(nodes)) if nodes else schema
        if grown.nodes == schema.nodes:
            break
        schema = grown
    order = [name for name in schema.names if name in chosen]
    if len(order) < len(chosen):
        order += [name for name in chosen if name not in order]
    return schema, order


def _optional(schema: MergedSchema, spot: Spot) -> list[str]:
    """The optional properties to build: at first all but those that lead to a next page."""
    required = schema.required
    every = [name for name in schema.names if name not in required]
    some = [name for name in every if not leads_on(name)]
    if spot.is_minimal or (spot.turn and spot.turn % 2 == 0):
        some = []
    elif spot.turn > 2:
        some = [name for name in some if spot.draws.below(2)]
    least, most = schema.sizes
    some = some[: max(0, most - len(required))]
    lacking = least - len(required) - len(some)
    return some + [name for name in every if name not in some][: max(0, lacking)]


def _property(builder: ValueBuilder, schema: MergedSchema, name: str, spot: Spot, asked: Any) -> Any:
    """The value of a property of the object at `spot`; ABSENT where it is optional and left out."""
    child = builder.merger.property(schema, name)
    path = (*spot.path, name)
    turn = builder.turn(path)
    if name not in schema.required and (
        turn > _DROPPED_AFTER or builder.is_inside(child, 0 if "array" in child.types else 1)
    ):
        return ABSENT
    below = spot.asked
    if turn < 2:
        if asked is not ABSENT:
            value = fitting(child, asked)
            if value is not ABSENT and turn == 0:
                builder.built.add(path)
                return value
            below = value if isinstance(value, dict) else below
        constant = fitting(child, schema.constants[name]) if name in schema.constants else ABSENT
        if constant is not ABSENT and turn == 0:
            builder.built.add(path)
            return constant
        nothing = _no_next_page(child, turn) if leads_on(name) else ABSENT
        if nothing is not ABSENT:
            builder.built.add(path)
            return nothing
    return builder.build(child, Spot(path, spot.draws.child(name), spot.row, name, below, spot.is_later))


def _no_next_page(schema: MergedSchema, turn: int) -> Any:
    """How it is said at that turn that there is no next page; ABSENT where nothing says so."""
    found = [one for one in (None, "") if fitting(schema, one) is not ABSENT]
    return found[turn] if turn < len(found) else ABSENT


def _add_members(builder: ValueBuilder, schema: MergedSchema, made: dict[str, Any], spot: Spot) -> None:
    """Add members that are not declared: those of a map, of a pattern, and as many as are wanted."""
    least, most = schema.sizes
    wanted = max(least, len(made))
    if schema.is_map and not spot.is_minimal:
        wanted = max(least, min(most, len(made) + spot.draws.between(2, 3)))
    elif not spot.is_minimal:
        wanted = max(wanted, min(most, len(made) + len(schema.name_patterns)))
    missing = wanted - len(made)
    for position in range(3 * missing):
        if len(made) >= wanted:
            break
        name = _new_name(builder, schema, spot.draws.child(f"name {position}"), position)
        spot.draws.spend(_NEW_NAME)
        if name in made and position >= 2 * missing and not schema.name_nodes and not schema.name_patterns:
            name = f"{name}{position}"  # there are no more nouns
        if name is None or name in made or not schema.admits_name(name):
            continue
        try:
            value = _property(builder, schema, name, spot, ABSENT)
        except Impossible:
            if least > len(made):
                raise
            continue
        if value is not ABSENT:
            made[name] = value
    if least > len(made) and schema.name_nodes:
        raise Impossible(schema, "too few names were found that fit")


def _new_name(builder: ValueBuilder, schema: MergedSchema, draws: Draws, position: int) -> str | None:
    """A name for a member that is not declared."""
    if schema.name_nodes:
        rules = builder.merger.merged(schema.name_nodes)
        if rules.options:
            return str(rules.options[position % len(rules.options)])
        return text(rules, RowContext(draws, builder.now), draws, "")
    patterns = schema.name_patterns
    if patterns:
        expression = patterns[position % len(patterns)]
        return matching_text(expression, draws, lambda name: builder.merger.matches(expression, name))
    return draws.pick(NOUNS)


def _kind(schema: MergedSchema, name: str) -> tuple[str, ...]:
    """The words of an object's own name: its component's, else the property's."""
    for node in schema.nodes:
        if node.component_name:
            return split_words(node.component_name)
    return split_words(singular(name))


def singular(name: str) -> str:
    """The name of one of several."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name


def _placed(
    asked: Mapping[str, Any], names: list[str], depth: int
) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """What was asked, by the property that says it back; and what an envelope's property has to say back."""
    by_words = {joined(name): value for name, value in asked.items()}
    here = {}
    for name in names:
        value = asked.get(name, by_words.get(joined(name), ABSENT))
        if value is not ABSENT:
            here[name] = value
    if here or depth > 1:
        return here, {}
    return here, {name: asked for name in names if name.lower() in _ENVELOPES}
