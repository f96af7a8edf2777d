"""What takes long is waited for while the store answers at all.

That is `stores/redis/health_check.py`, which is asked by `stores/redis/running.py`.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from benchmarks.reliability.proxy import Proxy, State
from mockade.stores.interface import Numbers, StoreError
from mockade.stores.redis import running, scripts
from mockade.stores.redis.connection_pool import MOST_CONNECTIONS, connection_pool
from mockade.stores.redis.health_check import HealthCheck
from mockade.stores.redis.running import LONG, MOST_LONG
from mockade.stores.redis.store import RedisStore
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.workers import PatientRedisStore

pytestmark = needs_redis

QUESTIONS: dict[str, Callable[[RedisStore], Awaitable[Any]]] = {
    "load": lambda store: store.load("w"),
    "create": lambda store: store.create("w", b"", ()),
    "snapshot": lambda store: store.keep_snapshot("w", "", 1, b""),
}


@pytest.mark.parametrize("state", ["hangs", "holds-answers"])
def test_a_world_on_its_way_is_not_waited_for_where_nothing_comes(
    state: State, redis_server: RedisServer
) -> None:
    async def main() -> None:
        proxy = Proxy(redis_server.socket)
        await proxy.start()
        store = RedisStore(proxy.url, f"health-{state}")
        await store.start("")
        await store.load("w")  # its connections are there
        proxy.state = state

        async def refused(name: str) -> None:
            with pytest.raises(StoreError, match=r"does not answer within 0\.8 s"):
                await QUESTIONS[name](store)

        async with asyncio.timeout(LONG / 2):
            await asyncio.gather(*map(refused, [*QUESTIONS, "load", "load"]))
        proxy.state = "forwards"
        async with asyncio.timeout(LONG):
            while True:
                try:
                    await asyncio.gather(*(ask(store) for ask in QUESTIONS.values()))
                    break
                except StoreError:  # of a machine that is busy
                    await asyncio.sleep(0.01)
        await store.close()
        await proxy.stop()

    asyncio.run(main())


def test_worlds_on_their_way_leave_connections_to_those_who_ask_what_is_short(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        store = PatientRedisStore(redis_server.url, "short")
        await store.start("")
        arrives, pool = asyncio.Event(), store._redis.connection_pool
        under_way: list[int] = []

        async def slow(*_: Any) -> None:
            connection = await pool.get_connection()
            under_way.append(len(pool._in_use_connections))
            await arrives.wait()
            await pool.release(connection)

        monkeypatch.setattr(store._redis, "evalsha", slow)
        loads = [asyncio.ensure_future(store.load(f"w{number}")) for number in range(2 * MOST_CONNECTIONS)]
        while len(under_way) < MOST_LONG:
            await asyncio.sleep(0)
        assert await store.names() == []
        assert await store.numbers("w", "") == Numbers(0, 0, 0.0)
        arrives.set()
        assert await asyncio.gather(*loads) == [None] * len(loads)
        assert max(under_way) <= MOST_LONG < MOST_CONNECTIONS
        await store.close()

    asyncio.run(main())


def test_nothing_is_said_of_a_look_that_nobody_waits_for_any_more(redis_server: RedisServer) -> None:
    said: list[dict[str, Any]] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        proxy = Proxy(redis_server.socket)
        await proxy.start()
        proxy.state = "hangs"
        health = HealthCheck(connection_pool(proxy.url), 0.05)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await health.look()
        await asyncio.wait([health._look])  # type: ignore[list-item]
        health._look = None
        gc.collect()
        await health.close()
        await proxy.stop()

    asyncio.run(main())
    assert said == []


def test_a_world_that_takes_long_is_waited_for_while_others_are_answered(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "GLANCE", 0.001)
    looks = 0

    class Slow(RedisStore):
        async def _run(self, *_: Any, **__: Any) -> str:
            nonlocal looks
            look = self._health.look

            async def looked() -> None:
                nonlocal looks
                await look()
                looks += 1

            self._health.look = looked  # type: ignore[method-assign]
            while looks < 3:
                await asyncio.sleep(0.001)
            return "at last"

    async def main() -> None:
        store = Slow(redis_server.url, "slow")
        async with asyncio.timeout(LONG):
            assert await store._run_long(scripts.LOAD, []) == "at last"
        await store.close()

    asyncio.run(main())
    assert looks >= 3
