"""Timers: a world's next event by its own clock, once, and never for a world that is gone."""

from __future__ import annotations

import gc
import weakref

import pytest

from mockade.background.timers import LONGEST, SHORTEST, EventTimers
from mockade.state.clock import LATEST, Clock
from mockade.state.state import State
from mockade.state.timeline import Event, Timeline
from mockade.worlds.contents import Baseline
from mockade.worlds.world import World
from tests.background.loop import Loop
from tests.harness import NOON

TICK = Event("shop", "tick", "w1")


def world(clock: Clock, *due: float) -> World:
    timeline = Timeline()
    for number, at in enumerate(due):
        timeline = timeline.set(TICK._replace(key=str(number)), at)
    return World("w", Baseline(State(clock, timeline=timeline)), lambda *_: None)


@pytest.mark.parametrize(
    ("rate", "due", "waits"),
    [
        (1.0, [NOON + 30, NOON + 20], [20.0]),
        (4.0, [NOON + 20], [5.0]),
        (0.5, [NOON + 20], [40.0]),
        (1.0, [NOON - 5], [SHORTEST]),
        (1e9, [NOON + 20], [SHORTEST]),
        (1.0, [NOON + 1e7], [LONGEST]),
        (0.0, [NOON + 20], []),
        (1.0, [], []),
        (1.0, [LATEST + 1], []),
    ],
)
def test_a_world_wakes_when_something_is_due_by_its_clock(
    loop: Loop, rate: float, due: list[float], waits: list[float]
) -> None:
    EventTimers(lambda _: 0.0).set(world(Clock.running(NOON, rate), *due))
    assert loop.waits == waits


def test_a_world_has_one_timer_however_often_it_changes(loop: Loop) -> None:
    timers = EventTimers(lambda _: 0.0)
    one = world(Clock.running(NOON, 1.0), NOON + 20)
    timers.set(one)
    timers.set(one)
    assert len(loop.timers) == 1
    one.state = one.state._replace(timeline=one.state.timeline.set(TICK, NOON + 5))
    timers.set(one)
    assert loop.waits == [5.0]
    one.state = one.state._replace(clock=Clock.running(NOON, 2.0))
    timers.set(one)
    assert loop.waits == [2.5]
    one.state = one.state._replace(clock=Clock.frozen(NOON))
    timers.set(one)
    assert loop.waits == []


def test_a_world_that_has_woken_sleeps_at_least_as_long_as_it_is_told(loop: Loop) -> None:
    one = world(Clock.running(NOON, 1.0), NOON)
    EventTimers(lambda _: 7.0).set(one)
    loop.timers.pop().ring()
    assert loop.waits == [7.0]


def test_a_timer_keeps_no_world(loop: Loop) -> None:
    one = world(Clock.running(NOON, 1.0), NOON + 20)
    woken: list[World] = []
    timers = EventTimers(lambda one: woken.append(one) or 0.0)  # type: ignore[func-returns-value]
    timers.set(one)
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
    loop.timers.pop().ring()
    assert (woken, loop.timers) == ([], [])


def test_timers_that_are_stopped_do_not_fire(loop: Loop) -> None:
    timers = EventTimers(lambda _: 0.0)
    one = world(Clock.running(NOON, 1.0), NOON + 20)
    timers.set(one)
    timers.stop()
    assert loop.waits == []
