"""What a schema says beyond yes and no: defaults to fill in, integers to normalise, properties it declares."""

from __future__ import annotations

from typing import Any

import orjson

from mockade.contract.checks import Check, Schemas
from mockade.contract.document import Node
from mockade.contract.translation import Direction
from mockade.contract.violations import Violation, Where
from mockade.errors import did_you_mean


class Shape:
    """The part of a schema that changes or remarks on values which already fit it."""

    __slots__ = ("_busy", "additional", "branches", "closed", "defaults", "integer", "items", "properties")

    def __init__(self) -> None:
        self.integer = False
        self.properties: dict[str, Shape] = {}
        self.defaults: dict[str, bytes] = {}
        self.closed = True
        """Whether an undeclared property is worth a remark: the schema says nothing about others."""
        self.additional: Shape | None = None
        self.items: Shape | None = None
        self.branches: list[tuple[Check, Shape]] = []
        self._busy: dict[str, Shape] | None = None

    def _works(self, above: frozenset[int] = frozenset()) -> bool:
        """Whether `fill` can ever change a value of this shape."""
        if id(self) in above:
            return False
        below = above | {id(self)}
        parts = [
            *self.properties.values(),
            self.additional,
            self.items,
            *(shape for _, shape in self.branches),
        ]
        return (
            self.integer
            or bool(self.defaults)
            or any(part is not None and part._works(below) for part in parts)
        )

    def _busy_properties(self) -> dict[str, Shape]:
        """The properties that `fill` has work with; a large object is mostly text."""
        if self._busy is None:
            self._busy = {name: shape for name, shape in self.properties.items() if shape._works()}
        return self._busy

    def fill(self, value: Any) -> Any:
        """`value`, changed in place: absent properties get their defaults, `1.0` for an integer becomes 1."""
        if isinstance(value, dict):
            for name, default in self.defaults.items():
                if name not in value:
                    value[name] = orjson.loads(default)
            for name, shape in self._busy_properties().items():
                if name in value:
                    value[name] = shape.fill(value[name])
            if self.additional is not None:
                for name in value.keys() - self.properties.keys():
                    value[name] = self.additional.fill(value[name])
        elif isinstance(value, list):
            if self.items is not None:
                value[:] = [self.items.fill(item) for item in value]
        elif self.integer and isinstance(value, float) and value.is_integer():
            value = int(value)
        for check, shape in self.branches:
            if check.fits(value):
                return shape.fill(value)
        return value

    def undeclared(self, value: Any, where: Where, path: tuple[str | int, ...]) -> list[Violation]:
        """A notice for each property that the schema permits but does not know."""
        found: list[Violation] = []
        known = self._known(value)
        if isinstance(value, dict):
            for name, member in value.items():
                if name in known:
                    for shape in known[name]:
                        found += shape.undeclared(member, where, (*path, name))
                elif self.additional is not None:
                    found += self.additional.undeclared(member, where, (*path, name))
                elif self.closed and known:
                    message = f"{name!r} is not in the contract. {did_you_mean(name, known)}"
                    found.append(
                        Violation(where, (*path, name), "undeclared", message, value=member, notice=True)
                    )
        elif isinstance(value, list) and self.items is not None:
            for position, item in enumerate(value):
                found += self.items.undeclared(item, where, (*path, position))
        return found

    def _known(self, value: Any) -> dict[str, list[Shape]]:
        """The properties declared here and in the branches that `value` fits."""
        known = {name: [shape] for name, shape in self.properties.items()}
        for check, shape in self.branches:
            if check.fits(value):
                for name, shapes in shape._known(value).items():
                    known.setdefault(name, []).extend(shapes)
        return known


class Shapes:
    """The shapes of a document's schemas, each made once; schemas may contain themselves."""

    def __init__(self, schemas: Schemas, direction: Direction) -> None:
        self._schemas = schemas
        self._direction = direction
        self._unwritten = "readOnly" if direction == "request" else "writeOnly"
        self._made: dict[str, Shape] = {}

    def shape(self, node: Node) -> Shape:
        ref = node.source.ref
        if ref not in self._made:
            self._made[ref] = Shape()
            self._read(node, self._made[ref])
        return self._made[ref]

    def _read(self, node: Node, shape: Shape) -> None:
        schema = node.value
        if not isinstance(schema, dict):
            return
        types = schema.get("type")
        types = types if isinstance(types, list) else [types]
        shape.integer = shape.integer or ("integer" in types and "number" not in types)
        for name, member in _below(node, "properties").items():
            shape.properties[name] = self.shape(member)
            if (
                isinstance(member.value, dict)
                and "default" in member.value
                and not member.value.get(self._unwritten)
            ):
                shape.defaults[name] = orjson.dumps(member.value["default"])
        if (
            "patternProperties" in schema
            or "additionalProperties" in schema
            or "unevaluatedProperties" in schema
        ):
            shape.closed = False
        additional = node.get("additionalProperties")
        if additional is not None and isinstance(additional.value, dict):
            shape.additional = self.shape(additional)
        items = node.get("items")
        if items is not None and isinstance(items.value, dict):
            shape.items = self.shape(items)
        for part in _below(node, "allOf").list():
            self._merge(shape, self.shape(part))
        for keyword in ("oneOf", "anyOf"):
            for branch in _below(node, keyword).list():
                shape.branches.append((self._schemas.check(branch, self._direction), self.shape(branch)))

    @staticmethod
    def _merge(shape: Shape, part: Shape) -> None:
        shape.integer = shape.integer or part.integer
        shape.properties = {**part.properties, **shape.properties}
        shape.defaults = {**part.defaults, **shape.defaults}
        shape.closed = shape.closed and part.closed
        shape.additional = shape.additional or part.additional
        shape.items = shape.items or part.items
        shape.branches += part.branches


def _below(node: Node, key: str) -> Node:
    return node.get(key) or Node(node.source, None)
