"""RallyHere over several workers: its state machine, and hundreds who want eight places."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.reliability import arena, state_machine
from benchmarks.reliability.arena import JOIN, PLACES, PLAYERS, SESSION
from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.state.clock import steady_time
from mockade.state.state import State
from mockade.worlds.journal import Exchange
from tests.apis.test_rallyhere_machine import FUZZ, Core
from tests.harness import Mock, bundled
from tests.stores.workers import Stores, Worker, Workers

RUNS = round(state_machine.RUNS * FUZZ) or 6


class SharedMock:
    """As much of a `Mock` as the machine asks for, each of whose requests goes to any of the workers."""

    def __init__(self, workers: Workers, runner: asyncio.Runner) -> None:
        self._workers = workers
        self._runner = runner
        self._chance = Random(0)
        self.asked: set[Worker] = set()
        self.worker = workers[0]

    def move_on(self) -> None:
        """The next request goes to any one, whose copy of the world is as the store's then."""
        assert self._runner.run(self.world.settled())
        self.worker = self._workers[self._chance.randrange(len(self._workers))]
        self._runner.run(self.worker.store_worker.refresh([self.world], steady_time()))

    @property
    def world(self) -> Any:
        return self.worker.worlds.default

    @property
    def state(self) -> State:
        state: State = self.world.state
        return state

    @property
    def last(self) -> Exchange:
        return self.answered.told[-1]

    def advance(self, seconds: float) -> None:
        self.world.state = self.state._replace(clock=self.state.clock.advanced(seconds))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        self.answered = self.worker
        self.asked.add(self.worker)
        return self._runner.run(self.worker.ask(method, path, **options))


class SharedCore(Core):
    """Moves on to another worker before each call."""

    def send(self, *arguments: Any, **headers: str) -> Any:
        cast("SharedMock", self.mock).move_on()
        return super().send(*arguments, **headers)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_the_core_holds_whichever_worker_is_asked(stores: Stores, runner: asyncio.Runner) -> None:
    workers = Workers(bundled(("rallyhere",)), stores, journal=0)
    runner.run(workers.__aenter__())
    mock = SharedMock(workers, runner)
    SharedCore.mock, SharedCore.start = cast("Mock", mock), mock.state
    budget = settings(
        max_examples=RUNS,
        stateful_step_count=state_machine.STEPS,
        deadline=None,
        derandomize=not FUZZ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(SharedCore, settings=budget)
    assert mock.asked == set(workers)
    runner.run(workers.__aexit__())


@pytest.fixture
def crowded(home: Callable[..., Path]) -> Mapping[str, Api]:
    """A session of two teams of four, and five hundred who may join it."""
    return load_apis(find_files(home(fixtures={"rallyhere.json": arena.FIXTURES}), ("rallyhere",)))


def test_exactly_as_many_get_in_as_there_are_places(crowded: Mapping[str, Api], stores: Stores) -> None:
    async def play() -> None:
        async with Workers(crowded, stores) as workers:

            async def enter(number: int) -> httpx.Response:
                worker = workers[number // 2 % 2]
                return await worker.ask("POST", JOIN, token=f"p{number}", json=arena.joining(number))

            answers = await asyncio.gather(*map(enter, range(PLAYERS)))
            entered = [one.json()["player_uuid"] for one in answers if one.status_code == 200]
            refused = [one for one in answers if one.status_code != 200]
            assert len(entered) == PLACES
            assert {(one.status_code, one.json()["error_code"]) for one in refused} == {(403, "team_full")}
            for worker in workers:
                inside = arena.inside((await worker.ask("GET", SESSION, token="p0")).json())
                assert [len(team) for team in inside] == [PLACES // 2, PLACES // 2]
                assert sorted(entered) == sorted(uuid for team in inside for uuid in team)

    asyncio.run(play())
