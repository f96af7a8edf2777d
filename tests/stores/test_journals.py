"""What a process enters comes to the store, whenever it is entered and whatever went wrong before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from mockade.catalogue.api import Api
from mockade.stores import journals
from mockade.stores import journals as store_journals
from mockade.stores import worker as store_worker
from mockade.stores.interface import Numbers, StoreError
from mockade.stores.shared_journal import LOST
from mockade.stores.shared_world import SharedWorld
from mockade.worlds.journal import Exchange
from tests.stores.workers import Stores, Worker, Workers, in_memory

LONG = {"x-long": "x" * 2000}
"""A header that makes an entry of more than 2,000 bytes."""

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


@pytest.mark.parametrize(("idle", "is_waited_for"), [(0.0, True), (1.9, True), (60.0, False)])
def test_an_entry_that_was_lost_with_its_process_is_waited_for_while_it_may_come(
    idle: float, is_waited_for: bool, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    async def script(worker: Worker) -> None:
        journals = worker.store_worker.journals
        world = await world_of(worker, "a")
        await worker.ask("GET", "/@a/counters/c")
        world.journal.take_unsent(10)  # as a process takes them along that ends now
        numbers = await worker.link.numbers("a", world.epoch)
        assert numbers.last == 2

        async def of_then(_world: SharedWorld) -> Numbers:
            return numbers._replace(idle=idle)

        monkeypatch.setattr(journals, "_numbers", of_then)
        monkeypatch.setattr(store_journals, "PATIENCE", 0.2)
        read = journals._read

        async def look(*words: Any) -> bool:
            looks.append(words)
            return await read(*words)

        monkeypatch.setattr(journals, "_read", look)
        await journals.read_all(world)
        assert [one.id for one in world.journal.exchanges] == [1], "what is there is read all the same"

    play(script)
    assert (len(looks) > 1) is is_waited_for


def test_worlds_where_nothing_happens_are_not_looked_at(play: Play) -> None:
    async def script(worker: Worker) -> None:
        journals = worker.store_worker.journals
        await world_of(worker, "a")
        for _ in range(3):
            await journals.send_all()
        assert journals._growing == {}

    play(script)


def test_what_a_store_has_no_room_for_is_not_told_as_lost(
    tally: Mapping[str, Api], stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "BUDGET", 100_000)

    async def main() -> None:
        async with Workers(tally, stores, 2) as workers:
            first, second = workers
            await first.ask("POST", "/counters/c")
            assert [one["id"] for one in await second.journal()][-1] >= 1, "it reads on from there"
            for _ in range(20):
                answers = (
                    first.ask("PUT", "/registers/r", json={"value": 1}, headers=LONG) for _ in range(10)
                )
                await asyncio.gather(*answers)
                await first.store_worker.journals.send_all()
            for worker in workers:
                entries = await worker.journal()
                assert entries[-1]["id"] >= 200
                assert len(entries) < 100
                assert {one["request"]["method"] for one in entries if "request" in one} == {"PUT"}
                assert not any(LOST in str(one.get("reason")) for one in entries)

    asyncio.run(main())
