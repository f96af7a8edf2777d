"""A compiled schema whose work may get out of hand, used like any other: it judges within a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jsonschema_rs

from mockade.contract.backtracking import BacktrackingPattern, backtracks
from mockade.contract.compiled_together import PartOfWhole, targets
from mockade.contract.document import Node
from mockade.contract.pieces import Pieces
from mockade.contract.schema_walk import walk
from mockade.contract.spread import MANY, spread

Whole = jsonschema_rs.Validator | PartOfWhole
"""A schema that the library has compiled with all that it leads to."""


def bounded(whole: Whole, schema: Node, pieces: Callable[[], Pieces]) -> Whole | Bounded:
    """The schema, within bounds where its work may get out of hand."""
    patterns = list(_patterns(schema)) if schema.document.backtracking else []
    if patterns or spread(schema).remembering >= MANY:
        return Bounded(whole, schema, pieces(), patterns)
    return whole


class Bounded:
    """Says yes or no within the budget of its pieces; `reason` is why neither could be said.

    A no without a word for it is no then too: what cannot be judged is never let pass.
    """

    __slots__ = ("_compiled", "_names", "_number", "_pieces", "_spread", "depth", "has_stuck_name")

    def __init__(self, compiled: Whole, schema: Node, pieces: Pieces, patterns: Sequence[_Pattern]) -> None:
        self._compiled = compiled
        self.depth = compiled.depth if isinstance(compiled, PartOfWhole) else 0
        self.has_stuck_name = False
        """Whether the last value could not be judged for the name of a property."""
        self._pieces = pieces
        self._number = pieces.number(schema)
        self._spread = spread(schema)
        self._names = [
            BacktrackingPattern(pieces.budget, None, one.pattern, None) for one in patterns if one.is_of_names
        ]

    @property
    def reason(self) -> str:
        return self._pieces.budget.reason

    @property
    def is_untold(self) -> bool:
        """Whether that is for a text that a pattern cannot be told to match."""
        return self._pieces.budget.is_untold

    def is_valid(self, value: Any) -> bool:
        self._pieces.begin()
        budget = self._pieces.budget
        self.has_stuck_name = any(
            pattern.matches(name) is None
            for name in (_names(value) if self._names else ())
            for pattern in self._names
        )
        if self.has_stuck_name:
            return False  # the library would try it in all ways, and take what it gives up for no match
        if self._may_take_long(value):
            answer = self._pieces.fits(self._number, value)
        else:
            answer = self._compiled.is_valid(value)
        return answer and not budget.reason

    def _may_take_long(self, value: Any) -> bool:
        measured = self._spread
        return measured.remembering >= MANY and measured.looks_at(value) >= MANY

    def iter_errors(self, value: Any) -> Iterator[jsonschema_rs.ValidationError]:
        self._pieces.begin(is_search=True)
        return self._compiled.iter_errors(value)


class _Pattern(NamedTuple):
    pattern: str
    is_of_names: bool
    """Whether properties' names are held against it, and not texts."""


def _patterns(schema: Node) -> Iterator[_Pattern]:
    """The patterns that backtrack in a schema's words and in those that it leads to."""
    for one in walk([schema], targets, lambda node: (node.uri, node.pointer)):
        pending = [one.value]
        while pending:
            words = pending.pop()
            if isinstance(words, list):
                pending += words
            elif isinstance(words, dict):
                pending += words.values()
                if backtracks(words.get("pattern")):
                    yield _Pattern(words["pattern"], False)
                named = words.get("patternProperties")
                for pattern in named if isinstance(named, dict) else ():
                    if backtracks(pattern):
                        yield _Pattern(pattern, True)


def _names(value: Any) -> Iterator[str]:
    """The names of all properties in a value."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            yield from one
            pending += one.values()
        elif isinstance(one, list):
            pending += one
