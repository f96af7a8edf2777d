"""What is looked for in the values of schemas before it is numbered; one inside itself is the outer one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Hashable, Sequence
from typing import Self

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


class _Level:
    """Schemas whose parts are looked for, and those that they are in."""

    __slots__ = ("above", "applied", "nodes", "schemas")

    def __init__(
        self, nodes: Sequence[Node], schemas: Hashable, applied: Applied, above: Self | None
    ) -> None:
        self.nodes = nodes
        self.schemas = schemas
        self.applied = applied
        self.above = above

    def take(self, part: Part) -> Self | None:
        """Take a part of it; returns what is in that where its parts have still to be looked for."""
        raise NotImplementedError

    def outer(self, schemas: Hashable) -> Self | None:
        """What has these schemas: itself, or one further up; None where neither does."""
        one: Self | None = self
        while one is not None and one.schemas != schemas:
            one = one.above
        return one


class Draft(_Level):
    """The items of a schema that are not numbered yet."""

    __slots__ = ("depth", "id", "links", "made", "name", "top")

    def __init__(
        self,
        nodes: Sequence[Node],
        schemas: Hashable,
        applied: Applied,
        id: str,
        name: str,
        above: Draft | None,
    ) -> None:
        super().__init__(nodes, schemas, applied, above)
        self.id = id
        self.name = name
        self.depth: int = above.depth + 1 if above is not None else 0
        self.links: list[tuple[Part, Draft | None]] = []
        """Its parts, and the drafts of their schemas; None for a value."""
        self.made: SchemaItems | None = None
        self.top: Draft | None = None
        """The outermost draft further up that one below leads back to."""

    def take(self, part: Part) -> Draft | None:
        """Link a part to its draft; a schema inside itself has that of the outer one."""
        new: Draft | None = None
        below: Draft | None = None
        if part.is_telling:
            schemas = part.schemas
            below = self.outer(schemas)
            if below is None:
                name = self._name_below(part)
                below = new = Draft(part.nodes, schemas, part.applied, self.id + part.id, name, self)
        elif part.nodes:
            below = NOTHING
        self.links.append((part, below))
        return new

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


class _Tally(_Level):
    """The items of a schema that are counted alone."""

    __slots__ = ("counts",)

    def __init__(
        self,
        nodes: Sequence[Node],
        schemas: Hashable,
        applied: Applied,
        counts: Counter[ItemKind],
        above: _Tally | None,
    ) -> None:
        super().__init__(nodes, schemas, applied, above)
        self.counts = counts

    def take(self, part: Part) -> _Tally | None:
        if part.step in KINDS_OF_STEPS:
            self.counts[KINDS_OF_STEPS[part.step]] += 1
        if not part.is_telling or self.outer(schemas := part.schemas) is not None:
            return None
        return _Tally(part.nodes, schemas, part.applied, self.counts, self)


def drafted(schema: Node, parts: Parts, id: str, name: str) -> Generator[None, None, Draft]:
    """The draft of a schema with all below it, in slices."""
    whole = _whole(schema)
    root = Draft(whole.nodes, whole.schemas, whole.applied, id, name, None)
    yield from _read(root, parts)
    return root


def tallied(schema: Node, parts: Parts) -> Generator[None, None, Counter[ItemKind]]:
    """How many items of each kind `drafted` finds in a schema, in slices; each is counted once."""
    whole = _whole(schema)
    known: dict[Hashable, Counter[ItemKind]] = parts.memo(tallied)
    if whole.schemas not in known:
        root = _Tally(whole.nodes, whole.schemas, whole.applied, Counter(), None)
        yield from _read(root, parts)
        known[whole.schemas] = root.counts
    return known[whole.schemas]


def _whole(schema: Node) -> Part:
    return Part("elements", None, "", "", schema.source, (schema,))


def _read(root: _Level, parts: Parts) -> Generator[None, None, None]:
    """Take all parts of a root and of what is below it, in slices."""
    pending, count, read = deque([root]), 0, 0
    while pending and count < MOST_ITEMS:
        one = pending.popleft()
        found = parts.of(one.nodes, one.applied, one.schemas)
        if count and count + len(found) > MOST_ITEMS:
            continue
        count += len(found)
        for part in found:
            below = one.take(part)
            if below is not None:
                pending.append(below)
        read += 1
        if not read % _SLICE:
            yield
