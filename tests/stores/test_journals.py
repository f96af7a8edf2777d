"""What a process enters comes to the store, whenever it is entered and whatever went wrong before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import pytest

from mockade.catalogue.api import Api
from mockade.stores import worker as store_worker
from mockade.stores.interface import StoreError
from mockade.stores.shared_world import SharedWorld
from mockade.worlds.journal import Exchange
from tests.stores.workers import Worker, Workers, in_memory

Play = Callable[[Callable[[Worker], Awaitable[None]]], None]


@pytest.fixture
def play(tally: Mapping[str, Api], monkeypatch: pytest.MonkeyPatch) -> Play:
    """Plays a script with a worker that sends its entries when it is told to."""
    monkeypatch.setattr(store_worker, "RHYTHM", 1_000_000)

    def run(script: Callable[[Worker], Awaitable[None]]) -> None:
        async def main() -> None:
            async with Workers(tally, in_memory(), 1) as (worker,):
                await script(worker)

        asyncio.run(main())

    return run


async def world_of(worker: Worker, name: str) -> SharedWorld:
    """A world in which one call was answered, and its entry sent."""
    await worker.ask("GET", f"/@{name}/counters/c")
    await worker.store_worker.journals.send_all()
    world = worker.worlds.find(name)
    assert isinstance(world, SharedWorld)
    assert await sent(worker, world) == [1]
    return world


async def sent(worker: Worker, world: SharedWorld) -> list[int]:
    found = await worker.link.entries_after(world.name, world.epoch, "")
    return [number for number, _ in found[0]]


def enter(world: SharedWorld, number: int) -> None:
    world.journal.append(Exchange("GET", f"/{number}", world.name, id=number))


def test_an_entry_that_is_made_just_after_a_look_is_sent_with_the_next(play: Play) -> None:
    async def script(worker: Worker) -> None:
        journals = worker.store_worker.journals
        world = await world_of(worker, "a")
        journals.will_grow(world)
        await journals.send_all()
        enter(world, 2)
        await journals.send_all()
        assert await sent(worker, world) == [1, 2]

    play(script)


def test_what_a_store_that_was_away_did_not_take_is_sent_for_all_worlds(play: Play) -> None:
    async def script(worker: Worker) -> None:
        journals = worker.store_worker.journals
        worlds = [await world_of(worker, name) for name in ("a", "b", "c")]
        for world in worlds:
            journals.will_grow(world)
            enter(world, 2)
        worker.link.refuses = "add_entries"
        with pytest.raises(StoreError):
            await journals.send_all()
        worker.link.refuses = ""
        await worker.store_worker.connection.ping()
        await journals.send_all()
        assert [await sent(worker, world) for world in worlds] == [[1, 2]] * 3

    play(script)


def test_worlds_where_nothing_happens_are_not_looked_at(play: Play) -> None:
    async def script(worker: Worker) -> None:
        journals = worker.store_worker.journals
        await world_of(worker, "a")
        for _ in range(3):
            await journals.send_all()
        assert journals._growing == {}

    play(script)
