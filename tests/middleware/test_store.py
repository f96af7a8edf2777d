"""An answer of a world that is kept in a store goes out when the store has confirmed what it was made of.

Holds `middleware/rerun_request.py` too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from tests.contracts import WIDGETS, contract, crud
from tests.harness import bundled
from tests.stores.workers import V1, Workers, in_memory

SHOP = {"specs": {"shop.yaml": contract(crud("/widgets"))}, "fixtures": {"shop.yaml": WIDGETS}}


@pytest.fixture
def played(home: Callable[..., Path]) -> Callable[..., None]:
    """Plays something on two workers of a shop, to whose store questions travel for a while by chance."""
    apis = load_apis(find_files(home(**SHOP), ()))

    def run(play: Callable[[Workers], Coroutine[Any, Any, None]], **settings: Any) -> None:
        async def main() -> None:
            async with Workers(apis, in_memory(seed=1), **settings) as workers:
                await play(workers)

        asyncio.run(main())

    return run


def test_a_call_that_was_overtaken_is_run_again_by_what_came_of_it(played: Callable[..., None]) -> None:
    async def play(workers: Workers) -> None:
        bodies = [{"id": f"w-{number}", "name": f"name {number}"} for number in range(40)]
        calls = [workers[at % 2].ask("POST", "/widgets", json=body) for at, body in enumerate(bodies)]
        answers = await asyncio.gather(*calls)
        assert [one.status_code for one in answers] == [201] * 40
        assert [one.json()["name"] for one in answers] == [body["name"] for body in bodies]
        assert {one.headers["x-mockade-exchange"] for one in answers} == {str(n) for n in range(1, 41)}
        for worker in workers:
            for body in bodies:
                assert (await worker.ask("GET", f"/widgets/{body['id']}")).json()["name"] == body["name"]

    played(play)


def test_what_was_undone_is_in_no_journal_and_what_was_refused_is_once(played: Callable[..., None]) -> None:
    async def play(workers: Workers) -> None:
        await asyncio.gather(
            *(one.ask("POST", "/widgets", json={"id": "same", "name": "x"}) for one in (*workers, *workers))
        )
        entries = await workers[0].journal()
        assert sorted(one["response"]["status"] for one in entries) == [201, 409, 409, 409]
        assert [len(one["changes"]) for one in entries if one["response"]["status"] == 201] == [1]

    played(play)


def test_of_two_that_make_one_world_at_once_one_is_refused(played: Callable[..., None]) -> None:
    async def play(workers: Workers) -> None:
        made = await asyncio.gather(*(one.ask("POST", f"{V1}/worlds", json={"name": "w"}) for one in workers))
        assert sorted(one.status_code for one in made) == [201, 409]
        gone = await asyncio.gather(*(one.ask("DELETE", f"{V1}/worlds/w") for one in workers))
        assert 204 in {one.status_code for one in gone}
        for worker in workers:
            assert (await worker.ask("GET", f"{V1}/worlds/w")).status_code == 404

    played(play)


def test_a_clock_that_two_advance_goes_on_twice(played: Callable[..., None]) -> None:
    async def play(workers: Workers) -> None:
        path = f"{V1}/worlds/default/clock/advance"
        await asyncio.gather(*(one.ask("POST", path, json={"by": "1h"}) for one in (*workers, *workers)))
        clock = await workers[1].control("GET", "/worlds/default/clock")
        assert clock["now"] == "2026-01-05T16:00:00.000Z"

    played(play)


def test_a_fault_is_counted_once_however_often_its_call_is_run(played: Callable[..., None]) -> None:
    async def play(workers: Workers) -> None:
        rule = {"match": {}, "do": {"status": 503}, "count": 10}
        await workers[0].control("POST", "/worlds/default/faults", rule)
        body = {"id": "w", "name": "x"}
        calls = [workers[at % 2].ask("PUT", "/widgets/w", json=body) for at in range(40)]
        answers = await asyncio.gather(*calls)
        assert [one.status_code for one in answers].count(503) == 10
        (told,) = (await workers[1].control("GET", "/worlds/default/faults"))["faults"]
        assert (told["matched"], told["applied"]) == (40, 10)

    played(play)


@pytest.mark.parametrize(
    ("name", "path", "member"),
    [
        ("meshmap", "/api/v1/apps/game-sessions", "error"),
        ("playcamp", "/v1/server/campaigns", "code"),
        ("rallyhere", "/session/v1/player/me/session", "error_code"),
    ],
)
def test_while_the_store_is_away_calls_are_refused_in_the_words_of_their_api(
    name: str, path: str, member: str
) -> None:
    async def play() -> None:
        async with Workers(bundled((name,)), in_memory(), 1) as (worker,):
            worker.link.is_cut = True
            for _ in range(3):
                answer = await worker.ask("GET", path, token="ada")
                assert answer.status_code == 503
                assert answer.headers["retry-after"] == "1"
                assert member in answer.json()
            assert (await worker.ask("GET", f"{V1}/health")).status_code == 200
            assert (await worker.ask("GET", f"{V1}/ready")).status_code == 503
            worker.link.is_cut = False
            assert (await worker.ask("GET", f"{V1}/ready")).status_code == 200
            assert (await worker.ask("GET", path, token="ada")).status_code != 503

    asyncio.run(play())


def test_what_could_not_be_confirmed_is_undone(played: Callable[..., None]) -> None:
    async def play(workers: Workers) -> None:
        workers[0].link.is_cut = True
        assert (await workers[0].ask("POST", "/widgets", json={"id": "w", "name": "x"})).status_code == 503
        workers[0].link.is_cut = False
        await workers[0].ask("GET", f"{V1}/ready")
        for worker in workers:
            assert (await worker.ask("GET", "/widgets/w")).status_code == 404

    played(play)
