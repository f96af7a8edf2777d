"""Texts of a format that a pattern asks something of besides: parts are drawn, the rest is the format's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?=$|T)")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})")
_YEARS = (*range(2000, 2100), *range(1900, 2000))
_DAYS = ("01", "10", "15", "28", "31")


def variants(made: str, fragments: Iterable[str]) -> Iterator[str]:
    """Texts near one of a format: with a fragment in the place of a part or behind it, and other moments.

    Whether they are of the format still is for the caller to ask.
    """
    forms = [made, *_offsets(made)]
    for fragment in fragments:
        for form in forms:
            yield from _with_fragment(form, fragment)
    for form in forms:
        yield from _other_times(form)
        yield from _other_dates(form)


def _offsets(made: str) -> Iterator[str]:
    """A date-time of UTC as the same one with an offset, and with a fraction of its second."""
    if made.endswith("Z") and _TIME.search(made):
        yield f"{made[:-1]}+00:00"
        yield f"{made[:-1]}.000Z"


def _with_fragment(text: str, fragment: str) -> Iterator[str]:
    for at in range(len(text) - len(fragment), -1, -1):
        yield f"{text[:at]}{fragment}{text[at + len(fragment) :]}"
    yield text + fragment
    yield fragment + text


def _other_times(text: str) -> Iterator[str]:
    found = _TIME.search(text)
    if found is None:
        return
    minutes = dict.fromkeys((found[2], "00", "15", "30", "45", "59"))
    seconds = dict.fromkeys((found[3], "00", "30", "59"))
    for hour, minute, second in product(range(24), minutes, seconds):
        yield f"{text[: found.start()]}{hour:02}:{minute}:{second}{text[found.end() :]}"


def _other_dates(text: str) -> Iterator[str]:
    found = _DATE.match(text)
    if found is None:
        return
    rest = text[found.end() :]
    for month, day in product(range(1, 13), range(1, 32)):
        yield f"{found[1]}-{month:02}-{day:02}{rest}"
    days = dict.fromkeys((found[3], *_DAYS))
    for year, month, of_month in product(_YEARS, range(1, 13), days):
        yield f"{year}-{month:02}-{of_month}{rest}"
