"""How many places of a pattern a linear engine may have to be in at once, which is what a character costs."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

FEW = 100
"""Places that cost little, however long the text is that a request can bring."""

_TOKEN = re.compile(
    r"""
    (?P<open>\((?:\?(?:[:=!>|]|<[=!]|P?<\w+>))?)
  | (?P<close>\))
  | (?P<times>[*+?]|\{(?P<least>[0-9]+)(?P<range>,(?P<most>[0-9]*))?\})[?+]?
  | (?P<nothing>[|^$])
  | \\(?:p\{\w*\}|u\{\w*\}|.)
  | \[(?:\\.|[^\]\\])*\]
  | .
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


class Cost(NamedTuple):
    """What matching a pattern takes."""

    places: int
    """Characters and classes in it, each as often as it may be repeated with a count."""
    repeats: int
    """Its quantifiers, without `?`."""


@cache
def cost(pattern: str) -> Cost:
    """The cost of a pattern; of one that cannot be read it is that of what it seems to be."""
    repeats = 0
    groups = [0]
    last = 0
    for token in _TOKEN.finditer(pattern):
        if token["open"]:
            groups.append(0)
            last = 0
        elif token["close"]:
            last = groups.pop()
            groups = groups or [0]
            groups[-1] += last
        elif token["times"]:
            repeats += token["times"] != "?"
            times = max(1, int(token["most"] or token["least"] or 1))
            groups[-1] += last * (times - 1)
            last *= times
        elif token["nothing"]:
            last = 0
        else:
            last = 1
            groups[-1] += 1
    return Cost(sum(groups), repeats)


def is_costly(pattern: str) -> bool:
    """Whether a text may take an engine long that does not backtrack.

    Of a pattern that begins where the text does, and repeats one thing, it is in one place at a time.
    """
    places, repeats = cost(pattern)
    return places > FEW and not (pattern.startswith("^") and repeats <= 1)
