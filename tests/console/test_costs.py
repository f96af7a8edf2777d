"""What the console costs a server that nobody looks at: nothing, before somebody came and after."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest

from tests.control.test_event_stream import following
from tests.harness import Mock, exchanged
from tests.servers import environment
from tests.test_work import Counted, warm

LOADED = """
import sys, httpx
from mockade.testing import MockServer

ONLY_FOR_WHO_LOOKS = {"mockade.console", "mockade.middleware.console", "mockade.validation"}

with MockServer("meshmap") as server:
    for path in ("/apps/players", "/nowhere", "/_mockade/v1/journal", "/_mockade/v1/worlds", "/"):
        httpx.get(server.url + path, headers={"x-app-api-key": "meshmap-demo-key"})
    print(sorted(ONLY_FOR_WHO_LOOKS & set(sys.modules)))
    httpx.get(server.url + "/_mockade/")
    httpx.get(server.url + "/_mockade/v1/apis/meshmap/findings")
    print(sorted(ONLY_FOR_WHO_LOOKS - set(sys.modules)))
"""


def test_nothing_of_it_is_loaded_or_kept_before_somebody_looks() -> None:
    code = [sys.executable, "-c", LOADED]
    done = subprocess.run(code, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]


@pytest.mark.parametrize("name", ["get", "score"])
def test_a_request_costs_the_same_before_somebody_followed_and_after(
    make_mock: Callable[..., Mock], name: str
) -> None:
    counted = Counted(make_mock())
    warm(counted, name)
    before = warm(counted, name)
    assert counted.mock.world.journal.followers == {}

    async def look() -> None:
        async with following(counted.mock, "summary=true") as client:
            await exchanged(counted.mock.app, httpx.Request("GET", "http://localhost/nowhere"))
            await client.until(lambda: len(client.told) == 1)

    asyncio.run(look())
    assert warm(counted, name) == before
    assert counted.mock.world.journal.followers == counted.mock.world.journal.written == {}
