"""A resource: the rows behind a collection path and its item path, and how they are told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.operations import Operation
from mockade.contract.properties import properties
from mockade.contract.schema_walk import place_of
from mockade.crud.roles.keys import KeyPart, OwnKey
from mockade.crud.roles.naming import Words, noun_of, static
from mockade.handling import Collection, Row
from mockade.handling.rows import CollectionSchema
from mockade.state.rows import IndexKeys, joined_key

_ALIKE = 0.8
"""The part of a shorter row's properties that the whole row has too."""

_FEWEST = 2

CrudKind = Literal["list", "create", "read", "replace", "merge", "delete", "act"]
"""What an operation does to rows; to act is to change one by an action's name."""


CALLER = KeyPart("caller")
"""The parent of what each caller has for itself; no path says it, and it is kept beside the row."""


class Resource(NamedTuple):
    """The rows behind a collection path and its item path: `/a/{b}/widgets` and `/a/{b}/widgets/{id}`.

    A singleton such as `/config` has no `keys`: there is one row for its parents.
    `base` holds the segments of the collection path, parameters as `{}`. `parents` are the path parameters in
    it: a list shows the rows of its parents alone. `keys` are those that the item path has besides: one, or
    several that make one key (`/repos/{owner}/{repo}`). `holds` is the schema of a row.
    """

    name: str
    base: tuple[str, ...]
    parents: tuple[KeyPart, ...]
    keys: tuple[KeyPart, ...]
    holds: Node
    item: Operation | None = None
    """An operation at the item path, a GET where there is one; None where there is no such path."""
    scope: tuple[str, ...] = ()
    """The parents whose keys the key among all rows begins with: two of them may have rows of one key."""
    item_keys: tuple[KeyPart, ...] = ()
    """By what the item path finds a row, where that is not what the collection keeps it by."""
    is_by_name: bool = False
    """Whether `keys` are such."""
    item_parents: tuple[KeyPart, ...] | None = None
    """The parents that the item path has, where the others in the collection path begin the rows' key."""

    is_granted: bool = False
    """Whether any row is taken to be there as a parent: none can be created, and none was written."""
    is_made: bool = False
    """Whether a row that nobody wrote is made when it is asked for."""
    is_callers: bool = False
    """Whether the row is the caller's own, which no parameter says."""
    named: OwnKey | None = None
    """By what a list may name its rows by a schema of its own; None where nothing creates any."""

    @property
    def is_per_caller(self) -> bool:
        """Whether each caller has one of its own, such as `/me/settings`."""
        return self.parents[:1] == (CALLER,)

    @property
    def key(self) -> str:
        """The property that holds a row's own key; empty where none does."""
        return self.keys[-1].path[0] if self.keys and self.keys[-1].path else ""

    @property
    def noun(self) -> Words:
        """The words for one row, as the path has them."""
        return noun_of(static(self.base)[-1])

    def is_row(self, schema: Node) -> bool:
        """Whether a schema is that of these rows: the same one, or an object with their key.

        Where no property is the key, it is an object of which half the properties are theirs.
        """
        if place_of(schema) == place_of(self.holds):
            return True
        is_declared = self.key in properties(self.holds)
        return self.key in properties(schema) if is_declared else self.is_alike(schema)

    def is_alike(self, schema: Node) -> bool:
        """Whether half of a schema's properties are those of a row."""
        known = properties(schema).keys()
        return bool(known) and 2 * len(known & properties(self.holds).keys()) >= len(known)

    def is_part(self, schema: Node) -> bool:
        """Whether a schema is that of a part of a row, with its key, or the other way about."""
        known, own = properties(schema).keys(), properties(self.holds).keys()
        shared = len(known & own)
        return self.key in known and shared >= _FEWEST and shared >= _ALIKE * min(len(known), len(own))

    def is_whole(self, schema: Node) -> bool:
        """Whether a schema is that of these rows beyond doubt."""
        is_same = place_of(schema) == place_of(self.holds)
        is_declared = self.key in properties(self.holds)
        return is_same or (self.is_part(schema) if is_declared else self.is_alike(schema))

    @property
    def fixed(self) -> frozenset[str]:
        """The properties that say which row it is: its key, and its parents' keys."""
        return frozenset(part.path[0] for part in (*self.parents, *self.keys) if len(part.path) == 1)

    @property
    def scoped(self) -> bool:
        return bool(self.scope)

    @property
    def is_key_whole(self) -> bool:
        """Whether the parents in its paths are all with which the key among all rows begins."""
        return {part.parameter for part in self.parents}.issuperset(self.scope)

    @property
    def name_index(self) -> str:
        """The index of the collection by what the item path finds a row, where that is not its key."""
        return f"by {' and '.join(map(str, self.keys))}"

    @property
    def parents_index(self) -> str:
        """The index of the collection by the parents of its rows, where these are listed."""
        return f"below {'/'.join(self.base)}"

    def names_of(self, row: Row) -> tuple[str, ...]:
        """By what the item path finds a row."""
        return tuple(str(part.of(row, row.beside)) for part in self.keys)

    def for_items(self) -> Resource:
        """The resource as operations at the item path see it."""
        if self.item_parents is not None:
            return self._replace(parents=self.item_parents, item_parents=None)
        return self._replace(keys=self.item_keys, is_by_name=True) if self.item_keys else self

    def row_key(self, values: Sequence[Any]) -> str:
        """The key among all rows; `values` are the parents' keys and, last, the row's own."""
        known = dict(zip((one.parameter for one in self.parents), values, strict=False))
        return self.joined([*(known[name] for name in self.scope), *values[len(self.parents) :]])

    def joined(self, values: Sequence[Any]) -> str:
        """The key among all rows of its parts; that of a lone singleton is the collection's name."""
        return joined_key(values) if values else self.name

    def parents_of(self, row: Row) -> list[Any]:
        """The keys of a row's parents, from its properties or from beside it; None for an unknown one."""
        return [part.of(row, row.beside) for part in self.parents]

    def identity_of(self, row: Row) -> list[Any]:
        """The keys of a row's parents and its own, of which its path is made; None for an unknown one."""
        return [part.of(row, row.beside) for part in (*self.parents, *self.keys)]

    def identified(self, fields: Mapping[str, Any], values: Sequence[Any]) -> dict[str, Any]:
        """The fields with their parents' keys and, if given, their own in place; None changes nothing."""
        whole = dict(fields)
        for part, value in zip((*self.parents, *self.keys), values, strict=False):
            if value is not None:
                whole = part.put(whole, value)
        return whole

    def beside(self, values: Sequence[Any]) -> dict[str, Any]:
        """What is kept beside a row of these parents' keys and, if given, its own."""
        is_key_beside = not all(part.path for part in self.keys)
        parts = (*self.parents, *self.keys) if is_key_beside else self.parents
        return {
            part.parameter: value for part, value in zip(parts, values, strict=False) if value is not None
        }


@dataclass(frozen=True, slots=True)
class RowKey:
    """The key function of a collection whose key is no property alone.

    It is made of several parts, as of a scoped resource's (the parents' keys, then the row's own), or kept
    in an object of the row or beside it.
    """

    resource: Resource

    @property
    def parts(self) -> tuple[KeyPart, ...]:
        resource = self.resource
        parents = {part.parameter: part for part in resource.parents}
        return (*(parents[name] for name in resource.scope), *resource.keys)

    def __call__(self, row: Row) -> str:
        values = [part.of(row, row.beside) for part in self.parts]
        for at, (part, value) in enumerate(zip(self.parts, values, strict=True)):
            if value is None and part is CALLER:  # written in fixtures, for all who have none of their own
                values[at] = ""
            elif value is None:
                raise KeyError(str(part))
        return self.resource.joined(values)


class ResourceOperation(NamedTuple):
    """An operation that can be generated; its `ancestors` are the known resources above it."""

    operation: Operation
    resource: Resource
    kind: CrudKind
    ancestors: tuple[Resource, ...]


def collection_for(
    contract: Contract, resource: Resource, indexes: Mapping[str, IndexKeys]
) -> CollectionSchema:
    """The collection of a resource, the schema of its rows compiled."""
    is_plain = not resource.scoped and len(resource.keys) == 1 and len(resource.keys[0].path) == 1
    key = resource.key if is_plain else RowKey(resource)
    pointer = resource.holds.source.pointer
    holds = str(pointer[-1]) if pointer[:2] == ("components", "schemas") else "row as the contract has them"
    return CollectionSchema(
        Collection(resource.name, holds, key, indexes), *contract.compiled(resource.holds)
    )


def creates_rows(operation: Operation) -> bool:
    """Whether an update makes a row that is not there: where 201 is documented or 404 is not.

    The latter is so for PUT, and for PATCH on a collection path.
    """
    responses = operation.responses
    if "201" in responses:
        return True
    has_success = any(status.startswith("2") for status in responses)
    is_documented = "404" in responses or "4XX" in responses or ("default" in responses and has_success)
    is_upsert = operation.method == "PUT" or "{" not in operation.path.rstrip("/").rpartition("/")[2]
    return is_upsert and not is_documented
