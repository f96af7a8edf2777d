"""A read that comes again, to the byte, is answered of what the store has by then, as any other."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mockade.catalogue.api import Api
from mockade.stores.shared_world import SharedWorld
from tests.server.wire import Line, head
from tests.stores.workers import Stores, Worker, Workers

GET = head("/counters/c")
FAULT = {"do": {"status": 503}}

Script = Callable[[Worker, Worker, Line], Awaitable[None]]


def over(tally: Mapping[str, Api], stores: Stores, script: Script) -> None:
    """Play a script with two workers and a connection to the first, which knows the request."""

    async def play() -> None:
        async with Workers(tally, stores) as (worker, other):
            line = Line(worker.app)
            await answered(line, times=3)
            assert line.tasks <= 2, "it is known by then"
            line.tasks = 0
            try:
                await script(worker, other, line)
            finally:
                line.close()

    asyncio.run(play())


async def answered(line: Line, request: bytes = GET, *, times: int = 1) -> bytes:
    """The last answer to a request that is sent so often, each time after the answer."""
    for _ in range(times):
        line.wire.written.clear()
        before = set(line.protocol.tasks)
        line.protocol.data_received(request)
        line.tasks += len(line.protocol.tasks - before)
        await until(lambda: b"\r\n\r\n" in line.wire.written)
    return bytes(line.wire.written)


async def until(is_so: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.001)


def value(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer
    (found,) = re.findall(rb'"value":\s*(\d+)', answer)
    return int(found)


def numbers(answers: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"x-mockade-exchange: (\d+)", answers)]


def test_it_is_answered_without_a_task_and_entered_under_the_stores_number(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def script(worker: Worker, other: Worker, line: Line) -> None:
        first = numbers(await answered(line))
        await other.ask("GET", "/counters/c")
        second = numbers(await answered(line))
        assert line.tasks == 0
        assert second == [first[0] + 2]
        entries = await other.journal()
        assert [one["id"] for one in entries][-3:] == [first[0], first[0] + 1, first[0] + 2]
        ours = [one for one in entries if one["id"] in (*first, *second)]
        assert [(one["response"]["status"], one["operation"]) for one in ours] == [
            (200, "get_counters_id")
        ] * 2
        assert [one.id for one in worker.told][-2:] == [*first, *second]

    over(tally, stores, script)


def test_what_another_worker_changed_before_it_came_is_in_its_answer(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def script(_worker: Worker, other: Worker, line: Line) -> None:
        for _ in range(3):
            changed = (await other.ask("POST", "/counters/c")).json()["value"]
            assert value(await answered(line)) == changed
            await answered(line, times=2)
            line.tasks = 0
            assert value(await answered(line)) == changed
            assert line.tasks == 0, "it is known again"

    over(tally, stores, script)


def test_a_fault_that_was_set_through_another_worker_is_met(tally: Mapping[str, Api], stores: Stores) -> None:
    async def script(_worker: Worker, other: Worker, line: Line) -> None:
        await other.control("POST", "/faults", FAULT)
        answer = await answered(line)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert (await other.journal())[-1]["answered_by"] == "fault"

    over(tally, stores, script)


def test_a_world_that_another_worker_deleted_is_made_anew(tally: Mapping[str, Api], stores: Stores) -> None:
    async def script(worker: Worker, other: Worker, line: Line) -> None:
        request = head("/counters/c", "X-Mockade-World: mine")
        await worker.ask("POST", "/counters/c", headers={"x-mockade-world": "mine"})
        assert value(await answered(line, request, times=3)) == 1
        await other.control("DELETE", "/worlds/mine")
        assert value(await answered(line, request)) == 0

    over(tally, stores, script)


def test_a_store_that_is_away_is_a_503_and_the_same_again_when_it_is_back(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def script(worker: Worker, other: Worker, line: Line) -> None:
        last = numbers(await answered(line))
        worker.link.is_cut = True
        for _ in range(2):
            away = await answered(line)
            assert away.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after: 1\r\n" in away
        worker.link.is_cut = False
        await worker.control("GET", "/ready")
        assert value(await answered(line)) == 0
        entries = [one["id"] for one in await other.journal()]
        assert entries == list(range(1, entries[-1] + 1))
        assert numbers(await answered(line)) > last

    over(tally, stores, script)


def test_what_comes_before_its_answer_waits_and_is_answered_in_order(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def script(_worker: Worker, _other: Worker, line: Line) -> None:
        line.wire.written.clear()
        post = head("/counters/c", "Content-Length: 0", method="POST")
        for piece in (GET, post[:20], post[20:], GET, GET):
            line.protocol.data_received(piece)
        assert line.wire.paused, "who sends without waiting is not read meanwhile"
        await until(lambda: line.wire.written.count(b"HTTP/1.1 ") == 4)
        await until(lambda: not line.wire.paused)
        answers = bytes(line.wire.written).split(b"HTTP/1.1 ")[1:]
        assert [value(b"HTTP/1.1 " + one) for one in answers] == [0, 1, 1, 1]
        assert numbers(line.wire.written) == sorted(numbers(line.wire.written))

    over(tally, stores, script)


def test_who_hung_up_is_in_the_journal_all_the_same(tally: Mapping[str, Api], stores: Stores) -> None:
    async def script(worker: Worker, _other: Worker, line: Line) -> None:
        told = len(worker.told)
        line.wire.written.clear()
        line.protocol.data_received(GET)
        line.wire.close()
        line.protocol.connection_lost(None)
        await until(lambda: len(worker.told) > told)
        assert line.wire.written == b""
        entries = await worker.journal()
        assert [one["id"] for one in entries] == list(range(1, len(entries) + 1))

    over(tally, stores, script)


def test_a_server_that_ends_or_retires_meanwhile_answers_it_as_the_last(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def script(worker: Worker, _other: Worker, line: Line) -> None:
        retired = Line(worker.app, line.config)
        for one in (line, retired):
            one.wire.written.clear()
            one.protocol.data_received(GET)
        line.protocol.shutdown()
        assert not line.wire.closed
        line.config.is_retiring = True
        retired.protocol.retire()
        for one in (line, retired):
            await until(lambda one=one: one.wire.closed)
            assert value(bytes(one.wire.written)) == 0
            assert b"connection: close\r\n" in one.wire.written

    over(tally, stores, script)


def test_a_server_that_ends_while_its_store_is_away_says_so_and_ends(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def script(worker: Worker, _other: Worker, line: Line) -> None:
        line.wire.written.clear()
        worker.link.is_cut = True
        line.protocol.data_received(GET)
        line.protocol.shutdown()
        await until(lambda: line.wire.closed)
        assert line.wire.written.startswith(b"HTTP/1.1 503 ")

    over(tally, stores, script)


def test_a_connection_whose_request_is_held_for_long_is_not_taken_for_idle(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    """As by a control call in slices, until which nothing of its world is confirmed."""

    async def script(worker: Worker, _other: Worker, line: Line) -> None:
        world = worker.worlds.default
        assert isinstance(world, SharedWorld)
        world.holds += 1
        line.wire.written.clear()
        line.protocol.data_received(GET)
        line.protocol.timeout_keep_alive = 0
        line.protocol.timeout_keep_alive_handler()
        assert not line.wire.closed
        world.holds -= 1
        worker.store_worker.rounds.let_go(world)
        await until(lambda: b"\r\n\r\n" in line.wire.written)
        assert value(bytes(line.wire.written)) == 0
        await until(lambda: line.wire.closed)

    over(tally, stores, script)
