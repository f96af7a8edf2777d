"""What is due happens without anybody asking, in every world by its own clock."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.background import timers as timers_module
from mockade.background.lifespan import BackgroundWork
from mockade.background.timers import LONGEST, SHORTEST, EventTimers
from mockade.settings import Settings
from mockade.state import clock as clock_module
from mockade.state.clock import LATEST, Clock
from mockade.state.state import State
from mockade.state.timeline import Event, Timeline
from mockade.testing import MockServer
from mockade.worlds import registry as worlds_module
from mockade.worlds.journal import Exchange, ignore
from mockade.worlds.registry import ServedApis, Worlds
from mockade.worlds.world import Baseline, World
from tests.contracts import contract, crud
from tests.harness import NOON
from tests.live import Life, Live
from tests.servers import TOO_LONG

TICKING = """
from mockade.handling import Call, Collection

collections = (Collection("widgets", holds="Widget"),)

def tick(call: Call, key: str) -> None:
    call.set_event("tick", key, 10)
    call.rows("widgets").change(key, name=call.now())

def crumble(call: Call, key: str) -> None:
    raise RuntimeError("to dust")

timeline = (tick, crumble)

def on_start(call: Call) -> None:
    for widget in call.rows("widgets"):
        call.set_event(widget.beside["does"], widget.key, 10)
"""
TICK = Event("shop", "tick", "w1")


class Loop:
    """An event loop that only takes note of what is to be called when."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []
        self.calls: list[Callable[[], Any]] = []

    def call_soon(self, call: Callable[[], Any]) -> None:
        self.calls.append(call)

    def turn(self) -> None:
        """Do what was to be done soon."""
        while self.calls:
            self.calls.pop()()

    def call_later(self, seconds: float, call: Callable[..., Any], *given: Any) -> Timer:
        self.timers.append(Timer(seconds, lambda: call(*given)))
        return self.timers[-1]

    @property
    def waits(self) -> list[float]:
        """The seconds of the timers that nobody has cancelled."""
        return [timer.seconds for timer in self.timers if not timer.cancelled]


class Timer:
    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self.seconds = seconds
        self.ring = ring
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    made = Loop()
    monkeypatch.setattr(timers_module.asyncio, "get_running_loop", lambda: made)
    monkeypatch.setattr(clock_module, "wall_time", lambda: NOON)
    return made


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


def test_an_alarm_keeps_no_world(loop: Loop) -> None:
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


def test_alarms_that_are_stopped_are_silent(loop: Loop) -> None:
    timers = EventTimers(lambda _: 0.0)
    one = world(Clock.running(NOON, 1.0), NOON + 20)
    timers.set(one)
    timers.stop()
    assert loop.waits == []


def let_go(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let some time go by that nobody uses a world in."""
    monkeypatch.setattr(worlds_module, "wall_time", lambda: NOON + 1000)
    list(worlds)


@pytest.mark.parametrize("go", [lambda worlds, _: worlds.remove("w"), let_go], ids=["deleted", "idle"])
def test_a_world_that_is_let_go_leaves_no_timer(
    loop: Loop, monkeypatch: pytest.MonkeyPatch, go: Callable[[Worlds, pytest.MonkeyPatch], None]
) -> None:
    monkeypatch.setattr(worlds_module, "wall_time", lambda: NOON)
    first = Baseline(State(Clock.running(NOON, 1.0), timeline=Timeline().set(TICK, NOON + 20)))
    background = BackgroundWork(Settings(), ignore)
    worlds = Worlds(ServedApis(first, {}), Settings(idle=100), background.world_changed)
    background.start(worlds)
    one = worlds.get_or_create("w")
    loop.turn()
    assert loop.waits == [20.0, 20.0]
    go(worlds, monkeypatch)
    loop.turn()
    assert loop.waits == [20.0]
    one.state = one.state._replace(clock=Clock.running(NOON, 2.0))  # a request that is still under way
    loop.turn()
    assert loop.waits == [20.0]


def exchanges(url: str, name: str = "default") -> int:
    """How long a world's journal is; it lets nothing happen that is due, as most questions do."""
    worlds = httpx.get(f"{url}/_mockade/v1/worlds", timeout=TOO_LONG).json()["worlds"]
    return next(int(one["exchanges"]) for one in worlds if one["name"] == name)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TOO_LONG
    while not holds():
        assert time.monotonic() < deadline


@pytest.fixture
def ticking(home: Callable[..., Path]) -> Callable[[str], Path]:
    """A home whose widget does something every ten seconds: `tick`, or `crumble`."""
    return lambda does: home(
        specs={"shop.yaml": contract(crud("/widgets"))},
        fixtures={"shop.yaml": f"widgets: [{{id: w1, name: x, _does: {does}}}]"},
        apis={"shop.py": TICKING},
    )


def test_what_is_due_happens_in_every_world_without_a_request(ticking: Callable[[str], Path]) -> None:
    with MockServer(home=ticking("tick")) as mock:
        httpx.put(f"{mock.url}/@other/_mockade/v1/clock", json={"mode": "real", "rate": 1000})
        until(lambda: exchanges(mock.url, "other") > 3)
        assert exchanges(mock.url) == 0


def test_what_fails_when_it_is_due_is_told_and_stops_nothing_else(ticking: Callable[[str], Path]) -> None:
    told: list[Exchange] = []
    with MockServer(home=ticking("crumble"), tell=told.append) as mock:
        httpx.put(f"{mock.url}/_mockade/v1/clock", json={"mode": "real", "rate": 1000})
        until(lambda: any("to dust" in one.reason for one in told))
        [entry] = [one for one in mock.journal.entries() if one["answered_by"] == "mockade"]
        assert entry["reason"].endswith("failed: to dust")
        assert "failed: to dust" in mock.bugs()[0], "and it fails a test"
        assert httpx.get(f"{mock.url}/widgets").status_code == 200


def test_a_reload_waits_for_no_life_and_what_is_due_is_the_new_modules(live: Callable[..., Live]) -> None:
    one = live(fixtures="widgets: [{id: w1, name: x, _does: crumble}]", handlers=TICKING)
    one.world.reset()
    one.world.set_clock(Clock.frozen(one.state.clock.now()), "test")

    async def story() -> None:
        async with Life(one.switch):
            assert one.switch.under_way == 0
            one.write(apis={"shop.py": TICKING.replace('RuntimeError("to dust")', 'OSError("to sand")')})
            one.read_again(asyncio.get_running_loop())
            while not one.said:
                await asyncio.sleep(0)
            one.world.set_clock(Clock.running(one.state.clock.now(), 1000), "test")
            while not any("to sand" in told.reason for told in one.told):
                await asyncio.sleep(0)

    one.run(asyncio.wait_for(story(), TOO_LONG))
