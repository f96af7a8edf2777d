"""Numbers the items of a schema, so that all that may be found from a place have numbers in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator

from mockade.coverage.drafts import KINDS_OF_STEPS, Draft
from mockade.coverage.items import Item, Others, Place
from mockade.coverage.parts import Part

_SLICE = 100
"""Steps in a slice."""

_NOTHING = Place()
"""The place of all values in which nothing is to be found: most properties are such."""


class Numbering:
    """Numbers the items of a root and all below it, in the order in which people read them."""

    def __init__(self, items: list[Item], where: str, *, out_of_reach: bool) -> None:
        self._items = items
        self._where = where
        self._out_of_reach = out_of_reach
        self._times: Counter[str] = Counter()
        self._loops: list[tuple[Place, Place]] = []

    def place(self, root: Draft) -> Generator[None, None, Place]:
        """The place of a root, in slices."""
        # With a stack of its own: how deep schemas may lead is for no interpreter to say.
        place = root.made = Place()
        stack = [(root, self._numbered(root, place))]
        taken = 0
        while stack:
            taken += 1
            if not taken % _SLICE:
                yield
            draft, steps = stack[-1]
            below = next(steps, None)
            if below is not None and not below.links:
                below.made = _NOTHING
            elif below is not None:
                below.made = Place()
                stack.append((below, self._numbered(below, below.made)))
            else:
                stack.pop()
                if stack and draft.top is not None and draft.top is not draft:
                    stack[-1][0].lead_to(draft.top)
                draft.links, draft.above = [], None  # no garbage, which would wait for the collector
        for inner, outer in reversed(self._loops):  # the outer ones first, which may lead further up
            inner.first, inner.end = outer.first, outer.end
        return place

    def _numbered(self, draft: Draft, place: Place) -> Iterator[Draft]:
        """Yields the drafts that have to be numbered in between."""
        place.first = len(self._items)
        for part, below in draft.links:
            number = len(self._items)
            if part.step in KINDS_OF_STEPS:
                self._items.append(self._item(draft, part))
            if below is None:
                place.values.setdefault(part.key, number)
                continue
            if below.made is None:
                yield below
            else:
                draft.lead_to(below)
            if below.made is not None:
                _attach(place, part, number, below.made)
        place.end = len(self._items)
        if draft.top is not None and draft.top is not draft and draft.top.made is not None:
            self._loops.append((place, draft.top.made))

    def _item(self, draft: Draft, part: Part) -> Item:
        id = draft.id + part.id
        self._times[id] += 1
        if self._times[id] > 1:
            id = f"{id}#{self._times[id]}"
        kind = KINDS_OF_STEPS[part.step]
        return Item(kind, id, self._where, draft.item_name(part), part.source, self._out_of_reach)


def _attach(place: Place, part: Part, number: int, below: Place) -> None:
    if part.step == "property":
        place.properties[part.key] = (number, below)
    elif part.step == "others":
        place.others.append(Others(part.key, part.declared, part.patterns, number, below))
    elif part.step == "branch":
        place.branches.append((part.key, number, below))
    elif part.step == "elements":
        place.elements = below
    else:
        place.first_elements.append(below)
