"""In how many places of a pattern an engine may have to be at once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mockade.contract import budget
from mockade.contract.pattern_cost import cost, is_costly
from tests.contract.test_bounded import compiled, in_time


@pytest.mark.parametrize(
    ("pattern", "places"),
    [
        ("abc", 3),
        ("^[a-z]{2,5}$", 5),
        ("a{3}b{4,}c{0}d?", 9),
        ("(?:a|bb){3}", 9),
        (r"(?<year>\d{4})-(\p{L}{1,2}){3}", 11),
        (r"\[(a\]){2,3}[\]{]{3}\{4}", 13),
        ("a)b(c", 3),
        ("((a{10}){10}){10}", 1000),
    ],
)
def test_what_is_repeated_with_a_count_is_in_as_many_places(pattern: str, places: int) -> None:
    assert cost(pattern).places == places


@pytest.mark.parametrize(
    ("pattern", "at_once"),
    [
        (r"^[\s\S]{1,5000}$", 1),
        ("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", 1),
        ("^(?:19|20)[0-9]{90}$", 2),
        ("^a$|^b{900}$", 2),
        ("(?:^a|^b)c{900}", 2),
        ("^a?[ab]{900}$", 3),
        ("^[ab]{1,9}[abc]{900}$", 10),
        ("^(?:a|aa){900}b", 2701),
        ("^(?:aa?){900}b", 1801),
        (r"^(\w{1,60}\s?){1,200}$", 12200),
        ("^[ab]*a[ab]{900}c", 903),
        ("a[ab]{3000}c", 3002),
    ],
)
def test_an_engine_is_in_more_places_at_once_where_what_came_before_may_end_at_several(
    pattern: str, at_once: int
) -> None:
    assert cost(pattern).at_once == at_once


@pytest.mark.parametrize(
    "pattern",
    [
        "^q|a[ab]{3000}[cd]",
        "^?a[ab]{900}[cd]",
        "^|a{900}",
        "^a|^b|c{900}",
        "(^|x)a{900}",
        "(?:^a|b)c{900}",
        "(^a)?b{900}",
        "(?!^)a{900}",
        r"\^a{900}",
        "[^a]{900}",
    ],
)
def test_a_pattern_is_bound_to_the_beginning_by_all_its_ways_alone(pattern: str) -> None:
    places = cost(pattern)
    assert places.at_once == places.places


@pytest.mark.parametrize(
    ("pattern", "sweeps"),
    [
        ("^(?!abc)$", 0),
        (r"^(?=a)(a+)+\1$", 1),
        (r"^(?=.*\d)(?=.*[a-z]).{8,}$", 1),
        (r"^(?:(?!<script>)[\s\S])*$", 1),
        ("^(?:(?=.*b?).)*$", 2),
        (r"(a+)(?:(?<!\1)b){2,9}", 2),
        ("^(?:(?:(?=(?:(?=a*).)*).)*)*$", 3),
    ],
)
def test_a_repetition_of_what_looks_around_goes_through_a_text_from_each_character(
    pattern: str, sweeps: int
) -> None:
    assert cost(pattern).sweeps == sweeps


@pytest.mark.parametrize(
    ("pattern", "is_it"),
    [
        (r"^[\s\S]{1,5000}$", False),
        ("^[0-9a-f]{32}-[0-9a-f]{32}$", False),
        (r"^[\w.+-]+@[\w-]+\.[\w.-]+$", False),
        (r"^(\w{1,60}\s?){1,200}$", True),
        (r"\p{L}{98}1", True),
        ("a[ab]{14}c", True),
        ("^q|a[ab]{3000}[cd]", True),
    ],
)
def test_what_is_in_few_places_at_once_costs_little(pattern: str, is_it: bool) -> None:
    assert is_costly(pattern) is is_it


MIXED = "".join(random.Random(0).choices("ab", k=100_000))  # no secret
WORDS = r"^(\w{1,60}\s?){1,200}$"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (WORDS, "a" * 12_000),
        ("a[ab]{3000}c", MIXED),
        ("^[ab]*a[ab]{900}c", MIXED),
        ("^q|a[ab]{3000}[cd]", MIXED),
    ],
)
@pytest.mark.parametrize("count", [1, 50])
def test_a_text_that_a_pattern_takes_too_long_with_is_a_violation_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, text: str, count: int
) -> None:
    monkeypatch.setattr(budget, "SECONDS", 0.2)
    validator, _ = compiled(tmp_path, {"S": {"items": {"type": "string", "pattern": pattern}}})
    with in_time():
        found = validator.violations([f"{text}{at}" for at in range(count)], "body")
    assert "cannot be told" in found[0].message
    assert pattern in found[0].message


def test_a_text_that_such_a_pattern_is_soon_done_with_is_judged(tmp_path: Path) -> None:
    validator, _ = compiled(tmp_path, {"S": {"type": "string", "pattern": WORDS}})
    assert validator.is_valid("hello world " * 90)
    assert not validator.is_valid("hello world " * 900)
    assert "does not match" in validator.violations("hello, world", "body")[0].message
