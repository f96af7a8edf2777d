"""The life of an instance: which step is legal, how far a walk is, and what health a report leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WAY = ("requested", "allocated", "pending", "joinable")
"""How an instance comes up, step by step."""

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


def may_step(now: str, then: str, host_type: str) -> bool:
    """Whether an instance can go from one state to another; staying is no step, and closing always can be.

    A hosting player needs no allocation, and may begin to load straight away.
    """
    if now == then or then == "closed":
        return True
    return then in _NEXT[now] or (host_type == "player" and (now, then) == ("requested", "pending"))


def next_step(now: str, *, fails: bool) -> str:
    """The next state on the way up; where the walk is to fail, the last one is `closed` instead."""
    after = WAY[WAY.index(now) + 1]
    return "closed" if fails and after == WAY[-1] else after


def steps_after(reads: int, count: int) -> int:
    """How many steps of the way are taken after so many of `count` reads; all of them after `count`."""
    steps = len(WAY) - 1
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
