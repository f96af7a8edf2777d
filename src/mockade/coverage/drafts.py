"""What is looked for in the values of schemas before it is numbered; one inside itself is the outer one."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Hashable, Sequence

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
            below, is_new = draft.below(part) if part.nodes else (None, False)
            draft.links.append((part, below))
            if below is not None and is_new:
                pending.append(below)
        read += 1
        if not read % _SLICE:
            yield
    return root
