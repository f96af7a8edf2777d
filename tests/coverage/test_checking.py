"""Documents of coverage that would be merged into wrong numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.coverage.checking import faults
from mockade.coverage.editing import recounted
from tests.coverage.test_thresholds import document

AT = ("apis", 0, "operations", 0)

Change = Callable[[Any], object]


def test_a_sound_document_has_none() -> None:
    assert list(faults(recounted(document("seen")))) == []


@pytest.mark.parametrize(
    ("change", "way", "said"),
    [
        (lambda one: one.pop("items"), AT, "It was asked, and has no items: "),
        (
            lambda one: one["items"].append(one["items"][0]),
            (*AT, "items", 1),
            "'/responses/429' stands here",
        ),
        (lambda one: one["items"].clear(), (*AT, "totals"), "Its statuses are not as many as its items: "),
        (
            lambda one: one["items"][0].update(kind="security"),
            (*AT, "totals"),
            "Its statuses, security are ",
        ),
    ],
)
def test_what_is_damaged_is_told_with_the_way_to_it(change: Change, way: Any, said: str) -> None:
    damaged = recounted(document("seen"))
    change(damaged["apis"][0]["operations"][0])
    place, sentence = next(faults(damaged))
    assert (place, sentence.startswith(said)) == (way, True), sentence
