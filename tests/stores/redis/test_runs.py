"""A store that comes back with less than it had: all workers go on from what it has."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress

import pytest
import redis
import redis.asyncio

from benchmarks.reliability.proxy import Proxy
from mockade.catalogue.api import Api
from mockade.stores.interface import Commit, Committed, Gone, StoreError
from mockade.stores.redis import runs
from mockade.stores.redis.runs import PinnedPipeline
from mockade.stores.redis.store import RedisStore
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.test_outages import answered
from tests.stores.workers import PatientRedisStore, Worker, Workers

pytestmark = needs_redis

COUNTER = "/@w/counters/c"


@pytest.fixture
def server() -> Iterator[RedisServer]:
    made = RedisServer()
    yield made
    made.stop()


def save(server: RedisServer) -> None:
    client = redis.Redis(unix_socket_path=str(server.socket))
    client.save()
    client.close()


async def count(worker: Worker, times: int = 1) -> int:
    for _ in range(times):
        answer = await answered(worker, "POST", COUNTER)
        assert answer.status_code == 200, answer.text
    value = answer.json()["value"]
    assert isinstance(value, int)
    return value


async def read(worker: Worker) -> int:
    value = (await answered(worker, "GET", COUNTER)).json()["value"]
    assert isinstance(value, int)
    return value


@pytest.mark.parametrize("since", [0, 1, 2, 3])
def test_workers_agree_after_a_store_has_lost_what_it_had_not_kept(
    since: int, tally: Mapping[str, Api], server: RedisServer
) -> None:
    """Also where others have made as many changes since as were lost: the version is the same again."""

    async def play() -> None:
        async with Workers(tally, lambda: PatientRedisStore(server.url, "mockade")) as (one, other):
            assert await count(one, 2) == 2
            save(server)
            assert await count(other, 2) == 4
            assert (await read(one), await read(other)) == (4, 4)
            server.kill()
            server.start()
            for made in range(since):
                assert await count(one) == 3 + made
            assert (await read(other), await read(one)) == (2 + since, 2 + since)
            assert await count(other) == 3 + since
            assert await read(one) == 3 + since
            journals = [[entry["id"] for entry in await worker.journal("w")] for worker in (one, other)]
            assert journals[0] == journals[1] == list(range(1, journals[0][-1] + 1))

    asyncio.run(play())


def test_a_server_in_the_place_of_another_is_asked_for_all_worlds_anew(
    tally: Mapping[str, Api], server: RedisServer
) -> None:
    """As after a failover to a replica that lacks the last moments, behind an address that stays."""

    async def play() -> None:
        replica = RedisServer()
        proxy = Proxy(server.socket)
        await proxy.start()
        client, copied = (redis.Redis(unix_socket_path=str(one.socket)) for one in (server, replica))
        try:
            async with Workers(tally, lambda: RedisStore(proxy.url, "mockade")) as (one, other):
                assert await count(one, 2) == 2
                for key in client.keys("*"):
                    copied.restore(key, 0, client.dump(key))
                assert await count(other, 2) == 4
                assert await read(one) == 4
                proxy.lead_to(replica.socket)
                assert await count(one, 2) == 4
                client.flushall()
                assert await count(one) == 5
                assert await read(other) == 5
        finally:
            await proxy.stop()
            client.close()
            copied.close()
            replica.stop()

    asyncio.run(play())


def test_a_store_that_has_kept_all_is_gone_on_with(tally: Mapping[str, Api], server: RedisServer) -> None:
    async def play() -> None:
        async with Workers(tally, lambda: PatientRedisStore(server.url, "mockade"), 1) as (worker,):
            assert await count(worker, 3) == 3
            before = await worker.journal("w")
            save(server)
            server.kill()
            server.start()
            assert await read(worker) == 3
            assert (await worker.journal("w"))[:3] == before

    asyncio.run(play())


def test_what_was_told_by_another_run_is_loaded_again_and_not_asked_about(server: RedisServer) -> None:
    async def play() -> None:
        store = PatientRedisStore(server.url, "mockade")
        await store.start("files")
        made = await store.create("w", b"", [b"1"])
        assert made is not None
        question = Commit("w", made.epoch, 1)
        assert await store.commit([question]) == [Committed(1, 0)]
        save(server)
        server.kill()
        server.start()
        with suppress(StoreError):  # the old connection may not have been missed yet
            await store.commit([question])
        assert await store.commit([question]) == [Gone()]
        assert await store.commit([question]) == [Gone()]
        assert await store.load("w") is not None
        assert await store.commit([question]) == [Committed(1, 0)]
        await store.close()

    asyncio.run(play())


def test_nobody_who_waited_while_another_run_was_found_asks_it_what_was_for_the_former(
    server: RedisServer,
) -> None:
    """As a round behind a look whether the store is there (`/ready`)."""

    async def play() -> None:
        store = PatientRedisStore(server.url, "mockade")
        await store.start("files")
        made = await store.create("w", b"", [b"1"])
        assert made is not None
        change = Commit("w", made.epoch, 1, [b"2"])
        save(server)
        server.kill()
        server.start()
        looks = [store.commit([Commit("default", "", 0)]) for _ in range(2)]
        *_, answer = await asyncio.gather(*looks, store.commit([change]), return_exceptions=True)
        assert answer == [Gone()]
        loaded = await store.load("w")
        assert loaded is not None
        assert loaded.version == 1
        await store.close()

    asyncio.run(play())


def test_so_many_worlds_are_noted_and_no_more(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_KNOWN", 2)

    async def play() -> None:
        pipeline = PinnedPipeline(redis.asyncio.ConnectionPool.from_url(server.url))
        for epoch in ("a", "b", "a", "c"):
            pipeline.note(epoch, "before")
        assert [pipeline.may_ask(epoch) for epoch in ("a", "b", "c")] == [False, True, False]
        await pipeline.close()

    asyncio.run(play())
