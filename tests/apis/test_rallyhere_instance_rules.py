"""The pure rules of an instance's life."""

from __future__ import annotations

import pytest

from mockade.apis.rallyhere.instance_rules import (
    STARTUP_STEPS,
    drawn_map,
    health_after,
    may_step,
    next_step,
    steps_after,
)

STATES = (*STARTUP_STEPS, "unjoinable", "closed")
STEPS = {
    ("requested", "allocated"),
    ("allocated", "pending"),
    ("pending", "joinable"),
    ("joinable", "unjoinable"),
    ("unjoinable", "joinable"),
}


@pytest.mark.parametrize("now", STATES)
@pytest.mark.parametrize("then", STATES)
def test_an_instance_goes_one_step_at_a_time_stays_or_closes(now: str, then: str) -> None:
    legal = (now, then) in STEPS or now == then or then == "closed"
    assert may_step(now, then, "dedicated") is legal
    assert may_step(now, then, "player") is (legal or (now, then) == ("requested", "pending"))


def test_the_way_up_ends_joinable_or_where_it_is_to_fail_closed() -> None:
    assert [next_step(now, fails=False) for now in STARTUP_STEPS[:-1]] == ["allocated", "pending", "joinable"]
    assert [next_step(now, fails=True) for now in STARTUP_STEPS[:-1]] == ["allocated", "pending", "closed"]


@pytest.mark.parametrize(
    ("count", "steps"),
    [(1, [3]), (2, [1, 3]), (3, [1, 2, 3]), (6, [0, 1, 1, 2, 2, 3]), (0, [3])],
)
def test_reads_bring_an_instance_up_by_the_last_of_them(count: int, steps: list[int]) -> None:
    assert [steps_after(reads, count) for reads in range(1, max(1, count) + 1)] == steps


@pytest.mark.parametrize(
    ("reported", "gap", "health"),
    [
        ("healthy", None, "healthy"),
        ("healthy", 10, "healthy"),
        ("healthy", 39, "healthy"),
        ("healthy", 40, "unhealthy"),
        ("degraded", 400, "unhealthy"),
        ("unknown", 400, "unknown"),
        ("unhealthy", 1, "unhealthy"),
    ],
)
def test_too_many_missing_reports_make_an_instance_unhealthy(
    reported: str, gap: float | None, health: str
) -> None:
    assert health_after(reported, gap, cadence=10, percentage=75) == health


def test_maps_are_drawn_by_their_weights() -> None:
    maps = [{"map_name": "a", "map_weight": 75}, {"map_name": "b", "map_weight": 25}]
    drawn = [drawn_map(maps, chance / 100) for chance in range(101)]
    names = [one["map_name"] for one in drawn if one is not None]
    assert (names.count("a"), names.count("b")) == (75, 26)
    assert drawn_map([], 0.5) is None
