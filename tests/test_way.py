"""A GET goes a short way: it enters few packages, and does not go to and fro between them."""

from __future__ import annotations

from tests.way_of_a_request import way_of_a_get

MOST_ENTERED = 12
MOST_CHANGES = 54
"""Six of them are looks at headers: Host, Origin, Authorization, Accept, Prefer, and what a body is."""


def test_a_get_enters_few_packages_and_seldom_changes_from_one_to_another() -> None:
    way = way_of_a_get()
    print(" > ".join(way.parts))
    assert len(way.entered) <= MOST_ENTERED, sorted(way.entered)
    assert way.changes <= MOST_CHANGES, "`python -m tests.way_of_a_request` prints where it crosses"
