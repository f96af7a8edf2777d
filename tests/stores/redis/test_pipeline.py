"""Commands that go to a Redis together: each answer is that of its own command, whatever happened before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import redis.asyncio as redis
from redis.exceptions import ConnectionError, ResponseError

from mockade.stores.interface import Commit, Committed
from mockade.stores.redis import scripts
from mockade.stores.redis.pipeline import Pipeline
from mockade.stores.redis.store import RedisStore
from tests.stores.redis_server import RedisServer, needs_redis

pytestmark = needs_redis


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """One that may be restarted."""
    made = RedisServer()
    yield made
    made.stop()


def _pool(server: RedisServer) -> redis.ConnectionPool:
    return redis.ConnectionPool.from_url(server.url, socket_timeout=None)


def test_an_error_stands_in_the_place_of_the_command_that_met_it(redis_server: RedisServer) -> None:
    async def main() -> None:
        pipeline = Pipeline(_pool(redis_server))
        before, error, after = await pipeline.execute(
            [("ECHO", "a"), ("EVALSHA", "0" * 40, 0), ("ECHO", "b")]
        )
        assert (before, after) == (b"a", b"b")
        assert isinstance(error, ResponseError)
        await pipeline.close()

    asyncio.run(main())


def test_what_a_caller_did_not_wait_for_is_not_the_answer_to_the_next(redis_server: RedisServer) -> None:
    async def main() -> None:
        pipeline = Pipeline(_pool(redis_server))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await pipeline.execute([("BLPOP", "nothing", 5)])
        assert await pipeline.execute([("ECHO", "mine")]) == [b"mine"]
        await pipeline.close()

    asyncio.run(main())


def test_callers_at_once_have_each_their_own_answers(redis_server: RedisServer) -> None:
    async def main() -> None:
        pipeline = Pipeline(_pool(redis_server))
        asked = [pipeline.execute([("ECHO", f"{number}"), ("ECHO", "end")]) for number in range(50)]
        assert await asyncio.gather(*asked) == [[b"%d" % number, b"end"] for number in range(50)]
        await pipeline.close()

    asyncio.run(main())


def test_a_server_that_was_started_anew_is_asked_without_an_error(server: RedisServer) -> None:
    async def main() -> None:
        pipeline = Pipeline(_pool(server))
        await pipeline.execute([("PING",)])
        server.kill()
        server.start()
        await asyncio.sleep(0.05)  # the end of the old connection is read
        assert await pipeline.execute([("ECHO", "again")]) == [b"again"]
        await pipeline.close()

    asyncio.run(main())


def test_nothing_is_sent_twice_by_itself(redis_server: RedisServer) -> None:
    async def main() -> None:
        pipeline = Pipeline(_pool(redis_server))
        await pipeline.execute([("DEL", "once")])
        asked = asyncio.create_task(pipeline.execute([("INCR", "once"), ("BLPOP", "nothing", 5)]))
        other = redis.Redis.from_url(redis_server.url)
        while await other.get("once") is None:
            await asyncio.sleep(0.01)
        await other.client_kill_filter(_type="normal", skipme=True)
        with pytest.raises(ConnectionError):
            await asked
        assert await pipeline.execute([("GET", "once")]) == [b"1"]
        await other.aclose()
        await pipeline.close()

    asyncio.run(main())


def test_scripts_that_the_server_forgot_are_run_again_alone(redis_server: RedisServer) -> None:
    async def main() -> None:
        store = RedisStore(redis_server.url, "forgetful")
        await store.start("files")
        made = [await store.create(name, b"start", []) for name in ("a", "b")]
        other = redis.Redis.from_url(redis_server.url)
        await other.script_flush()
        await other.script_load(scripts.COMMIT.text)
        first, second = made
        assert first is not None
        assert second is not None
        commits = [Commit("a", first.epoch, 0, [b"change"], 1), Commit("b", second.epoch, 0, [], 1)]
        assert await store.commit(commits) == [Committed(1, 1), Committed(1, 1)]
        loaded = await store.load("a")
        assert loaded is not None
        assert (loaded.version, loaded.changes) == (1, [b"change"])
        await other.aclose()
        await store.close()

    asyncio.run(main())
