"""Timers that call back when a world's next event is due by the world's own clock."""

from __future__ import annotations

import asyncio
import math
import weakref
from collections.abc import Callable
from typing import NamedTuple

from mockade.state.clock import LATEST, Clock
from mockade.worlds.world import World

SHORTEST = 0.01
"""Seconds that a timer takes at least: a world with a fast clock must leave the loop to the others."""

LONGEST = 3600.0
"""Seconds that a timer takes at most: the machine's clock may be set, or the machine may sleep."""


class EventTimer(NamedTuple):
    """A timer, with the time of the event and the clock that it was computed from."""

    due: float
    clock: Clock
    handle: asyncio.TimerHandle


class EventTimers:
    """At most one timer a world; none where the clock is frozen or the timeline is empty.

    `callback` is called with the world and returns the least seconds until the next call. Worlds are referred
    to weakly.
    """

    def __init__(self, callback: Callable[[World], float]) -> None:
        self._callback = callback
        self._timers: weakref.WeakKeyDictionary[World, EventTimer] = weakref.WeakKeyDictionary()

    def set(self, world: World, pause: float = SHORTEST) -> None:
        """Start the timer of the world's next event, of at least `pause` seconds."""
        clock = world.state.clock
        upcoming = world.state.timeline.next()
        old = self._timers.get(world)
        due = upcoming[0] if upcoming is not None else math.inf
        if old is not None and (old.due, old.clock) == (due, clock):
            return
        self.cancel(world)
        if clock.is_halted:  # what is due by then has not happened yet
            wait = pause
        elif upcoming is None or clock.rate <= 0 or upcoming[0] > LATEST:
            return
        else:
            wait = min(max((upcoming[0] - clock.now()) / clock.rate, pause), LONGEST)
        handle = asyncio.get_running_loop().call_later(wait, self._fire, weakref.ref(world))
        self._timers[world] = EventTimer(due, clock, handle)

    def _fire(self, reference: weakref.ref[World]) -> None:
        world = reference()
        if world is not None:
            self._timers.pop(world, None)
            self.set(world, self._callback(world))

    def cancel(self, world: World) -> None:
        """Cancel the world's timer, if it has one."""
        timer = self._timers.pop(world, None)
        if timer is not None:
            timer.handle.cancel()

    def stop(self) -> None:
        for timer in self._timers.values():
            timer.handle.cancel()
        self._timers.clear()
