"""The rules of a world's faults: which requests they match, in which order, and by which chance.

Holds `worlds/fault_match.py` too.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockade.contract.violations import ABSENT
from mockade.state.ids import chance
from mockade.worlds.fault_match import FaultRequest, Match, Rate
from mockade.worlds.faults import LONGEST_DELAY, Delay, FaultAction, Faults, Lognormal, Uniform

TEAPOT = FaultAction(status=418)


def meetings(faults: Faults, requests: list[tuple[str, str, str]], seed: int = 0) -> list[int | None]:
    """The id of the rule that each request meets."""
    met = []
    for request in requests:
        faults, fault = faults.match(FaultRequest(*request), seed)
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
        faults, _met = faults.match(FaultRequest("a", "get", ""), 0)
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
        faults, fault = faults.match(FaultRequest(api, "get", ""), 7)
        met += fault is not None
    assert sum(rule.applied for rule in faults.rules) == met
    for rule in faults.rules:
        assert rule.applied <= rule.matched == len([api for api in apis if rule.match.api in (None, api)])
        assert rule.count is None or rule.applied <= rule.count
        assert rule.match.nth is None or rule.applied <= 1


SENT = FaultRequest(
    "a",
    "post",
    "ada",
    "/shops/7/orders",
    {"x-client": "game/1.4", "accept": "*/*", "x-ids": "[1]?[2]"},
    body={"lines": [{"sku": "a1", "gift": True}], "a/b": 1},
)


@pytest.mark.parametrize(
    ("match", "is_met"),
    [
        (Match(path="/shops/7/orders"), True),
        (Match(path="/shops/*/orders"), True),
        (Match(path="*"), True),
        (Match(path="/shops/*"), True),
        (Match(path="/shops"), False),
        (Match(path="/Shops/*"), False),
        (Match(headers={"X-Client": "game/1.*"}), True),
        (Match(headers={"X-Client": "game/2.*"}), False),
        (Match(headers={"X-Client": "game/1.*", "X-Other": "*"}), False),
        (Match(headers={"X-Other": None}), True),
        (Match(headers={"Accept": None}), False),
        (Match(path="/shops/?/orders"), False),
        (Match(path="/shops/[0-9]/orders"), False),
        (Match(headers={"X-Ids": "[1]?*"}), True),
        (Match(body={"/lines/0/sku": "a1"}), True),
        (Match(body={"/lines/0/gift": True, "/a~1b": 1}), True),
        (Match(body={"/lines/0/gift": 1}), False),
        (Match(body={"/lines/1/sku": "a1"}), False),
        (Match(body={"/lines/x": None}), False),
        (Match(body={"": SENT.body}), True),
        (Match(path="/shops/*", body={"/a~1b": 2}), False),
    ],
)
def test_a_path_headers_and_a_body_are_conditions(match: Match, is_met: bool) -> None:
    assert match.matches(SENT) is is_met
    assert match.matches(SENT._replace(body=ABSENT)) is (is_met and match.body is None)


def test_a_body_is_asked_for_where_all_else_of_a_rule_holds() -> None:
    faults = Faults().add(Match(path="/other"), TEAPOT).add(Match(caller="ada", body={"": 1}), TEAPOT)
    assert faults.asks_for_body(SENT)
    assert not faults.asks_for_body(SENT._replace(caller="ben"))


def test_a_rate_lets_so_many_through_in_each_window_of_the_world_s_time() -> None:
    faults = Faults().add(Match(rate=Rate(2, "10s")), FaultAction(status=429))
    met = []
    for now in (0.0, 1.0, 2.0, 9.5, 10.0, 11.0, 12.0, 3.0):  # the last: somebody turned the clock back
        faults, fault = faults.match(FaultRequest("a", "get", "", now=now), 0)
        met.append(fault.do.retry_after if fault else None)
    assert met == [None, None, 8, 1, None, None, 8, None]
    assert faults.rules[0].do == FaultAction(status=429)


@given(seed=some.integers(0, 2**64))
def test_delays_are_drawn_by_the_seed_from_their_distribution(seed: int) -> None:
    def drawn(delay: Delay) -> list[Any]:
        faults, found = Faults().add(Match(), FaultAction(delay_ms=delay)), []
        for _ in range(40):
            faults, fault = faults.match(FaultRequest("a", "get", ""), seed)
            assert fault is not None
            found.append(fault.do.delay_ms)
        return found

    uniform = Uniform("uniform", lower=10, upper=30)
    assert set(drawn(uniform)) <= set(range(10, 31))
    assert len(set(drawn(uniform))) > 5
    assert drawn(uniform) == drawn(uniform)
    assert all(0 <= one <= LONGEST_DELAY for one in drawn(Lognormal("lognormal", median=600_000, sigma=5)))


def test_half_of_a_lognormal_delay_lies_below_its_median() -> None:
    delay = Lognormal("lognormal", median=100, sigma=0.5)
    assert [delay.at(share) for share in (0.158655, 0.5, 0.841345)] == [61, 100, 165]
    assert Uniform("uniform", lower=3, upper=3).at(0.99) == 3
    assert [Uniform("uniform", lower=0, upper=1).at(share) for share in (0.0, 0.49, 0.5, 0.999)] == [
        0,
        0,
        1,
        1,
    ]
