"""What a store has of one world may be damaged, or evicted: that is told of it, and of no other.

`stores/redis/damage.py` tells what is wrong with a world from what is wrong with the store, and
`stores/redis/names.py` has the names of all.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Mapping

import httpx
import pytest
import redis
from redis.exceptions import NoPermissionError, ResponseError

from mockade.catalogue.api import Api
from mockade.stores.interface import Busy, Commit, Committed, WorldDamaged
from mockade.stores.redis.damage import is_damage
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.workers import PatientRedisStore, Workers, comes_true, in_redis

DAMAGES = {
    "a version that is no number": ("HSET", "head", "version", "many"),
    "a version that never was": ("HSET", "head", "version", "9"),
    "no version": ("HDEL", "head", "version"),
    "no numbers": ("HDEL", "head", "numbered"),
    "a head of another kind": ("SET", "head", "x"),
    "no baseline": ("DEL", "baseline"),
    "a baseline that is none": ("SET", "baseline", "x"),
    "no log": ("DEL", "log"),
    "a log with a hole": ("XDEL", "log", "2-0"),
    "a log of another kind": ("SET", "log", "x"),
    "no snapshot": ("HSET", "head", "snapshot", "1"),
}


@pytest.fixture
def prefix() -> str:
    return f"test-{secrets.token_hex(4)}"


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    client = redis.Redis(unix_socket_path=str(redis_server.socket))
    yield client
    client.close()


def key(prefix: str, world: str, part: str) -> str:
    return f"{prefix}:{{{world}}}:{part}"


def assert_told(answer: httpx.Response, world: str) -> None:
    assert (answer.status_code, answer.headers.get("retry-after")) == (503, "1"), answer.text
    assert f"the world '{world}'" in answer.text
    assert "begins again with its fixtures" in answer.text
    assert "Traceback" not in answer.text


@needs_redis
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_world_is_told_and_hinders_no_other(
    damage: str, tally: Mapping[str, Api], redis_server: RedisServer, client: redis.Redis, prefix: str
) -> None:
    async def play() -> None:
        stores = in_redis(redis_server, prefix)
        async with Workers(tally, stores, 1) as (first,):
            for _ in range(4):
                for world in ("bad", "good"):
                    assert (await first.ask("POST", f"/@{world}/counters/c")).status_code == 200
        command, part, *arguments = DAMAGES[damage]
        client.execute_command(command, key(prefix, "bad", part), *arguments)
        async with Workers(tally, stores, 1) as (worker,):
            for _ in range(2):
                assert_told(await worker.ask("GET", "/@bad/counters/c"), "bad")
                assert_told(await worker.ask("POST", "/@bad/counters/c"), "bad")
                for path in ("/_mockade/v1/ready", "/@good/counters/c"):
                    answer = await worker.ask("GET", path)
                    assert answer.status_code == 200, answer.text
            assert answer.json()["value"] == 4
            assert_told(await worker.ask("GET", "/_mockade/v1/worlds"), "bad")
            await worker.control("DELETE", "/worlds/bad")
            assert (await worker.ask("POST", "/@bad/counters/c")).json()["value"] == 1

    asyncio.run(play())


@needs_redis
def test_what_is_damaged_while_it_is_served_hinders_no_other(
    tally: Mapping[str, Api], redis_server: RedisServer, client: redis.Redis, prefix: str
) -> None:
    async def play() -> None:
        async with Workers(tally, in_redis(redis_server, prefix), 1) as (worker,):
            for world in ("bad", "good"):
                assert (await worker.ask("POST", f"/@{world}/counters/c")).status_code == 200
            client.hset(key(prefix, "bad", "head"), "numbered", "many")
            both = [worker.ask("GET", f"/@{world}/counters/c") for world in ("bad", "good")]
            bad, good = await asyncio.gather(*both)
            assert_told(bad, "bad")
            assert good.status_code == 200, good.text
            client.hset(key(prefix, "bad", "head"), "numbered", "7")

            async def is_mended() -> bool:
                answer = await worker.ask("GET", "/@bad/counters/c")
                return answer.status_code == 200 and answer.json()["value"] == 1

            await comes_true(is_mended)

    asyncio.run(play())


@needs_redis
def test_the_journal_of_a_damaged_world_holds_up_no_other(
    tally: Mapping[str, Api], redis_server: RedisServer, client: redis.Redis, prefix: str
) -> None:
    async def play() -> None:
        async with Workers(tally, in_redis(redis_server, prefix)) as (worker, other):
            for world in ("bad", "good"):
                await worker.ask("GET", f"/@{world}/counters/c")
            await worker.store_worker.journals.send_all()
            client.set(key(prefix, "bad", "journal"), "x")
            for world in ("bad", "good"):
                assert (await worker.ask("GET", f"/@{world}/counters/c")).status_code == 200
            await worker.store_worker.journals.send_all()
            entries = await other.journal("good")
            assert [one["response"]["status"] for one in entries] == [200, 200]
            assert_told(await other.ask("GET", "/_mockade/v1/worlds/bad"), "bad")

    asyncio.run(play())


@needs_redis
def test_an_entry_that_cannot_be_read_hides_no_other(
    tally: Mapping[str, Api], redis_server: RedisServer, client: redis.Redis, prefix: str
) -> None:
    async def play() -> None:
        async with Workers(tally, in_redis(redis_server, prefix)) as (worker, other):
            await worker.ask("GET", "/@w/counters/c")
            await worker.store_worker.journals.send_all()
            client.xadd(key(prefix, "w", "journal"), {"n": "2", "d": "x"})
            client.hset(key(prefix, "w", "head"), "numbered", "2")
            await worker.ask("GET", "/@w/counters/c")
            told = {one["id"]: one["reason"] for one in await other.journal("w")}
            assert told.keys() == {1, 2, 3}
            assert "not an entry of a journal" in told[2]

    asyncio.run(play())


@needs_redis
def test_names_that_no_world_has_are_not_listed(
    tally: Mapping[str, Api], redis_server: RedisServer, client: redis.Redis, prefix: str
) -> None:
    async def play() -> None:
        async with Workers(tally, in_redis(redis_server, prefix), 1) as (worker,):
            client.sadd(f"{prefix}:worlds", b"\xff\xfe", "../x y", "", "named")
            names = [one["name"] for one in (await worker.control("GET", "/worlds"))["worlds"]]
            assert sorted(names) == ["default", "named"]

    asyncio.run(play())


@needs_redis
def test_a_turn_ends_though_the_clock_of_the_store_was_set_back(
    redis_server: RedisServer, client: redis.Redis, prefix: str
) -> None:
    async def play() -> None:
        store = PatientRedisStore(redis_server.url, prefix)
        await store.start("files")
        made = await store.create("w", b"", [])
        assert made is not None
        seconds, _ = client.time()
        until = {"turn": "other", "until": (seconds + 3600) * 1000}
        client.hset(key(prefix, "w", "head"), mapping=until)
        assert await store.commit([Commit("w", made.epoch, 0, [b"1"], who="me")]) == [Committed(1, 0)]
        client.hset(key(prefix, "w", "head"), mapping={"turn": "other", "until": "soon"})
        assert await store.commit([Commit("w", made.epoch, 1, [b"2"], who="me")]) == [Committed(1, 0)]
        overtaken = Commit("w", made.epoch, 1, [b"3"], who="other", was_overtaken=True)
        await store.commit([overtaken])
        assert await store.commit([Commit("w", made.epoch, 2, [b"3"], who="me")]) == [Busy()]
        await store.close()

    asyncio.run(play())


@needs_redis
def test_idle_worlds_go_though_one_is_damaged(
    redis_server: RedisServer, client: redis.Redis, prefix: str
) -> None:
    async def play() -> None:
        store = PatientRedisStore(redis_server.url, prefix)
        await store.start("files")
        for name in ("a", "b"):
            await store.create(name, b"", [])
        client.hset(key(prefix, "a", "head"), "used", "long ago")
        client.hset(key(prefix, "b", "head"), "used", "1")
        assert await store.delete_idle(60, "") == ["b"]
        client.set(key(prefix, "a", "head"), "x")
        with pytest.raises(WorldDamaged):
            await store.load("a")
        assert await store.delete("a")
        await store.close()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("WRONGTYPE Operation against a key holding the wrong kind of value", True),
        ("LOST the snapshot", True),
        (
            "user_script:39: attempt to perform arithmetic on a nil value script: a1, on @user_script:39.",
            True,
        ),
        ("READONLY You can't write against a read only replica. script: a1, on @user_script:33.", False),
        ("MISCONF Redis is configured to save RDB snapshots. script: a1, on @user_script:33.", False),
        ("BUSY Redis is busy running a script.", False),
        ("DB index is out of range", False),
    ],
)
def test_what_is_wrong_with_the_store_is_no_damage_of_a_world(said: str, is_one: bool) -> None:
    assert is_damage(ResponseError(said)) is is_one
    assert not is_damage(NoPermissionError(said))
