"""A persistent sorted sequence (B-tree): rows in order of creation, events in order of time."""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

FANOUT = 32
"""How many items a leaf and how many children an inner node of a `SortedSequence` may hold."""

Node = tuple[Any, ...]
"""A leaf is its items. An inner node is its least item and then its children, so that whatever a node is,
its first element is its least item. No node but the root of an empty sequence is empty."""

_least = itemgetter(0)
_children = itemgetter(slice(1, None))


class SortedSequence(NamedTuple):
    """A persistent sorted sequence of unique, comparable items: a B-tree of tuples, all leaves equally deep.

    Adding makes one or two new nodes a level, removing at most one; all others are shared with the sequence
    it came from. Nodes are not merged: one that removals leave with few items stays until it has none.
    """

    root: Node = ()
    height: int = 0
    """How many levels of inner nodes are above the leaves."""
    size: int = 0
    """How many items there are."""

    def __bool__(self) -> bool:
        return self.size > 0

    def __hash__(self) -> int:
        return hash((self.size, self.first()))

    def __eq__(self, other: object) -> bool:
        """Whether both have the same items: in which nodes depends on what came and went before."""
        if not isinstance(other, SortedSequence):
            return NotImplemented
        return self.size == other.size and (
            tuple.__eq__(self, other) or all(map(operator.eq, self.items(), other.items()))
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    def add(self, item: Any) -> SortedSequence:
        """With `item`, which must not be there yet."""
        at_end = not self.root or item > self.last()
        nodes = _with(self.root, self.height, item, at_end)
        if len(nodes) == 1:
            return SortedSequence(nodes[0], self.height, self.size + 1)
        return SortedSequence(_parent(nodes), self.height + 1, self.size + 1)

    def remove(self, item: Any) -> SortedSequence:
        """Without `item`. Raises KeyError when it is not there."""
        root, height = _without(self.root, self.height, item), self.height
        if not root:
            return SortedSequence()
        while height and len(root) == 2:  # Its only child holds all that it does.
            root, height = root[1], height - 1
        return SortedSequence(root, height, self.size - 1)

    def __contains__(self, item: object) -> bool:
        node = self.root
        for _ in range(self.height):
            node = node[_child(node, item)]
        at = bisect_left(node, item)
        return at < len(node) and bool(node[at] == item)

    def items(self) -> Iterator[Any]:
        return _items((self.root,), self.height)

    def leaves(self) -> Iterator[Node]:
        """The tuples that hold the items, in order."""
        nodes: Iterable[Node] = (self.root,) if self.root else ()
        for _ in range(self.height):
            nodes = chain.from_iterable(map(_children, nodes))
        return iter(nodes)

    def after(self, item: Any) -> Iterator[Any]:
        """The items greater than `item`, in order."""
        node, later = self.root, list[Iterator[Any]]()
        for height in reversed(range(self.height)):
            at = _child(node, item)
            later.append(_items(node[at + 1 :], height))
            node = node[at]
        return chain(node[bisect_right(node, item) :], *reversed(later))

    def first(self) -> Any | None:
        return self.root[0] if self.root else None

    def last(self) -> Any | None:
        node = self.root
        for _ in range(self.height):
            node = node[-1]
        return node[-1] if node else None


def _child(node: Node, item: Any) -> int:
    """Where in the inner `node` the child is that holds `item`, or would."""
    return max(1, bisect_right(node, item, 1, key=_least) - 1)


def _parent(children: Node) -> Node:
    return (children[0][0], *children)


def _items(nodes: Iterable[Node], height: int) -> Iterator[Any]:
    """The items under `nodes` in order, going down as they are asked for."""
    for _ in range(height):
        nodes = chain.from_iterable(map(_children, nodes))
    return chain.from_iterable(nodes)


def _with(node: Node, height: int, item: Any, at_end: bool) -> tuple[Node, ...]:
    """The one or two nodes in place of `node` that hold `item` too; `at_end` when it is greater than all."""
    if height:
        at = len(node) - 1 if at_end else _child(node, item)
        parts = node[1:at] + _with(node[at], height - 1, item, at_end) + node[at + 1 :]
    else:
        at = len(node) if at_end else bisect_left(node, item)
        parts = (*node[:at], item, *node[at:])
    if len(parts) <= FANOUT:
        return (_parent(parts) if height else parts,)
    # A world mostly grows at its end: leave the full node full and start the next one there.
    middle = FANOUT if at_end else len(parts) // 2
    left, right = parts[:middle], parts[middle:]
    return (_parent(left), _parent(right)) if height else (left, right)


def _without(node: Node, height: int, item: Any) -> Node:
    """The node in place of `node` without `item`, empty when it was the last one there."""
    if height:
        at = _child(node, item)
        rest = _without(node[at], height - 1, item)
        children = node[1:at] + ((rest,) if rest else ()) + node[at + 1 :]
        return _parent(children) if children else ()
    at = bisect_left(node, item)
    if at == len(node) or node[at] != item:
        raise KeyError(item)
    return node[:at] + node[at + 1 :]
