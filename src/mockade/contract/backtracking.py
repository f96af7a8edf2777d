"""Patterns that take a regular expression's engine long, or that it can only try out: in a budget."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache, partial
from time import thread_time
from typing import Any

import jsonschema_rs

from mockade.contract.budget import Budget
from mockade.contract.pattern_cost import cost, is_costly

KEYWORD = "x-mockade-pattern"
"""What `pattern` is called in the translation where matching it may take long."""

_SOON = 2_000_000
"""Characters, each times the places of the pattern, that take no second."""

_PLACE_SECONDS = 25e-9
"""What a character takes in one of the places that it may be in, where that is slow."""

_MOST_SECONDS = 2.0
"""What a text may take at the worst of which beginnings seem to be quick."""

_MOST_STEPS = 200_000
"""Steps back after which no engine goes on: what needs more mostly needs them without end."""

_MOST_SWEEPS = 8
"""Beyond as many a number has no place for what a text takes."""

_SUSPECT = re.compile(r"\(\?(?:[=!>(|#]|<[=!])|\\[1-9gkKG]|[*+?}]\+")
"""What a linear engine may not know: what looks around, refers back, or keeps what it has taken."""


def backtracks(pattern: Any) -> bool:
    """Whether a pattern can be matched, but takes long, or an engine that tries out."""
    return isinstance(pattern, str) and _backtracks(pattern)  # a property may be called `pattern`


@cache
def _backtracks(pattern: str) -> bool:
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
        self._cost = cost(pattern)
        self._is_linear = _compiles(pattern, jsonschema_rs.RegexOptions())

    def validate(self, text: Any) -> None:
        """Raises Unmatched."""
        if isinstance(text, str) and (matches := self.matches(text)) is not True:
            told = UNTOLD if matches is None else "does not match"
            raise Unmatched(f"{told} {self._pattern}")

    def matches(self, text: str) -> bool | None:
        """Whether the text matches; None, with the budget told of it, where that cannot be said."""
        if self._budget.is_spent():
            return None
        if self._is_linear:
            answer = None if self._takes_long(text) else self._engine(_MOST_STEPS).is_valid(text)
        else:
            answer = self._tried(text)
        if answer is None:
            self._budget.pass_over(f"the pattern {self._pattern} would take too long")
        return answer

    def _engine(self, steps: int) -> jsonschema_rs.Validator:
        """An engine that tries out, and goes back so many steps."""
        return _engine(self._pattern, steps)

    def _sweep(self, text: str) -> float:
        """The seconds that it takes at the most to get stuck from one place of the text on."""
        length = max(1, len(text.encode(errors="surrogatepass")))
        places, _, sweeps = self._cost
        return _PLACE_SECONDS * max(1, places) * float(length) ** min(sweeps, _MOST_SWEEPS)

    def _takes_long(self, text: str) -> bool:
        """Whether the text takes longer than there is time, by how long beginnings of it take.

        Twice the text takes up to eight times as long: twice the characters, each in up to four times the
        places, of a repetition within another. What comes last may be worse than all that stands before it.
        """
        if self._sweep(text) > _MOST_SECONDS:
            return True
        engine = self._engine(_MOST_STEPS)
        length = max(1, _SOON // max(1, self._cost.places))
        while length < len(text):
            before = thread_time()
            engine.is_valid(text[:length])
            if (thread_time() - before) * 8 > self._budget.left():
                return True
            length *= 2
        return False

    def _tried(self, text: str) -> bool | None:
        """Whether the text matches, by as many steps back as there is surely time for, and then more.

        A step may be a sweep of the whole text, whatever those before it were, and cannot be interrupted.
        """
        sweep = self._sweep(text)
        steps = 0
        while steps < _MOST_STEPS and not self._budget.is_spent():
            more = int(self._budget.left() / sweep) - 1
            if more < 1:
                return None
            steps = min(_MOST_STEPS, steps + more)
            engine = self._engine(steps)
            error = next(engine.iter_errors(text), None)
            if error is None or type(error.kind).__name__ == "Pattern":
                return error is None
        return None


@lru_cache(maxsize=256)
def _engine(pattern: str, steps: int) -> jsonschema_rs.Validator:
    options = jsonschema_rs.FancyRegexOptions(backtrack_limit=steps)
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)


def keywords(budget: Budget) -> dict[str, Callable[..., Any]]:
    """For the library, the keyword of such patterns."""
    return {KEYWORD: partial(BacktrackingPattern, budget)}
