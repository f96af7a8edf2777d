"""How much work a request costs, counted in calls of functions: steady on any machine, however busy."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.app import create_app
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.contract.kept_files import SWITCH
from mockade.coverage.counting import Coverage
from mockade.settings import Settings
from mockade.state.clock import Clock
from mockade.state.rows import Row
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from tests.contracts import answers, contract
from tests.harness import NOON, Mock, exchanged
from tests.server.wire import Line, head

JSON = {"content-type": "application/json"}
BEN = {"authorization": "Bearer ben"}
KEY = {"x-app-api-key": "meshmap-demo-key", **JSON}
SERVER = {"authorization": "Bearer ak_server_demo:secret", **JSON}
READ = "/session/v1/session/casual-1"
CREATE = "/session/v1/session"
CLIENT = b'"client_version":"1.0.0","client_settings":{"platform":"Steam","input":"gamepad"}'
PLAYTIME = (
    b'{"sessionId":"match-1","userId":"user-42","durationSeconds":1800,'
    b'"startedAt":"2026-01-05T10:00:00Z","endedAt":"2026-01-05T10:30:00Z"}'
)

WORK: dict[str, tuple[str, str, dict[str, str], bytes, int]] = {
    "get": ("GET", READ, BEN, b"", 200),
    "get, 304": ("GET", READ, {**BEN, "if-none-match": "*"}, b"", 304),
    "get, the same": ("GET", READ, BEN, b"", 200),
    "get, 304, the same": ("GET", READ, {**BEN, "if-none-match": "*"}, b"", 304),
    "join": (
        "POST",
        CREATE,
        {"authorization": "Bearer ada", **JSON},
        b'{"session_type":"casual",' + CLIENT + b"}",
        200,
    ),
    "create": (
        "POST",
        CREATE,
        {"authorization": "Bearer dov", **JSON},
        b'{"session_type":"party",' + CLIENT + b"}",
        200,
    ),
    "score": (
        "PATCH",
        "/apps/game-sessions/session-open/players/player-ada",
        KEY,
        b'{"score":150}',
        200,
    ),
    "playtime": ("POST", "/v1/server/playtime/sessions", SERVER, PLAYTIME, 201),
    "three violations": (
        "POST",
        f"{READ}/player/me",
        {**BEN, **JSON},
        b'{"team_id":-1,"client_version":7,"client_settings":{"platform":"Steam"}}',
        422,
    ),
}
"""Method, path, headers, body, and the status that it is answered with."""

BUDGET = {
    "get": 238,
    "get, 304": 244,
    "get, the same": 73,
    "get, 304, the same": 68,
    "join": 712,
    "create": 632,
    "score": 468,
    "playtime": 429,
    "three violations": 470,
}
"""Calls of functions, built-in ones included, that a request may cost: a tenth more than it cost under Python
3.11 when this was written. Newer versions make a few calls less (comprehensions are no functions there)."""

START, FIRST_START = 316_000, 427_000
"""Calls that loading the bundled APIs and assembling the application may cost, counted as for a request; and
the first time, when no contract is kept yet as it was read."""

GROWN = 2_000
"""How many sessions the larger world has."""


GENERATED = 20
"""How many times the calls of a GET of an example a GET of a generated answer may cost that is made anew."""


class Counted:
    """A mock whose application is called without a client in between: only what Mockade does is counted."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock

    def request(self, name: str) -> int:
        """How many functions are called from the request's arrival to its last byte."""
        return self.calls(*WORK[name])

    def calls(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", status: int = 200
    ) -> int:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [
                (b"host", b"localhost"),
                *((key.encode(), value.encode()) for key, value in headers.items()),
                *([(b"content-length", b"%d" % len(body))] if body else []),
            ],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        return asyncio.run(_calls(self.mock.app, scope, body, status))


async def _calls(app: Any, scope: dict[str, Any], body: bytes, status: int) -> int:
    answered: list[int] = []
    calls = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        await app(scope, receive, send)
    finally:
        sys.setprofile(before)
    assert answered == [status]
    return calls


@pytest.fixture
def counted(make_mock: Callable[..., Mock]) -> Callable[[], Counted]:
    return lambda: Counted(make_mock())


def warm(counted: Counted, name: str) -> int:
    """The cost of a request that is not the first of its kind: what is made once and kept is made by then."""
    start = counted.mock.state
    counted.request(name)
    counted.mock.world.state = start
    if not name.endswith("the same"):
        counted.mock.world.responses.clear()
    return counted.request(name)


REPEATED = 59
"""Calls that a read may cost that comes again, to the byte, from its bytes to those of its answer."""


def test_a_request_that_is_known_costs_no_more_calls_than_its_budget(make_mock: Callable[..., Mock]) -> None:
    app = make_mock().app
    request = head(READ, "Authorization: Bearer ben")
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    async def repeat() -> None:
        line = Line(app)
        for _ in range(3):
            await line.send(request)
        before = sys.getprofile()
        sys.setprofile(count)
        try:
            line.protocol.data_received(request)
        finally:
            sys.setprofile(before)
        assert line.wire.written.count(b"HTTP/1.1 200") == 2
        line.close()

    asyncio.run(repeat())
    assert calls <= REPEATED


def fill(mock: Mock, count: int) -> None:
    """Lay so many casual sessions with room into the world, each of which would expire in a year."""
    api = mock.apis["rallyhere"]
    transaction = Transaction(mock.state)
    for number in range(count):
        row = Row(mock.state.table("rallyhere", "sessions").rows["casual-1"].row())
        row.key = row["session_id"] = f"filled-{number}"
        row["teams"][0]["players"][0]["player_uuid"] = f"c0000000-0000-4000-8000-{number:012d}"
        transaction.put("rallyhere", api.collections["sessions"].collection, row)
        transaction.set_event(Event("rallyhere", "session_expires", row.key), NOON + 3e7)
    mock.world.state = transaction.state


@pytest.mark.parametrize("name", WORK)
def test_a_request_costs_no_more_calls_than_its_budget(counted: Callable[[], Counted], name: str) -> None:
    calls = warm(counted(), name)
    assert calls <= BUDGET[name], (
        f"{name} now costs {calls} calls of functions; its budget is {BUDGET[name]}. To see which they are "
        "and who calls them, put cProfile.Profile() around `await app(…)` in tests/test_work.py, print its "
        "calls (sort='ncalls') here and before your change, and compare. If the work is worth it, raise the "
        "budget and say why in the commit."
    )


@pytest.mark.parametrize("name", WORK)
def test_the_same_request_costs_the_same_each_time(counted: Callable[[], Counted], name: str) -> None:
    # The event loop's own timers may fall into a request: a handful of calls either way.
    assert abs(warm(counted(), name) - warm(counted(), name)) <= 12


@pytest.mark.parametrize("name", ["get", "join", "create", "playtime"])
def test_a_request_costs_about_the_same_in_a_larger_world(counted: Callable[[], Counted], name: str) -> None:
    small, large = counted(), counted()
    large.mock.world.state = large.mock.state._replace(clock=Clock.frozen(NOON))
    fill(large.mock, GROWN)
    assert warm(large, name) <= warm(small, name) * 1.5


def test_a_request_costs_the_same_however_many_worlds_there_are(counted: Callable[[], Counted]) -> None:
    alone, among_many = counted(), counted()
    for number in range(500):
        among_many.mock.worlds.get_or_create(f"w-{number}")
    assert warm(among_many, "get") == warm(alone, "get")


COUNTED = 1.03
"""How many times the calls of a GET that nobody counts one may cost of which it is counted what it tried."""


@pytest.mark.parametrize("name", ["get", "get, 304", "get, the same", "get, 304, the same"])
def test_counting_what_a_read_has_tried_costs_at_most_three_calls_in_a_hundred(
    counted: Callable[[], Counted], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_coverage = warm(counted(), name)
    monkeypatch.setattr(Coverage, "count_known", lambda _self, _exchange: True)
    assert with_coverage <= COUNTED * (warm(counted(), name) - 1)


PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "owner": {"type": "object", "properties": {"first_name": {"type": "string"}}},
        "created_at": {"type": "string", "format": "date-time"},
    },
}


def test_a_generated_answer_costs_a_bounded_multiple_of_an_example_and_again_about_as_much(
    serve: Callable[..., Mock],
) -> None:
    example = answers(200, PET)
    example["responses"][200]["content"]["application/json"]["example"] = {"id": 1, "name": "Rex"}
    paths = {"/example": {"get": example}, "/pets/{kind}/{id}/portrait": {"get": answers(200, PET)}}
    counted = Counted(serve(contract(paths, types={"id": "integer"})))
    counted.calls("GET", "/example", {})
    plain = counted.calls("GET", "/example", {})
    counted.calls("GET", "/pets/dog/1/portrait", {})
    assert counted.calls("GET", "/pets/dog/2/portrait", {}) <= GENERATED * plain
    assert counted.calls("GET", "/pets/dog/2/portrait", {}) <= 2 * plain


@pytest.mark.parametrize("kept", [True, False])
def test_a_start_costs_no_more_calls_than_its_budget(
    kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SWITCH, str(tmp_path) if kept else "off")
    budget = START if kept else FIRST_START

    def start() -> None:
        create_app(load_apis(find_files()), Settings())

    start()  # the control API's contract and the handlers' modules are read once and kept
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        start()
    finally:
        sys.setprofile(before)
    assert calls <= budget, (
        f"To load the bundled APIs and assemble the application now costs {calls:,} calls of functions; its "
        f"budget is {budget:,}. cProfile on the line in `start`, sorted by ncalls, tells which they are."
    )


ROWS = 200
"""Rows, events and journal entries of the world in which the turns of the loop are counted."""

TURN = 12_000
"""Calls of functions between two turns of the loop that a control call may cost: some milliseconds."""

LONG_CALLS: dict[str, tuple[str, str, dict[str, str]]] = {
    "export": ("GET", "/snapshots/s", {}),
    "export with secrets": ("GET", "/snapshots/s?secrets=true", {}),
    "export as YAML": ("GET", "/snapshots/s?format=yaml", {}),
    "import": ("PUT", "/snapshots/t", JSON),
    "import of YAML": ("PUT", "/snapshots/t", {"content-type": "application/yaml"}),
    "world export": ("GET", "/worlds/default/document", {}),
    "world import": (
        "PUT",
        "/worlds/default/document?replace=true",
        {"content-type": "application/x-ndjson"},
    ),
    "state": ("GET", "/state", {}),
    "rows": ("GET", "/state/rallyhere/sessions?limit=10000", {}),
    "journal": ("GET", "/journal?limit=10000", {}),
    "journal as lines": ("GET", "/journal?limit=10000&format=ndjson", {}),
    "search": ("POST", "/journal/find", JSON),
    "clock": ("POST", "/clock/advance", JSON),
    "coverage": ("GET", "/coverage?merged=true", {}),
}


@pytest.mark.parametrize("name", LONG_CALLS)
def test_between_two_turns_of_the_loop_a_control_call_does_a_bounded_part_of_its_work(
    make_mock: Callable[..., Mock], name: str
) -> None:
    mock = make_mock()
    v1 = "/_mockade/v1"
    mock.post(f"{v1}/snapshots", json={"name": "small"})
    small = mock.get(f"{v1}/snapshots/small?secrets=true").content
    assert mock.put(f"{v1}/snapshots/small", content=small, headers=JSON).is_success, "what is kept is made"
    mock.get(f"{v1}/snapshots/small")
    mock.get(f"{v1}/apis")
    mock.get(f"{v1}/coverage?items=none&api=meshmap")
    document = mock.get(f"{v1}/worlds/default/document").content
    mock.put(
        f"{v1}/worlds/small/document", content=document, headers={"content-type": "application/x-ndjson"}
    )
    mock.world.state = mock.state._replace(clock=Clock.frozen(NOON))
    fill(mock, ROWS)
    for _ in range(ROWS):
        mock.world.record("something", mock.state)
        mock.world.journal.exchanges[-1].method = "GET"
    mock.post(f"{v1}/snapshots", json={"name": "s"})
    method, path, headers = LONG_CALLS[name]
    content = {
        "import": lambda: mock.get(f"{v1}/snapshots/s?secrets=true").content,
        "import of YAML": lambda: mock.get(f"{v1}/snapshots/s?format=yaml").content,
        "world import": lambda: mock.get(f"{v1}/worlds/default/document").content,
        "search": lambda: b'{"path":"/nowhere"}',
        "clock": lambda: b'{"by":"1000d"}',
    }.get(name, bytes)()
    request = httpx.Request(method, f"http://localhost{v1}{path}", headers=headers, content=content)
    most, turns = asyncio.run(_most_between_turns(mock, request))
    assert most <= TURN, f"{name} calls {most:,} functions between two turns of the loop."
    assert turns > 3 or name == "state"


async def _most_between_turns(mock: Mock, request: httpx.Request) -> tuple[int, int]:
    """The most calls of functions between two turns of the loop until the answer is there, and the turns."""
    calls = most = turns = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    task = asyncio.create_task(exchanged(mock.app, request))
    sys.setprofile(count)
    try:
        while not task.done():
            calls = 0
            await asyncio.sleep(0)
            most, turns = max(most, calls), turns + 1
    finally:
        sys.setprofile(before)
    assert task.result().is_success, task.result().text
    return most, turns
