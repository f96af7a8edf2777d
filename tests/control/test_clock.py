"""Time over HTTP: read, set, frozen, scaled, moved, with what is due happening on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.state import clock as clock_module
from mockade.state.clock import seconds_of, wall_time
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
NOON = "2026-01-05T12:00:00.000Z"
TICKING = """
from mockade.handling import Call, Collection

collections = (Collection("widgets", holds="Widget"),)

def tick(call: Call, key: str) -> None:
    widget = call.rows("widgets").get(key)
    call.rows("widgets").change(key, size=widget.get("size", 0) + 1, name=call.now())
    call.set_event("tick", key, widget.beside.get("every", 10))

timeline = (tick,)

def on_start(call: Call) -> None:
    for widget in call.rows("widgets"):
        if "every" in widget.beside:
            call.set_event("tick", widget.key, widget.beside["every"])
"""


@pytest.fixture
def ticking(serve: Serve) -> Callable[[str], Mock]:
    """A shop whose widgets count seconds from noon on: `ticking("[{id: w1, name: x, _every: 10}]")`."""

    def start(rows: str) -> Mock:
        mock = serve(contract(crud("/widgets")), f"widgets: {rows}", TICKING)
        state = mock.state
        first = state.timeline.next()
        assert first is not None
        timeline = state.timeline.cancel(first[1])
        at = seconds_of(NOON)
        for _, event in state.timeline.events():
            every = state.table("shop", "widgets").rows[event.key].row().beside["every"]
            timeline = timeline.set(event, at + every)
        mock.world.state = state._replace(timeline=timeline)
        return mock

    return start


def entries(mock: Mock) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mock.get(f"{V1}/journal").json()["exchanges"]
    return found


def test_a_clock_is_real_until_it_is_told_otherwise(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS, frozen=False)
    told = mock.get(f"{V1}/clock").json()
    assert (told["mode"], told["rate"]) == ("real", 1.0)
    assert abs(seconds_of(told["now"]) - wall_time()) < 5


def test_a_frozen_clock_stands_where_it_was_put(mock: Mock) -> None:
    told = mock.put(f"{V1}/clock", json={"mode": "frozen", "now": "2030-06-01T08:30:00+02:00"}).json()
    assert told == {"mode": "frozen", "now": "2030-06-01T06:30:00.000Z", "rate": 0.0}
    assert mock.get(f"{V1}/clock").json() == told
    assert mock.put(f"{V1}/clock", json={"mode": "frozen"}).json() == told


def test_a_real_clock_runs_on_at_its_rate(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    wall = [5000.0]
    monkeypatch.setattr(clock_module, "wall_time", lambda: wall[0])
    mock.put(f"{V1}/clock", json={"mode": "real", "now": NOON, "rate": 60})
    wall[0] += 1.5
    assert mock.get(f"{V1}/clock").json() == {"mode": "real", "now": "2026-01-05T12:01:30.000Z", "rate": 60.0}
    mock.post(f"{V1}/clock/advance", json={"by": "1h"})
    wall[0] += 1
    assert mock.get(f"{V1}/clock").json()["now"] == "2026-01-05T13:02:30.000Z"
    told = mock.put(f"{V1}/clock", json={"mode": "real"}).json()
    assert told == {"mode": "real", "now": "1970-01-01T01:23:22.500Z", "rate": 1.0}


@pytest.mark.parametrize(
    ("by", "now"),
    [
        ("250ms", "2026-01-05T12:00:00.250Z"),
        ("30s", "2026-01-05T12:00:30.000Z"),
        ("1.5m", "2026-01-05T12:01:30.000Z"),
        ("1h30m", "2026-01-05T13:30:00.000Z"),
        ("2d", "2026-01-07T12:00:00.000Z"),
        ("0s", NOON),
    ],
)
def test_durations_are_given_with_their_unit(mock: Mock, by: str, now: str) -> None:
    assert mock.post(f"{V1}/clock/advance", json={"by": by}).json()["now"] == now


def test_what_is_due_happens_in_order_each_as_an_entry_of_its_own(ticking: Callable[[str], Mock]) -> None:
    mock = ticking("[{id: w1, name: x, _every: 10}, {id: w2, name: y, _every: 15}]")
    mock.post(f"{V1}/clock/advance", json={"by": "30s"})
    told = [
        (one["answered_by"], one["time"][17:19], [c["key"] for c in one["changes"]]) for one in entries(mock)
    ]
    assert told == [
        ("control", "00", []),
        ("timeline", "10", ["w1"]),
        ("timeline", "15", ["w2"]),
        ("timeline", "20", ["w1"]),
        ("timeline", "30", ["w2"]),
        ("timeline", "30", ["w1"]),
    ]
    change = entries(mock)[1]["changes"][0]
    assert (change["before"]["name"], change["after"]["name"]) == ("x", "2026-01-05T12:00:10.000Z")
    assert entries(mock)[1]["request"] is entries(mock)[1]["response"] is None


def test_back_in_time_nothing_is_undone_and_nothing_happens_twice(ticking: Callable[[str], Mock]) -> None:
    mock = ticking("[{id: w1, name: x, _every: 10}]")
    mock.post(f"{V1}/clock/advance", json={"by": "10s"})
    mock.put(f"{V1}/clock", json={"mode": "frozen", "now": NOON})
    assert mock.get("/widgets/w1").json()["size"] == 1
    mock.post(f"{V1}/clock/advance", json={"by": "19s"})
    assert mock.get("/widgets/w1").json()["size"] == 1
    mock.post(f"{V1}/clock/advance", json={"by": "1s"})
    assert mock.get("/widgets/w1").json()["size"] == 2


def test_before_an_event_it_has_not_happened_and_happens_again(ticking: Callable[[str], Mock]) -> None:
    mock = ticking("[{id: w1, name: x, _every: 10}]")
    mock.post(f"{V1}/clock/advance", json={"by": "10s"})
    event = entries(mock)[-1]
    assert event["answered_by"] == "timeline"
    assert (
        mock.post(f"{V1}/journal/{event['id']}/rewind").json()["clock"]["now"] == "2026-01-05T12:00:09.999Z"
    )
    assert "size" not in mock.get("/widgets/w1").json()
    mock.post(f"{V1}/clock/advance", json={"by": "1ms"})
    assert mock.get("/widgets/w1").json()["size"] == 1


def test_a_running_clock_goes_back_with_a_rewind(
    ticking: Callable[[str], Mock], monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = [5000.0]
    monkeypatch.setattr(clock_module, "wall_time", lambda: wall[0])
    mock = ticking("[{id: w1, name: x, _every: 10}]")
    mock.put(f"{V1}/clock", json={"mode": "real", "now": NOON})
    wall[0] += 5
    number = mock.get("/widgets/w1").headers["x-mockade-exchange"]
    wall[0] += 100
    assert mock.get("/widgets/w1").json()["size"] == 10
    mock.post(f"{V1}/journal/{number}/rewind")
    assert "size" not in mock.get("/widgets/w1").json()
    assert mock.get(f"{V1}/clock").json() == {"mode": "real", "now": "2026-01-05T12:00:05.000Z", "rate": 1.0}


def test_each_world_has_a_clock_of_its_own(mock: Mock) -> None:
    mock.put("/@a/_mockade/v1/clock", json={"mode": "frozen", "now": "2030-01-01T00:00:00Z"})
    mock.put(f"{V1}/worlds/b/clock", json={"mode": "frozen", "now": "2040-01-01T00:00:00Z"})
    told = [mock.get(f"{V1}/worlds/{name}/clock").json()["now"][:4] for name in ("default", "a", "b")]
    assert told == ["2026", "2030", "2040"]


def test_a_function_that_sets_itself_for_now_is_stopped_with_a_sentence(
    ticking: Callable[[str], Mock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockade.worlds.due_events.MOST_EVENTS", 50)
    mock = ticking("[{id: w1, name: x, _every: 0}, {id: w2, name: x, _every: 1}]")
    answer = mock.post(f"{V1}/clock/advance", json={"by": "1h"})
    assert answer.status_code == 500
    assert "50 events were set at 2026-01-05T12:00:00.000Z for that very moment" in answer.json()["detail"]
    assert "shop's tick of w1" in answer.json()["detail"]
    assert mock.post(f"{V1}/clock/advance", json={"by": "1h"}).status_code == 200, "the others go on"
    assert mock.get("/widgets/w2").json()["size"] == 3600


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "clock", {}),
        ("PUT", "clock", {"mode": "fast"}),
        ("PUT", "clock", {"mode": "frozen", "now": "noon"}),
        ("PUT", "clock", {"mode": "frozen", "now": "2026-02-30T00:00:00Z"}),
        ("PUT", "clock", {"mode": "frozen", "rate": 2}),
        ("PUT", "clock", {"mode": "real", "rate": 0}),
        ("PUT", "clock", {"mode": "real", "rate": 1e9}),
        ("PUT", "clock", {"mode": "real", "rate": -1}),
        ("PUT", "clock", {"mode": "real", "now": "0001-01-01T00:00:00+10:00"}),
        ("PUT", "clock", {"mode": "real", "now": 5}),
        ("PUT", "clock", "frozen"),
        ("POST", "clock/advance", {}),
        ("POST", "clock/advance", {"by": 30}),
        ("POST", "clock/advance", {"by": "30"}),
        ("POST", "clock/advance", {"by": "-30s"}),
        ("POST", "clock/advance", {"by": "30 s"}),
        ("POST", "clock/advance", {"by": "99999999d"}),
        ("POST", "clock/advance", {"by": "9" * 400 + "d"}),
        ("POST", "clock/advance", {"by": "30s", "to": "x"}),
    ],
)
def test_bad_times_are_a_400_and_leave_the_clock(mock: Mock, method: str, path: str, body: Any) -> None:
    answer = mock.request(method, f"{V1}/{path}", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert mock.get(f"{V1}/clock").json()["now"] == NOON
    assert entries(mock) == []
