"""A store that hangs, closes, is killed or full: calls are refused at once, nothing is lost or done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
import redis

from benchmarks.reliability.proxy import Proxy, State
from benchmarks.reliability.tally import FIXTURES, HANDLERS, TALLY
from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.stores.redis.store import RedisStore
from tests.apis.playcamp import SERVER
from tests.servers import TOO_LONG
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.workers import V1, Worker, Workers, comes_true

pytestmark = needs_redis

OUTAGES = 3


class Call:
    """A request to an API, and what keys its errors have."""

    def __init__(self, path: str, keys: set[str], **options: Any) -> None:
        self.path, self.keys, self.options = path, keys, options


CALLS = {
    "rallyhere": Call("/session/v1/template", {"auth_success", "error_code", "desc"}, token="ada"),
    "playcamp": Call("/v1/server/webhooks", {"error", "code"}, token=SERVER),
    "meshmap": Call("/apps/game-sessions", {"error"}, headers={"x-app-api-key": "meshmap-demo-key"}),
    "tally": Call("/counters/c", {"type", "title", "status", "detail", "operation"}),
}


@pytest.fixture
def both(home: Callable[..., Path]) -> Mapping[str, Api]:
    """The bundled APIs of vendors, and one of an own contract."""
    files = {
        "specs": {"tally.yaml": TALLY},
        "fixtures": {"tally.yaml": FIXTURES},
        "apis": {"tally.py": HANDLERS},
    }
    return load_apis(find_files(home(**files), ("rallyhere", "playcamp", "meshmap", "tally")))


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A server that has on disk what it has answered."""
    server = RedisServer("--appendonly", "yes", "--appendfsync", "always")
    yield server
    server.stop()


@asynccontextmanager
async def behind_proxies(
    apis: Mapping[str, Api], server: RedisServer, count: int = 1
) -> AsyncIterator[tuple[Workers, list[Proxy]]]:
    """Workers, each of whose connections goes through a proxy of its own."""
    proxies = [Proxy(server.socket) for _ in range(count)]
    for one in proxies:
        await one.start()
    left = iter(proxies)
    try:
        async with Workers(apis, lambda: RedisStore(next(left).url, "mockade"), count) as workers:
            yield workers, proxies
    finally:
        for one in proxies:
            await one.stop()


async def answered(worker: Worker, method: str, path: str, **options: Any) -> httpx.Response:
    """What is answered at last: a loaded machine may make the store look slow."""
    async with asyncio.timeout(TOO_LONG):
        while (answer := await worker.ask(method, path, **options)).status_code == 503:
            await asyncio.sleep(0.05)
    return answer


@pytest.mark.parametrize("outage", ["hangs", "closes"])
def test_while_the_store_is_away_each_vendor_refuses_in_its_own_words(
    outage: State, both: Mapping[str, Api], server: RedisServer
) -> None:
    async def play() -> None:
        async with behind_proxies(both, server) as (workers, (proxy,)):
            (worker,) = workers
            for call in CALLS.values():
                assert (await answered(worker, "GET", call.path, **call.options)).status_code == 200
            proxy.state = outage
            for call in CALLS.values():
                async with asyncio.timeout(TOO_LONG):
                    refused = await worker.ask("GET", call.path, **call.options)
                assert (refused.status_code, refused.headers.get("retry-after")) == (503, "1"), (
                    call.path,
                    refused.text,
                )
                assert refused.json().keys() == call.keys
                assert "The store at unix://" in refused.text
            ready = await worker.ask("GET", f"{V1}/ready")
            assert (ready.status_code, "The store at" in ready.text) == (503, True), ready.text
            assert (await worker.ask("GET", f"{V1}/health")).status_code == 200
            assert (await worker.ask("GET", f"{V1}/worlds")).status_code == 503
            proxy.state = "forwards"
            for call in CALLS.values():
                assert (await answered(worker, "GET", call.path, **call.options)).status_code == 200
            assert (await answered(worker, "GET", f"{V1}/ready")).status_code == 200
            told = [one.status for one in worker.told if one.operation]
            assert told.count(503) >= len(CALLS), "the log tells of them"

    asyncio.run(play())


class Counting:
    """Clients that count over several workers, and know what they were answered."""

    def __init__(self, workers: Workers, seed: int) -> None:
        self._workers = workers
        self._chance = Random(seed)
        self.counted: list[int] = []
        self.unanswered = 0
        self.is_over = False

    async def count(self) -> None:
        while not self.is_over:
            worker = self._workers[self._chance.randrange(len(self._workers))]
            async with asyncio.timeout(TOO_LONG):
                answer = await worker.ask("POST", "/@w/counters/c")
            if answer.status_code == 200:
                self.counted.append(answer.json()["value"])
            else:
                assert answer.status_code == 503, answer.text
                self.unanswered += 1
                await asyncio.sleep(0.02)

    def counts_on(self, more: int = 20) -> Callable[[], Any]:
        """Whether so many more were counted since now."""
        due = len(self.counted) + more

        async def did() -> bool:
            return len(self.counted) >= due

        return did

    async def check(self) -> None:
        assert len(set(self.counted)) == len(self.counted), "no number was given twice"
        for worker in self._workers:
            value = (await answered(worker, "GET", "/@w/counters/c")).json()["value"]
            assert max(self.counted) <= value
            assert len(self.counted) <= value <= len(self.counted) + self.unanswered


@pytest.mark.parametrize("outage", ["hangs", "closes"])
def test_what_was_counted_before_a_network_was_cut_is_counted_once_afterwards(
    outage: State, tally: Mapping[str, Api], server: RedisServer
) -> None:
    async def play() -> None:
        async with behind_proxies(tally, server, 2) as (workers, proxies):
            counting = Counting(workers, 0)
            clients = [asyncio.ensure_future(counting.count()) for _ in range(6)]
            for number in range(OUTAGES):
                await comes_true(counting.counts_on())
                cut = proxies if number % 2 else proxies[:1]
                for one in cut:
                    one.state = outage
                await asyncio.sleep(0.1 * number)
                for one in cut:
                    one.state = "forwards"
            await comes_true(counting.counts_on())
            counting.is_over = True
            await asyncio.gather(*clients)
            await counting.check()

    asyncio.run(play())


def test_what_was_counted_before_the_store_was_killed_is_counted_once_afterwards(
    tally: Mapping[str, Api], server: RedisServer
) -> None:
    async def play() -> None:
        async with Workers(tally, lambda: RedisStore(server.url, "mockade")) as workers:
            counting = Counting(workers, 1)
            clients = [asyncio.ensure_future(counting.count()) for _ in range(6)]
            for _ in range(OUTAGES):
                await comes_true(counting.counts_on())
                server.kill()
                unanswered = counting.unanswered
                while counting.unanswered == unanswered:
                    await asyncio.sleep(0.01)
                await asyncio.to_thread(server.start)
            await comes_true(counting.counts_on())
            counting.is_over = True
            await asyncio.gather(*clients)
            await counting.check()
            numbers = [entry["id"] for entry in await workers[0].journal("w")]
            assert numbers == list(range(1, len(numbers) + 1)), "what is lost of the journal is said there"

    asyncio.run(play())


def test_a_full_store_takes_no_changes_and_is_read_all_the_same(
    tally: Mapping[str, Api], server: RedisServer
) -> None:
    async def play() -> None:
        async with Workers(tally, lambda: RedisStore(server.url, "mockade")) as workers:
            for worker in workers:
                assert (await answered(worker, "POST", "/counters/c")).status_code == 200
            client = redis.Redis(unix_socket_path=str(server.socket))
            client.config_set("maxmemory", "1mb")
            for worker in workers:
                refused = await worker.ask("POST", "/counters/c")
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
                assert "is full and takes no changes: raise its maxmemory" in refused.json()["detail"]
                for _ in range(5):
                    read = await worker.ask("GET", "/counters/c")
                    assert (read.status_code, read.json().get("value")) == (200, 2), read.text
            mixed = [workers[0].ask(method, "/counters/c") for method in ("GET", "POST", "GET", "POST")]
            statuses = [one.status_code for one in await asyncio.gather(*mixed)]
            assert statuses == [200, 503, 200, 503]
            later = workers[0].ask("POST", "/counters/c/later", json={"value": 100_000})
            reads = [workers[0].ask("GET", "/counters/c") for _ in range(3)]
            statuses = [one.status_code for one in await asyncio.gather(later, *reads)]
            assert statuses == [503, 200, 200, 200], "what is to happen later is a change, too"
            rows = f"{V1}/worlds/default/state/tally/counters"

            chance = Random(0)

            async def again(method: str, path: str) -> set[tuple[int, int | None]]:
                found = set()
                for _ in range(30):
                    await asyncio.sleep(chance.random() / 500)  # so that they meet at any step of each other
                    answer = await workers[0].ask(method, path)
                    (read,) = answer.json().get("rows", [answer.json()])  # a list goes out in pieces
                    found.add((answer.status_code, read.get("value")))
                return found

            asked = [("POST", "/counters/c"), ("GET", f"{rows}/c"), ("GET", rows)] * 3
            found = await asyncio.gather(*(again(*one) for one in asked))
            assert found == [{(503, None)}, {(200, 2)}, {(200, 2)}] * 3, "what is refused was seen by nobody"
            client.config_set("maxmemory", "0")
            client.close()
            for worker in workers:
                assert (await answered(worker, "POST", "/counters/c")).status_code == 200
            assert (await answered(workers[0], "GET", "/counters/c")).json()["value"] == 4

    asyncio.run(play())


def test_a_store_that_lets_nobody_write_is_not_ready(both: Mapping[str, Api], server: RedisServer) -> None:
    """As one that another took the place of: it answers what only reads, by what it knew then."""

    async def play() -> None:
        client = redis.Redis(unix_socket_path=str(server.socket))
        async with Workers(both, lambda: RedisStore(server.url, "mockade"), 1) as (worker,):
            counter = "/counters/c"
            assert (await answered(worker, "POST", counter)).json()["value"] == 1
            client.replicaof("127.0.0.1", "1")
            for path in (counter, f"{V1}/ready"):
                refused = await worker.ask("GET", path)
                assert refused.status_code == 503, refused.text
                assert "it follows another server" in refused.text
            assert (await worker.ask("GET", f"{V1}/health")).status_code == 200
            client.replicaof("NO", "ONE")
            assert (await answered(worker, "GET", f"{V1}/ready")).status_code == 200
            assert (await answered(worker, "POST", counter)).json()["value"] == 2
        client.close()

    asyncio.run(play())
