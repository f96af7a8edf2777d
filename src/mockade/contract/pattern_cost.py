"""How many places of a pattern a linear engine may be in at once, and how often it goes through a text."""

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
  | (?P<refers>\\[1-9kgK])
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
    sweeps: int
    """How often a text's length multiplies, for an engine that never takes a step back.

    A repetition goes through the text once, and once from each character what it has in it that looks around.
    """


class _Group(NamedTuple):
    """What has been read of a group."""

    looks_around: bool = False
    places: int = 0
    sweeps: int = 0
    looks: int = -1
    """The sweeps of what looks around in it; -1 where nothing does."""

    def all_sweeps(self) -> int:
        return max(self.sweeps, self.looks)

    def repeated(self, times: int) -> _Group:
        return self._replace(places=self.places * times, sweeps=max(1, self.sweeps, self.looks + 1))

    def closed(self) -> _Group:
        """As a part of the group around it."""
        if not self.looks_around:
            return self
        return _Group(places=self.places, looks=self.all_sweeps())

    def followed_by(self, part: _Group) -> _Group:
        return _Group(
            self.looks_around,
            self.places + part.places,
            max(self.sweeps, part.sweeps),
            max(self.looks, part.looks),
        )


_NOTHING = _Group()
_PLACE = _Group(places=1)
_REFERENCE = _Group(places=1, sweeps=1)


@cache
def cost(pattern: str) -> Cost:
    """The cost of a pattern; of one that cannot be read it is that of what it seems to be."""
    repeats = 0
    groups = [_NOTHING]
    last = _NOTHING
    for token in _TOKEN.finditer(pattern):
        if token["times"]:
            if token["times"] != "?":
                repeats += 1
                times = max(1, int(token["most"] or token["least"] or 1))
                more = last.places * (times - 1)
                last = last.repeated(times)
                groups[-1] = groups[-1].followed_by(last._replace(places=more))
            continue
        if token["open"]:
            groups.append(_Group(looks_around=token["open"][-1] in "=!"))
        last = _NOTHING
        if token["close"]:
            last = groups.pop().closed()
            groups = groups or [_NOTHING]
        elif token["refers"]:
            last = _REFERENCE
        elif not token["open"] and not token["nothing"]:
            last = _PLACE
        groups[-1] = groups[-1].followed_by(last)
    whole = _NOTHING
    for group in groups:
        whole = whole.followed_by(group.closed())
    return Cost(whole.places, repeats, whole.all_sweeps())


def is_costly(pattern: str) -> bool:
    """Whether a text may take an engine long that does not backtrack.

    Of a pattern that begins where the text does, and repeats one thing, it is in one place at a time.
    """
    places, repeats, _ = cost(pattern)
    return places > FEW and not (pattern.startswith("^") and repeats <= 1)
