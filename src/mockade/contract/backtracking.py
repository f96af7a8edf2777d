"""Patterns that take a regular expression's engine long, or that it can only try out: in a budget."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from time import thread_time
from typing import Any

import jsonschema_rs

from mockade.contract.budget import Budget
from mockade.contract.pattern_cost import cost, is_costly

KEYWORD = "x-mockade-pattern"
"""What `pattern` is called in the translation where matching it may take long."""

_SOON = 2_000_000
"""Characters, each times the places of the pattern, that take no second."""

_SUSPECT = re.compile(r"\(\?(?:[=!>(|#]|<[=!])|\\[1-9gkKG]|[*+?}]\+")
"""What a linear engine may not know: what looks around, refers back, or keeps what it has taken."""


@cache
def backtracks(pattern: Any) -> bool:
    """Whether a pattern can be matched, but takes long, or an engine that tries out."""
    if not isinstance(pattern, str):
        return False
    if is_costly(pattern):
        return _compiles(pattern, None)
    return (
        bool(_SUSPECT.search(pattern))
        and not _compiles(pattern, jsonschema_rs.RegexOptions())
        and _compiles(pattern, None)
    )


def _compiles(pattern: str, options: jsonschema_rs.RegexOptions | None) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except ValueError:
        return False
    return True


UNTOLD = "cannot be told to match"


class Unmatched(ValueError):
    """A text that does not match, or is UNTOLD; the library makes an error of the message."""


class BacktrackingPattern:
    """Such a pattern, as a keyword of the library's that it asks about each text."""

    def __init__(self, budget: Budget, _schema: Any, pattern: str, _path: Any) -> None:
        self._budget = budget
        self._pattern = pattern
        self._engine = jsonschema_rs.Draft202012Validator({"pattern": pattern})

    def validate(self, text: Any) -> None:
        """Raises Unmatched."""
        if isinstance(text, str) and (matches := self.matches(text)) is not True:
            told = UNTOLD if matches is None else "does not match"
            raise Unmatched(f"{told} {self._pattern}")

    def matches(self, text: str) -> bool | None:
        """Whether the text matches; None, with the budget told of it, where that cannot be said."""
        if self._budget.is_spent():
            return None
        if self._takes_long(text):
            self._budget.pass_over(f"the pattern {self._pattern} would take too long")
            return None
        if self._engine.is_valid(text):
            return True
        (error,) = self._engine.iter_errors(text)
        if type(error.kind).__name__ == "Pattern":
            return False
        self._budget.pass_over(f"the pattern {self._pattern} would have to be tried in too many ways")
        return None

    def _takes_long(self, text: str) -> bool:
        """Whether the text takes longer than there is time, by how long beginnings of it take.

        Twice the text takes up to eight times as long: twice the characters, each in up to four times the
        places, of a repetition within another.
        """
        length = max(1, _SOON // max(1, cost(self._pattern).places))
        while length < len(text):
            before = thread_time()
            self._engine.is_valid(text[:length])
            if (thread_time() - before) * 8 > self._budget.left():
                return True
            length *= 2
        return False


def keywords(budget: Budget) -> dict[str, Callable[..., Any]]:
    """For the library, the keyword of such patterns."""
    return {KEYWORD: partial(BacktrackingPattern, budget)}
