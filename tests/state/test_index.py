"""Index: rows under a key in their order of birth, whether one is alone there or many are."""

from __future__ import annotations

import pytest

from mockade.state.index import Index, Position

FIRST, SECOND, THIRD = [(number, f"row-{number}") for number in (1, 2, 3)]


def under(index: Index, key: str) -> list[Position]:
    found = list(index.positions(key))
    assert index.count(key) == len(found)
    return found


def test_rows_are_found_oldest_first_however_many_come_and_go() -> None:
    one = Index().add("a", SECOND)
    three = one.add("a", THIRD).add("a", FIRST).add("b", FIRST)
    assert under(three, "a") == [FIRST, SECOND, THIRD]
    assert under(three.remove("a", FIRST).remove("a", SECOND), "a") == [THIRD]
    assert under(three.remove("a", FIRST).remove("a", THIRD).add("a", FIRST), "a") == [FIRST, SECOND]
    assert under(one, "a") == [SECOND], "what was there before stays"
    assert under(three, "c") == []


def test_a_key_that_nothing_is_under_is_forgotten() -> None:
    index = Index().add("a", FIRST).add("a", SECOND).remove("a", FIRST).remove("a", SECOND)
    assert not index.filed
    assert Index().add("a", FIRST).add("b", FIRST).remove("a", FIRST).filed == {"b": FIRST}


def test_removing_what_is_not_filed_says_so() -> None:
    for index in (Index(), Index().add("a", FIRST), Index().add("a", FIRST).add("a", THIRD)):
        with pytest.raises(KeyError):
            index.remove("a", SECOND)
