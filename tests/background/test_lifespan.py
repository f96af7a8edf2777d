"""What is due happens without anybody asking, in every world by its own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from mockade.background.lifespan import BackgroundWork
from mockade.settings import Settings
from mockade.state.clock import Clock
from mockade.state.state import State
from mockade.state.timeline import Event, Timeline
from mockade.testing import MockServer
from mockade.worlds import registry as worlds_module
from mockade.worlds.contents import Baseline
from mockade.worlds.journal import Exchange, ignore
from mockade.worlds.registry import ServedApis, Worlds
from tests.background.loop import Loop
from tests.contracts import contract, crud
from tests.harness import NOON
from tests.live import Life, Live
from tests.servers import NO_TLS, TOO_LONG, until

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


def let_go(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let some time go by that nobody uses a world in."""
    monkeypatch.setattr(worlds_module, "steady_time", lambda: NOON + 1000)
    list(worlds)


@pytest.mark.parametrize("go", [lambda worlds, _: worlds.remove("w"), let_go], ids=["deleted", "idle"])
def test_a_world_that_is_let_go_leaves_no_timer(
    loop: Loop, monkeypatch: pytest.MonkeyPatch, go: Callable[[Worlds, pytest.MonkeyPatch], None]
) -> None:
    monkeypatch.setattr(worlds_module, "steady_time", lambda: NOON)
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
    worlds = httpx.get(f"{url}/_mockade/v1/worlds", timeout=TOO_LONG, verify=NO_TLS).json()["worlds"]
    return next(int(one["exchanges"]) for one in worlds if one["name"] == name)


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
        httpx.put(f"{mock.url}/@other/_mockade/v1/clock", json={"mode": "real", "rate": 1000}, verify=NO_TLS)
        until(lambda: exchanges(mock.url, "other") > 3)
        assert exchanges(mock.url) == 0


def test_what_fails_when_it_is_due_is_told_and_stops_nothing_else(ticking: Callable[[str], Path]) -> None:
    told: list[Exchange] = []
    with MockServer(home=ticking("crumble"), on_exchange=told.append) as mock:
        httpx.put(f"{mock.url}/_mockade/v1/clock", json={"mode": "real", "rate": 1000}, verify=NO_TLS)
        until(lambda: any("to dust" in one.reason for one in told))
        [entry] = [one for one in mock.journal.entries() if one["answered_by"] == "mockade"]
        assert entry["reason"].endswith("failed: to dust")
        assert "failed: to dust" in mock.bugs()[0], "and it fails a test"
        assert httpx.get(f"{mock.url}/widgets", verify=NO_TLS).status_code == 200


def test_a_reload_waits_for_no_life_and_what_is_due_is_the_new_modules(live: Callable[..., Live]) -> None:
    one = live(fixtures="widgets: [{id: w1, name: x, _does: crumble}]", handlers=TICKING)
    one.world.reset("test")
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
