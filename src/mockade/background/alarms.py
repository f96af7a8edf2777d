"""Alarms: each world wakes when something is due by its own clock, asked or not."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from typing import NamedTuple

from mockade.state.clock import LATEST, Clock
from mockade.worlds.world import World

SHORTEST = 0.01
"""Seconds that a world sleeps at least: one whose time races must leave the others theirs."""

LONGEST = 3600.0
"""Seconds after which it looks again: the machine's clock may have been set, or the machine have slept."""


class Alarm(NamedTuple):
    """A timer, and what it was set by: the moment that is due, and the clock that says when that is."""

    due: float
    clock: Clock
    timer: asyncio.TimerHandle


class Alarms:
    """One for each world at most, and none where time stands still or nothing is due.

    `wake` is called with the world; the seconds that it answers are to pass before the next time. An alarm
    keeps no world: one that is let go is gone.
    """

    def __init__(self, wake: Callable[[World], float]) -> None:
        self._wake = wake
        self._alarms: weakref.WeakKeyDictionary[World, Alarm] = weakref.WeakKeyDictionary()

    def set(self, world: World, pause: float = SHORTEST) -> None:
        """Wake the world when its next event is due, but not before `pause` seconds."""
        clock = world.state.clock
        upcoming = world.state.timeline.next()
        old = self._alarms.get(world)
        if upcoming is not None and old is not None and (old.due, old.clock) == (upcoming[0], clock):
            return
        self.drop(world)
        if upcoming is None or clock.rate <= 0 or upcoming[0] > LATEST:
            return
        wait = min(max((upcoming[0] - clock.now()) / clock.rate, pause), LONGEST)
        timer = asyncio.get_running_loop().call_later(wait, self._ring, weakref.ref(world))
        self._alarms[world] = Alarm(upcoming[0], clock, timer)

    def _ring(self, reference: weakref.ref[World]) -> None:
        world = reference()
        if world is not None:
            self._alarms.pop(world, None)
            self.set(world, self._wake(world))

    def drop(self, world: World) -> None:
        """Let a world sleep for ever; its timer is gone from the loop at once."""
        alarm = self._alarms.pop(world, None)
        if alarm is not None:
            alarm.timer.cancel()

    def stop(self) -> None:
        for alarm in self._alarms.values():
            alarm.timer.cancel()
        self._alarms.clear()
