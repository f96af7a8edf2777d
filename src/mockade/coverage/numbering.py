"""Numbers the items of a schema, so that all that may be found from a place have numbers in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator

from mockade.coverage.drafts import Draft
from mockade.coverage.items import Item, Others, Place


class Numbering:
    """Numbers the items of a root and all below it, in the order in which people read them."""

    def __init__(self, items: list[Item], where: str, *, out_of_reach: bool) -> None:
        self._items = items
        self._where = where
        self._out_of_reach = out_of_reach
        self._times: Counter[str] = Counter()
        self._loops: list[tuple[Place, Place]] = []

    def place(self, root: Draft) -> Place:
        # With a stack of its own: how deep schemas may lead is for no interpreter to say.
        place = root.made = Place()
        stack = [(root, self._numbered(root, place))]
        while stack:
            draft, steps = stack[-1]
            below = next(steps, None)
            if below is not None:
                below.made = Place()
                stack.append((below, self._numbered(below, below.made)))
                continue
            stack.pop()
            if stack and draft.top is not None and draft.top is not draft:
                stack[-1][0].lead_to(draft.top)
        for inner, outer in reversed(self._loops):  # the outer ones first, which may lead further up
            inner.first, inner.end = outer.first, outer.end
        return place

    def _numbered(self, draft: Draft, place: Place) -> Iterator[Draft]:
        """Yields the drafts that have to be numbered in between."""
        place.first = len(self._items)
        for link in draft.links:
            self._times[link.id] += 1
            id = link.id if self._times[link.id] == 1 else f"{link.id}#{self._times[link.id]}"
            number = len(self._items)
            self._items.append(Item(link.kind, id, self._where, link.name, link.source, self._out_of_reach))
            if link.below is None:
                place.values.setdefault(link.key, number)
                continue
            below = yield from self._below(draft, link.below)
            if link.kind == "branches":
                place.branches.append((link.key, number, below))
            elif isinstance(link.key, str):
                place.properties[link.key] = (number, below)
            else:
                place.others.append(Others(link.key, link.declared, link.patterns, number, below))
        if draft.elements is not None:
            place.elements = yield from self._below(draft, draft.elements)
        for one in draft.first_elements:
            place.first_elements.append((yield from self._below(draft, one)))
        place.end = len(self._items)
        if draft.top is not None and draft.top is not draft and draft.top.made is not None:
            self._loops.append((place, draft.top.made))

    def _below(self, draft: Draft, below: Draft) -> Generator[Draft, None, Place]:
        if below.made is None:
            yield below
        else:
            draft.lead_to(below)
        if below.made is None:
            raise AssertionError("whoever numbers makes the place of each draft that is asked for")
        return below.made
