"""Who gives a store up: one that had the time to hear of it, and did not (`stores/patience.py`)."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.stores.patience import BEATS, Patience, shared
from tests.servers import NO_TLS, TOO_LONG, Server, until
from tests.stores.redis_server import RedisServer, needs_redis

CLIENTS = 8
STOPPED = 1.5
"""Seconds for which a process does not run: nearly twice of what an answer may take."""
SECONDS = 0.2


def stand_still(seconds: float) -> None:
    """Let no loop of this thread turn."""
    time.sleep(seconds)


def test_who_does_not_answer_is_given_up_when_the_time_is_over() -> None:
    async def play() -> None:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            async with Patience(SECONDS):
                await asyncio.Event().wait()
        assert time.monotonic() - began >= SECONDS * 0.9

    asyncio.run(play())


@pytest.mark.parametrize("beats_before", [0.0, BEATS - 0.5], ids=["at first", "at last"])
def test_a_process_that_stands_still_reads_the_answer_that_came_meanwhile(beats_before: float) -> None:
    async def play() -> str:
        loop = asyncio.get_running_loop()
        there, here = os.pipe()
        answer = loop.create_future()
        # What comes in two parts has to be read in two turns.
        loop.add_reader(there, lambda: loop.call_soon(answer.set_result, os.read(there, 1)))
        loop.call_later(beats_before * SECONDS / BEATS, stand_still, 2 * SECONDS)
        threading.Timer((beats_before + 2) * SECONDS / BEATS, os.write, (here, b"!")).start()
        try:
            async with Patience(SECONDS):
                await answer
            return "answered"
        finally:
            loop.remove_reader(there)
            os.close(there)
            os.close(here)

    assert asyncio.run(play()) == "answered"


def test_a_process_that_is_always_late_gives_up_all_the_same() -> None:
    async def play() -> None:
        late = asyncio.ensure_future(_always_late())
        with pytest.raises(TimeoutError):
            async with Patience(0.04):
                await asyncio.Event().wait()
        late.cancel()

    async def _always_late() -> None:
        while True:
            stand_still(0.01)
            await asyncio.sleep(0)

    asyncio.run(play())


def test_who_is_told_to_end_meanwhile_ends() -> None:
    async def play() -> None:
        async def wait() -> None:
            async with Patience(TOO_LONG):
                await asyncio.Event().wait()

        waits = asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits

    asyncio.run(play())


class Clients:
    """Ask a server again and again, so that it always has a question to its store under way."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.statuses: list[int] = []
        self.slowest = 0.0
        self.is_over = False

    def ask(self) -> None:
        with httpx.Client(base_url=self._url, timeout=TOO_LONG, verify=NO_TLS) as client:
            while not self.is_over:
                began = time.monotonic()
                status = client.get("/@w/widgets").status_code
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.statuses.append(status)

    def asked(self, more: int = 100) -> Callable[[], bool]:
        due = len(self.statuses) + more
        return lambda: len(self.statuses) >= due


@needs_redis
def test_a_worker_that_was_stopped_for_a_while_refuses_nothing_when_it_goes_on(
    shop: Path, redis_server: RedisServer
) -> None:
    with (
        Server("-q", "--home", str(shop), "--store", redis_server.url) as server,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        clients = Clients(server.url)
        asking = [pool.submit(clients.ask) for _ in range(CLIENTS)]
        try:
            until(clients.asked())
            server.signal(signal.SIGSTOP)
            stand_still(STOPPED)
            server.signal(signal.SIGCONT)
            until(clients.asked())
        finally:
            clients.is_over = True
        for one in asking:
            one.result(TOO_LONG)
        assert clients.slowest >= STOPPED, "calls were under way while it stood still"
        assert set(clients.statuses) == {200}


@needs_redis
def test_of_a_store_that_does_not_answer_is_told_within_a_second(
    shop: Path, redis_server: RedisServer
) -> None:
    with Server("-q", "--home", str(shop), "--store", redis_server.url) as server:

        def refusal() -> float:
            """Seconds until a call is refused while the store stands still."""
            until(lambda: server.request("GET", "/widgets").status_code == 200)
            redis_server.process.send_signal(signal.SIGSTOP)
            began = time.monotonic()
            refused = server.request("GET", "/widgets")
            redis_server.process.send_signal(signal.SIGCONT)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
            return time.monotonic() - began

        # A machine that is busy with other things may be late, and is not each time.
        assert any(0.7 < refusal() < 1.0 for _ in range(10))


def test_what_several_wait_for_goes_on_without_one_and_fails_in_silence_without_any() -> None:
    said: list[dict[str, Any]] = []

    async def play() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: said.append(context))

        async def fail() -> None:
            await goes_on.wait()
            raise OSError("away")

        for stay in (1, 0):
            goes_on = asyncio.Event()
            task = loop.create_task(fail())
            waiting = [loop.create_task(shared(task)) for _ in range(2)]
            await asyncio.sleep(0)
            for one in waiting[stay:]:
                one.cancel()
            await asyncio.sleep(0)
            goes_on.set()
            await asyncio.wait([task])
            met = await asyncio.gather(*waiting, return_exceptions=True)
            assert [type(one) for one in met] == [OSError] * stay + [asyncio.CancelledError] * (2 - stay)
            del task, waiting, met
        gc.collect()

    asyncio.run(play())
    assert said == []
