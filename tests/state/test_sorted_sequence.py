"""SortedSequence: always what a sorted list would be, and a new version costs a few nodes."""

from __future__ import annotations

import operator
from bisect import insort
from collections.abc import Iterator, Set
from itertools import islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.state import sorted_sequence as ordered
from mockade.state.sorted_sequence import FANOUT, Node, SortedSequence


@pytest.fixture
def small_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes of three, so that a short test goes over many edges and levels."""
    monkeypatch.setattr(ordered, "FANOUT", 3)


def nodes(items: SortedSequence, known: Set[int] = frozenset()) -> Iterator[tuple[int, Node]]:
    """The nodes with their heights; what is in or under one whose id is `known` is left out."""
    waiting = [(items.height, items.root)]
    while waiting:
        height, node = waiting.pop()
        if id(node) not in known:
            yield height, node
            waiting += [(height - 1, child) for child in node[1:]] if height else []


def leaves(items: SortedSequence) -> list[Node]:
    return sorted(node for height, node in nodes(items) if not height)


def sound(items: SortedSequence) -> bool:
    """Whether each node is of a fit length and begins with its least item, and the root has not one child."""
    if not items:
        return items == SortedSequence()
    sizes = all(0 < len(node) - bool(height) <= ordered.FANOUT for height, node in nodes(items))
    leasts = all(node[0] == node[1][0] for height, node in nodes(items) if height)
    return sizes and leasts and not (items.height and len(items.root) == 2)


@pytest.mark.usefixtures("small_nodes")
def test_sorted_is_a_sorted_list_whatever_is_added_and_removed() -> None:
    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), max_size=200), st.integers(-1, 61))
    def held(steps: list[tuple[int, int]], pivot: int) -> None:
        items, plain = SortedSequence(), list[int]()
        versions = [(items, list(plain))]
        for kind, item in steps:
            if item not in plain and kind:
                items = items.add(item)
                insort(plain, item)
            elif item in plain and not kind:
                items = items.remove(item)
                plain.remove(item)
            versions.append((items, list(plain)))
        for version, expected in versions:
            assert list(version.items()) == expected, "what was there before stays"
            assert sound(version)
            assert version.size == len(expected)
            assert bool(version) == bool(expected)
            assert version.first() == (expected[0] if expected else None)
            assert version.last() == (expected[-1] if expected else None)
            assert list(version.after(pivot)) == [item for item in expected if item > pivot]

    held()


@pytest.mark.usefixtures("small_nodes")
@pytest.mark.parametrize("order", ["oldest first", "newest first", "shuffled"])
def test_what_is_emptied_in_any_order_leaves_no_node(order: str) -> None:
    items = SortedSequence()
    for number in range(300):
        items = items.add(number)
    going = list(range(300))
    if order == "newest first":
        going.reverse()
    elif order == "shuffled":
        Random(1).shuffle(going)
    left = set(going)
    for number in going:
        items = items.remove(number)
        left.discard(number)
        assert sound(items)
        assert list(items.items()) == sorted(left)
    assert items == SortedSequence()


@pytest.mark.usefixtures("small_nodes")
def test_removing_what_is_not_there_says_so() -> None:
    several = SortedSequence()
    for number in range(0, 80, 2):
        several = several.add(number)
    for items in (SortedSequence(), SortedSequence().add(0).add(2), several):
        for absent in (-1, 1, 33, 81):
            with pytest.raises(KeyError):
                items.remove(absent)
    assert list(several.items()) == list(range(0, 80, 2))


def test_what_grows_at_its_end_fills_its_nodes() -> None:
    items = SortedSequence()
    for number in range(FANOUT**2 + 1):
        items = items.add(number)
    assert [len(leaf) for leaf in leaves(items)] == [FANOUT] * FANOUT + [1]
    assert [len(child) - 1 for child in items.root[1:]] == [FANOUT, 1]


def test_no_node_is_looked_at_before_its_items_are_asked_for() -> None:
    items = SortedSequence((1, (1, 2), None), height=1, size=3)
    assert list(islice(items.items(), 2)) == [1, 2]
    items = SortedSequence((1, (1, 2), (3, 4), None), height=1, size=5)
    assert next(items.after(2)) == 3


@pytest.mark.parametrize("where", ["at the end", "anywhere"])
def test_a_version_among_200_000_items_keeps_a_few_nodes_of_its_own(where: str) -> None:
    """Counts what many successive versions do not share with each other; a copy of a long list would show."""
    items = SortedSequence()
    for number in range(0, 400_000, 2):
        items = items.add(number)
    coming = (
        range(400_000, 402_000) if where == "at the end" else Random(1).sample(range(1, 400_000, 2), 2_000)
    )
    versions = [items]
    known = {id(node) for _, node in nodes(items)}
    made = elements = 0
    for item in coming:
        versions.append(versions[-1].add(item))
        for _, node in list(nodes(versions[-1], known)):
            known.add(id(node))
            made, elements = made + 1, elements + len(node)
    assert made / len(coming) <= 8
    assert elements / len(coming) <= 200
    assert versions[0].size == 200_000
    assert versions[-1].size == 202_000


@pytest.mark.usefixtures("small_nodes")
def test_sequences_of_the_same_items_are_equal_whatever_came_and_went() -> None:
    forth, back = SortedSequence(), SortedSequence()
    for number in range(40):
        forth, back = forth.add(number), back.add(39 - number)
    assert tuple(forth) != tuple(back), "their nodes differ"
    assert forth == back
    assert operator.ne(forth, back) is False
    assert hash(forth) == hash(back)
    assert forth != back.remove(7)
    assert forth.remove(7) != back.remove(8)
    assert SortedSequence() != forth
    assert SortedSequence() != ()
