"""How many places of a pattern a linear engine may be in at once, and how often it goes through a text."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

FEW = 12
"""Places to be in at once that cost little, however long the text is that a request can bring.

An engine remembers the sets of places that it has been in, and of as many there are not too many to remember.
"""

_ANY = 1_000_000
"""Places and ways out beyond which nobody counts."""

_TOKEN = re.compile(
    r"""
    (?P<open>\((?:\?(?:[:=!>|]|<[=!]|P?<\w+>))?)
  | (?P<close>\))
  | (?P<times>[*+?]|\{(?P<least>[0-9]+)(?P<range>,(?P<most>[0-9]*))?\})[?+]?
  | (?P<or>\|)
  | (?P<begins>\^)
  | (?P<nothing>\$)
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
    at_once: int
    """In how many of them an engine may be after one and the same character."""
    sweeps: int
    """How often a text's length multiplies, for an engine that never takes a step back.

    A repetition goes through the text once, and once from each character what it has in it that looks around.
    """


class _Part(NamedTuple):
    """What has been read of a pattern, from one `(`, `|` or token on."""

    places: int = 0
    at_once: int = 0
    """For an engine that has come to it once."""
    ends: int = 1
    """At how many characters it may end, for such an engine."""
    width: int = 0
    """The characters that it takes, where it ends at one alone."""
    is_anchored: bool = False
    """Whether it matches where the text begins, and nowhere else."""
    sweeps: int = 0
    looks: int = -1
    """The sweeps of what looks around in it; -1 where nothing does."""

    def all_sweeps(self) -> int:
        return max(self.sweeps, self.looks)

    def repeated(self, least: int, most: int | None) -> _Part:
        """`most` is None where there is no end to it."""
        times = min(max(1, least if most is None else most), _ANY)
        places = min(self.places * times, _ANY)
        is_straight = self.ends == 1
        ends = 1 if least == most else _ANY if most is None else most - least + 1
        return _Part(
            places=places,
            at_once=self.at_once if is_straight else places,
            ends=min(_ANY, ends if is_straight else ends * self.ends**2 if times == 1 else _ANY),
            width=self.width * times,
            sweeps=self.sweeps if (least, most) == (0, 1) else max(1, self.sweeps, self.looks + 1),
            looks=self.looks,
        )

    def looked_at(self) -> _Part:
        """As a part of the pattern around it, which goes on where this has begun."""
        return _Part(self.places, self.places, looks=self.all_sweeps())

    def followed_by(self, part: _Part) -> _Part:
        is_first = not (self.places or self.is_anchored or self.looks >= 0)
        entered = min(part.places, part.at_once * self.ends)
        return _Part(
            min(self.places + part.places, _ANY),
            max(self.at_once, entered) if self.ends == 1 and self.looks < 0 else self.at_once + entered,
            min(self.ends * part.ends, _ANY),
            self.width + part.width,
            self.is_anchored or (is_first and part.is_anchored),
            max(self.sweeps, part.sweeps),
            max(self.looks, part.looks),
        )

    def or_else(self, part: _Part) -> _Part:
        is_as_wide = self.ends == part.ends == 1 and self.width == part.width
        return _Part(
            min(self.places + part.places, _ANY),
            self.at_once + part.at_once,
            1 if is_as_wide else min(self.ends + part.ends, _ANY),
            self.width,
            self.is_anchored and part.is_anchored,
            max(self.sweeps, part.sweeps),
            max(self.looks, part.looks),
        )


_NOTHING = _Part()
_BEGINNING = _Part(is_anchored=True)
_PLACE = _Part(places=1, at_once=1, width=1)
_REFERENCE = _Part(places=1, at_once=1, ends=_ANY, sweeps=1)


class _Group:
    """A group that is being read: branches before this one, what is read of this one, its last part."""

    def __init__(self, opening: str = "") -> None:
        self._looks_around = opening.endswith(("=", "!"))
        self._before: _Part | None = None
        self._read = _NOTHING
        self._last = _NOTHING

    def add(self, part: _Part) -> None:
        self._read = self._read.followed_by(self._last)
        self._last = part

    def repeat(self, least: int, most: int | None) -> None:
        self._last = self._last.repeated(least, most)

    def branch(self) -> None:
        self._before = self._all()
        self._read = self._last = _NOTHING

    def closed(self) -> _Part:
        return self._all().looked_at() if self._looks_around else self._all()

    def _all(self) -> _Part:
        branch = self._read.followed_by(self._last)
        return branch if self._before is None else self._before.or_else(branch)


@cache
def cost(pattern: str) -> Cost:
    """The cost of a pattern; of one that cannot be read it is that of what it seems to be."""
    groups = [_Group()]
    for token in _TOKEN.finditer(pattern):
        if token["times"]:
            groups[-1].repeat(*_times(token))
        elif token["open"]:
            groups.append(_Group(token["open"]))
        elif token["or"]:
            groups[-1].branch()
        elif token["close"]:
            closed = groups.pop().closed()
            groups = groups or [_Group()]
            groups[-1].add(closed)
        else:
            groups[-1].add(_part(token))
    while len(groups) > 1:
        closed = groups.pop().closed()
        groups[-1].add(closed)
    whole = groups[0].closed()
    return Cost(whole.places, whole.at_once if whole.is_anchored else whole.places, whole.all_sweeps())


def _times(token: re.Match[str]) -> tuple[int, int | None]:
    """How often a quantifier lets something be at the least and at the most; None is without an end."""
    if token["least"] is None:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[token["times"][0]]
    least = int(token["least"])
    if token["range"] is None:
        return least, least
    return least, int(token["most"]) if token["most"] else None


def _part(token: re.Match[str]) -> _Part:
    if token["begins"]:
        return _BEGINNING
    if token["nothing"]:
        return _NOTHING
    return _REFERENCE if token["refers"] else _PLACE


def is_costly(pattern: str) -> bool:
    """Whether a text may take an engine long that does not backtrack.

    Where a pattern matches anywhere, an engine may be in all of its places at once.
    """
    return cost(pattern).at_once > FEW
