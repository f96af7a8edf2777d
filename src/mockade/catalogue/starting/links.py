"""Points the references in made rows to rows that are there."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mockade.catalogue.starting.plan import StartingPlan, at_path
from mockade.catalogue.starting.references import Reference
from mockade.contract.generation.draws import Draws
from mockade.contract.violations import ABSENT
from mockade.crud.key_rule import spellings
from mockade.handling import Row

_DEEPEST = 2
"""How many rows inside of each other are shown as they are."""


class PlacedRow(NamedTuple):
    """A row with its key and its parents, and the properties that hold them."""

    row: Row
    fixed: frozenset[str]


class Links:
    """Links the rows of a plan's collections in worlds of one seed; `rows` are those that there are."""

    def __init__(self, plan: StartingPlan, seed: int, rows: Callable[[str], Sequence[PlacedRow]]) -> None:
        self._plan = plan
        self._seed = seed
        self._rows = rows

    def linked(self, name: str, number: int, depth: int = 0) -> dict[str, Any]:
        """The properties of a row, with what it says of others as those are.

        What cannot be said without breaking the contract stays as it is.
        """
        row, fixed = self._rows(name)[number]
        linked: dict[str, Any] = copy.deepcopy(dict(row))
        if name not in self._plan.names:
            return linked
        changes: list[tuple[Reference, Any]] = []
        for reference in self._plan.references.of(row):
            if reference.path[0] not in fixed:
                new = self._said(name, number, reference, depth)
                if new is not ABSENT:
                    changes.append((reference, new))
                    _put(linked, reference.path, new)
        validator = self._plan.collections[name].validator
        if not changes:
            return linked
        once = _without_repeats(linked, changes)
        for whole in (once, linked):
            if validator.is_valid(whole):
                return whole
        linked = copy.deepcopy(dict(row))
        for reference, new in changes:
            old = at_path(linked, reference.path)
            _put(linked, reference.path, new)
            if not validator.is_valid(linked):
                _put(linked, reference.path, old)
        return linked

    def _said(self, name: str, number: int, reference: Reference, depth: int) -> Any:
        """What a reference is to say; ABSENT where it stays as it is."""
        row = self._rows(name)[number].row
        old = at_path(row, reference.path)
        told = old[self._plan.key_property(reference.collection)] if reference.is_whole else old
        keys = [self._key(reference.collection, one.row) for one in self._rows(reference.collection)]
        targets = [at for at, key in enumerate(keys) if key is not None]
        if reference.collection == name:
            if reference.is_exact and len(reference.path) == 1 and not reference.is_whole:
                return _spelt(keys[number], old)  # another name for the row's own key
            # One above it comes before it, so that nobody goes round in a circle.
            targets = [at for at in targets if at < number or (at > number and len(reference.path) > 1)]
        if not targets:
            return ABSENT
        there = next((at for at in targets if str(keys[at]) == str(told)), None)
        chosen = targets[self._turn(name, number, reference.path, len(targets))] if there is None else there
        if not reference.is_whole:
            return ABSENT if there is not None else _spelt(keys[chosen], old)
        if depth >= _DEEPEST:
            return old if there is not None else ABSENT
        shown = self.linked(reference.collection, chosen, depth + 1)
        return {**old, **{each: shown[each] for each in old if each in shown}}

    def _key(self, name: str, row: Row) -> Any:
        return self._plan.key_of(name, row, row.beside)

    def _turn(self, name: str, number: int, path: Sequence[str | int], count: int) -> int:
        """Which row is meant. The items of one list mean different ones, as long as there are."""
        steps = [step for step in path if isinstance(step, str)]
        first = Draws.of(self._seed, "link", name, number, *steps).below(count)
        return (first + sum(step for step in path if isinstance(step, int))) % count


def _spelt(key: Any, old: Any) -> Any:
    """A key in the form of the value that it takes the place of; ABSENT where it has none."""
    return next((one for one in spellings(key) if type(one) is type(old)), ABSENT)


def _without_repeats(linked: dict[str, Any], changes: Sequence[tuple[Reference, Any]]) -> dict[str, Any]:
    """The row with each list of references naming a row once: there may be fewer rows than it had items."""
    paths = {reference.path[:-1] for reference, _ in changes if isinstance(reference.path[-1], int)}
    if not paths:
        return linked
    once = copy.deepcopy(linked)
    for path in paths:
        items = at_path(once, path)
        items[:] = [one for at, one in enumerate(items) if one not in items[:at]]
    return once


def _put(value: Any, path: Sequence[str | int], new: Any) -> None:
    at_path(value, path[:-1])[path[-1]] = new
