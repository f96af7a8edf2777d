"""A world that an import replaces is the old one or the new one, whoever fails or looks meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import httpx
import pytest

from mockade.catalogue.api import Api
from mockade.stores.interface import Commit
from mockade.stores.shared_world import SharedWorld
from tests.stores.workers import V1, Stores, Worker, Workers, comes_true, in_memory

HEADERS = {"content-type": "application/x-ndjson"}

pytestmark = pytest.mark.parametrize("name", ["default", "w"])

OLD, NEW = 5, 2
"""What a counter is at that begins with 0."""


async def value(worker: Worker, name: str) -> int:
    answer = await worker.ask("GET", f"/@{name}/counters/c")
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["value"]
    return found


async def exported(worker: Worker) -> bytes:
    """A world in which was counted to NEW."""
    for _ in range(NEW):
        await worker.ask("POST", "/@other/counters/c")
    return (await worker.ask("GET", f"{V1}/worlds/other/document")).content


async def count_to_old(worker: Worker, name: str) -> None:
    while await value(worker, name) < OLD:
        await worker.ask("POST", f"/@{name}/counters/c")


async def replace(worker: Worker, name: str, lines: bytes) -> httpx.Response:
    path = f"{V1}/worlds/{name}/document?replace=true"
    return await worker.ask("PUT", path, content=lines, headers=HEADERS)


@pytest.mark.parametrize(
    ("lost", "question", "found"),
    [
        ("cut_by", "names", OLD),
        ("refuses", "create", OLD),
        ("cut_by", "create", NEW),
    ],
)
def test_a_store_that_is_lost_at_any_moment_of_it_has_the_old_or_the_new_one(
    lost: str, question: str, found: int, name: str, tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as (one, other):
            lines = await exported(other)
            await count_to_old(other, name)
            entries = len(await other.journal(name))
            setattr(one.link, lost, question)
            assert (await replace(one, name, lines)).status_code == 503
            setattr(one.link, lost, "")
            one.link.is_cut = False
            while (await one.ask("GET", f"{V1}/ready")).status_code != 200:
                await asyncio.sleep(0.01)
            assert {await value(worker, name) for worker in (one, other)} == {found}
            journals = [await worker.journal(name) for worker in (one, other)]
            assert journals[0] == journals[1]
            assert (len(journals[0]) > entries) == (found == OLD), "its journal stayed with it"
            assert (await replace(one, name, lines)).status_code == 201
            assert {await value(worker, name) for worker in (one, other)} == {NEW}

    asyncio.run(play())


def test_who_reads_it_meanwhile_reads_the_old_or_the_new_one(name: str, tally: Mapping[str, Api]) -> None:
    async def play(seed: int) -> None:
        async with Workers(tally, in_memory(seed)) as (one, other):
            chance = Random(seed)
            lines = await exported(other)
            await count_to_old(other, name)
            found: list[int] = []

            async def read(worker: Worker) -> None:
                while not found or found[-1] != NEW:
                    found.append(await value(worker, name))
                    for _ in range(chance.randrange(4)):
                        await asyncio.sleep(0)

            reading = [asyncio.ensure_future(read(worker)) for worker in (one, other)]
            await asyncio.sleep(0)
            assert (await replace(one, name, lines)).status_code == 201
            await asyncio.gather(*reading)
            assert set(found) <= {OLD, NEW}

    for seed in range(10):
        asyncio.run(play(seed))


def test_of_two_who_replace_it_at_once_both_do_one_after_the_other(
    name: str, tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers:
            lines = await exported(workers[0])
            await count_to_old(workers[1], name)
            answers = await asyncio.gather(*(replace(worker, name, lines) for worker in workers))
            assert [one.status_code for one in answers] == [201, 201], [one.text for one in answers]
            assert {await value(worker, name) for worker in workers} == {NEW}

    asyncio.run(play())


def test_calls_in_it_do_not_have_it_made_again_and_none_of_them_is_lost(
    name: str, tally: Mapping[str, Api], stores: Stores
) -> None:
    """Each is in the old world, or in the new one."""

    async def play() -> None:
        async with Workers(tally, stores) as (one, other):
            lines = await exported(other)
            counted: list[tuple[int, int]] = []
            is_over = False

            async def count(worker: Worker) -> None:
                while not is_over:
                    answer = await worker.ask("POST", f"/@{name}/counters/c")
                    counted.append((int(answer.headers["x-mockade-exchange"]), answer.json()["value"]))

            counting = [asyncio.ensure_future(count(worker)) for worker in (one, other, one, other)]
            await comes_true(lambda: so(len(counted) > 20))
            told = await replace(one, name, lines)
            assert told.status_code == 201, told.text
            entry = int(told.headers["x-mockade-exchange"])
            due = len(counted) + 20
            await comes_true(lambda: so(len(counted) > due))
            is_over = True
            await asyncio.gather(*counting)
            last = await value(one, name)
            journals = [await worker.journal(name) for worker in (one, other)]
            assert journals[0] == journals[1]
            (imported,) = (one for one in journals[0] if one["operation"] == "importWorld")
            assert imported["id"] == entry == journals[0][0]["id"]
            after = {one["id"]: one["response"]["body"]["value"] for one in journals[0] if one["response"]}
            counts = [after[at] for at in sorted(after) if after[at] is not None]
            assert counts[:-1] == list(range(NEW + 1, last + 1)), "then it was read"
            assert set(range(NEW + 1, last + 1)) <= {found for _, found in counted}

    asyncio.run(play())


def test_what_was_done_in_the_old_one_while_the_new_one_is_read_is_done_again(
    name: str, tally: Mapping[str, Api]
) -> None:
    """Who follows the journal finds out first that another world is in its place."""

    async def play() -> None:
        async with Workers(tally, in_memory()) as (one, other):
            lines = await exported(one)
            await count_to_old(other, name)
            old = other.worlds.get_or_create(name)
            assert isinstance(old, SharedWorld)
            goes_on, commit = asyncio.Event(), other.link.commit

            async def slow(commits: Sequence[Commit]) -> Any:
                await goes_on.wait()
                return await commit(commits)

            other.link.commit = slow
            elsewhere = asyncio.ensure_future(other.ask("GET", "/@elsewhere/counters/c"))
            await comes_true(lambda: so(bool(other.store_worker.rounds._proposed)))
            counting = asyncio.ensure_future(other.ask("POST", f"/@{name}/counters/c"))
            await comes_true(lambda: so(bool(old.held)))
            assert (await replace(one, name, lines)).status_code == 201
            await other.store_worker._read_news(old)
            goes_on.set()
            assert (await counting).json()["value"] == NEW + 1
            assert {await value(worker, name) for worker in (one, other)} == {NEW + 1}
            await elsewhere

    asyncio.run(play())


async def so(holds: bool) -> bool:
    return holds
