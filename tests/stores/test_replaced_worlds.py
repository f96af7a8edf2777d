"""A world that an import replaces is the old one or the new one, whoever fails or looks meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from random import Random

import httpx
import pytest

from mockade.catalogue.api import Api
from tests.stores.workers import V1, Stores, Worker, Workers, in_memory

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
    ("lost", "question", "becomes"),
    [
        ("cut_by", "names", {OLD}),
        ("cut_by", "commit", {OLD, NEW}),
        ("refuses", "create", {OLD}),
        ("cut_by", "create", {NEW}),
    ],
)
def test_a_store_that_is_lost_at_any_moment_of_it_has_the_old_or_the_new_one(
    lost: str, question: str, becomes: set[int], name: str, tally: Mapping[str, Api], stores: Stores
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
            (found,) = {await value(worker, name) for worker in (one, other)}
            assert found in becomes
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
