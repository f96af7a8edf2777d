"""Hints for misspelt words: the nearest known one, or all."""

from __future__ import annotations

import difflib
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be, or None."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


Hint = Callable[[str, Iterable[str]], str]
"""What `did_you_mean` says of a word and those that are known; empty where it says nothing."""

MOST_COMPARED = 5_000
"""How many known words are compared for all hints of one answer: to find the nearest takes its time."""


def few_hints() -> Hint:
    """`did_you_mean` for one answer, which says nothing more once so many words were compared."""
    compared = 0

    def hint(word: str, known: Iterable[str]) -> str:
        nonlocal compared
        words = list(known)
        compared += len(words)
        return did_you_mean(word, words) if compared <= MOST_COMPARED else ""

    return hint


def shell_line(words: Sequence[str]) -> str:
    """The words quoted for the shell of this system."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


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


LONGEST_REMEMBERED = 100
"""Characters of a word whose hint is remembered."""


def remembered_hint(word: str, known: frozenset[str]) -> str:
    """`did_you_mean` of what a client may send with each request: to find the nearest takes its time."""
    return _remembered(word, known) if len(word) <= LONGEST_REMEMBERED else did_you_mean(word, known)


_remembered = lru_cache(maxsize=1024)(did_you_mean)
