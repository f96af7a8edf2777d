"""What tests of stores share: a redis-server, stores of both kinds, and an API of registers and counters."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from benchmarks.reliability.tally import FIXTURES, HANDLERS, TALLY
from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from tests.contracts import contract, crud
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.workers import Stores, in_memory, in_redis


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.stop()


@pytest.fixture(params=["memory", pytest.param("redis", marks=needs_redis)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Makes stores of either kind, which keep the same worlds."""
    if request.param == "memory":
        return in_memory()
    return in_redis(request.getfixturevalue("redis_server"), f"test-{secrets.token_hex(4)}")


@pytest.fixture
def tally(home: Callable[..., Path]) -> Mapping[str, Api]:
    """Registers and counters; their stem is `tally`."""
    files = {
        "specs": {"tally.yaml": TALLY},
        "fixtures": {"tally.yaml": FIXTURES},
        "apis": {"tally.py": HANDLERS},
    }
    return load_apis(find_files(home(**files), ()))


@pytest.fixture
def shop(home: Callable[..., Path]) -> Path:
    """A home of one API, whose widgets are at `/widgets`; there is none at the start."""
    return home(specs={"shop.yaml": contract(crud("/widgets"))}, fixtures={"shop.yaml": "widgets: []"})
