"""Hints for misspelt words."""

from __future__ import annotations

from mockade.hints import MOST_LISTED, did_you_mean, nearest


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
