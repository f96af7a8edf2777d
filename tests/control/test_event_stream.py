"""A world's journal as a stream: nothing twice, nothing lost in silence, nothing kept for who is slow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import httpx
import pytest

from mockade.control import event_stream
from mockade.middleware import responses
from mockade.worlds.journal import Exchange
from mockade.worlds.world import World
from tests.harness import Mock, exchanged
from tests.live import Live, widgets
from tests.middleware.asgi_calls import scope_of

EVENTS = "/_mockade/v1/worlds/{}/events"


class Following:
    """What one client was sent so far. `stop()` lets it read no more, and `go_on()` again."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        self.head: dict[str, Any] = {}
        self.raw = b""
        self.is_over = False
        self._reads = asyncio.Event()
        self._reads.set()

    def stop(self) -> None:
        self._reads.clear()

    def go_on(self) -> None:
        self._reads.set()

    async def send(self, message: dict[str, Any]) -> None:
        await self._reads.wait()
        if message["type"] == "http.response.start":
            self.head = message
        else:
            self.raw += message["body"]
            self.is_over = not message.get("more_body", False)

    @property
    def events(self) -> list[tuple[str, str, Any]]:
        """The id, the name and the data of each."""
        found = []
        for block in self.raw.decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "event" in fields:
                found.append((fields["id"], fields["event"], json.loads(fields["data"])))
        return found

    @property
    def told(self) -> list[tuple[str, Any]]:
        """The events but the first by name, those of entries with their numbers."""
        return [(name, data.get("id", data)) for _, name, data in self.events[1:]]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():
                await asyncio.sleep(0)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await exchanged(self.mock.app, httpx.Request(method, f"http://localhost{path}", **options))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "RHYTHM", 0.0)


@asynccontextmanager
async def following(
    mock: Mock, query: str = "", world: str = "default", **headers: str
) -> AsyncIterator[Following]:
    client = Following(mock)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    scope = {**scope_of(EVENTS.format(world), **headers), "query_string": query.encode()}
    task = asyncio.ensure_future(mock.app(scope, receive, client.send))
    try:
        await client.until(lambda: bool(client.raw))
        yield client
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def run(what: Any) -> None:
    asyncio.run(what)


def followers(world: World) -> int:
    return len(world.journal.followers)


def test_the_head_comes_at_once_and_then_what_happens_while_it_happens(mock: Mock) -> None:
    async def play() -> None:
        await exchanged(mock.app, httpx.Request("GET", "http://localhost/widgets"))
        async with following(mock) as client:
            assert client.head["status"] == 200
            assert dict(client.head["headers"])[b"content-type"] == b"text/event-stream"
            assert client.events[0][1:] == ("start", {"world": "default", "last": 1})
            await client.ask("GET", "/widgets/w1")
            await client.until(lambda: len(client.told) == 1)
            (entry,) = (await client.ask("GET", "/_mockade/v1/journal?after=1")).json()["exchanges"]
            assert client.events[1][2] == entry
            assert (await client.ask("GET", "/_mockade/v1/journal/2")).json() == entry
        assert followers(mock.world) == 0

    run(play())


def test_it_goes_on_behind_the_last_event_that_was_seen(mock: Mock) -> None:
    async def play() -> None:
        async with following(mock, "after=0&summary=true") as client:
            for _ in range(3):
                await client.ask("GET", "/widgets")
            await client.until(lambda: len(client.told) == 3)
            seen = client.events[2][0]
            assert {"body", "headers"}.isdisjoint(client.events[2][2]["request"])
        async with following(mock, last_event_id=seen) as client:
            await client.until(lambda: client.told == [("exchange", 3)])
        async with following(mock, last_event_id="1") as client:
            await client.until(lambda: client.told == [("exchange", 2), ("exchange", 3)])
        async with following(mock, last_event_id="00000000.2") as client:
            await client.until(lambda: len(client.told) == 4)
            assert client.told == [("anew", {}), *(("exchange", number) for number in (1, 2, 3))]

    run(play())


def test_only_what_is_wanted_comes(mock: Mock) -> None:
    async def play() -> None:
        async with following(mock, "status=4xx&violations=false") as client:
            for path in ("/widgets", "/widgets/none", "/nowhere"):
                await client.ask("GET", path)
            await client.until(lambda: client.told == [("exchange", 2)])

    run(play())


def test_the_end_of_a_world_is_told_and_ends_the_stream(mock: Mock) -> None:
    async def play() -> None:
        client = Following(mock)
        answer = await client.ask("GET", EVENTS.format("ci"))
        assert (answer.status_code, "There is no world 'ci'" in answer.json()["detail"]) == (404, True)
        await client.ask("GET", "/@ci/widgets")
        async with following(mock, world="ci") as client:
            await client.ask("DELETE", "/_mockade/v1/worlds/ci")
            await client.until(lambda: client.is_over)
            assert client.told == [("gone", {"world": "ci"})]

    run(play())


def test_a_slow_reader_costs_nothing_is_told_what_it_lost_and_let_go(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("meshmap", journal=5)

    async def play() -> None:
        async with following(mock) as client:
            client.stop()
            for _ in range(20):
                await client.ask("GET", "/nowhere")
            client.go_on()
            await client.until(lambda: client.is_over)
            name, lost = client.told[-1]
            assert (name, lost["last"]) == ("lost", 15)
            seen = client.events[-1][0]
        async with following(mock, last_event_id=seen) as client:
            await client.until(lambda: len(client.told) == 5)
            assert client.told == [("exchange", number) for number in range(16, 21)]

    run(play())


def test_one_who_takes_nothing_is_cut_off(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "PATIENCE", 0.01)

    async def play() -> None:
        async with following(mock) as client:
            client.stop()
            await client.ask("GET", "/widgets")
            await asyncio.sleep(0.05)

    with pytest.raises(ConnectionResetError):
        run(play())
    assert followers(mock.world) == 0


def test_an_entry_is_written_once_for_all_who_follow_alike(
    mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = event_stream._Writer._write

    def counted(writer: Any, exchange: Exchange) -> bytes:
        written.append(exchange.id)
        return write(writer, exchange)

    monkeypatch.setattr(event_stream._Writer, "_write", counted)

    async def play() -> None:
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(following(mock, "summary=true")) for _ in range(50)]
            whole = await stack.enter_async_context(following(mock, "secrets=true"))
            for _ in range(3):
                await tabs[0].ask("GET", "/widgets")
            await tabs[0].until(lambda: all(len(one.told) == 3 for one in [*tabs, whole]))
            assert len({one.raw.partition(b"event: exchange")[2] for one in tabs}) == 1
            assert "headers" in whole.events[1][2]["request"]
            assert len(mock.world.journal.written) == 6
        assert mock.world.journal.written == {}

    run(play())
    assert sorted(written) == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("seen", ["", "garbage", "-1", "9" * 5000, "x" * 5000, ".", "²", "a.b.²"])
def test_a_last_event_that_is_none_is_as_if_there_were_none(mock: Mock, seen: str) -> None:
    async def play() -> None:
        await exchanged(mock.app, httpx.Request("GET", "http://localhost/widgets"))
        async with following(mock, last_event_id=seen) as client:
            await client.ask("GET", "/widgets")
            await client.until(lambda: client.told == [("exchange", 2)])

    run(play())


def test_a_heartbeat_comes_while_nothing_happens(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT", 0.001)

    async def play() -> None:
        async with following(mock) as client:
            await client.until(lambda: client.raw.count(b": still here\n\n") >= 2)
            assert client.told == []

    run(play())


def test_without_a_journal_there_is_nothing_to_follow(make_mock: Callable[..., Mock]) -> None:
    answer = make_mock("meshmap", journal=0).get(EVENTS.format("default"))
    assert (answer.status_code, "--journal 0" in answer.json()["detail"]) == (409, True)


def test_it_goes_on_over_a_reload_with_what_the_new_contract_calls_secret(live: Callable[..., Live]) -> None:
    served = live(widgets(pin={"type": "string"}), "widgets: [{id: w1, name: W, pin: '12'}]")

    async def ask() -> None:
        await served.send("GET", "/widgets/w1")

    async def play() -> None:
        async with following(served) as client:
            await ask()
            await client.until(lambda: len(client.told) == 1)
            served.write(specs={"shop.yaml": widgets(pin={"type": "string", "format": "password"})})
            served.read_again(asyncio.get_running_loop())
            await client.until(lambda: bool(served.reloaded))
            await ask()
            await client.until(lambda: client.told[-1] == ("exchange", 3))
            bodies = [data["response"]["body"] for _, _, data in client.events[1:] if data["response"]]
            assert [body["pin"] for body in bodies] == ["12", "[redacted]"]

    served.run(play())
