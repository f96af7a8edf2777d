"""Rules of an instance on plain values: its legal steps, its startup, its health after a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

STARTUP_STEPS = ("requested", "allocated", "pending", "joinable")
"""The states of an instance that starts, in order."""

STARTS = ("immediately", "seconds", "reads", "host")
"""What brings a dedicated instance up: its being asked for, time, reads of its session, or only its host."""

_NEXT = {
    "requested": frozenset({"allocated"}),
    "allocated": frozenset({"pending"}),
    "pending": frozenset({"joinable"}),
    "joinable": frozenset({"unjoinable"}),
    "unjoinable": frozenset({"joinable"}),
    "closed": frozenset[str](),
}


SERVED = frozenset({"dedicated", "preallocated"})
"""The host types that a server hosts; the others are hosted by a player."""


def may_step(now: str, then: str, host_type: str) -> bool:
    """Whether an instance can go from one state to another; staying is no step, and closing always can be.

    A hosting player needs no allocation, and may begin to load straight away.
    """
    if now == then or then == "closed":
        return True
    return then in _NEXT[now] or (host_type not in SERVED and (now, then) == ("requested", "pending"))


def next_step(now: str, *, fails: bool) -> str:
    """The next state of the startup; where that is to fail, the last one is `closed` instead."""
    after = STARTUP_STEPS[STARTUP_STEPS.index(now) + 1]
    return "closed" if fails and after == STARTUP_STEPS[-1] else after


def steps_after(reads: int, count: int) -> int:
    """How many steps of the startup are done after so many of `count` reads; all of them after `count`."""
    steps = len(STARTUP_STEPS) - 1
    return steps if reads >= count else steps * reads // count


def health_after(reported: str, gap: float | None, cadence: float, percentage: float) -> str:
    """The health that a report leaves, which came `gap` seconds after the one before (None: the first).

    Of the reports that were due in the gap all but this one are missing; too many missing make an instance
    unhealthy that says otherwise (documented, without the reckoning).
    """
    if gap is None or gap <= cadence or reported not in ("healthy", "degraded"):
        return reported
    missing = 100 * (1 - cadence / gap)
    return "unhealthy" if missing >= percentage else reported


def drawn_map(maps: Sequence[Mapping[str, Any]], chance: float) -> Mapping[str, Any] | None:
    """The map that a chance from 0 to 1 falls on, each as likely as its weight says; None of none."""
    whole = sum(one["map_weight"] for one in maps)
    rest = chance * whole
    for one in maps:
        rest -= one["map_weight"]
        if rest < 0:
            return one
    return maps[-1] if maps else None
