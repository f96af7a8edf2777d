"""The one source of time: a clock is a value that a world carries."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

EARLIEST, LATEST = -62_135_596_800.0, 253_402_300_799.0
"""The first and the last moment that a date-time can tell: years 1 to 9999."""

_EPOCH = datetime(1970, 1, 1)  # its zone is written by hand, in half the time
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def wall_time() -> float:
    """Seconds since 1970 on this machine's clock; the only place that asks it."""
    return time.time()


@dataclass(frozen=True, slots=True)
class Clock:
    """A world's time, in seconds since 1970: it runs with the wall clock at `rate`, or stands still at 0.

    `shown` is what this clock said when the wall clock said `wall`.
    """

    shown: float
    wall: float
    rate: float = 1.0

    @classmethod
    def real(cls) -> Clock:
        """A clock that agrees with the wall clock."""
        now = wall_time()
        return cls(shown=now, wall=now)

    @classmethod
    def running(cls, since: float, rate: float) -> Clock:
        """A clock that says `since` (seconds since 1970) now, and goes on at `rate` seconds a second."""
        return cls(shown=since, wall=wall_time(), rate=rate)

    @classmethod
    def frozen(cls, at: float) -> Clock:
        """A clock that stands still at `at` seconds since 1970."""
        return cls.running(at, 0.0)

    @property
    def mode(self) -> str:
        """`real` or `frozen`."""
        return "real" if self.rate else "frozen"

    @property
    def agrees(self) -> bool:
        """Whether it says what the machine's clock says, to the millisecond."""
        return self.rate == 1.0 and abs(self.shown - self.wall) < 0.001

    def now(self) -> float:
        """Seconds since 1970; it stops at the last moment that there is a date for."""
        if self.rate == 0.0:
            return self.shown
        return min(LATEST, self.shown + (wall_time() - self.wall) * self.rate)

    def at(self, moment: float) -> Clock:
        """The same clock, showing `moment` (seconds since 1970) now."""
        return replace(self, shown=moment, wall=wall_time())

    def advanced(self, seconds: float) -> Clock:
        """The same clock, `seconds` later."""
        return self.at(min(LATEST, self.now() + seconds))


def timestamp(seconds: float) -> str:
    """`seconds` since 1970 as a UTC date-time with milliseconds: 2026-01-05T12:00:00.000Z."""
    return _written(seconds, "milliseconds")


def exact_timestamp(seconds: float) -> str:
    """As `timestamp`, but with microseconds where it has some: for what is read again."""
    exact = _written(seconds, "microseconds")
    return f"{exact[:-4]}Z" if exact.endswith("000Z") else exact


def _written(seconds: float, precision: str) -> str:
    moment = _EPOCH + timedelta(0, min(max(seconds, EARLIEST), LATEST))
    return f"{moment.isoformat('T', precision)}Z"


def seconds_of(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 date-time. Raises ValueError when it is none.

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
    """Seconds of a duration such as 250ms, 30s or 1h30m. Raises ValueError when it is none."""
    if not re.fullmatch(f"(?:{_DURATION.pattern})+", text):
        raise ValueError(f"{text!r} is no duration: write numbers with ms, s, m, h or d, such as 1h30m")
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))
