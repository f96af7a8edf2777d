"""Texts from regular expressions.

Holds `contract/generation/pattern_parser.py` and `contract/generation/pattern_tree.py` too.
"""

from __future__ import annotations

import re

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.contract.generation.draws import Draws
from mockade.contract.generation.patterns import matching_text, parsed


def texts(expression: str, *, least: int = 0, most: int | None = None, count: int = 20) -> list[str]:
    """Texts for as many seeds; each is checked by the engine that checks answers."""
    validator = jsonschema_rs.Draft202012Validator({"pattern": expression})
    found = [
        matching_text(expression, Draws.of(seed), validator.is_valid, least, most) for seed in range(count)
    ]
    assert None not in found
    return [one for one in found if one is not None]


@pytest.mark.parametrize(
    "expression",
    [
        r"^[a-z]{2}\d{3}$",
        r"^\p{Lu}\p{L}+$",
        r"^(?=.*[A-Z])(?=.*\d)(?=.*[@$!%*?&])[A-Za-z\d@$!%*?&]{8,}$",
        r"^[\w.-]+@[\w-]+\.[a-z]{2,}$",
        r"foo",
        r"^(foo|bar)-\d+$",
        r"^(?!admin)[a-z]+$",
        r"^$|^[a-z]{5}$",
        r"^\+[1-9]\d{1,14}$",
        r"^([a-z])\1$",
        r"^[^/]+$",
        r"^.{3,10}$",
        r"^arn:aws[a-zA-Z-]*:[\S\s]+:\d{12}:.*$",
        r"^(([01]?\d|2[0-3]):[0-5]\d,?)+$",
        r"^#([0-9a-fA-F]{6})$",
        r"\S",
        "^[\\u0020-\\uD7FF\\uE000-\\uFFFD\\u0009]*$",
        r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        r"^(?=.{1,20}$)[a-z]+(\.[a-z]+)*$",
        r"\d{4}-\d{2}-\d{2}",
        r"^[\x41-\x43\t]+$",
        r"^\cJ?[-.]x\/y$",
        r"^(?:a|b)??c{0}d+?$",
        r"(?i)^abc$",
        r"^[0-9]{3}[^\d\W]$",
    ],
)
def test_a_text_matches_its_expression(expression: str) -> None:
    texts(expression)


def test_lengths_are_kept_where_the_expression_leaves_them_open() -> None:
    assert all(12 <= len(one) <= 14 for one in texts("^[a-z]+$", least=12, most=14))
    assert all(len(one) == 5 for one in texts("^[a-z]*-[0-9]*$", least=5, most=5))
    assert all(len(one) >= 9 for one in texts("abc", least=9))


def test_texts_differ_by_their_draws_and_repeat_by_their_seed() -> None:
    assert len(set(texts("^[a-z]{8}$"))) > 15
    assert texts("^[a-z0-9]{4,30}$") == texts("^[a-z0-9]{4,30}$")


@pytest.mark.parametrize("expression", ["(", ")", "[a", "a{2}{", "(?<n", "\\", "[z-a]"])
def test_what_is_no_expression_gives_no_text(expression: str) -> None:
    if parsed(expression) is None:
        assert matching_text(expression, Draws.of(1), lambda _text: True) is None


def test_what_cannot_match_gives_no_text() -> None:
    assert matching_text("^a$", Draws.of(1), lambda _text: False) is None
    assert matching_text("^a{900000}$", Draws.of(1), lambda _text: True) is None


_PART = st.sampled_from(
    ["a", "[b-f]", "\\d", "\\w", "[^x]", "(?:gh|i)", "(j|k{2,3})", "\\.", ".", "[A-Z0-9_-]", "\\s"]
)
_COUNT = st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}", "{2,}"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_PART, _COUNT), min_size=1, max_size=6), st.integers(0, 10**6))
def test_any_expression_of_these_parts_is_solved(parts: list[tuple[str, str]], seed: int) -> None:
    expression = f"^{''.join(map(''.join, parts))}$"
    text = matching_text(expression, Draws.of(seed), re.compile(expression).search)  # type: ignore[arg-type]
    assert text is not None
    assert re.search(expression, text)
