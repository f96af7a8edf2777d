"""What is looked for in the values of schemas before it is numbered; one inside itself is the outer one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Hashable, Sequence
from typing import NamedTuple

from mockade.contract.document import Node
from mockade.coverage.items import ItemKind, SchemaItems
from mockade.coverage.parts import Applied, Part, Parts

MOST_ITEMS = 300
"""Items of one schema; what would be more is left out from below."""

_SLICE = 15
"""Schemas that are read in a slice."""

KINDS_OF_STEPS: dict[str, ItemKind] = {
    "property": "properties",
    "others": "properties",
    "value": "enum_values",
    "branch": "branches",
}


class Draft:
    """The items of a schema that are not numbered yet."""

    __slots__ = ("above", "applied", "depth", "id", "links", "made", "name", "nodes", "schemas", "top")

    def __init__(
        self,
        nodes: Sequence[Node],
        schemas: Hashable,
        applied: Applied,
        id: str,
        name: str,
        above: Draft | None,
    ) -> None:
        self.nodes = nodes
        self.schemas = schemas
        self.applied = applied
        self.id = id
        self.name = name
        self.above = above
        self.depth: int = above.depth + 1 if above is not None else 0
        self.links: list[tuple[Part, Draft | None]] = []
        """Its parts, and the drafts of their schemas; None for a value."""
        self.made: SchemaItems | None = None
        self.top: Draft | None = None
        """The outermost draft further up that one below leads back to."""

    def below(self, part: Part) -> tuple[Draft, bool]:
        """The draft of a part, and whether it is new: a schema inside itself has that of the outer one."""
        schemas = part.schemas
        one: Draft | None = self
        while one is not None and one.schemas != schemas:
            one = one.above
        if one is not None:
            return one, False
        made = Draft(part.nodes, schemas, part.applied, self.id + part.id, self._name_below(part), self)
        return made, True

    def _name_below(self, part: Part) -> str:
        if part.step == "branch":
            return f"{self.name}({part.text})"
        return self.item_name(part)

    def item_name(self, part: Part) -> str:
        """What an item is called: `players[].state = "open"`, `owner: Cat`."""
        name, text = self.name, part.text
        if part.step == "value":
            return f"{name} = {text}" if name else f"= {text}"
        if part.step in ("elements", "element"):
            return f"{name}{text}"
        if not name:
            return text
        return f"{name}: {text}" if part.step == "branch" else f"{name}.{text}"

    def lead_to(self, above: Draft) -> None:
        if self.top is None or above.depth < self.top.depth:
            self.top = above


NOTHING = Draft((), None, frozenset(), "", "", None)
"""Of all schemas in whose values nothing is to be found."""
NOTHING.made = SchemaItems()


def tallied(schema: Node, parts: Parts) -> Generator[None, None, Counter[ItemKind]]:
    """How many items of each kind `drafted` finds in a schema, in slices; each is counted once."""
    whole = Part("elements", None, "", "", schema.source, (schema,))
    known: dict[Hashable, Counter[ItemKind]] = parts.tallies
    if whole.schemas in known:
        return known[whole.schemas]
    counts: Counter[ItemKind] = Counter()
    pending: deque[_Above] = deque([_Above(whole, whole.schemas, None)])
    count = read = 0
    while pending and count < MOST_ITEMS:
        one = pending.popleft()
        found = parts.of(one.part.nodes, one.part.applied, one.schemas)
        if count and count + len(found) > MOST_ITEMS:
            continue
        count += len(found)
        for part in found:
            if part.step in KINDS_OF_STEPS:
                counts[KINDS_OF_STEPS[part.step]] += 1
            if part.is_telling and not one.is_inside(schemas := part.schemas):
                pending.append(_Above(part, schemas, one))
        read += 1
        if not read % _SLICE:
            yield
    known[whole.schemas] = counts
    return counts


class _Above(NamedTuple):
    """A part whose parts are counted, and the one that it is in."""

    part: Part
    schemas: Hashable
    above: _Above | None

    def is_inside(self, schemas: Hashable) -> bool:
        """Whether these schemas are its own, or those of one further up."""
        one: _Above | None = self
        while one is not None and one.schemas != schemas:
            one = one.above
        return one is not None


def drafted(schema: Node, parts: Parts, id: str, name: str) -> Generator[None, None, Draft]:
    """The draft of a schema with all below it, in slices."""
    whole = Part("elements", None, "", "", schema.source, (schema,))
    root = Draft(whole.nodes, whole.schemas, frozenset(), id, name, None)
    pending, count, read = deque([root]), 0, 0
    while pending and count < MOST_ITEMS:
        draft = pending.popleft()
        found = parts.of(draft.nodes, draft.applied, draft.schemas)
        if count and count + len(found) > MOST_ITEMS:
            continue
        count += len(found)
        for part in found:
            if part.nodes and not part.is_telling:
                draft.links.append((part, NOTHING))
                continue
            below, is_new = draft.below(part) if part.nodes else (None, False)
            draft.links.append((part, below))
            if below is not None and is_new:
                pending.append(below)
        read += 1
        if not read % _SLICE:
            yield
    return root
