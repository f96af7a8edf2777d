"""What is confirmed stands, and what is not is made again or refused: `stores/rounds.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from mockade.catalogue.api import Api
from mockade.stores import attempts
from mockade.stores.attempts import Attempt
from mockade.stores.shared_world import SharedWorld
from mockade.worlds.waits import Waiter
from tests.stores.workers import V1, Stores, Worker, Workers, comes_true

RESETS = 10


def test_a_reset_that_was_answered_happened_whatever_is_under_way(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores, journal=50_000) as workers:
            is_over = False

            async def count(worker: Worker) -> None:
                while not is_over:
                    assert (await worker.ask("POST", "/counters/c")).status_code == 200

            async def look(worker: Worker) -> None:
                while not is_over:
                    await worker.control("GET", "/worlds")  # takes its turn with the resets' answers

            async def reset(worker: Worker) -> None:
                for _ in range(RESETS):
                    await worker.control("POST", "/worlds/default/reset")

            busy = [*map(count, workers), *map(count, workers), *map(look, workers)]
            counting = [asyncio.ensure_future(one) for one in busy]
            await asyncio.gather(*(reset(worker) for worker in workers))
            is_over = True
            await asyncio.gather(*counting)
            entries = await workers[0].journal()
            assert sum(one["operation"] == "resetWorld" for one in entries) == 2 * RESETS

    asyncio.run(play())


@pytest.mark.parametrize("path", ["/worlds/w/document", "/worlds/default/document"])
def test_a_world_that_could_not_be_made_is_no_obstacle_to_the_next_try(
    path: str, tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores, frozen=False) as (worker, _other):
            document = (await worker.ask("GET", f"{V1}/worlds/default/document")).content
            put: dict[str, Any] = {
                "content": document,
                "headers": {"content-type": "application/x-ndjson"},
            }
            name = path.split("/")[2]
            worker.link.refuses = "create"
            assert (await worker.ask("PUT", f"{V1}{path}?replace=true", **put)).status_code == 503
            worker.link.refuses = ""
            await worker.control("GET", "/ready")
            assert (await worker.ask("GET", f"/@{name}/counters/c")).status_code == 200
            again = await worker.ask("PUT", f"{V1}{path}?replace=true", **put)
            assert again.status_code == 201, again.text

    asyncio.run(play())


def test_a_bug_in_a_round_ends_what_it_was_about_and_nothing_else(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores, frozen=False) as (worker, _other):
            assert (await worker.ask("GET", "/@w/counters/c")).status_code == 200
            worker.link.breaks = "commit"
            async with asyncio.timeout(20):
                assert (await worker.ask("POST", "/@w/counters/c")).status_code == 503
            worker.link.breaks = ""
            await worker.control("GET", "/ready")
            assert (await worker.ask("POST", "/@w/counters/c")).json()["value"] == 1

    asyncio.run(play())


def test_a_world_that_was_deleted_elsewhere_is_not_made_by_who_lists_worlds(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as (one, other):
            await other.control("POST", "/worlds", {"name": "w"}, 201)
            await other.control("POST", "/worlds", {"name": "v"}, 201)
            await one.control("GET", "/worlds/v")  # it knows of w by that
            await other.control("DELETE", "/worlds/w", status=204)
            names = [world["name"] for world in (await one.control("GET", "/worlds"))["worlds"]]
            assert sorted(names) == ["default", "v"]
            await one.control("GET", "/worlds/w", status=404)

    asyncio.run(play())


def test_what_happens_by_itself_is_no_part_of_the_request_that_began_it(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    """A request to the control API may take as long as a stream: no timer is to wait for its end."""

    async def play() -> None:
        async with Workers(tally, stores, frozen=False) as (worker, other):
            attempt = Attempt()
            token = attempts.begin(attempt)
            await worker.ask("POST", "/counters/c/later", json={"value": 20})
            attempts.end(Attempt(), token)  # here; timers know of it still

            async def rang() -> bool:
                return bool((await other.ask("GET", "/counters/c")).json()["value"] == 1)

            await comes_true(rang, within=10)
            assert not attempt.held

    asyncio.run(play())


def test_entries_are_sent_after_one_that_could_not_be(
    tally: Mapping[str, Api], stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as (worker, other):
            journals = worker.store_worker.journals
            is_broken = asyncio.Event()

            async def broken() -> None:
                is_broken.set()
                raise TypeError("an entry of no form")

            with monkeypatch.context() as patch:
                patch.setattr(journals, "send_all", broken)
                await is_broken.wait()
            await worker.ask("POST", "/@w/counters/c")

            async def is_sent() -> bool:
                return "POST" in [
                    one["request"]["method"] for one in await other.journal("w") if one["request"]
                ]

            await comes_true(is_sent)

    asyncio.run(play())


def test_who_waits_begins_anew_when_another_resets_his_world_and_not_when_a_change_is_undone(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores, frozen=False) as (here, there):
            world = here.store_worker.worlds.local_of("default")
            assert world is not None
            waiter = Waiter(("tally", "counters"))
            world.waits.add(waiter)
            world.transact(lambda transaction: transaction.draw())
            here.store_worker.rounds.undo(world)
            assert world.state is world.baseline.state
            assert waiter.restart is None
            assert (await here.ask("POST", "/counters/c")).status_code == 200
            assert waiter.restart is None
            await there.control("POST", "/worlds/default/reset")
            await here.control("GET", "/worlds/default")
            assert waiter.restart is world.baseline.state

    asyncio.run(play())


def test_an_entry_that_comes_while_a_round_is_under_way_gets_its_number_by_itself(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores, frozen=False) as (here, _there):
            world = here.store_worker.worlds.local_of("default")
            assert world is not None
            asking = asyncio.ensure_future(here.ask("POST", "/counters/c"))
            while not here.store_worker.rounds._proposed:
                await asyncio.sleep(0)
            late = world.record("somethingHappened", world.state)
            await asking

            async def is_numbered() -> bool:
                return late.id > 0

            await comes_true(is_numbered)

    asyncio.run(play())


def test_who_has_entered_what_is_undone_does_it_again_though_no_row_changed(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    """As a reset of a world that another worker has just reset."""

    async def play() -> None:
        async with Workers(tally, stores, 1, frozen=False) as (here,):
            world = here.store_worker.worlds.local_of("default")
            assert world is not None
            attempt = Attempt[SharedWorld]()
            token = attempts.begin(attempt)
            try:
                world.record("resetWorld", world.state)
                assert not attempt.is_torn
                here.store_worker.rounds.undo(world)
                assert attempt.is_torn
                assert world.journal.unnumbered == []
            finally:
                attempt.let_go()
                attempts.end(attempt, token)

    asyncio.run(play())
