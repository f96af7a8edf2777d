"""What a schema says beyond yes and no: defaults to fill in, integers to normalise, properties declared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple, Protocol

import orjson

from mockade.contract.discriminators import Discriminator
from mockade.contract.schema_walk import leads_to, walk


class Matcher(Protocol):
    """Says whether a value is of a form."""

    def is_valid(self, value: Any) -> bool: ...


Forms = list[tuple[Matcher, "Normalizer"]]
"""The forms of a `oneOf` or `anyOf`, or the children of which a discriminator chooses one."""


class Normalizer:
    """The part of a schema that changes or remarks on values which already fit it."""

    __slots__ = (
        *("additional", "choices", "closed", "defaults", "integer", "items", "parts", "prefix", "properties"),
        *("_plan", "_known_changes", "_filled", "declared", "is_read", "is_acyclic", "untyped"),
    )

    def __init__(self, known_works: dict[Hashable, bool], filled: set[tuple[int, int]]) -> None:
        self.integer = False
        self.properties: dict[str, Normalizer] = {}
        self.defaults: dict[str, bytes] = {}
        self.closed = True
        """Whether an undeclared property is worth a remark: the schema says nothing about others."""
        self.additional: Normalizer | None = None
        self.prefix: list[Normalizer] = []
        self.items: Normalizer | None = None
        self.parts: list[Normalizer] = []
        """What the value is as well (`allOf`)."""
        self.choices: list[Forms] = []
        self.untyped: list[Discriminator] = []
        """Discriminators with values whose mapping leads nowhere."""
        self._plan: _FillPlan | None = None
        self.declared: Declared | None = None
        """What it says of properties where that is the same for every value, once it was asked."""
        self._known_changes = known_works
        """Of all normalizers of a document, whether `fill` has work with them, as far as it was asked."""
        self._filled = filled
        """By which of all normalizers which values are filled already, while one is."""
        self.is_read = False
        """Whether all that its schema says is in it."""
        self.is_acyclic = False
        """Whether it and all `of_same_value` below it are read, and free of circles."""

    def _below(self) -> Iterator[Normalizer]:
        yield from self.properties.values()
        yield from self.prefix
        yield from self.of_same_value()
        yield from (one for one in (self.additional, self.items) if one is not None)

    @property
    def branches(self) -> list[Normalizer]:
        """The forms of which a value has one or more; which ones, only a value that fits can tell."""
        return [
            form
            for part in walk([self], lambda normalizer: normalizer.parts, id)
            for choice in part.choices
            for _, form in choice
        ]

    def of_same_value(self) -> Iterator[Normalizer]:
        """The normalizers that apply, or may apply, to the same value."""
        yield from self.parts
        yield from (normalizer for choice in self.choices for _, normalizer in choice)

    def _changes_values(self) -> bool:
        """Whether `fill` can ever change a value."""
        return leads_to(self, Normalizer._below, id, Normalizer._changes_by_itself, self._known_changes)

    def _changes_by_itself(self) -> bool:
        return self.integer or bool(self.defaults)

    def _says_nothing(self) -> bool:
        """Whether it says nothing of its own: at most that the value is an integer, and what else it is."""
        below = (self.defaults, self.properties, self.prefix, self.choices)
        return not any(below) and self.additional is None and self.items is None

    def _delegate(self) -> Normalizer:
        """The part that has all of the work here, where a schema is but a reference with words around it."""
        if self._says_nothing() and not self.integer and len(self.parts) == 1:
            return self.parts[0]._delegate()
        return self

    def _make_plan(self) -> _FillPlan:
        """What `fill` has work with; a large object is mostly text."""
        if self._plan is None:
            changing = {
                name: normalizer._delegate()
                for name, normalizer in self.properties.items()
                if normalizer._changes_values()
            }
            integers = tuple(
                name
                for name, normalizer in changing.items()
                if normalizer._says_nothing() and not normalizer.parts
            )
            members = tuple(
                (name, normalizer._filler()) for name, normalizer in changing.items() if name not in integers
            )
            items = (
                self.items._delegate()._filler()
                if self.items is not None and self.items._changes_values()
                else None
            )
            rare = _RareRules(
                self.additional if _changes_values(self.additional) else None,
                [normalizer for normalizer in self.parts if normalizer._changes_values()],
                [
                    choice
                    for choice in self.choices
                    if any(normalizer._changes_values() for _, normalizer in choice)
                ],
            )
            is_rare = self.integer or any(rare) or any(map(_changes_values, self.prefix))
            self._plan = tuple(self.defaults.items()), integers, members, items, rare if is_rare else None
        return self._plan

    def _filler(self) -> Fill:
        """`fill`, for a value that may be come to in several ways once only: each level would double them."""
        own = self.properties or self.prefix or self.items or self.additional
        return self._fill_once if len(self.parts) + len(self.choices) + bool(own) > 1 else self.fill

    def _fill_once(self, value: Any) -> Any:
        key = id(self), id(value)
        if key in self._filled:
            return value
        is_outermost = not self._filled
        if isinstance(value, dict | list):
            self._filled.add(key)
        try:
            return self.fill(value)
        finally:
            if is_outermost:
                self._filled.clear()

    def fill(self, value: Any) -> Any:
        """`value`, changed in place: absent properties get their defaults, `1.0` for an integer becomes 1."""
        # Every row passes here whenever it is put. What is rare in schemas stands apart: that takes half of
        # what a loop for each keyword took, and a twentieth off a create-or-join.
        defaults, integers, members, items, rare = self._plan or self._make_plan()
        if isinstance(value, dict):
            for name, default in defaults:
                if name not in value:
                    value[name] = orjson.loads(default)
            for name in integers:
                if isinstance(value.get(name), float):
                    value[name] = _whole_number(value[name])
            for name, fill in members:
                member = value.get(name)
                if member is not None:
                    value[name] = fill(member)
        elif items is not None and isinstance(value, list):
            for at in range(len(self.prefix), len(value)):
                value[at] = items(value[at])
        return value if rare is None else self._fill_rare(value, rare)

    def _fill_rare(self, value: Any, rare: _RareRules) -> Any:
        if isinstance(value, dict):
            if rare.additional is not None:
                for name in value.keys() - self.properties.keys():
                    value[name] = rare.additional._filler()(value[name])
        elif isinstance(value, list):
            for at, (item, normalizer) in enumerate(zip(value, self.prefix, strict=False)):
                value[at] = normalizer._filler()(item)
        elif self.integer and isinstance(value, float):
            value = _whole_number(value)
        for part in rare.parts:
            value = part._filler()(value)
        for choice in rare.choices:
            fitting = next(
                (normalizer for validator, normalizer in choice if validator.is_valid(value)), None
            )
            if fitting is not None:
                value = fitting._filler()(value)
        return value

    def item(self, at: int) -> Normalizer | None:
        return self.prefix[at] if at < len(self.prefix) else self.items

    def also(self, value: Any) -> Iterator[Normalizer]:
        """What applies to `value` as well: its parts, and of choices what fits."""
        yield from self.parts
        for choice in self.choices:
            yield from (form for validator, form in choice if validator.is_valid(value))


class Declared(NamedTuple):
    """What some normalizers together say of a value's properties."""

    applying: list[Normalizer]
    known: dict[str, list[Normalizer]]
    others: list[Normalizer]
    """What properties are that are not known; empty when the schema says nothing of them."""
    closed: bool


class _RareRules(NamedTuple):
    """What `fill` has work with in few schemas."""

    additional: Normalizer | None
    parts: list[Normalizer]
    choices: list[Forms]


Fill = Callable[[Any], Any]

_FillPlan = tuple[
    tuple[tuple[str, bytes], ...],
    tuple[str, ...],
    tuple[tuple[str, Fill], ...],
    Fill | None,
    _RareRules | None,
]
"""Defaults; the properties that are integers and no more; the other properties; a list's items; the rest.

A plain tuple: unpacking a NamedTuple takes longer, and each object of a row is unpacked for.
"""


def _changes_values(normalizer: Normalizer | None) -> bool:
    return normalizer is not None and normalizer._changes_values()


def _whole_number(value: float) -> float | int:
    return int(value) if value.is_integer() else value
