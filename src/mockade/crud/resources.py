"""The resources of a contract, found by the form of its paths, and the operations that can be generated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.keywords import TEMPLATE
from mockade.contract.operations import NO_BODY, Operation
from mockade.contract.properties import properties, types
from mockade.crud.envelopes import list_envelope, row_envelope
from mockade.crud.json_patch import takes_json_patch
from mockade.handling import Collection, CollectionSchema, Row

_ITEM_KINDS = {"GET": "read", "PUT": "replace", "PATCH": "merge", "POST": "merge", "DELETE": "delete"}
_COLLECTION_KINDS = {"GET": "list", "POST": "create", "PUT": "replace", "PATCH": "merge"}


class Resource(NamedTuple):
    """The rows behind a collection path and its item path: `/a/{b}/widgets` and `/a/{b}/widgets/{id}`.

    `base` holds the segments of the collection path and `parents` the path parameters in it: a list shows
    the rows of its parents alone. `key` is the property that holds a row's key, `holds` the schema of a row.
    """

    name: str
    base: tuple[str, ...]
    parents: tuple[str, ...]
    key: str
    holds: Node
    scoped: bool = False
    """Whether the key among all rows begins with the parents' keys: two parents may have rows of one key."""

    def row_key(self, values: Sequence[Any]) -> str:
        """The key among all rows; `values` are the parents' keys and, last, the row's own."""
        keys = [str(value) for value in (values if self.scoped else values[-1:])]
        if len(keys) == 1:
            return keys[0]
        return "/".join(key.replace("%", "%25").replace("/", "%2F") for key in keys)

    def parent_property(self, parent: str) -> str:
        """The property of a row that holds the path parameter `parent`; empty when there is none."""
        known = properties(self.holds)
        names = (name for name in _spellings(parent) if name in known)
        return next((name for name in names if not types(known[name]) & {"object", "array"}), "")

    def parents_of(self, row: Row) -> list[Any]:
        """The keys of a row's parents, from its properties or from beside it; None for an unknown one."""
        known = [(row.get(self.parent_property(name)), row.beside.get(name)) for name in self.parents]
        return [value if value is not None else beside for value, beside in known]


@dataclass(frozen=True, slots=True)
class NestedKey:
    """The key function of a scoped resource: the parents' keys, then the row's own."""

    resource: Resource

    @property
    def parents(self) -> tuple[str, ...]:
        return self.resource.parents

    def __call__(self, row: Row) -> str:
        for name, value in zip(self.parents, self.resource.parents_of(row), strict=True):
            if value is None:
                raise KeyError(self.resource.parent_property(name) or f"_{name}")
        return self.resource.row_key([*self.resource.parents_of(row), row[self.resource.key]])


class ResourceOperation(NamedTuple):
    """An operation that can be generated; `ancestors` are the known resources that its parents are rows of.

    Kinds: list, create, read, replace, merge, delete.
    """

    operation: Operation
    resource: Resource
    kind: str
    ancestors: tuple[Resource, ...]


Paths = Mapping[tuple[str, ...], Mapping[str, Operation]]
"""Operations by the segments of their path, parameters written as `{}`, and by method."""


def find_resources(
    contract: Contract, taken: frozenset[str], described: frozenset[str] = frozenset()
) -> Iterator[ResourceOperation]:
    """Each operation that can be generated.

    `taken` are the ids of operations that have a handler, `described` the collections whose keys are not made
    here.
    """
    paths: dict[tuple[str, ...], dict[str, Operation]] = {}
    for operation in contract.operations:
        segments = tuple(TEMPLATE.sub("{}", operation.path).strip("/").split("/"))
        paths.setdefault(segments, {})[operation.method] = operation
    found: dict[tuple[str, ...], Resource] = {}
    for segments in paths:
        base = segments[:-1] if segments[-1] == "{}" else segments
        if base in found or not base or not base[-1] or re.search(r"[{}:]", base[-1]):
            continue
        if all(operation.id in taken for operation in _operations(paths, base)):
            continue  # nothing would be generated: the schema of its rows need not be found
        resource = _resource(paths, base)
        if resource is not None:
            found[base] = resource
    kinds: dict[tuple[str, ...], list[tuple[Operation, str]]] = {}
    for base, resource in found.items():
        kinds[base] = [one for one in _kinds(paths, base, resource) if one[0].id not in taken]
    named = _named({base: resource for base, resource in found.items() if kinds[base]}, described)
    for base, resource in named.items():
        ancestors = tuple(
            named[base[:at]] for at, segment in enumerate(base) if segment == "{}" and base[:at] in named
        )
        for operation, kind in kinds[base]:
            yield ResourceOperation(operation, resource, kind, ancestors)


def _operations(paths: Paths, base: tuple[str, ...]) -> Iterator[Operation]:
    """The operations at a collection path and at its item path."""
    for segments in (base, (*base, "{}")):
        yield from paths.get(segments, {}).values()


def _resource(paths: Paths, base: tuple[str, ...]) -> Resource | None:
    """The resource at a collection path; None where no body shows what a row and its key are."""
    collection, item = paths.get(base, {}), paths.get((*base, "{}"), {})
    any_item = next(iter(item.values()), None)
    parameter = TEMPLATE.findall(any_item.path)[-1] if any_item else ""
    any_of_all = any_item or next(iter(collection.values()))
    keys = frozenset({"id", *_spellings(parameter)})

    listed = list_envelope(success_schema(collection.get("GET")), keys, base[-1])
    candidates = [row_envelope(success_schema(item.get("GET")), keys)]
    if item or listed is not None:
        # A POST alone, such as /login, is no collection, whatever it answers.
        candidates += [row_envelope(success_schema(collection.get("POST")), keys), listed]
    candidates += [row_envelope(success_schema(item.get(method)), keys) for method in ("PUT", "PATCH")]
    envelope = next((one for one in candidates if one is not None), None)
    if envelope is None:
        return None
    known = properties(envelope.row_schema)
    key = next((name for name in _spellings(parameter) if name in known), "id")
    parents = tuple(TEMPLATE.findall(any_of_all.path))[: base.count("{}")]
    return Resource(base[-1], base, parents, key, envelope.row_schema)


def _kinds(paths: Paths, base: tuple[str, ...], resource: Resource) -> Iterator[tuple[Operation, str]]:
    """The operations of a resource that can be generated, each with its kind."""
    for segments, kinds in ((base, _COLLECTION_KINDS), ((*base, "{}"), _ITEM_KINDS)):
        for method, kind in kinds.items():
            operation = paths.get(segments, {}).get(method)
            if operation is None or not _fits(operation, resource, kind):
                continue
            if segments != base or kind in ("list", "create") or _has_key(operation, resource):
                yield operation, kind


def _fits(operation: Operation, resource: Resource, kind: str) -> bool:
    """Whether an operation takes and answers what its kind needs."""
    keys = frozenset({resource.key})
    schema = success_schema(operation)
    if kind == "list":
        return list_envelope(schema, keys, resource.base[-1]) is not None
    if kind in ("create", "replace", "merge") and not _takes_fields(operation):
        return kind == "merge" and takes_json_patch(operation)
    if kind == "read" and schema is None and _has_body(operation):
        return answers_json(operation)
    return kind == "delete" or schema is None or row_envelope(schema, keys) is not None


def _has_key(operation: Operation, resource: Resource) -> bool:
    """Whether the request body says which row it is about, as a PUT on a collection path has to."""
    schemas = [content.schema for content in operation.body.contents.values()] if operation.body else []
    return any(row_envelope(schema, frozenset({resource.key})) is not None for schema in schemas)


def _takes_fields(operation: Operation) -> bool:
    """Whether the request body, if any, is an object of fields: not a list, such as a JSON patch."""
    if operation.body is None:
        return True
    schemas = [content.schema for content in operation.body.contents.values()]
    return any(schema is None or types(schema) <= {"object", "null"} for schema in schemas)


def success_schema(operation: Operation | None) -> Node | None:
    """The schema of the JSON body of an operation's success response; None where it has none."""
    if operation is None or operation.success >= 300 or operation.success in NO_BODY:
        return None
    response = operation.response(operation.success)
    content = response.json if response else None
    return content.schema if content else None


def _has_body(operation: Operation) -> bool:
    response = operation.response(operation.success)
    return operation.success not in NO_BODY and response is not None and bool(response.contents)


def answers_json(operation: Operation) -> bool:
    """Whether an operation's success response has a body of JSON."""
    response = operation.response(operation.success)
    return response is not None and response.json is not None


def _named(
    found: Mapping[tuple[str, ...], Resource], described: frozenset[str]
) -> dict[tuple[str, ...], Resource]:
    """The resources with the names of their collections: the last static segment of their path.

    `/widgets` and `/users/{id}/widgets` are views of one collection when they hold the same rows. Where one
    word means several collections each takes as many static segments more as it needs: users/notes.
    """
    flat = {(one.base[-1], one.holds.source.ref): base for base, one in found.items() if not one.parents}
    collections = {base: flat.get((base[-1], one.holds.source.ref), base) for base, one in found.items()}
    names = _names(list(dict.fromkeys(collections.values())))
    named = {}
    for base, one in found.items():
        name = names[collections[base]]
        scoped = bool(found[collections[base]].parents) and name not in described
        named[base] = one._replace(name=name, scoped=scoped)
    return named


def _names(bases: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """The shortest unambiguous end of each base, parameters left out."""
    names = {}
    for base in bases:
        alike = [other for other in bases if other[-1] == base[-1]]
        most = max(len(other) for other in alike)
        for count in range(1, most + 1):
            ends = ["/".join(_static(other)[-count:]) for other in alike]
            if len(set(ends)) == len(ends):
                names[base] = "/".join(_static(base)[-count:])
                break
        else:
            names[base] = "/".join(base)
    return names


def _static(base: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(segment for segment in base if segment != "{}")


def _spellings(name: str) -> list[str]:
    """A parameter's name, and the ways in which a property of that name may be spelt: pet_id, petId."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).lower().split("_")
    camel = words[0] + "".join(word.capitalize() for word in words[1:])
    return list(dict.fromkeys([name, "_".join(words), camel])) if name else []


def collection_for(contract: Contract, resource: Resource) -> CollectionSchema:
    """The collection of a resource, the schema of its rows compiled."""
    key = NestedKey(resource) if resource.scoped else resource.key
    pointer = resource.holds.source.pointer
    holds = str(pointer[-1]) if pointer[:2] == ("components", "schemas") else "row as the contract has them"
    validator, normalizer = contract.compiled(resource.holds)
    return CollectionSchema(Collection(resource.name, holds=holds, key=key), validator, normalizer)
