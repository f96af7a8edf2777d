"""A handler that answers Wait is run again when rows change or its time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.server.connection import EXTENSION
from mockade.testing import MockServer
from mockade.worlds.waits import MOST_AT_ONCE
from tests.contracts import REF, answers, contract, crud
from tests.harness import Mock, exchanged

PATHS = crud("/widgets") | crud("/others")
PATHS["/poll"] = {
    "get": {
        "operationId": "poll",
        **answers(200, {"type": "array", "items": REF}, headers={"ETag": {"schema": {"type": "string"}}}),
    }
}
PATHS["/poll"]["get"]["responses"][304] = {"description": "as before"}
SPEC = contract(PATHS, types={}).replace(
    "    get:\n      operationId: poll\n",
    "    get:\n      operationId: poll\n      parameters:\n"
    "      - {name: name, in: query, schema: {type: string}}\n"
    "      - {name: seconds, in: query, schema: {type: number, default: 25}}\n",
)
HANDLERS = """
from mockade.handling import Collection, Reply, Wait, etag
pure = True
collections = (
    Collection("widgets", holds="Widget", indexes={"name": lambda row: [row["name"]]}),
    Collection("others", holds="Widget"),
)
runs = []
def poll(call, name, seconds):
    runs.append(name)
    call.new_uuid()
    found = list(call.rows("widgets").where("name", name)) if name else list(call.rows("widgets"))
    if not found and not call.timed_out:
        return Wait("widgets", seconds, "name", name) if name else Wait("widgets", seconds)
    return Reply(found, headers={"ETag": etag(found)})
"""


class Polls:
    """A mock with polls under way: `poll` begins one, `answer` waits for what it is answered."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        self.loop = mock._runner.get_loop()

    def poll(self, query: str = "", headers: Any = None, connection: Any = None) -> asyncio.Task[Any]:
        request = httpx.Request("GET", f"http://localhost/poll?{query}", headers=headers)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if connection is not None:
                scope["extensions"] = {EXTENSION: connection}
            await self.mock.app(scope, receive, send)

        task = self.loop.create_task(exchanged(app, request))
        self.turns(3)
        return task

    def turns(self, count: int) -> None:
        async def give_way() -> None:
            for _ in range(count):
                await asyncio.sleep(0)

        self.loop.run_until_complete(give_way())

    def answer(self, task: asyncio.Task[Any]) -> httpx.Response:
        response: httpx.Response = self.loop.run_until_complete(asyncio.wait_for(task, 5))
        return response

    def create(self, name: str, collection: str = "widgets") -> None:
        assert self.mock.post(f"/{collection}", json={"id": name, "name": name}).status_code == 201

    @property
    def waiting(self) -> int:
        return sum(map(len, self.mock.world.waits.by_table.values()))

    @property
    def runs(self) -> list[Any]:
        """What the handler was called with."""
        handler: Any = self.mock.apis["shop"].module.handlers["poll"]
        found: list[Any] = handler.__globals__["runs"]
        return found


@pytest.fixture
def polls(serve: Callable[..., Mock]) -> Polls:
    return Polls(serve(SPEC, "widgets: []\nothers: []\n", HANDLERS))


def test_a_call_waits_until_rows_change_and_is_one_exchange_that_changed_nothing(polls: Polls) -> None:
    task = polls.poll()
    before = polls.mock.state
    polls.create("one", "others")
    assert (task.done(), len(polls.runs), polls.mock.state.draws) == (False, 1, before.draws)
    polls.create("w1")
    answer = polls.answer(task)
    assert [row["id"] for row in answer.json()] == ["w1"]
    assert [one.path for one in polls.mock.world.journal] == ["/others", "/widgets", "/poll"]
    assert (len(polls.runs), polls.waiting) == (2, 0)


def test_its_time_is_over_by_the_worlds_clock(polls: Polls) -> None:
    task = polls.poll()
    polls.mock.advance(24.9)
    polls.turns(5)
    assert not task.done()
    polls.mock.advance(0.2)
    assert polls.answer(task).json() == []
    assert (len(polls.runs), polls.waiting) == (2, 0)


def test_its_time_is_over_by_the_machines_clock_where_the_world_stands_still(polls: Polls) -> None:
    task = polls.poll("seconds=0.02")
    assert polls.answer(task).json() == []
    assert polls.answer(polls.poll("seconds=-1")).json() == []


def test_with_an_index_only_they_run_again_whom_the_change_concerns(polls: Polls) -> None:
    one, other = polls.poll("name=ann"), polls.poll("name=ben")
    polls.create("ann")
    assert [row["id"] for row in polls.answer(one).json()] == ["ann"]
    assert (other.done(), polls.runs) == (False, ["ann", "ben", "ann"])
    other.cancel()


def test_thousands_wait_and_are_answered_a_few_at_a_time(polls: Polls) -> None:
    tasks = [polls.loop.create_task(_poll(polls)) for _ in range(200)]
    polls.turns(5)
    assert (polls.waiting, len(polls.runs)) == (200, 200)
    polls.turns(50)
    assert len(polls.runs) == 200  # nobody looks by himself
    polls.create("w1")
    assert max(polls.loop.run_until_complete(_runs_a_turn(polls, tasks))) <= MOST_AT_ONCE
    assert {task.result().status_code for task in tasks} == {200}
    assert polls.waiting == 0


async def _runs_a_turn(polls: Polls, tasks: list[asyncio.Task[Any]]) -> list[int]:
    """How often the handler ran in each turn of the event loop, until all tasks are done."""
    counts = [len(polls.runs)]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0)
        counts.append(len(polls.runs))
    return [after - before for before, after in pairwise(counts)]


async def _poll(polls: Polls) -> httpx.Response:
    return await exchanged(polls.mock.app, httpx.Request("GET", "http://localhost/poll"))


class Connection:
    """A connection of our server that ends when it is told to."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[None] | None = None
        self.is_lost = self.is_ending = False

    async def pause(self, seconds: float, until: asyncio.Future[None]) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        ends = (self.ended, until)
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    def end(self, *, lost: bool) -> None:
        self.is_ending, self.is_lost = True, lost
        assert self.ended is not None
        self.ended.set_result(None)


def test_a_server_that_stops_ends_polls_with_their_answer(polls: Polls) -> None:
    connection = Connection()
    task = polls.poll(connection=connection)
    connection.end(lost=False)
    answer = polls.answer(task)
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_client_that_leaves_is_forgotten(polls: Polls) -> None:
    connection = Connection()
    task = polls.poll(connection=connection)
    connection.end(lost=True)
    polls.answer(task)
    assert (polls.mock.last.answered_by, polls.waiting, len(polls.runs)) == ("nobody", 0, 1)
    gone = polls.poll()
    gone.cancel()
    polls.turns(3)
    assert polls.waiting == 0


def test_what_was_waited_for_is_not_kept_and_an_etag_counts(polls: Polls) -> None:
    tag = polls.answer(polls.poll("seconds=0")).headers["etag"]
    task = polls.poll("seconds=0")  # the same question in the same state: a cached answer would be no wait
    assert len(polls.answer(task).json()) == 0
    assert len(polls.runs) == 4
    same = polls.poll("seconds=0.01", headers={"if-none-match": tag})
    assert polls.answer(same).status_code == 304


def test_a_reset_and_a_restored_snapshot_are_changes_and_a_reload_is_a_503(polls: Polls) -> None:
    mock = polls.mock
    polls.create("w1")
    full = mock.state
    mock.delete("/widgets/w1")
    task = polls.poll()
    mock.world.state = full
    assert [row["id"] for row in polls.answer(task).json()] == ["w1"]
    mock.delete("/widgets/w1")
    task = polls.poll()
    mock.worlds.served = mock.worlds.served._replace()
    mock.world.migrate(mock.state, mock.world.baseline, {})
    assert polls.answer(task).status_code == 503


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Wait('widgets', 0)", "poll answers Wait though its time is over: look at call.timed_out."),
        ("Wait('gadgets', 0)", "there is no collection 'gadgets'"),
        ("Wait('widgets', 0, 'size', 1)", "has no index 'size'"),
    ],
)
def test_a_wait_that_cannot_be_is_a_bug_of_the_handlers(
    serve: Callable[..., Mock], answer: str, reason: str
) -> None:
    handlers = HANDLERS.partition("runs = []")[0] + f"def poll(call):\n    return {answer}\n"
    mock = serve(SPEC, "widgets: []\n", handlers)
    assert mock.get("/poll").status_code == 500
    assert reason in mock.last.reason


def test_a_stopped_server_answers_over_http_what_still_waits(home: Callable[..., Path]) -> None:
    folder = home(
        specs={"shop.yaml": SPEC}, fixtures={"shop.yaml": "widgets: []\n"}, apis={"shop.py": HANDLERS}
    )
    with ThreadPoolExecutor(1) as pool:
        with MockServer(home=folder) as server:
            polled = pool.submit(httpx.get, f"{server.url}/poll", timeout=20)
            handler: Any = server._launch.apis["shop"].module.handlers["poll"]
            while not handler.__globals__["runs"]:
                server.apis()
        answer = polled.result(10)
    assert (answer.status_code, answer.json()) == (200, [])
