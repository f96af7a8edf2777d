"""The same question in the same state is answered once, and nobody can tell but by the time that it takes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockade.middleware import dispatch
from mockade.state import clock
from mockade.state.clock import DAY, Clock
from mockade.state.timeline import Event, Timeline
from mockade.worlds.response_cache import ResponseCache
from tests.contracts import answers, contract, crud
from tests.harness import NOON, Mock, fault_at

CITY = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}

HANDLERS = """
asked = 0

def count_calls(call):
    global asked
    asked += 1
    return {"city": str(asked)}

def tell_time(call):
    return {"city": call.now()}

def draw(call):
    return {"city": call.new_uuid()}
"""


def _contract() -> str:
    paths = crud("/widgets")
    paths["/widgets"]["get"] |= {
        "operationId": "listWidgets",
        "parameters": [
            {"name": "limit", "in": "query", "schema": {"type": "integer"}},
            {"name": "Referer", "in": "header", "schema": {"type": "string"}},
        ],
    }
    for path, name in (("/weather", "made_up"), ("/count", "count_calls"), ("/time", "tell_time")):
        paths[path] = {"get": {"operationId": name, **answers(200, CITY)}}
    paths["/draw"] = {"get": {"operationId": "draw", **answers(200, CITY)}}
    return contract(paths)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    for stem, handlers in (("plain", HANDLERS), ("pure", "pure = True\n" + HANDLERS)):
        folder = home / stem
        for name in ("specs", "fixtures", "apis"):
            (folder / name).mkdir(parents=True)
        (folder / "specs" / "shop.yaml").write_text(_contract())
        (folder / "fixtures" / "shop.yaml").write_text("widgets: [{id: w1, name: One}, {id: w2, name: Two}]")
        (folder / "apis" / "shop.py").write_text(handlers)
    return home


@pytest.fixture
def mock(home: Path) -> Iterator[Mock]:
    with Mock("shop", home=home / "plain") as mock:
        yield mock


@pytest.fixture
def dispatched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that somebody was asked for."""
    paths: list[str] = []
    answered = dispatch.answered

    def noted(answerer: Any, call: Any, *more: Any) -> Any:
        paths.append(answerer.name)
        return answered(answerer, call, *more)

    monkeypatch.setattr(dispatch, "answered", noted)
    return paths


def test_the_same_question_is_answered_once_and_recorded_each_time(mock: Mock, dispatched: list[str]) -> None:
    first, again = mock.get("/widgets?limit=1"), mock.get("/widgets?limit=1")
    assert len(dispatched) == 1
    assert again.content == first.content
    numbers = [int(one.headers.pop("x-mockade-exchange")) for one in (first, again)]
    assert again.headers == first.headers
    assert numbers == [1, 2]
    one, other = mock.world.journal
    for name in ("method", "path", "query", "api", "operation", "caller", "status", "answered_by", "before"):
        assert getattr(other, name) == getattr(one, name), name
    assert (other.request_body, other.response_body) == (one.request_body, one.response_body)
    assert other.response_headers == [
        header for header in one.response_headers if header[0] != b"x-mockade-exchange"
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/widgets?limit=2"},
        {"path": "/widgets/"},
        {"method": "HEAD"},
        {"headers": {"accept": "application/*"}},
        {"headers": {"referer": "a declared header"}},
        {"headers": {"x-unknown": "which is told"}},
        {"headers": {"prefer": "handling=lenient"}},
        {"headers": {"host": "127.0.0.1"}},
        {"headers": {"x-mockade-world": "other"}},
        {"headers": {"if-none-match": '"1"'}},
        {"headers": {"content-length": "0"}},
        {"content": b"unread"},
        {"headers": {"transfer-encoding": "chunked"}},
    ],
    ids=str,
)
def test_another_question_is_asked_anew(mock: Mock, dispatched: list[str], other: dict[str, Any]) -> None:
    plain = {"method": "GET", "path": "/widgets"}
    mock.request(**plain)
    mock.request(**{**plain, **other})
    asked = len(dispatched)
    mock.request(**plain)
    assert len(dispatched) == asked, "the first is kept"
    assert asked == 2 or other["path"] == "/widgets/"


def test_headers_that_nothing_reads_make_no_other_question(mock: Mock, dispatched: list[str]) -> None:
    for number in range(3):
        mock.get("/widgets", headers={"traceparent": f"00-{number}", "x-request-id": str(number)})
    assert len(dispatched) == 1


def test_a_notice_is_told_each_time(mock: Mock) -> None:
    for _ in range(2):
        mock.get("/widgets?colour=red")
        assert [one.rule for one in mock.last.notices] == ["undeclared"]


@pytest.mark.parametrize(
    "change",
    [
        lambda mock: mock.post("/widgets", json={"name": "Three"}),
        lambda mock: mock.patch("/widgets/w1", json={"name": "Uno"}),
        lambda mock: mock.delete("/widgets/w2"),
        lambda mock: mock.put(
            "/_mockade/v1/worlds/default/clock", json={"mode": "frozen", "now": "2027-01-01T00:00:00Z"}
        ),
        lambda mock: mock.get("/draw"),
    ],
)
def test_after_any_change_of_the_world_it_is_asked_anew(
    mock: Mock, dispatched: list[str], change: Any
) -> None:
    mock.get("/widgets")
    change(mock)
    dispatched.clear()
    rows = mock.get("/widgets").json()
    assert dispatched
    assert [row["id"] for row in rows] == [row["id"] for row in mock.get("/widgets").json()]


def test_a_reset_brings_the_first_answer_back(mock: Mock) -> None:
    mock.world.reset("reset")
    first = mock.get("/widgets").content
    mock.delete("/widgets/w1")
    assert mock.get("/widgets").content != first
    mock.world.reset("reset")
    assert mock.get("/widgets").content == first


def test_a_fault_is_met_though_the_answer_is_known(mock: Mock) -> None:
    mock.get("/widgets")
    fault_at(mock, {"status": 503}, count=1)
    assert [mock.get("/widgets").status_code for _ in range(2)] == [503, 200]


def test_a_read_with_a_body_is_never_kept(mock: Mock, dispatched: list[str]) -> None:
    for _ in range(2):
        mock.request("GET", "/widgets", content=b"unread")
        mock.request("GET", "/widgets", headers={"transfer-encoding": "chunked"})
    assert len(dispatched) == 4


@pytest.mark.parametrize("path", ["/widgets", "/widgets/w1", "/weather"])
def test_rows_and_generated_answers_are_kept(mock: Mock, dispatched: list[str], path: str) -> None:
    assert mock.get(path).content == mock.get(path).content
    assert len(dispatched) == 1


def test_refusals_are_found_anew(mock: Mock, dispatched: list[str]) -> None:
    assert [mock.get("/widgets/w9").status_code for _ in range(2)] == [404, 404]
    assert len(dispatched) == 2


def test_a_module_is_asked_each_time_unless_it_says_that_it_is_pure(home: Path) -> None:
    for stem, told in (("plain", ["1", "2", "3"]), ("pure", ["1", "1", "1"])):
        with Mock("shop", home=home / stem) as mock:
            assert [mock.get("/count").json()["city"] for _ in range(3)] == told


def test_what_reads_the_clock_or_draws_is_never_kept(home: Path, dispatched: list[str]) -> None:
    with Mock("shop", home=home / "pure") as mock:
        for path in ("/time", "/time", "/draw", "/draw"):
            mock.get(path)
        assert len(dispatched) == 4


def test_a_generated_answer_lasts_till_the_end_of_the_worlds_day(
    mock: Mock, dispatched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = NOON
    monkeypatch.setattr(clock, "wall_time", lambda: wall)
    mock.world.state = mock.state._replace(clock=Clock.real())
    counts = []
    for moment in (NOON, NOON + DAY / 2 - 0.001, NOON + DAY / 2, NOON + DAY):
        wall = moment
        mock.get("/weather")
        counts.append(len(dispatched))
    assert counts == [1, 1, 2, 2]


def test_what_is_due_happens_before_a_known_answer_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = NOON
    monkeypatch.setattr(clock, "wall_time", lambda: wall)
    with Mock("rallyhere", frozen=False) as mock:
        due = Event("rallyhere", "session_expires", "casual-1")
        mock.world.state = mock.state._replace(clock=Clock.real(), timeline=Timeline().set(due, NOON + 60))
        statuses = []
        for moment in (NOON, NOON + 59, NOON + 61):
            wall = moment
            statuses.append(mock.get("/session/v1/session/casual-1", token="ben").status_code)
        assert statuses == [200, 200, 404]


@pytest.mark.parametrize("api", ["rallyhere", "meshmap", "playcamp"])
def test_with_and_without_a_cache_every_answer_is_the_same(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk of reads and writes through a vendor's API, by three callers."""
    with Mock(api) as mock:
        first = _walk(mock, api)
    monkeypatch.setattr(ResponseCache, "find", lambda *_: None)
    with Mock(api) as mock:
        assert _walk(mock, api) == first


_STEPS: dict[str, list[tuple[str, str, Any]]] = {
    "rallyhere": [
        ("GET", "/session/v1/session/casual-1", None),
        ("GET", "/session/v1/player/me/session", None),
        ("GET", "/session/v1/queues", None),
        ("POST", "/session/v1/session/casual-1/player/me", {"client_version": "1.0.0"}),
        ("DELETE", "/session/v1/session/casual-1/player/me", None),
    ],
    "meshmap": [
        ("GET", "/apps/game-sessions", None),
        ("GET", "/apps/players", None),
        ("PATCH", "/apps/game-sessions/session-open/players/player-ada", {"score": 1}),
        ("GET", "/apps/game-sessions/session-open/players", None),
    ],
    "playcamp": [
        ("GET", "/v1/server/webhooks", None),
        ("GET", "/v1/server/payments/user/user-42", None),
        ("POST", "/v1/server/webhooks", {"eventType": "payment.created", "url": "http://localhost:9/x"}),
    ],
}


def _walk(mock: Mock, api: str) -> list[Any]:
    draws, seen = random.Random(7), []
    bearers = {"rallyhere": ["ada", "ben", "nobody"], "playcamp": ["ak_server_demo:secret", "x"]}
    for _ in range(120):
        method, path, body = draws.choice(_STEPS[api])
        token = draws.choice(bearers.get(api, [""]))
        keys = {"x-app-api-key": draws.choice(["meshmap-demo-key", "x"])} if api == "meshmap" else {}
        answer = mock.request(method, path, token=token, headers=keys, json=body)
        seen.append((method, path, answer.status_code, dict(answer.headers), answer.content))
    assert any(one[2] == 200 for one in seen)
    return seen
