"""What an API's collections start with, whatever the seed: which of them, how many rows, of what examples."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from mockade.catalogue.starting.example_keys import keys_in_examples
from mockade.catalogue.starting.examples import example_rows
from mockade.catalogue.starting.keys import StartingKeys
from mockade.catalogue.starting.references import References
from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.generation.generator import Generator
from mockade.contract.operations import Operation
from mockade.contract.parameters import Parameter
from mockade.crud.key_rule import KeyRule, reserved_keys
from mockade.crud.roles.keys import KeyPart, node_at
from mockade.crud.roles.paths import key_parameters
from mockade.crud.roles.resources import Resource, ResourceOperation, RowKey
from mockade.crud.shown_rows import shown_rows
from mockade.handling import Row
from mockade.handling.rows import CollectionSchema


class Below(NamedTuple):
    """A resource, and those that its parents are rows of, outermost first."""

    resource: Resource
    ancestors: tuple[Resource, ...]


class StartingPlan:
    """What the collections of one API start with.

    `names` are those that get `count` rows each; `written` are the rows that the fixtures have, which the
    made ones may belong or refer to.
    """

    def __init__(
        self,
        contract: Contract,
        collections: Mapping[str, CollectionSchema],
        operations: Sequence[ResourceOperation],
        names: Collection[str],
        count: int,
        written: Sequence[tuple[CollectionSchema, Row]] = (),
    ) -> None:
        self.contract = contract
        self.collections = collections
        self.names = tuple(name for name in collections if name in names)
        self.count = count
        self.written: dict[str, list[Row]] = {}
        for schema, row in written:
            self.written.setdefault(schema.collection.name, []).append(row)
        self.lock = threading.RLock()
        """Held while rows are made: what is read of schemas is kept in one place."""
        self._operations = operations
        self._examples: dict[str, tuple[Mapping[str, Any], ...]] = {}

    @cached_property
    def generator(self) -> Generator:
        """One of its own: rows are made in the thread that asks for them."""
        return Generator(self.contract.schemas)

    @cached_property
    def resources(self) -> Mapping[str, Sequence[Below]]:
        """The resources whose rows each collection has: its own first, then those that show a part of it."""
        found: dict[str, dict[tuple[str, ...], Below]] = {}
        for one in self._operations:
            found.setdefault(one.resource.name, {})[one.resource.base] = Below(one.resource, one.ancestors)
        return {name: sorted(below.values(), key=self._rank) for name, below in found.items()}

    def _rank(self, below: Below) -> tuple[bool, int]:
        """The collection's own resource comes first, then those with few parents."""
        resource = below.resource
        key = self.collections[resource.name].collection.key
        is_own = isinstance(key, RowKey) and key.resource.base == resource.base
        return not is_own, len(resource.parents)

    @cached_property
    def by_base(self) -> Mapping[tuple[str, ...], Below]:
        return {below.resource.base: below for several in self.resources.values() for below in several}

    @cached_property
    def references(self) -> References:
        return References({name: self.key_property(name) for name in self.collections})

    def parts(self, name: str) -> tuple[KeyPart, ...]:
        """Where the rows of a collection hold their own key; empty where only a function knows."""
        key = self.collections[name].collection.key
        if isinstance(key, RowKey):
            return key.resource.keys
        return (KeyPart("", (key,)),) if isinstance(key, str) else ()

    def key_property(self, name: str) -> str:
        """The property that holds the key of a collection's rows; empty where none does alone."""
        parts = self.parts(name)
        return parts[-1].path[0] if parts and len(parts[-1].path) == 1 else ""

    def key_of(self, name: str, row: Mapping[str, Any], beside: Mapping[str, Any] | None = None) -> Any:
        """What a row has as its own key, without its parents'; None where it has none."""
        parts = self.parts(name)
        return parts[-1].of(row, beside) if parts else None

    def holds(self, name: str) -> Node:
        """The schema of a collection's rows."""
        return self.collections[name].node()

    def examples(self, name: str) -> Sequence[Mapping[str, Any]]:
        """The rows in the contract's examples, which may not fit."""
        found = self._examples.get(name)
        if found is None:
            operations = [one for one in self._operations if one.resource.name == name]
            found = self._examples[name] = example_rows(
                operations, self.holds(name), lambda row: self.key_of(name, row)
            )
        return found

    def keys(self, name: str) -> StartingKeys:
        """What the keys of a collection can be."""
        parameters = list(self._key_parameters(name))
        wanted = list(self._told.get(name, ()))
        wanted += [example.value for one in parameters for example in one.examples]
        wanted += self._referred.get(name, ())
        path = self.parts(name)[-1].path if self.parts(name) else ()
        schema = node_at(self.holds(name), path) if path else None
        shown = [node_at(row, path) for row in self._shown_rows.get(name, ())] if path else []
        rule = KeyRule(
            self.contract.schemas,
            schema,
            tuple(parameters),
            tuple(one for one in shown if one is not None),
            self._reserved.get(name, frozenset()),
        )
        return StartingKeys(rule, wanted)

    @cached_property
    def _reserved(self) -> Mapping[str, frozenset[str]]:
        return reserved_keys(self.contract, self._operations)

    @cached_property
    def _told(self) -> Mapping[str, Sequence[Any]]:
        resources = {name: self.resources[name][0].resource for name in self.names if name in self.resources}
        answered = frozenset(one.operation.id for one in self._operations)
        return keys_in_examples(self.contract.operations, resources, answered)

    @cached_property
    def _shown_rows(self) -> Mapping[str, Sequence[Node]]:
        return shown_rows(self._operations)

    @cached_property
    def _referred(self) -> Mapping[str, Sequence[Any]]:
        """By collection, the keys that the examples of others refer to."""
        found: dict[str, list[Any]] = {}
        for name in self.names:
            for row in self.examples(name):
                for one in self.references.of(row):
                    value = at_path(row, one.path)
                    if one.collection != name:
                        key = value[self.key_property(one.collection)] if one.is_whole else value
                        found.setdefault(one.collection, []).append(key)
        return found

    def _key_parameters(self, name: str) -> Iterator[Parameter]:
        """The path parameters that stand for a key of the collection."""
        for one in self._operations:
            names = key_parameters(one.operation.path)
            for resource in (one.resource, *one.ancestors):
                at = len(resource.parents) + len(resource.keys) - 1
                if resource.name == name and at < len(names):
                    yield from _path_parameters(one.operation, names[at])

    def parameters_of(self, name: str, parameter: str) -> Iterator[Parameter]:
        """The path parameters of that name at the paths of a collection."""
        for one in self._operations:
            if one.resource.name == name:
                yield from _path_parameters(one.operation, parameter)

    def parameters_at(self, base: tuple[str, ...], parameter: str) -> Iterator[Parameter]:
        """The path parameters of that name at the paths of one resource."""
        for one in self._operations:
            if one.resource.base == base:
                yield from _path_parameters(one.operation, parameter)


def _path_parameters(operation: Operation, name: str) -> Iterator[Parameter]:
    return (one for one in operation.parameters if one.where == "path" and one.name == name)


def at_path(value: Any, path: Sequence[str | int]) -> Any:
    """The value at a path that is there."""
    for step in path:
        value = value[step]
    return value
