"""Stores by their addresses, and what is said at the start (`stores/opening.py`, `stores/addresses.py`)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from mockade.errors import SetupError
from mockade.launch import load
from mockade.settings import Settings
from mockade.stores.addresses import shown
from mockade.stores.opening import check_store, fingerprint, open_store
from tests.harness import bundled
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.workers import V1, Stores, Workers, comes_true

APIS = bundled(("meshmap",))


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    started = RedisServer()
    yield started
    started.stop()


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "rediss", "redi://h", ""])
def test_what_is_no_address_of_a_store_is_told_with_an_example(url: str) -> None:
    with pytest.raises(SetupError, match=r"redis://127\.0"):
        open_store(Settings(store=url))


def test_an_address_is_shown_without_its_password() -> None:
    assert shown("rediss://ada:s3cret@h:6379/0") == "rediss://ada:***@h:6379/0"
    assert shown("redis://h") == "redis://h"
    assert shown("redis://:s/3?c#r@et@h/0") == "redis://:***@h/0"
    assert shown("unix:///r.sock?password=s3cret&db=1") == "unix:///r.sock?password=***&db=1"
    assert shown("redis://h?db=1&passwort=s3cret") == "redis://h?db=1&passwort=***"
    assert shown("rediss://h?ssl_password=s3cret") == "rediss://h?ssl_password=***"
    assert shown("rediss://h:6379/0?ssl_ca_certs=/a.pem") == "rediss://h:6379/0?ssl_ca_certs=/a.pem"


def test_a_store_that_is_not_there_stops_the_start_with_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="redis-server"):
        load(("meshmap",), None, "127.0.0.1", store=f"unix://{tmp_path}/none")


@needs_redis
def test_what_is_not_ours_below_the_prefix_stops_the_start_and_stays(server: RedisServer) -> None:
    with redis.Redis(unix_socket_path=str(server.socket)) as client:
        client.set("taken:by somebody", "precious")
        with pytest.raises(SetupError, match="--store-prefix"):
            check_store(APIS, Settings(store=server.url, store_prefix="taken"))
        client.set("taken*:meta", "precious")
        with pytest.raises(SetupError, match="--store-prefix"):
            check_store(APIS, Settings(store=server.url, store_prefix="taken*"))
        assert client.get("taken:by somebody") == client.get("taken*:meta") == b"precious"


@needs_redis
def test_another_format_stops_the_start(server: RedisServer) -> None:
    with redis.Redis(unix_socket_path=str(server.socket)) as client:
        client.hset("later:meta", mapping={"format": "2", "files": "x"})
        with pytest.raises(SetupError, match="format 2"):
            check_store(APIS, Settings(store=server.url, store_prefix="later"))


def test_worlds_fit_the_contracts_and_the_rows_that_they_were_made_of() -> None:
    one = fingerprint(APIS, Settings())
    assert one == fingerprint(APIS, Settings(seed=7, token="t"))
    assert one != fingerprint(APIS, Settings(rows=0))
    assert one != fingerprint(bundled(("playcamp",)), Settings())


def test_a_store_that_goes_away_right_after_it_was_looked_at_lets_the_start_go_on(stores: Stores) -> None:
    async def play() -> None:
        workers = Workers(APIS, stores, 1, frozen=False)
        workers[0].link.is_cut = True
        async with workers as (worker,):
            ready = await worker.ask("GET", f"{V1}/ready")
            assert (ready.status_code, "is away" in ready.text) == (503, True)
            assert (await worker.ask("GET", f"{V1}/health")).status_code == 200
            worker.link.is_cut = False

            async def is_ready() -> bool:
                return (await worker.ask("GET", f"{V1}/ready")).status_code == 200

            await comes_true(is_ready)
            key = {"x-app-api-key": "meshmap-demo-key"}
            assert (await worker.ask("GET", "/apps/game-sessions", headers=key)).status_code == 200

    asyncio.run(play())
