"""What several workers do at once to worlds that they share: all of it, each thing once.

What they are made of: `stores/worker.py`, `stores/rounds.py`, `stores/loading.py`, `stores/connection.py`,
`stores/shared_world.py`, `stores/shared_worlds.py` and `stores/attempts.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from mockade.catalogue.api import Api
from tests.stores.workers import Stores, Workers

CALLS = 1000
AT_ONCE = 16
PLAYERS, PLACES = 500, 8


def test_of_a_thousand_calls_on_one_world_none_is_lost_and_none_is_done_twice(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers:
            numbers = iter(range(CALLS))
            answers: list[Any] = []

            async def client() -> None:
                for number in numbers:
                    answers.append(await workers[number % 2].ask("POST", "/@w/counters/c"))

            await asyncio.gather(*(client() for _ in range(AT_ONCE)))
            assert {one.status_code for one in answers} == {200}
            assert sorted(one.json()["value"] for one in answers) == list(range(1, CALLS + 1))
            assert len({one.json()["drawn"] for one in answers}) == CALLS, "one sequence of draws"
            for worker in workers:
                assert (await worker.ask("GET", "/@w/counters/c")).json()["value"] == CALLS
            entries = [await worker.journal("w") for worker in workers]
            assert entries[0] == entries[1]
            counted = [one for one in entries[0] if one["request"]["method"] == "POST"]
            assert [one["id"] for one in entries[0]] == list(range(1, CALLS + 3)), "without a gap"
            by_number = {int(one.headers["x-mockade-exchange"]): one.json()["value"] for one in answers}
            assert by_number == {one["id"]: one["response"]["body"]["value"] for one in counted}
            # The journal is in the order in which it happened.
            assert [by_number[one] for one in sorted(by_number)] == list(range(1, CALLS + 1))

    asyncio.run(play())
