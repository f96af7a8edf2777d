"""The places of a schema while it is read, before their items are numbered."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mockade.contract.document import Node, Source
from mockade.contract.schema_walk import place_of
from mockade.coverage.items import Judge, Kind, Place

Applied = frozenset[Hashable]
"""The schemas of a value that a branch of it need not look at again."""


class Link(NamedTuple):
    """An item, and the place that its value has, if any."""

    kind: Kind
    key: Any
    """What it is found by: a property's name, an enum's value, a judge; None for an array's elements."""
    id: str
    name: str
    source: Source
    below: Draft | None = None
    declared: frozenset[str] = frozenset()
    patterns: Sequence[Judge] = ()


@dataclass(eq=False)
class Draft:
    """A place that is not numbered yet."""

    nodes: Sequence[Node]
    id: str
    name: str
    above: Draft | None
    applied: Applied = frozenset()
    links: list[Link] = field(default_factory=list)
    elements: Draft | None = None
    first_elements: list[Draft] = field(default_factory=list)
    made: Place | None = None
    top: Draft | None = None
    """The outermost place further up that one below leads back to."""
    depth: int = 0
    key: Hashable = None

    def __post_init__(self) -> None:
        self.key = frozenset(map(place_of, self.nodes)), self.applied
        self.depth = self.above.depth + 1 if self.above is not None else 0

    def again(self) -> Draft | None:
        """The place further up that is the same, None where there is none."""
        one = self.above
        while one is not None and one.key != self.key:
            one = one.above
        return one

    def lead_to(self, above: Draft) -> None:
        if self.top is None or above.depth < self.top.depth:
            self.top = above
