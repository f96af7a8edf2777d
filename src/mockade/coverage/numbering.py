"""Numbers the items of a schema, so that all that may be found from a schema have numbers in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator

from mockade.coverage.drafts import KINDS_OF_STEPS, NOTHING, Draft
from mockade.coverage.items import Item, Others, SchemaItems
from mockade.coverage.parts import Part

_SLICE = 100
"""Steps in a slice."""


class Numbering:
    """Numbers the items of a root and all below it, in the order in which people read them."""

    def __init__(self, items: list[Item], where: str, *, out_of_reach: bool) -> None:
        self._items = items
        self._where = where
        self._out_of_reach = out_of_reach
        self._times: Counter[str] = Counter()
        self._loops: list[tuple[SchemaItems, SchemaItems]] = []

    def number(self, root: Draft) -> Generator[None, None, SchemaItems]:
        """The items of a root, in slices."""
        # With a stack of its own: how deep schemas may lead is for no interpreter to say.
        schema = root.made = SchemaItems()
        stack = [(root, self._numbered(root, schema))]
        taken = 0
        while stack:
            taken += 1
            if not taken % _SLICE:
                yield
            draft, steps = stack[-1]
            below = next(steps, None)
            if below is not None and not below.links:
                below.made = NOTHING.made
            elif below is not None:
                below.made = SchemaItems()
                stack.append((below, self._numbered(below, below.made)))
            else:
                stack.pop()
                if stack and draft.top is not None and draft.top is not draft:
                    stack[-1][0].lead_to(draft.top)
                draft.links, draft.above = [], None  # no garbage, which would wait for the collector
        for inner, outer in reversed(self._loops):  # the outer ones first, which may lead further up
            inner.first, inner.end = outer.first, outer.end
        return schema

    def _numbered(self, draft: Draft, schema: SchemaItems) -> Iterator[Draft]:
        """Yields the drafts that have to be numbered in between."""
        schema.first = len(self._items)
        for part, below in draft.links:
            number = len(self._items)
            if part.step in KINDS_OF_STEPS:
                self._items.append(self._item(draft, part))
            if below is None:
                schema.values.setdefault(part.key, number)
                continue
            if below.made is None:
                yield below
            elif below is not NOTHING:
                draft.lead_to(below)
            if below.made is not None:
                _attach(schema, part, number, below.made)
        schema.end = len(self._items)
        if draft.top is not None and draft.top is not draft and draft.top.made is not None:
            self._loops.append((schema, draft.top.made))

    def _item(self, draft: Draft, part: Part) -> Item:
        id = draft.id + part.id
        self._times[id] += 1
        if self._times[id] > 1:
            id = f"{id}#{self._times[id]}"
        kind = KINDS_OF_STEPS[part.step]
        return Item(kind, id, self._where, draft.item_name(part), part.source, self._out_of_reach)


def _attach(schema: SchemaItems, part: Part, number: int, below: SchemaItems) -> None:
    if part.step == "property":
        schema.properties[part.key] = (number, below)
    elif part.step == "others":
        schema.others.append(Others(part.key, part.declared, part.patterns, number, below))
    elif part.step == "branch":
        schema.branches.append((part.key, number, below))
    elif part.step == "elements":
        schema.elements = below
    else:
        schema.first_elements.append(below)
