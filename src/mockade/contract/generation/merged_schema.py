"""Schemas that apply to one value, read together: what `allOf` and a chosen branch ask beside the schema."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

from mockade.contract.document import Node
from mockade.contract.generation.merged_constraints import MergedConstraints


class MergedSchema(MergedConstraints):
    """Several schemas that one value has to fit: what they ask of the members of objects and of arrays."""

    @cached_property
    def required(self) -> dict[str, None]:
        """Names that an object has to have, in order; without those that the other side alone sends."""
        names = [
            name
            for one in self.values("required")
            if isinstance(one, list)
            for name in one
            if isinstance(name, str)
        ]
        return dict.fromkeys(name for name in names if name not in self.unsent)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """Optional properties that a branch of another choice, or a `not`, wants to be absent."""
        names = set(self.added.left_out)
        for node in self.nodes:
            refused = node.get("not")
            if refused is not None:
                for one in (refused, *refused.listed("anyOf")):
                    wanted = one.value.get("required") if isinstance(one.value, dict) else None
                    names |= {wanted[-1]} if isinstance(wanted, list) and wanted else set()
        return frozenset(names)

    @cached_property
    def unsent(self) -> frozenset[str]:
        """Declared properties that are `writeOnly` in an answer, `readOnly` in a request."""
        flag = self._unsent_flag
        return frozenset(
            name
            for node in self.nodes
            for name, property in node.members("properties")
            if isinstance(property.value, dict) and property.value.get(flag) is True
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The declared properties that may be there, in the order of the contract."""
        declared = dict.fromkeys(name for node in self.nodes for name, _ in node.members("properties"))
        return tuple(
            name
            for name in declared
            if name not in self.unsent
            and (name in self.required or name not in self.left_out)
            and self.admits_name(name)
        )

    @cached_property
    def sizes(self) -> tuple[int, int]:
        """The least and the most members of an object."""
        return self.least("minProperties"), self.most("maxProperties")

    @cached_property
    def constants(self) -> dict[str, str]:
        """Properties whose value a discriminator names."""
        return dict(self.added.constants)

    def admits_name(self, name: str) -> bool:
        """Whether no schema forbids a property of that name."""
        return not any(
            node.value.get("additionalProperties") is False
            and name not in _keys(node.value, "properties")
            and not any(self._matches(one, name) for one in _keys(node.value, "patternProperties"))
            for node in self.nodes
        )

    def property_nodes(self, name: str) -> tuple[Node, ...]:
        """The schemas that a property of that name has to fit."""
        parts: list[Node] = []
        for node in self.nodes:
            declared = node.get("properties", name)
            matching = [
                schema
                for expression, schema in node.members("patternProperties")
                if self._matches(expression, name)
            ]
            extra = node.get("additionalProperties") if declared is None and not matching else None
            parts += [one for one in (declared, *matching, extra) if one is not None]
        return tuple(parts)

    @cached_property
    def name_nodes(self) -> tuple[Node, ...]:
        """What `propertyNames` asks of names."""
        return tuple(one for one in (node.get("propertyNames") for node in self.nodes) if one is not None)

    @cached_property
    def name_patterns(self) -> list[str]:
        """The expressions that describe members by their names."""
        return list(
            dict.fromkeys(name for node in self.nodes for name, _ in node.members("patternProperties"))
        )

    @cached_property
    def is_map(self) -> bool:
        """Whether an object's members are described by `additionalProperties` alone."""
        return not self.names and any(
            isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]
            for schema in self.schemas
        )

    def dependencies(self, name: str) -> tuple[tuple[str, ...], tuple[Node, ...]]:
        """The names, and the schemas, that an object with a property of that name has to fit too."""
        names: list[str] = []
        schemas: list[Node] = []
        for node in self.nodes:
            for key in ("dependentRequired", "dependentSchemas", "dependencies"):
                found = node.get(key, name) if key in node.value else None
                if found is None:
                    continue
                if isinstance(found.value, list):
                    names += [one for one in found.value if isinstance(one, str)]
                elif key != "dependentRequired":
                    schemas.append(found)
        return tuple(names), tuple(schemas)

    @cached_property
    def has_dependencies(self) -> bool:
        return any(key in schema for schema in self.schemas for key in _DEPENDENCIES)

    def item_nodes(self, position: int, *, contained: bool = False) -> tuple[Node, ...]:
        """The schemas that the item at `position` has to fit, that of `contains` if it is `contained`."""
        parts: list[Node | None] = []
        for node in self.nodes:
            listed = isinstance(node.value.get("items"), list)
            before = node.get("items", position) if listed else node.get("prefixItems", position)
            rest = node.get("additionalItems") if listed else node.get("items")
            parts.append(before or rest)
            if contained:
                parts.append(node.get("contains"))
        return tuple(one for one in parts if one is not None)

    @cached_property
    def counts(self) -> tuple[int, int]:
        """The least and the most items of an array."""
        return max(self.least("minItems"), self.wanted), self.most("maxItems")

    @cached_property
    def is_unique(self) -> bool:
        return any(one is True for one in self.values("uniqueItems"))

    @cached_property
    def wanted(self) -> int:
        """How many items have to fit what `contains` asks."""
        if not self.values("contains"):
            return 0
        return int(max(self.numbers("minContains"), default=1))

    @cached_property
    def prefix(self) -> int:
        """How many items have schemas of their own."""
        lists = [*self.values("prefixItems"), *self.values("items")]
        return max((len(one) for one in lists if isinstance(one, list)), default=0)


_DEPENDENCIES = ("dependentRequired", "dependentSchemas", "dependencies")


def _keys(schema: dict[str, Any], key: str) -> Collection[str]:
    members = schema.get(key)
    return members if isinstance(members, dict) else ()
