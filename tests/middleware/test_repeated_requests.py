"""A request that comes again, to the byte, is answered at once, and nothing that is promised is left out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from mockade.state import clock
from mockade.state.clock import Clock
from mockade.usage.checks import UsageChecks
from mockade.worlds.journal import Exchange
from tests.contracts import WIDGETS, contract, crud, tagged
from tests.harness import NOON, Mock, fault_at
from tests.live import Live
from tests.server.wire import Line, head

GET = head("/widgets")

Script = Callable[[Line], Any]


@pytest.fixture
def mock(serve: Callable[..., Mock]) -> Mock:
    return serve(contract(crud("/widgets")), WIDGETS)


def over(mock: Mock, script: Script, **settings: Any) -> Any:
    """Play a script over one connection."""

    async def run() -> Any:
        line = Line(mock.app, **settings)
        try:
            return await script(line)
        finally:
            line.close()

    return asyncio.run(run())


async def warm(line: Line, request: bytes = GET) -> bytes:
    """Send a request until it is answered without a task; its last answer."""
    for _ in range(2):
        await line.send(request)
    line.tasks = 0
    answer = await line.send(request)
    assert line.tasks == 0, "it is known by then"
    return answer


def parts(answer: bytes) -> tuple[bytes, dict[str, str], bytes]:
    """The status line, the headers but those of the moment, and the body."""
    start, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = start.split(b"\r\n")
    headers = dict(line.decode("latin-1").split(": ", 1) for line in lines)
    return first, {name: value for name, value in headers.items() if name != "x-mockade-exchange"}, body


def test_the_third_is_answered_as_the_first_and_each_is_recorded(mock: Mock) -> None:
    async def script(line: Line) -> list[bytes]:
        return [await line.send(GET), await line.send(GET), await line.send(GET), await line.send(GET)]

    answers = over(mock, script)
    assert [parts(one) for one in answers] == [parts(answers[0])] * 4
    assert [re.findall(rb"x-mockade-exchange: (\d+)", one) for one in answers] == [
        [b"1"], [b"2"], [b"3"], [b"4"]
    ]  # fmt: skip
    first, *others = mock.world.journal
    ours = {"id", "took", "began", "weight"}
    for other in others:
        for name in set(Exchange.__slots__) - ours:
            assert getattr(other, name) == getattr(first, name), name
        assert other.began >= first.began
        assert other.took > 0


def test_each_is_told_and_counted(mock: Mock) -> None:
    async def script(line: Line) -> int:
        await warm(line)
        await line.send(GET)
        return line.tasks

    assert over(mock, script) == 0
    assert [one.id for one in mock.told] == [1, 2, 3, 4]
    seen = mock.world.coverage.of("shop", "get_widgets")
    assert seen is not None
    assert (mock.world.coverage.requests, seen.calls, seen.statuses) == (4, 4, {200: 4})


def test_pieces_of_a_body_are_not_looked_up(mock: Mock) -> None:
    class Piece(bytes):
        def __hash__(self) -> int:
            raise AssertionError("It takes 60 microseconds for 256 KiB.")

    async def script(line: Line) -> bytes:
        await warm(line)
        size = f"Content-Length: {len(GET)}"
        begun = head("/widgets", "Content-Type: application/json", size, method="POST")
        return await line.send(begun, Piece(GET))

    assert over(mock, script).startswith(b"HTTP/1.1 400 "), "what is a request elsewhere is no JSON here"


def test_another_connection_of_the_server_may_repeat_it(mock: Mock) -> None:
    async def script(line: Line) -> int:
        await warm(line)
        other = Line(mock.app, line.config)
        assert parts(await other.send(GET)) == parts(await line.send(GET))
        other.close()
        return other.tasks

    assert over(mock, script) == 0


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (head("/widgets", method="HEAD"), "a HEAD"),
        (head("/widgets", "Origin: http://localhost:3000"), "CORS has a word in it"),
        (head("/widgets", "Content-Length: 0"), "a body may follow"),
        (head("/widgets", "Expect: 100-continue"), "an interim answer is asked for"),
        (head("/widgets", "Connection: close"), "the connection ends"),
        (head("/widgets", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"), "another protocol"),
        (head("/widgets").replace(b"HTTP/1.1", b"HTTP/1.0"), "another HTTP"),
        (head("/widgets/w9"), "a refusal"),
        (head("/_mockade/v1/state"), "the control API"),
    ],
)
def test_what_is_more_than_a_read_goes_the_usual_way(mock: Mock, request_: bytes, why: str) -> None:
    async def script() -> list[tuple[Any, int]]:
        found = []
        for _ in range(4):
            line = Line(mock.app)
            found.append((parts(await line.send(request_)), line.tasks))
            line.close()
        return found

    found = asyncio.run(script())
    assert [tasks for _, tasks in found] == [1, 1, 1, 1], why
    assert found[0][0][0] == found[3][0][0]


def test_a_head_that_comes_in_parts_or_behind_another_is_read(mock: Mock) -> None:
    async def script(line: Line) -> list[int]:
        await warm(line)
        found = []
        for pieces in ([GET[:20], GET[20:]], [GET + GET], [b"\r\n" + GET]):
            line.tasks = 0
            answer = await line.send(*pieces)
            found += [answer.count(b"HTTP/1.1 200"), line.tasks]
        return found

    assert over(mock, script)[::2] == [1, 2, 1]


def test_the_rest_of_a_body_with_a_head_behind_it_is_no_head(mock: Mock) -> None:
    """Both together, sent later, are another request: a line of its head is none."""
    body = b"GET /widgets HTTP/1.1\r\nHost: localhost\r\n"
    post = head("/widgets", "Content-Type: text/plain", f"Content-Length: {len(body)}", method="POST")

    async def script(line: Line) -> bytes:
        for _ in range(3):
            await line.send(post, body + GET)
        return await line.send(body + GET)

    assert over(mock, script).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "change",
    [
        lambda mock: mock.post("/widgets", json={"id": "w3", "name": "Three"}),
        lambda mock: mock.world.reset("reset"),
        lambda mock: mock.world.set_clock(Clock.frozen(NOON), "setClock"),
        lambda mock: mock.world.responses.clear(),
    ],
)
def test_after_any_change_of_the_world_it_is_asked_anew(mock: Mock, change: Callable[[Mock], Any]) -> None:
    async def script(line: Line) -> tuple[int, bytes, bytes]:
        await warm(line)
        await asyncio.to_thread(change, mock)
        after = await line.send(GET)
        return line.tasks, after, await warm(line)

    tasks, after, known = over(mock, script)
    assert tasks == 1
    assert parts(after) == parts(known)
    assert (b"Three" in after) == ("w3" in str(mock.get("/widgets").json()))


def test_a_fault_is_met(mock: Mock) -> None:
    async def script(line: Line) -> list[bytes]:
        await warm(line)
        await asyncio.to_thread(fault_at, mock, {"status": 503}, count=1)
        return [parts(await line.send(GET))[0] for _ in range(2)]

    assert over(mock, script) == [b"HTTP/1.1 503 Service Unavailable", b"HTTP/1.1 200 OK"]


def test_what_is_due_happens_first(serve: Callable[..., Mock], monkeypatch: pytest.MonkeyPatch) -> None:
    wall = NOON
    monkeypatch.setattr(clock, "wall_time", lambda: wall)
    handlers = """
from mockade.handling import Call, Collection
collections = (Collection("widgets", holds="Widget"),)
def on_start(call: Call) -> None:
    call.set_event("rot", "w1", 60)
def rot(call: Call, key: str) -> None:
    call.rows("widgets").remove(key)
timeline = (rot,)
"""
    mock = serve(contract(crud("/widgets")), WIDGETS, handlers, frozen=False)

    async def script(line: Line) -> tuple[bytes, bytes]:
        nonlocal wall
        before = await warm(line)
        wall = NOON + 61
        return before, await line.send(GET)

    before, after = over(mock, script)
    assert (b"w1" in before, b"w1" in after) == (True, False)


def test_a_304_is_repeated_too(serve: Callable[..., Mock]) -> None:
    mock = serve(tagged(**{"304": {"description": ""}}), WIDGETS)
    tag = mock.get("/widgets/w1").headers["etag"]
    request = head("/widgets/w1", f"If-None-Match: {tag}")

    async def script(line: Line) -> bytes:
        return await warm(line, request)

    status, headers, body = parts(over(mock, script))
    assert (status, headers["etag"], body) == (b"HTTP/1.1 304 Not Modified", tag, b"")
    assert "content-length" not in headers


def test_how_it_is_used_is_looked_at(serve: Callable[..., Mock]) -> None:
    looked_at: list[Exchange] = []
    mock = serve(tagged(**{"304": {"description": ""}}), WIDGETS, on_entry=lambda one: checks(one))
    checks = UsageChecks(mock.apis, looked_at.append)

    async def script(line: Line) -> list[str]:
        request = head("/widgets/w1")
        await warm(line, request)
        await line.send(request)
        return [notice.rule for one in looked_at for notice in one.notices]

    assert over(mock, script) == ["unconditional"]


def test_a_world_of_its_own_that_is_gone_is_made_anew(mock: Mock) -> None:
    request = head("/widgets", "X-Mockade-World: mine")

    async def script(line: Line) -> tuple[int, int]:
        await warm(line, request)
        first = mock.worlds.get_or_create("mine")
        assert len(first.journal) == 3
        mock.worlds.remove("mine")
        line.tasks = 0
        await line.send(request)
        return line.tasks, len(mock.worlds.get_or_create("mine").journal)

    assert over(mock, script) == (1, 1)
    assert not list(mock.world.journal)


def test_other_files_answer_in_their_own_way(live: Callable[..., Live]) -> None:
    one = live()

    async def opened() -> Line:
        return Line(one.app)

    line = one.run(opened())
    assert b"Two" in one.run(warm(line))
    one.reload(fixtures={"shop.yaml": WIDGETS.replace("Two", "Zwei")})
    assert b"Zwei" in one.run(line.send(GET))
    assert line.tasks == 1
    assert b"Zwei" in one.run(warm(line))
    line.close()


def test_an_idle_connection_ends_after_its_last_request(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(line: Line) -> list[bool]:
        now = line.protocol.loop.time()
        await warm(line)
        found = []
        monkeypatch.setattr(line.protocol, "loop", Later(line.protocol.loop, now + 74))
        await line.send(GET)
        for moment in (76, 148, 150):
            line.protocol.loop.now = now + moment  # type: ignore[attr-defined]
            line.protocol.timeout_keep_alive_handler()
            found.append(line.wire.closed)
        return found

    assert over(mock, script, timeout_keep_alive=75) == [False, False, True]


class Later:
    """A loop whose time a test says."""

    def __init__(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        self._loop = loop
        self.now = now

    def time(self) -> float:
        return self.now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)
