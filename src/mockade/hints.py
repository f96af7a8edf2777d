"""Hints for misspelt words: the nearest known one, or all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be, or None."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


MOST_LISTED = 40
"""Known words that a hint lists at most."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that helps with a misspelt `word`: the nearest known one, else all of them."""
    words = sorted(known)
    match = nearest(word, words)
    if match:
        return f"Did you mean {match!r}?"
    if not words:
        return "There are none."
    more = f" and {len(words) - MOST_LISTED:,} more" if len(words) > MOST_LISTED else ""
    return f"Known: {', '.join(words[:MOST_LISTED])}{more}."
