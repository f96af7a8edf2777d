"""Hints for misspelt words."""

from __future__ import annotations

import pytest

from mockade import hints
from mockade.hints import MOST_LISTED, did_you_mean, nearest, remembered_hint


def test_the_nearest_known_word_is_named() -> None:
    assert nearest("meshmpa", ["rallyhere", "meshmap"]) == "meshmap"
    assert did_you_mean("meshmpa", ["rallyhere", "meshmap"]) == "Did you mean 'meshmap'?"


def test_without_a_near_one_all_are_listed_in_order() -> None:
    assert nearest("x", ["one", "two"]) is None
    assert did_you_mean("x", ["two", "one"]) == "Known: one, two."
    assert did_you_mean("x", []) == "There are none."


def test_of_very_many_the_first_are_listed_and_the_others_counted() -> None:
    hint = did_you_mean("x", [f"word-{number:05}" for number in range(1040 + MOST_LISTED - 40)])
    assert hint.endswith("word-00039 and 1,000 more.")
    assert hint.count(",") == MOST_LISTED


def test_what_comes_with_each_request_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known = frozenset({"x-app-key", "x-app-name"})
    first = remembered_hint("x-ap-key", known)
    assert first == did_you_mean("x-ap-key", known) == "Did you mean 'x-app-key'?"
    monkeypatch.setattr(hints, "nearest", None)
    assert remembered_hint("x-ap-key", frozenset({"x-app-key", "x-app-name"})) == first
    with pytest.raises(TypeError):  # what is long would fill the memory
        remembered_hint("x" * 101, known)
