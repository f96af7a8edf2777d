"""The rules of a world's faults: which requests they match, in which order, and by which chance."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockade.state.ids import chance
from mockade.worlds.faults import FaultAction, Faults, Match

TEAPOT = FaultAction(status=418)


def meetings(faults: Faults, requests: list[tuple[str, str, str]], seed: int = 0) -> list[int | None]:
    """The id of the rule that each request meets."""
    met = []
    for request in requests:
        faults, fault = faults.match(*request, seed)
        met.append(fault.id if fault else None)
    return met


@pytest.mark.parametrize(
    ("match", "met"),
    [
        (Match(), [1, 1, 1]),
        (Match(api="a"), [1, 1, None]),
        (Match(operation="get"), [1, None, 1]),
        (Match(operation="a.get"), [1, None, None]),
        (Match(api="b", operation="get"), [None, None, 1]),
        (Match(caller="ada"), [1, 1, None]),
        (Match(caller=""), [None, None, 1]),
        (Match(nth=2), [None, 1, None]),
        (Match(caller="ada", nth=2), [None, 1, None]),
        (Match(operation="get", nth=2), [None, None, 1]),
        (Match(probability=0), [None, None, None]),
        (Match(probability=1), [1, 1, 1]),
    ],
)
def test_a_rule_meets_the_requests_of_which_all_that_it_gives_holds(
    match: Match, met: list[int | None]
) -> None:
    requests = [("a", "get", "ada"), ("a", "post", "ada"), ("b", "get", "")]
    assert meetings(Faults().add(match, TEAPOT), requests) == met


def test_the_first_rule_that_is_not_used_up_applies_and_all_that_match_count() -> None:
    faults = Faults().add(Match(), TEAPOT, 2).add(Match(), TEAPOT, 1).add(Match(nth=4), TEAPOT)
    assert meetings(faults, [("a", "get", "")] * 5) == [1, 1, 2, 3, None]
    for _ in range(5):
        faults, _met = faults.match("a", "get", "", 0)
    assert [(rule.matched, rule.applied) for rule in faults.rules] == [(5, 2), (5, 1), (5, 1)]


def test_ids_are_not_given_again() -> None:
    faults = Faults().add(Match(), TEAPOT).add(Match(), TEAPOT).remove(2).add(Match(), TEAPOT)
    assert [rule.id for rule in faults.rules] == [1, 3]
    assert faults.cleared().add(Match(), TEAPOT).rules[0].id == 4
    with pytest.raises(KeyError):
        faults.remove(2)


@given(seed=some.integers(0, 2**64), draw=some.integers(1, 1000))
def test_chance_lies_between_nothing_and_certainty(seed: int, draw: int) -> None:
    assert 0 <= chance(seed, "fault", 1, draw) < 1


@given(seed=some.integers(0, 1000), probability=some.floats(0, 1))
def test_the_same_seed_draws_the_same_faults(seed: int, probability: float) -> None:
    faults = Faults().add(Match(probability=probability), TEAPOT)
    requests = [("a", "get", "")] * 20
    assert meetings(faults, requests, seed) == meetings(faults, requests, seed)


def test_chance_keeps_to_the_probability_and_depends_on_the_seed() -> None:
    requests = [("a", "get", "")] * 1000
    drawn = [meetings(Faults().add(Match(probability=0.25), TEAPOT), requests, seed) for seed in (1, 2)]
    assert drawn[0] != drawn[1]
    assert all(200 < len([one for one in met if one]) < 300 for met in drawn)


@given(
    rules=some.lists(
        some.tuples(
            some.sampled_from([None, "a", "b"]),
            some.none() | some.integers(1, 4),
            some.none() | some.floats(0, 1),
            some.none() | some.integers(1, 3),
        ),
        max_size=5,
    ),
    apis=some.lists(some.sampled_from("ab"), max_size=12),
)
def test_no_rule_applies_more_often_than_it_may_and_each_request_meets_one_at_most(
    rules: list[tuple[Any, ...]], apis: list[str]
) -> None:
    faults = Faults()
    for api, nth, probability, count in rules:
        faults = faults.add(Match(api=api, nth=nth, probability=probability), TEAPOT, count)
    met = 0
    for api in apis:
        faults, fault = faults.match(api, "get", "", 7)
        met += fault is not None
    assert sum(rule.applied for rule in faults.rules) == met
    for rule in faults.rules:
        assert rule.applied <= rule.matched == len([api for api in apis if rule.match.api in (None, api)])
        assert rule.count is None or rule.applied <= rule.count
        assert rule.match.nth is None or rule.applied <= 1
