"""Content negotiation (RFC 9110, 12.5.1): which of the documented media types fits an `Accept` best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from mockade.contract.body_writer import is_written
from mockade.contract.operations import Content

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*((?:;(?:[^\",]|\"(?:[^\"\\]|\\.)*\")*)?)\s*(?:,|$)")
_PARAMETER = re.compile(rf';\s*({_TOKEN})\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*)')
_QUALITY = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")

_LONGEST = 2000
"""Characters of an Accept that are read."""


class MediaRange(NamedTuple):
    """One member of an Accept, in lower case; `quality` is from 0 (not this) to 1."""

    kind: str
    subtype: str
    parameters: Mapping[str, str]
    quality: float = 1.0

    @property
    def precision(self) -> int:
        """How closely it says what it means: the closest that a media type falls under counts."""
        return (self.kind != "*") + (self.subtype != "*") + len(self.parameters)

    def covers(self, other: MediaRange) -> bool:
        if self.kind == "*":
            return self.subtype == "*"
        if self.kind != other.kind or self.subtype not in ("*", other.subtype):
            return False
        return self.parameters.items() <= other.parameters.items()

    def resembles(self, other: MediaRange) -> bool:
        """Whether clients that name this commonly take `other`: parameters nobody declares, and `+json`."""
        same = (self.kind, self.subtype) == (other.kind, other.subtype)
        suffix = self.kind == "application" and other.subtype.endswith(f"+{self.subtype}")
        agree = all(other.parameters.get(name, value) == value for name, value in self.parameters.items())
        return (same or suffix) and agree


def media_range(text: str) -> MediaRange:
    """A media type, or a range, as it is written; what is none is one that nothing matches."""
    found = _RANGE.match(text)
    return _made(found) if found is not None else MediaRange(text.strip().lower(), "", {})


def _made(found: re.Match[str]) -> MediaRange:
    parameters: dict[str, str] = {}
    quality = 1.0
    for name, value in _PARAMETER.findall(found[3]):
        name = name.lower()
        if name == "q":
            quality = float(value) if _QUALITY.fullmatch(value) else 1.0
            break  # what follows were extensions of Accept, which never had a meaning
        bare = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value
        if (name, bare.lower()) != ("charset", "utf-8"):  # all that is sent is UTF-8
            parameters[name] = bare.lower()
    return MediaRange(found[1].lower(), found[2].lower(), parameters, quality)


@lru_cache(maxsize=256)
def accepted(text: str) -> tuple[MediaRange, ...]:
    """The ranges of an Accept; empty where it holds none, which is as if it had not come."""
    return tuple(map(_made, _RANGE.finditer(text[:_LONGEST])))


class Choice(NamedTuple):
    """The content that fits best. `loosely` where it only resembles what was asked."""

    content: Content
    loosely: bool = False


def chosen(contents: Sequence[Content], accept: str) -> Choice | None:
    """The content that fits an Accept best, of equal ones the first; None where none fits.

    Of a range that is documented, such as `application/*`, it is a content of the type that was asked.
    """
    ranges = accepted(accept)
    if not ranges:
        return Choice(contents[0]) if contents else None
    best: tuple[float, int] = (0.0, 0)
    found: Content | None = None
    for content in _candidates(contents, ranges):
        rank = _rank(media_range(content.sent_as), ranges)
        if rank > best and rank[0] > 0:
            best, found = rank, content
    if found is not None:
        return Choice(found)
    for one in sorted(ranges, key=lambda asked: -asked.quality):
        for content in contents:
            offered = media_range(content.sent_as)
            if one.quality > 0 and one.resembles(offered) and not _is_refused(offered, ranges):
                return Choice(content, loosely=True)
    return None


def _candidates(contents: Iterable[Content], ranges: Sequence[MediaRange]) -> Iterator[Content]:
    """Each content as it is sent by default, then those of a documented range in the types that are asked."""
    documented = []
    for content in contents:
        yield content
        if "*" in content.media_type:
            documented.append(content)
    for content in documented:
        own = media_range(content.media_type)
        for one in ranges:
            asked = f"{one.kind}/{one.subtype}"
            if "*" not in asked and own.covers(one) and is_written(asked, content.sent_as):
                yield replace(content, media_type=asked)


def _rank(offered: MediaRange, ranges: Sequence[MediaRange]) -> tuple[float, int]:
    """The quality that an Accept gives to a media type, and how closely the range says it."""
    covering = [one for one in ranges if one.covers(offered)]
    if not covering:
        return 0.0, 0
    closest = max(covering, key=lambda one: one.precision)
    return closest.quality, closest.precision


def _is_refused(offered: MediaRange, ranges: Sequence[MediaRange]) -> bool:
    """Whether an Accept says `q=0` of a media type."""
    return any(one.quality == 0 and one.covers(offered) for one in ranges)


def in_order(contents: Iterable[Content]) -> list[Content]:
    """Contents in the order in which they are preferred: JSON with a schema, other JSON, then the rest."""
    return sorted(contents, key=lambda one: (not one.is_json, one.is_json and one.schema is None))


def names_content(media_type: str, contents: Iterable[Content]) -> Content | None:
    """The content that a media type belongs to: its own, else one of a range that it falls under."""
    wanted = media_range(media_type)
    by_form = [(content, media_range(content.media_type)) for content in contents]
    exact = [content for content, own in by_form if own[:3] == wanted[:3]]
    under = [content for content, own in by_form if own.covers(wanted) or wanted.covers(own)]
    found = next(iter(exact or under), None)
    if found is None or "*" not in found.media_type:
        return found
    return replace(found, media_type=media_type)
