"""Due events happen in slices, however many there are, and whoever calls meanwhile sees one moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockade.background.timers import EventTimers
from mockade.state.clock import Clock, seconds_of, timestamp
from mockade.state.timeline import Event
from mockade.worlds.due_events import MOST_AT_ONCE, MOST_IN_A_SLICE
from tests.background.loop import Loop
from tests.contracts import contract, crud
from tests.harness import Mock, exchanged

V1 = "/_mockade/v1"
NOON = seconds_of("2026-01-05T12:00:00.000Z")
COUNT = 300
RINGING = """
from mockade.handling import Call, Collection

collections = (Collection("widgets", holds="Widget"),)

def ring(call: Call, key: str) -> None:
    call.rows("widgets").change(key, name=call.now())

timeline = (ring,)
"""


@pytest.fixture
def ringing(serve: Callable[..., Mock]) -> Callable[[float], Mock]:
    """A shop with COUNT widgets, each of which rings once, so many seconds after the one before."""

    def start(apart: float) -> Mock:
        rows = "\n".join(f"- {{id: w{number}, name: before}}" for number in range(COUNT))
        mock = serve(contract(crud("/widgets")), f"widgets:\n{rows}\n", RINGING)
        timeline = mock.state.timeline
        for number in range(COUNT):
            timeline = timeline.set(Event("shop", "ring", f"w{number}"), NOON + 1 + number * apart)
        mock.world.state = mock.state._replace(timeline=timeline)
        return mock

    return start


def asked(method: str, path: str, body: Any = None) -> httpx.Request:
    return httpx.Request(method, f"http://localhost{path}", **({} if body is None else {"json": body}))


def meanwhile(mock: Mock, first: httpx.Request, *others: httpx.Request) -> list[httpx.Response]:
    """The answers to a call, and to others that come while it is under way."""

    async def run() -> list[httpx.Response]:
        under_way = asyncio.create_task(exchanged(mock.app, first))
        answers = []
        for one in others:
            for _ in range(4):
                await asyncio.sleep(0)
            answers.append(await exchanged(mock.app, one))
        return [await under_way, *answers]

    return asyncio.run(run())


ADVANCE = asked("POST", f"{V1}/clock/advance", {"by": "1h"})


@pytest.mark.parametrize("apart", [0, 0.001, 1])
def test_any_number_of_events_happens_in_one_move_of_the_clock(
    ringing: Callable[[float], Mock], apart: float
) -> None:
    mock = ringing(apart)
    answer = mock.post(f"{V1}/clock/advance", json={"by": "1h"})
    assert (answer.status_code, answer.json()["now"]) == (200, "2026-01-05T13:00:00.000Z")
    names = [row["name"] for row in mock.get("/widgets").json()]
    assert names == [timestamp(NOON + 1 + number * apart) for number in range(COUNT)]
    journal = mock.get(f"{V1}/journal?operation=ring").json()["exchanges"]
    assert [one["changes"][0]["key"] for one in journal] == [f"w{number}" for number in range(COUNT)]


@pytest.mark.parametrize("apart", [0, 1])
def test_who_calls_meanwhile_sees_the_moment_to_which_time_has_come(
    ringing: Callable[[float], Mock], apart: float
) -> None:
    mock = ringing(apart)
    pairs = [asked("GET", "/widgets"), asked("GET", f"{V1}/clock")] * 4
    done, *answers = meanwhile(mock, ADVANCE, *pairs)
    assert done.json()["now"] == "2026-01-05T13:00:00.000Z"
    seen = []
    for rows, clock in zip(answers[::2], answers[1::2], strict=True):
        rung = [row["name"] for row in rows.json() if row["name"] != "before"]
        assert rung == [timestamp(NOON + 1 + number * apart) for number in range(len(rung))]
        seen.append(len(rung))
        assert (rung or [""])[-1][:19] <= clock.json()["now"][:20]
    assert sorted(seen) == seen
    assert 0 < seen[0] < COUNT, "it was asked while they happened"


def test_what_is_written_meanwhile_is_kept_and_a_write_of_another_world_does_not_wait(
    ringing: Callable[[float], Mock],
) -> None:
    mock = ringing(1)
    row = {"id": "new", "name": "x"}
    _, here, there = meanwhile(
        mock, ADVANCE, asked("POST", "/widgets", row), asked("POST", "/@other/widgets", row)
    )
    assert (here.status_code, there.status_code) == (201, 201)
    assert mock.get("/widgets/new").json()["name"] == "x"
    assert mock.get(f"/widgets/w{COUNT - 1}").json()["name"] != "before"


def test_clocks_are_moved_one_after_the_other(ringing: Callable[[float], Mock]) -> None:
    mock = ringing(1)
    first, second = meanwhile(mock, ADVANCE, asked("POST", f"{V1}/clock/advance", {"by": "1h"}))
    assert first.json()["now"] == "2026-01-05T13:00:00.000Z"
    assert second.json()["now"] == "2026-01-05T14:00:00.000Z"


def test_a_reset_meanwhile_counts_and_the_move_of_the_clock_says_so(ringing: Callable[[float], Mock]) -> None:
    mock = ringing(1)
    moved, reset = meanwhile(mock, ADVANCE, asked("POST", f"{V1}/reset"))
    assert (moved.status_code, reset.status_code) == (409, 200)
    assert {row["name"] for row in mock.get("/widgets").json()} == {"before"}


def test_what_is_forked_and_taken_away_meanwhile_goes_on_by_itself(ringing: Callable[[float], Mock]) -> None:
    mock = ringing(1)
    meanwhile(
        mock,
        ADVANCE,
        asked("POST", f"{V1}/fork", {"name": "fork"}),
        asked("POST", f"{V1}/snapshots", {"name": "then"}),
    )
    for _ in range(COUNT // MOST_AT_ONCE + 1):
        mock.get("/@fork/widgets")
    assert "before" not in mock.get("/@fork/widgets").text
    document = mock.get(f"{V1}/snapshots/then").json()
    assert document["clock"]["now"] == "2026-01-05T13:00:00.000Z"
    assert 0 < len(document["timeline"]) < COUNT
    assert mock.post(f"{V1}/snapshots/then/restore").json()["clock"]["now"] == "2026-01-05T13:00:00.000Z"
    assert "before" not in mock.get("/widgets").text


def test_before_a_call_only_so_many_happen_and_timers_bring_about_the_rest(
    ringing: Callable[[float], Mock], monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = ringing(1)
    world = mock.world
    world.state = world.state._replace(clock=Clock.frozen(NOON + 3600))
    rung = sum(row["name"] != "before" for row in mock.get("/widgets").json())
    assert rung == MOST_AT_ONCE
    assert world.state.clock.now() == NOON + MOST_AT_ONCE
    loop = Loop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    timers = EventTimers(lambda one: 0.0 if one.run_due_events(MOST_IN_A_SLICE) else 0.01)
    timers.set(world)
    while world.state.clock.is_halted:
        loop.timers.pop().ring()
    assert world.state.clock.now() == NOON + 3600
    assert world.state.timeline.next() is None
