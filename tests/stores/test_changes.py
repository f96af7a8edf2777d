"""What changed in a world makes, applied to the same moment, exactly the later one.

Holds `stores/change_writer.py`, `stores/change_reader.py` and `stores/forms.py` too.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mockade.state import hash_trie, sorted_sequence
from mockade.stores import change_writer
from mockade.stores.changes import apply, encode
from tests.stores.worlds import COMMITS, after, collection_of, empty, laid_open


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small nodes and small frames, so that a short test goes over many."""
    monkeypatch.setattr(hash_trie, "LEAF_SIZE", 2)
    monkeypatch.setattr(sorted_sequence, "FANOUT", 3)
    monkeypatch.setattr(change_writer, "MOST_IN_A_FRAME", 3)
    monkeypatch.setattr(change_writer, "_FAR", 1)
    monkeypatch.setattr(change_writer, "_LOOKED_AT", 2)
    monkeypatch.setattr(change_writer, "FEW_PERMISSIONS", 4)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("knows_baseline", [True, False])
def test_a_chain_of_changes_makes_the_same_world(knows_baseline: bool) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(COMMITS)
    def held(commits: list[list[tuple[Any, ...]]]) -> None:
        world = empty()
        baseline = after(world, ("put", "widgets", "a", "red", ["x"]), world.state).state
        known = baseline if knows_baseline else None
        other = apply(empty(), encode(empty(), world._replace(state=baseline)), collection_of)
        world = world._replace(state=baseline)
        others = other.state if knows_baseline else None
        for commit in commits:
            before = world
            for step in commit:
                world = after(world, step, baseline)
            other = apply(other, encode(before, world, known), collection_of, others)
            assert other == world
            assert laid_open(other) == laid_open(world)
            assert laid_open(apply(world, encode(world, before, known), collection_of, known)) == laid_open(
                before
            )
        whole = apply(empty(), encode(empty(), world), collection_of)
        assert laid_open(whole) == laid_open(world)

    held()
