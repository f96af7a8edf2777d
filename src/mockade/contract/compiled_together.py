"""Schemas compiled as the parts of one, so that they share what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jsonschema_rs

from mockade.contract.document import Node
from mockade.contract.schema_walk import remembered, walk

WIDE = 64
"""How many others a schema may lead to and still be compiled by itself.

Each that is compiled by itself brings all it leads to: of a contract whose schemas all lead to each other
that takes the square of its size, in time and in memory.
"""

_FAN = 8
"""How many schemas or groups of schemas stand in one group: a value's group is looked for among so many."""


def is_wide(schema: Node) -> bool:
    """Whether a schema leads to more than WIDE others."""
    found = walk([schema], targets, lambda node: (node.uri, node.pointer))
    return any(at > WIDE for at, _ in enumerate(found))


@remembered
def targets(schema: Node) -> Sequence[Node]:
    """What the `$ref`s in a schema's words lead to; those in its examples too, which does no harm."""
    refs: dict[str, None] = {}
    pending = [schema.value]
    while pending:
        value = pending.pop()
        kind = value.__class__  # every value of a document passes here: a call less
        if kind is dict:
            ref = value.get("$ref")
            if ref.__class__ is str:
                refs[ref] = None
            pending += value.values()
        elif kind is list:
            pending += value
    found = (_target(schema, ref) for ref in refs)
    return [node for node in found if node is not None]


def _target(schema: Node, ref: str) -> Node | None:
    try:
        return schema.document.target(schema.uri, ref)
    except (LookupError, TypeError, ValueError):
        return None  # a `$ref` in an example may lead nowhere


class Together:
    """One validator for many schemas: each stands under a way of its own into a value around the value."""

    def __init__(
        self, refs: Sequence[str], compile: Callable[[dict[str, Any]], jsonschema_rs.Validator]
    ) -> None:
        """`compile` raises what compiling raises."""
        self.depth = 1
        while _FAN**self.depth < len(refs):
            self.depth += 1
        level: list[dict[str, Any]] = [{"$ref": ref} for ref in refs]
        for _ in range(self.depth):
            groups = [level[at : at + _FAN] for at in range(0, len(level), _FAN)]
            level = [{"properties": {str(at): schema for at, schema in enumerate(group)}} for group in groups]
        self._whole = compile(level[0])
        self._members = {ref: PartOfWhole(self._whole, self._way(at)) for at, ref in enumerate(refs)}

    def _way(self, position: int) -> tuple[str, ...]:
        """The names around a value for the schema at `position`, the innermost first."""
        return tuple(str(position // _FAN**level % _FAN) for level in range(self.depth))

    def get(self, ref: str) -> PartOfWhole | None:
        return self._members.get(ref)


class PartOfWhole:
    """One schema of those compiled together, used like a validator; errors are `depth` steps further in."""

    __slots__ = ("_way", "_whole")

    def __init__(self, whole: jsonschema_rs.Validator, way: tuple[str, ...]) -> None:
        self._whole = whole
        self._way = way

    @property
    def depth(self) -> int:
        return len(self._way)

    def is_valid(self, value: Any) -> bool:
        return self._whole.is_valid(self._around(value))

    def iter_errors(self, value: Any) -> Iterator[jsonschema_rs.ValidationError]:
        return self._whole.iter_errors(self._around(value))

    def _around(self, value: Any) -> Any:
        for name in self._way:
            value = {name: value}
        return value
