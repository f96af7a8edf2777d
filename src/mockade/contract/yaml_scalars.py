"""What YAML text without quotes means, and what a tag makes of a text: JSON's values (YAML 1.2)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import yaml

TAG = "tag:yaml.org,2002:"
"""How the tags of YAML itself begin."""

Event = Any
"""One of PyYAML's events, as its C parser makes them."""


def error_at(event: Event, problem: str) -> yaml.constructor.ConstructorError:
    """An error at the beginning of what `event` stands for."""
    return yaml.constructor.ConstructorError(None, None, problem, event.start_mark)


class TooLargeError(yaml.constructor.ConstructorError):
    """A number that JSON cannot hold."""


def _boolean(event: Event) -> bool:
    word = event.value.lower()
    if word not in ("true", "false"):
        raise error_at(event, f"{event.value!r} is neither true nor false")
    return bool(word == "true")


def _integer(event: Event) -> int | float:
    """As JSON is read: what 64 bits cannot hold becomes a float."""
    base = {"0o": 8, "0x": 16}.get(event.value[:2], 10)
    try:
        number = int(event.value, base)
    except ValueError:
        return _number(event)  # over 4,300 digits, or tagged as an integer and none
    if -(2**63) <= number < 2**64:
        return number
    try:
        return float(number)
    except OverflowError:
        raise _too_large(event) from None


def _number(event: Event) -> float:
    try:
        number = float(event.value)
    except ValueError:
        raise error_at(event, f"{event.value!r} is no number") from None
    if not math.isfinite(number):
        raise _too_large(event)
    return number


def _too_large(event: Event) -> TooLargeError:
    return TooLargeError(None, None, "this number is larger than JSON's can be", event.start_mark)


Make = Callable[[Event], Any]

TAGGED: dict[str, Make] = {
    f"{TAG}null": lambda _event: None,
    f"{TAG}bool": _boolean,
    f"{TAG}int": _integer,
    f"{TAG}float": _number,
    f"{TAG}str": lambda event: event.value,
}
"""What a tag makes of a text."""

PLAIN: dict[str, list[tuple[re.Pattern[str], Make]]] = {}
"""What text without quotes means when it begins so; everything else is text."""

for _tag, _pattern, _firsts in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    for _first in _firsts:
        PLAIN.setdefault(_first, []).append((re.compile(_pattern), TAGGED[TAG + _tag]))
