"""The keys of the rows that a world starts with: of the contract's examples, counted, or generated."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from typing import Any

from mockade.contract.document import Node
from mockade.contract.properties import types
from mockade.contract.violations import ABSENT
from mockade.crud.key_rule import KeyRule, spellings

_MOST_DRAWN = 12
"""How often a key is drawn for one row."""

Draw = Callable[[Node, int], Any]
"""Draws a value for a schema, another one for each number; ABSENT where there is none."""


class StartingKeys:
    """What the keys of one collection can be; `wanted` are those that the contract's examples speak of."""

    def __init__(self, rule: KeyRule, wanted: Sequence[Any]) -> None:
        self._rule = rule
        self._wanted = wanted
        kinds = types(rule.schema)
        self._counts = bool(kinds) and kinds <= {"integer", "number", "null"}

    def fits(self, key: Any) -> bool:
        """Whether a row may have the key, a path can name it, and the answers can show it."""
        return self._rule.suits_answers(key)

    @property
    def are_shown(self) -> bool:
        """Whether answers show them by schemas of their own."""
        return bool(self._rule.shown)

    def relaxed(self) -> StartingKeys:
        """Where no key suits every answer: those that suit the rows and their paths."""
        return StartingKeys(self._rule.without_answers(), self._wanted)

    def is_wanted(self, key: Any) -> bool:
        return key is not ABSENT and any(str(key) == str(one) for one in self._wanted)

    def wanted(self, taken: Collection[str]) -> Any:
        """The next key that the contract's examples speak of; ABSENT where rows have them all."""
        for wanted in self._wanted:
            for key in spellings(wanted):
                if str(key) not in taken and self.fits(key):
                    return key
        return ABSENT

    def first(self, taken: Collection[str]) -> Any:
        """The key that the next row is to have, whatever else it holds; ABSENT where any will do."""
        wanted = self.wanted(taken)
        if wanted is not ABSENT:
            return wanted
        if not self._counts:
            return ABSENT
        number = max((int(one) for one in taken if one.isdecimal()), default=0) + 1
        return number if self.fits(number) else ABSENT

    def others(self, own: Any, draw: Draw, taken: Collection[str]) -> Iterator[Any]:
        """Keys that fit and are not taken, for a row whose `own` does not or is."""
        rule = self._rule
        schemas = [one.schema for one in rule.parameters if one.schema is not None] + rule.sources
        number = len(taken) + 1
        numbered = [f"{own}-{number}"] if isinstance(own, str) else []
        drawn = (draw(schema, at) for at in range(_MOST_DRAWN) for schema in schemas)
        # One by one: what is drawn costs most, and is not needed where anything else will do.
        for candidate in chain(numbered, (number,), drawn):
            for key in spellings(candidate):
                if str(key) not in taken and self.fits(key):
                    yield key
