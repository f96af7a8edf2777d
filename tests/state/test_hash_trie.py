"""HashTrie: always what a dict would be, and a new version costs a leaf and the path to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.state import hash_trie as hashtrie
from mockade.state.hash_trie import BITS, DEEPEST, LEAF_SIZE, HashTrie


class Key(int):
    """A key whose hash is small: as most bits are equal, tries of few of them are deep."""

    def __hash__(self) -> int:
        return int(self) % 5 - 2


@pytest.fixture
def small_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves of two, so that a short test goes over many levels."""
    monkeypatch.setattr(hashtrie, "LEAF_SIZE", 2)


def nodes(node: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    """A trie's nodes, each with the number of those above it."""
    yield depth, node
    for child in node if type(node) is tuple else ():
        yield from nodes(child, depth + 1)


KEYS = st.one_of(st.integers(-3, 40), st.integers(0, 60).map(Key), st.text("ab", max_size=5))


@pytest.mark.usefixtures("small_leaves")
def test_a_trie_is_a_dict_whatever_comes_and_goes() -> None:
    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.lists(st.tuples(st.booleans(), KEYS, st.integers(0, 3)), max_size=150))
    def held(steps: list[tuple[bool, Any, int]]) -> None:
        trie, plain = HashTrie[Any, int](), dict[Any, int]()
        versions = [(trie, dict(plain))]
        for comes, key, value in steps:
            if comes:
                trie = trie.insert(key, value)
                plain[key] = value
            elif key in plain:
                trie = trie.remove(key)
                del plain[key]
            else:
                with pytest.raises(KeyError):
                    trie.remove(key)
                with pytest.raises(KeyError):
                    trie[key]
            assert trie.get(key) == plain.get(key)
            assert (key in trie) == (key in plain)
            versions.append((trie, dict(plain)))
        for version, expected in versions:
            assert version == expected, "what was there before stays"
            assert len(version) == len(expected)
            assert sorted(version.values()) == sorted(expected.values())
        for key in list(plain):
            trie = trie.remove(key)
        assert trie._root == {}, "no node is left over"

    held()


def test_a_key_that_is_not_there_gets_the_default() -> None:
    assert HashTrie({"a": 1}).get("b") is None
    assert HashTrie({"a": 1}).get("b", 2) == 2


def test_leaves_are_split_when_they_are_full() -> None:
    trie = HashTrie({str(number): number for number in range(20_000)})
    sizes = [len(node) for _, node in nodes(trie._root) if type(node) is dict]
    assert max(sizes) <= LEAF_SIZE
    assert sum(sizes) / len(sizes) >= LEAF_SIZE / 2 ** (BITS + 1)


def test_keys_of_one_hash_share_a_leaf_however_many_they_are() -> None:
    keys = [Key(5 * number) for number in range(LEAF_SIZE + 10)]
    trie = HashTrie(dict.fromkeys(keys, 1))
    assert max(depth for depth, _ in nodes(trie._root)) <= DEEPEST
    assert set(trie) == set(keys)


def test_a_version_keeps_one_path_of_its_own() -> None:
    trie = HashTrie({str(number): number for number in range(20_000)})
    known = {id(node) for _, node in nodes(trie._root)}
    changed = trie.insert("7", 8)
    own = [node for _, node in nodes(changed._root) if id(node) not in known]
    assert len(own) == 1 + max(depth for depth, node in nodes(changed._root) if node is own[-1])
    assert (trie["7"], changed["7"]) == (7, 8)


@pytest.mark.usefixtures("small_leaves")
def test_differences_are_those_of_two_dicts() -> None:
    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(st.lists(st.lists(st.tuples(st.booleans(), KEYS, st.integers(0, 3))), min_size=3, max_size=3))
    def held(lists: list[list[tuple[bool, Any, int]]]) -> None:
        def changed(trie: HashTrie[Any, Any], steps: list[tuple[bool, Any, int]]) -> HashTrie[Any, Any]:
            for comes, key, value in steps:
                if comes:
                    trie = trie.insert(key, (value,))
                elif key in trie:
                    trie = trie.remove(key)
            return trie

        base = changed(HashTrie(), lists[0])
        one, other = changed(base, lists[1]), changed(base, lists[2])
        for old, new in ((base, one), (one, base), (one, other), (HashTrie(), one), (one, HashTrie())):
            found = list(old.differences(new))
            assert {key for key, _, _ in found} == {
                key for key in {*old, *new} if old.get(key) is not new.get(key)
            }
            assert len({key for key, _, _ in found}) == len(found), "each key once"
            assert all(was is old.get(key) and value is new.get(key) for key, was, value in found)

    held()


def test_what_two_versions_share_is_not_looked_at() -> None:
    class Watched(str):
        looked_at = 0

        def __hash__(self) -> int:
            Watched.looked_at += 1
            return super().__hash__()

    trie = HashTrie({Watched(number): number for number in range(20_000)})
    changed = trie.insert("7", 8).remove("9").insert("new", 1)
    Watched.looked_at = 0
    found = sorted(trie.differences(changed))
    assert found == [("7", 7, 8), ("9", 9, None), ("new", None, 1)]
    assert Watched.looked_at <= 3 * 2 * (LEAF_SIZE + 1), "three leaves of each, however keys are hashed"
    assert list(trie.differences(trie)) == []


def test_a_value_of_none_is_one() -> None:
    assert list(HashTrie({"a": None}).differences(HashTrie())) == [("a", None, None)]
    assert list(HashTrie({"a": None, "b": 1}).differences(HashTrie({"a": None, "c": 1}))) == [
        ("c", None, 1),
        ("b", 1, None),
    ]
