"""Clocks, and date-times as text."""

from __future__ import annotations

import pytest

from mockade.state import clock
from mockade.state.clock import Clock, seconds_of, start_of_day, timestamp

NOON = 1_767_614_400.0


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall clock, which the test moves: its one item is the time."""
    hands = [NOON]
    monkeypatch.setattr(clock, "wall_time", lambda: hands[0])
    return hands


def test_a_frozen_clock_stands_still(wall: list[float]) -> None:
    frozen = Clock.frozen(5.0)
    wall[0] += 1000
    assert frozen.now() == 5.0
    later = frozen.advanced(2.5)
    wall[0] += 1000
    assert (frozen.now(), later.now()) == (5.0, 7.5)


def test_a_real_clock_runs_with_the_wall_s(wall: list[float]) -> None:
    real = Clock.real()
    wall[0] += 90
    assert real.now() == NOON + 90
    assert real.advanced(10).now() == NOON + 100


def test_a_clock_runs_at_its_rate_and_keeps_it_when_it_is_moved(wall: list[float]) -> None:
    fast = Clock(world_time=0.0, wall=NOON, rate=60.0)
    wall[0] += 2
    assert fast.now() == 120.0
    moved = fast.advanced(-20)
    wall[0] += 1
    assert moved.now() == 160.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (NOON, "2026-01-05T12:00:00.000Z"),
        (NOON + 0.25, "2026-01-05T12:00:00.250Z"),
        (NOON + 0.3, "2026-01-05T12:00:00.300Z"),
        (NOON + 0.9996, "2026-01-05T12:00:00.999Z"),
        (0.0, "1970-01-01T00:00:00.000Z"),
        (-1.0, "1969-12-31T23:59:59.000Z"),
    ],
)
def test_a_moment_is_told_in_utc_with_milliseconds(seconds: float, text: str) -> None:
    assert timestamp(seconds) == text
    assert abs(seconds_of(text) - seconds) < 0.001


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05T12:00:00Z",
        "2026-01-05T13:30:00+01:30",
        "2026-01-05T07:00:00-05:00",
        "2026-01-05t12:00:00z",
        "2026-01-05T12:00:00.000000000Z",
        "2026-01-05T11:59:60Z",
        "2026-01-05T12:59:60+01:00",
    ],
)
def test_a_moment_is_the_same_in_every_writing(text: str) -> None:
    assert seconds_of(text) == NOON


def test_a_day_starts_at_its_midnight_in_utc() -> None:
    assert start_of_day(timestamp(NOON + 0.5)) == "2026-01-05T00:00:00Z"


def test_fractions_count_however_many_digits_they_have() -> None:
    for digits in ("5", "50", "5000000000"):
        assert seconds_of(f"2026-01-05T12:00:00.{digits}Z") == NOON + 0.5


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05T12:00:00",
        "2026-01-05",
        "20260105T120000Z",
        "2026-W02-1T12:00:00Z",
        "2026-01-05T12:00Z",
        "2026-01-05T12:00:00,5Z",
        "2026-01-05T12:00:00+0100",
        "2026-13-05T12:00:00Z",
        "2026-01-05T12:00:61Z",
        "\u0662026-01-05T12:00:00Z",
        "0000-01-05T12:00:00Z",
        "2026-01-05T12:00:00Z\n",
        "",
    ],
)
def test_what_is_no_rfc_3339_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        seconds_of(text)
