"""How often a validator may have to look at one part of a value: what bounds its work."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

from mockade.contract.discriminators import discriminator_of
from mockade.contract.document import Node
from mockade.contract.keywords import PARTS, leads_on
from mockade.contract.schema_walk import remembered, walk

MANY = 1_000
"""More than this many looks at one part are too many to count."""

_MOST_AGAIN = 8
"""How often, on average, a schema may be asked about one value before that counts as MANY times."""

_SINGLE = ("not", "if", "then", "else")
_OF_MEMBERS = ("additionalProperties", "unevaluatedProperties")
_OF_ITEMS = ("items", "contains", "unevaluatedItems")


class Spread(NamedTuple):
    """How many schemas may be asked about one part of a value, each as often as it is; MANY at the most.

    Two forms of a choice that both have a property look twice at it, and where both lead back to the choice
    each level of a value doubles that.
    """

    remembering: int
    """By a validator that knows again, where a schema leads back to itself, what it has looked at.

    A schema counts as often as it is asked more than once.
    """
    plain: int
    """By one that looks anew each time."""
    width: int
    """How many schemas that lead on are of one part at the most: by so much a level multiplies."""

    def looks_at(self, value: Any) -> int:
        """How often schemas of one part at the most multiply in a value, by how deep it is nested."""
        return int(self.width ** max(1, _levels(value)))


def spread(schema: Node) -> Spread:
    """The spread of a schema; of all that it leads to it is remembered."""
    known: dict[Hashable, Spread] = schema.document.memo(spread)
    place = _place(schema)
    if place not in known:
        _measure(schema, known)
    return known[place]


def _levels(value: Any) -> int:
    """How deep a value is nested; a scalar is not."""
    levels = 0
    level = [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        levels += 1
        level = [below for one in level for below in (one.values() if isinstance(one, dict) else one)]
    return levels


def _place(schema: Node) -> Hashable:
    return schema.uri, schema.pointer


class _Parts(NamedTuple):
    """What a schema leads to, in groups: those of a group may be of the same part of a value."""

    groups: Sequence[Sequence[Node]]
    looks: int
    """How many schemas are asked about the value itself."""
    again: int
    """How often each of them is, on average."""

    def all(self) -> Iterator[Node]:
        for group in self.groups:
            yield from group


@remembered
def _parts(schema: Node) -> _Parts:
    members: dict[str, list[Node]] = {}
    others: list[Node] = []
    items: list[Node] = []
    same: list[tuple[Node, frozenset[Hashable]]] = [(schema, frozenset())]
    looks = 0
    asked: set[Hashable] = set()
    while same and looks <= _MOST_AGAIN * (len(asked) + _MOST_AGAIN):
        node, above = same.pop()
        place = _place(node)
        if not isinstance(node.value, dict) or place in above:
            continue  # what leads back to itself says nothing more
        looks += 1
        asked.add(place)
        above |= {place}
        same += ((one, above) for one in of_same_value(node))
        for name, one in _named(node, "properties"):
            members.setdefault(name, []).append(one)
        others += (one for _, one in _named(node, "patternProperties"))
        others += _single(node, _OF_MEMBERS)
        items += _single(node, _OF_ITEMS)
        items += _listed(node, "prefixItems")
    groups = [[*group, *others] for group in members.values()]
    found = [group for group in (*groups, others, items) if group]
    return _Parts(found, MANY if same else looks, MANY if same else looks // max(1, len(asked)))


def of_same_value(node: Node) -> Iterator[Node]:
    """The schemas that lead on and that a schema asks about the same value, by reference or in its words."""
    if not isinstance(node.value, dict):
        return
    ref = node.value.get("$ref")
    if isinstance(ref, str):
        target = node.document.target(node.uri, ref)
        if leads_on(target.value):
            yield target
        if node.document.lone_refs:
            return
    for key in PARTS:
        yield from _listed(node, key)
    discriminator = discriminator_of(node) if "discriminator" in node.value else None
    for option in discriminator.options if discriminator is not None else ():
        if option.position is None:
            yield option.schema
    yield from _single(node, _SINGLE)
    yield from (one for _, one in _named(node, "dependentSchemas"))


def _below(node: Node, value: Any, *steps: str | int) -> Iterator[Node]:
    """The schema below, or the one that it is but a reference to."""
    below = Node(node.document, node.uri, (*node.pointer, *steps), value)
    while (
        isinstance(below.value, dict) and len(below.value) == 1 and isinstance(below.value.get("$ref"), str)
    ):
        below = below.document.target(below.uri, below.value["$ref"])
    if leads_on(below.value):
        yield below


def _named(node: Node, key: str) -> Iterator[tuple[str, Node]]:
    named = node.value.get(key)
    for name, value in named.items() if isinstance(named, dict) else ():
        yield from ((name, one) for one in _below(node, value, key, name))


def _listed(node: Node, key: str) -> Iterator[Node]:
    listed = node.value.get(key)
    for at, value in enumerate(listed if isinstance(listed, list) else ()):
        yield from _below(node, value, key, at)


def _single(node: Node, keys: Iterable[str]) -> Iterator[Node]:
    for key in keys:
        if key in node.value:
            yield from _below(node, node.value[key], key)


def _measure(start: Node, known: dict[Hashable, Spread]) -> None:
    """Measure `start` and all it leads to, from the innermost circle of schemas outwards."""
    nodes = {_place(one): one for one in walk([start], lambda one: _unknown(one, known), _place)}
    for circle in _circles(nodes):
        _measure_circle([nodes[place] for place in circle], known)


def _unknown(schema: Node, known: dict[Hashable, Spread]) -> Iterator[Node]:
    return (one for one in _parts(schema).all() if _place(one) not in known)


def _measure_circle(circle: Sequence[Node], known: dict[Hashable, Spread]) -> None:
    """Measure schemas that lead to each other, or one alone; what they lead to beside is measured."""
    inside = {_place(node) for node in circle}
    outside = max(_parts(node).again for node in circle)
    plain = max(_parts(node).looks for node in circle)
    widest = MANY if outside == MANY else 1
    widths = []
    for node in circle:
        width = 1
        for group in _parts(node).groups:
            places = [_place(one) for one in group]
            leading_back = sum(place in inside for place in places)
            beyond = [known[place] for place in places if place not in inside]
            outside = max(outside, sum(one.remembering for one in beyond))
            plain = max(plain, sum(one.plain for one in beyond))
            widest = max(widest, len(places), *(one.width for one in beyond))
            if leading_back:
                width = max(width, len(places))
                if len(places) > 1:
                    plain = MANY
        widths.append(width)
    # Until it comes back to where it was, each schema of the circle multiplies once.
    measured = Spread(min(MANY, prod(widths) * outside), min(MANY, plain), min(MANY, widest))
    known.update((place, measured) for place in inside)


def _circles(nodes: dict[Hashable, Node]) -> Iterator[list[Hashable]]:
    """The strongly connected parts of the graph of schemas, what is led to first (Tarjan)."""
    index: dict[Hashable, int] = {}
    low: dict[Hashable, int] = {}
    open_places: dict[Hashable, None] = {}
    for root in nodes:
        if root in index:
            continue
        stack = [(root, iter([_place(one) for one in _parts(nodes[root]).all()]))]
        index[root] = low[root] = len(index)
        open_places[root] = None
        while stack:
            place, rest = stack[-1]
            below = next((one for one in rest if one in nodes), None)
            if below is None:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[place])
                if low[place] == index[place]:
                    yield _closed(open_places, place)
            elif below not in index:
                index[below] = low[below] = len(index)
                open_places[below] = None
                stack.append((below, iter([_place(one) for one in _parts(nodes[below]).all()])))
            elif below in open_places:
                low[place] = min(low[place], index[below])


def _closed(open_places: dict[Hashable, None], place: Hashable) -> list[Hashable]:
    circle = []
    while True:
        circle.append(open_places.popitem()[0])
        if circle[-1] == place:
            return circle
