"""A persistent hash map (hash array mapped trie): rows by key, and an index's positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

BITS = 3
"""How many bits of a key's hash choose among the 2 ** BITS children of an inner node."""

LEAF_SIZE = 42
"""How many entries a leaf may have: as many as fit into a dict of 64 slots. A leaf of keys whose hashes are
equal in all bits may have more."""

DEEPEST = 64 // BITS
"""Levels after which a hash has no bits left."""

Node = Any
"""A leaf is a dict of its entries, an inner node a tuple of its children. Neither is ever changed."""

_CHILDREN = range(2**BITS)
_MASK = 2**BITS - 1
_EMPTY: dict[Any, Any] = {}
_NOTHING = object()


class HashTrie(Mapping[K, V]):
    """A persistent map: `insert` and `remove` return another one that shares all but one path.

    Leaves are dicts because Python copies, searches and stores these most cheaply: an entry takes
    about 45 bytes, little more than a third of what it takes in `rpds.HashTrieMap`. An insertion is
    slower than there: by half, and twice as slow where the older versions are kept. As in `SortedSequence`,
    nodes are not merged: what removals leave stays split until it is empty.
    """

    __slots__ = ("_root", "_size")

    def __init__(self, entries: Mapping[K, V] = _EMPTY) -> None:
        self._root: Node = _EMPTY
        self._size = 0
        for key, value in entries.items():
            larger = self.insert(key, value)
            self._root, self._size = larger._root, larger._size

    def __getitem__(self, key: K) -> V:
        found: V = self._leaf(key)[key]
        return found

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D, /) -> V | D: ...
    def get(self, key: K, default: V | D | None = None, /) -> V | D | None:
        found: V | D | None = self._leaf(key).get(key, default)
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._leaf(key)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[K]:
        return (key for leaf in _leaves(self._root) for key in leaf)

    def insert(self, key: K, value: V) -> HashTrie[K, V]:
        """With `value` under `key`, in place of what was there."""
        leaf, path = self._path_to(key)
        filled = leaf.copy()
        filled[key] = value
        count = len(filled)
        full = count > LEAF_SIZE and len(path) < DEEPEST
        node = _split(filled, BITS * len(path)) if full else filled
        return _trie(_replaced(path, node) if path else node, self._size + count - len(leaf))

    def remove(self, key: K) -> HashTrie[K, V]:
        """Without `key`. Raises KeyError when it is not there."""
        leaf, path = self._path_to(key)
        rest = leaf.copy()
        del rest[key]
        while not rest and path and not any(child for child in path[-1][0] if child is not leaf):
            leaf, _ = path.pop()  # An inner node that would have empty leaves only becomes one.
        return _trie(_replaced(path, rest or _EMPTY), self._size - 1)

    def leaves(self) -> Iterator[dict[K, V]]:
        """The dicts that hold the entries: not to be changed."""
        return _leaves(self._root)

    def differences(self, other: HashTrie[K, V]) -> Iterator[tuple[K, V | None, V | None]]:
        """Each key that `other` holds another object under: the key, the value here and that there.

        A value is None where the key is not there. What both share is not looked at, so that it costs what
        one version changed of the other; of versions that share nothing it goes through all of both.
        """
        return iter(()) if self._root is other._root else _differences(self._root, other._root)

    def _leaf(self, key: object) -> dict[Any, Any]:
        node, bits = self._root, hash(key)
        while type(node) is tuple:
            node, bits = node[bits & _MASK], bits >> BITS
        return node  # type: ignore[no-any-return]  # what is no tuple is a leaf

    def _path_to(self, key: object) -> tuple[dict[Any, Any], list[tuple[Node, int]]]:
        """The leaf for `key`, and the inner nodes above it from the root on, each with the child's number."""
        node, bits, path = self._root, hash(key), []
        while type(node) is tuple:
            at = bits & _MASK
            path.append((node, at))
            node, bits = node[at], bits >> BITS
        return node, path


def _trie(root: Node, size: int) -> HashTrie[Any, Any]:
    made: HashTrie[Any, Any] = HashTrie.__new__(HashTrie)
    made._root, made._size = root, size
    return made


def _replaced(path: list[tuple[Node, int]], node: Node) -> Node:
    """The root above `node` at the end of `path`."""
    for above, at in reversed(path):
        node = (*above[:at], node, *above[at + 1 :])
    return node


def _split(leaf: dict[Any, Any], shift: int) -> Node:
    """The inner node in place of a leaf that is `shift` bits of a hash below the root."""
    parts: list[dict[Any, Any]] = [{} for _ in _CHILDREN]
    for key, value in leaf.items():
        parts[hash(key) >> shift & _MASK][key] = value
    return tuple(part or _EMPTY for part in parts)


def _leaves(node: Node) -> Iterator[dict[Any, Any]]:
    if type(node) is tuple:
        for child in node:
            yield from _leaves(child)
    else:
        yield node


def _differences(old: Node, new: Node) -> Iterator[tuple[Any, Any, Any]]:
    """The entries that differ between two roots, which are not the same."""
    waiting = [(old, new, 0)]
    while waiting:
        old, new, shift = waiting.pop()
        if type(old) is tuple or type(new) is tuple:
            old, new, shift = _parted(old, shift), _parted(new, shift), shift + BITS
            for at, part in enumerate(new):
                if part is not old[at]:
                    waiting.append((old[at], part, shift))
            continue
        found, gone = old.get, len(old) - len(new)
        for key in [key for key, value in new.items() if found(key, _NOTHING) is not value]:
            was = found(key)
            gone += was is None and key not in old
            yield key, was, new[key]
        if gone:
            yield from [(key, value, None) for key, value in old.items() if key not in new]


def _parted(node: Node, shift: int) -> Node:
    """A node that is `shift` bits of a hash below its root as an inner one: a leaf as it would be split."""
    return node if type(node) is tuple else _split(node, shift)
