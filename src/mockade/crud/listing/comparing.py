"""Values as filters and sorting compare them: numbers, moments, truth values and text."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any, Literal

Kind = Literal["text", "option", "number", "boolean", "moment"]
"""How a property's values compare. An `option` is text of an enum, whose case does not count."""

Key = tuple[int, Any]
"""A rank and a value: values of one rank compare with each other, and ranks keep the others apart."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

_MILLISECONDS = 1e11
"""A number of this size says milliseconds since 1970: as seconds it were the year 5138."""

_DAY = 86_400.0


def comparison_key(kind: Kind, value: Any) -> Key | None:
    """A scalar as what its `kind` says it is; None where it is no such thing."""
    if value is None or isinstance(value, dict | list):
        return None
    match kind:
        case "number":
            number = _number(value)
            return None if number is None else (1, number)
        case "boolean":
            truth = _truth(value)
            return None if truth is None else (0, truth)
        case "moment":
            seconds = moment(value)
            return None if seconds is None else (1, seconds)
        case "option":
            return 2, text(value).casefold()
    return 2, text(value)


def row_key(kind: Kind, value: Any) -> Key | None:
    """A row's value, which may be of another kind than its schema lets expect; None for what is no scalar."""
    key = comparison_key(kind, value)
    if key is not None or value is None or isinstance(value, dict | list):
        return key
    if isinstance(value, bool):
        return 0, value
    return (2, value) if isinstance(value, str) else (1, value)


def text(value: Any) -> str:
    """A scalar as a URL writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_date(value: Any) -> bool:
    """Whether it names a whole day."""
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def day_key(moment_key: Key) -> Key:
    """The day, in UTC, of the moment that a key of rank 1 stands for."""
    return 3, int(moment_key[1] // _DAY)


def moment(value: Any) -> float | None:
    """Seconds since 1970 of a date, a date-time, or a number of seconds or milliseconds.

    What names no zone is in UTC.
    """
    number = _number(value)
    if number is not None and (not isinstance(value, str) or len(value) > 8):
        return number / 1000 if abs(number) >= _MILLISECONDS else float(number)
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return None
    if value.lstrip("+-").isdigit():
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(text(value).lower())
