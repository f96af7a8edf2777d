"""Time: a world's clock as a value, and date-times and durations as text."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

EARLIEST, LATEST = -62_135_596_800.0, 253_402_300_799.0
"""The first and the last second of RFC 3339 date-times: years 1 to 9999."""

_EPOCH = datetime(1970, 1, 1)  # naive: appending the Z by hand takes half the time
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def wall_time() -> float:
    """Seconds since 1970 by this machine's clock. Nothing else in the engine reads it."""
    return time.time()


def steady_time() -> float:
    """Seconds by a clock that nobody sets: for how long something has lasted, whatever the time is."""
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Clock:
    """A world's time: it runs at `rate` seconds a second, or is frozen where that is 0.

    `world_time` was its time when the wall clock's was `wall`, both in seconds since 1970.
    """

    world_time: float
    wall: float
    rate: float = 1.0

    @classmethod
    def real(cls) -> Clock:
        """A clock that shows the wall clock's time."""
        now = wall_time()
        return cls(world_time=now, wall=now)

    @classmethod
    def running(cls, since: float, rate: float) -> Clock:
        """A clock that shows `since` (seconds since 1970) now and runs at `rate`."""
        return cls(world_time=since, wall=wall_time(), rate=rate)

    @classmethod
    def frozen(cls, at: float) -> Clock:
        """A clock that stays at `at` seconds since 1970."""
        return cls.running(at, 0.0)

    @property
    def mode(self) -> str:
        """`real` or `frozen`."""
        return "real" if self.rate else "frozen"

    @property
    def agrees(self) -> bool:
        """Whether it shows the wall clock's time, to the millisecond."""
        return self.rate == 1.0 and abs(self.world_time - self.wall) < 0.001

    def now(self) -> float:
        """Seconds since 1970, at most LATEST."""
        if self.rate == 0.0:
            return self.world_time
        return min(LATEST, self.world_time + (wall_time() - self.wall) * self.rate)

    def at(self, moment: float) -> Clock:
        """The same clock, showing `moment` (seconds since 1970) now."""
        return replace(self, world_time=moment, wall=wall_time())

    def advanced(self, seconds: float) -> Clock:
        """The same clock, `seconds` later."""
        return self.at(min(LATEST, self.now() + seconds))


def clock_from_json(facts: Mapping[str, Any], frozen_at: float, running_from: float) -> Clock:
    """The clock of a mode, `now` and rate; the seconds since 1970 stand for a `now` that is left out.

    Raises ValueError, with the sentence that says why, for an impossible `now`.
    """
    now = facts.get("now")
    try:
        since = seconds_of(now) if now is not None else None
    except ValueError as error:
        raise ValueError(f"{error}. It is from {timestamp(EARLIEST)} to {timestamp(LATEST)}.") from None
    if facts["mode"] == "frozen":
        return Clock.frozen(frozen_at if since is None else since)
    if since is None and "rate" not in facts:
        return Clock.real()
    return Clock.running(running_from if since is None else since, float(facts.get("rate", 1.0)))


def timestamp(seconds: float) -> str:
    """`seconds` since 1970 as a UTC date-time with milliseconds: 2026-01-05T12:00:00.000Z."""
    return _iso_format(seconds, "milliseconds")


def exact_timestamp(seconds: float) -> str:
    """As `timestamp`, with microseconds where there are any: for documents that are read again."""
    exact = _iso_format(seconds, "microseconds")
    return f"{exact[:-4]}Z" if exact.endswith("000Z") else exact


def _iso_format(seconds: float, precision: str) -> str:
    moment = _EPOCH + timedelta(0, min(max(seconds, EARLIEST), LATEST))
    return f"{moment.isoformat('T', precision)}Z"


def seconds_of(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 date-time. Raises ValueError for anything else.

    A leap second is the first moment of the next minute, as it is for POSIX.
    """
    if _DATE_TIME.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no RFC 3339 date-time")
    text = text.upper()
    leap = text[17:19] == "60"
    moment = datetime.fromisoformat(f"{text[:17]}59{text[19:]}" if leap else text)
    seconds = moment.timestamp() + (1.0 if leap else 0.0)
    if not EARLIEST <= seconds <= LATEST:
        raise ValueError(f"{text!r} lies outside the years 1 to 9999 in UTC")
    return seconds


def duration(text: str) -> float:
    """Seconds of a duration such as 250ms, 30s or 1h30m. Raises ValueError for anything else."""
    if not re.fullmatch(f"(?:{_DURATION.pattern})+", text):
        raise ValueError(f"{text!r} is no duration: write numbers with ms, s, m, h or d, such as 1h30m")
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))
