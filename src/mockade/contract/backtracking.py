"""Patterns that a regular expression's engine can only try out: matched within a budget."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import jsonschema_rs

from mockade.contract.budget import Budget

KEYWORD = "x-mockade-pattern"
"""What `pattern` is called in the translation where it backtracks."""

_SUSPECT = re.compile(r"\(\?(?:[=!>(|#]|<[=!])|\\[1-9gkKG]|[*+?}]\+")
"""What a linear engine may not know: what looks around, refers back, or keeps what it has taken."""


@cache
def backtracks(pattern: Any) -> bool:
    """Whether a pattern can be matched, and only by an engine that tries out."""
    if not isinstance(pattern, str) or not _SUSPECT.search(pattern):
        return False
    return not _compiles(pattern, jsonschema_rs.RegexOptions()) and _compiles(pattern, None)


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
        if self._engine.is_valid(text):
            return True
        (error,) = self._engine.iter_errors(text)
        if type(error.kind).__name__ == "Pattern":
            return False
        self._budget.pass_over(f"the pattern {self._pattern} would have to be tried in too many ways")
        return None


def keywords(budget: Budget) -> dict[str, Callable[..., Any]]:
    """For the library, the keyword of such patterns."""
    return {KEYWORD: partial(BacktrackingPattern, budget)}
