"""Finds the resources of a contract, by the form of its paths and by its schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.operations import NO_BODY, Operation
from mockade.contract.properties import types
from mockade.crud.envelopes import Envelope, IsRow, is_wrapper, list_envelope, row_envelope
from mockade.crud.json_patch import takes_json_patch
from mockade.crud.keys import OwnKey, parent_part, parent_words
from mockade.crud.naming import collection_names, noun_of, static
from mockade.crud.paths import Paths, Segments, key_parameters
from mockade.crud.resources import Resource, ResourceOperation, answers_json, creates_rows, success_schema

_ITEM_KINDS = {"GET": "read", "PUT": "replace", "PATCH": "merge", "POST": "merge", "DELETE": "delete"}
_COLLECTION_KINDS = {"GET": "list", "POST": "create", "PUT": "replace", "PATCH": "merge"}


def find_resources(
    contract: Contract, taken: frozenset[str], described: frozenset[str] = frozenset()
) -> Iterator[ResourceOperation]:
    """Each operation that can be generated.

    `taken` are the ids of operations that have a handler, `described` the collections whose keys are not made
    here.
    """
    paths = Paths(contract.operations)
    found: dict[Segments, Resource] = {}
    for segments in paths:
        base = paths.base_of(segments)
        if base in found or not static(base) or any(set(part) & set("{}:") for part in static(base)):
            continue
        if all(operation.id in taken for operation in paths.both(base)):
            continue  # nothing would be generated: the schema of its rows need not be found
        resource = _resource(paths, base)
        if resource is not None:
            found[base] = resource
    kinds: dict[Segments, list[tuple[Operation, str]]] = {}
    for base, resource in found.items():
        kinds[base] = [one for one in _kinds(paths, base, resource) if one[0].id not in taken]
    named = _named({base: resource for base, resource in found.items() if kinds[base]}, described)
    creatable = {named[base].name for base in named if _is_creatable(paths, base, kinds[base], taken)}
    listed = {named[base].name for base in named if any(kind == "list" for _, kind in kinds[base])}
    named = {
        base: one._replace(is_creatable=one.name in creatable, is_listed=one.name in listed)
        for base, one in named.items()
    }
    for base, resource in named.items():
        ancestors = tuple(
            named[above]
            for above in (base[:at] for at, segment in enumerate(base) if segment == "{}")
            if above in named and base[: len(paths.item_of(above))] == paths.item_of(above)
        )
        for operation, kind in kinds[base]:
            yield ResourceOperation(operation, resource, kind, ancestors)


def _is_creatable(
    paths: Paths, base: Segments, kinds: Sequence[tuple[Operation, str]], taken: frozenset[str]
) -> bool:
    """Whether an operation creates rows: one that is generated, or one that has a handler."""
    writes = (paths[base].get("POST"), paths[paths.item_of(base)].get("PUT"))
    handled = any(one is not None and one.id in taken for one in writes)
    return handled or any(
        kind == "create" or (kind in ("replace", "merge") and creates_rows(operation))
        for operation, kind in kinds
    )


def _resource(paths: Paths, base: Segments) -> Resource | None:
    """The resource at a collection path; None where no body shows what a row and its key are."""
    collection, item = paths[base], paths[paths.item_of(base)]
    any_item = next(iter(item.values()), None)
    any_of_all = any_item or next(iter(collection.values()))
    parameters = key_parameters(any_of_all.path)
    above, own_names = parameters[: base.count("{}")], parameters[base.count("{}") :]
    own = OwnKey(
        own_names[-1] if own_names else "",
        noun_of(static(base)[-1]),
        _wanted(any_item, own_names[-1]) if own_names else frozenset(),
        frozenset(words for name in above if (words := parent_words(name))),
        is_compound=len(own_names) > 1,
    )
    holds = _row_schema(own, collection, item)
    if holds is None:
        return None
    key = own.find(holds, sure=False)
    if key is None:
        return None
    leading = tuple(
        parent_part(holds, name, name, _wanted(any_item, name), key.path) for name in own_names[:-1]
    )
    parents = tuple(
        parent_part(holds, name, before, _wanted(any_of_all, name), key.path)
        for name, before in zip(above, _before(base), strict=True)
    )
    return Resource("", base, parents, (*leading, key), holds, any_item)


def _before(base: Segments) -> list[str]:
    """For each parameter in a path, the static segment before it."""
    return [static(base[:at])[-1] if static(base[:at]) else "" for at, one in enumerate(base) if one == "{}"]


def _wanted(operation: Operation | None, parameter: str) -> frozenset[str]:
    """The JSON types that a path parameter may have."""
    parameters = operation.parameters if operation is not None else ()
    return next(
        (one.types for one in parameters if (one.where, one.name) == ("path", parameter)), frozenset()
    )


def _row_schema(
    own: OwnKey, collection: Mapping[str, Operation], item: Mapping[str, Operation]
) -> Node | None:
    """The schema of rows: what the item's GET answers, else a create, a list, an update."""
    for sure in (True, False):

        def is_row(node: Node, sure: bool = sure) -> bool:
            return own.find(node, sure=sure) is not None

        listed = _listed(success_schema(collection.get("GET")), is_row, own)
        candidates = [row_envelope(success_schema(item.get("GET")), is_row, own.noun)]
        if item or listed is not None:
            # A POST alone, such as /login, is no collection, whatever it answers.
            candidates += [row_envelope(success_schema(collection.get("POST")), is_row, own.noun), listed]
        candidates += [
            row_envelope(success_schema(item.get(method)), is_row, own.noun)
            for method in ("PUT", "PATCH", "POST")
        ]
        envelope = next((one for one in candidates if one is not None), None)
        if envelope is not None:
            return envelope.row_schema
    return None


def _listed(schema: Node | None, is_row: IsRow, own: OwnKey) -> Envelope | None:
    """The envelope of a list; None for an object that has lists besides a key of its own."""
    envelope = list_envelope(schema, is_row, own.noun)
    if envelope is None or not envelope.path or is_wrapper(envelope.path[-1], own.noun):
        return envelope
    return None if own.find(envelope.schema, sure=True) is not None else envelope


def answer_envelope(operation: Operation, resource: Resource, kind: str) -> Envelope | None:
    """The envelope of what an operation answers; None where that is no row, or no list of them."""
    find: Callable[..., Envelope | None] = list_envelope if kind == "list" else row_envelope
    return find(success_schema(operation), resource.is_row, resource.noun)


def _kinds(paths: Paths, base: Segments, resource: Resource) -> Iterator[tuple[Operation, str]]:
    """The operations of a resource that can be generated, each with its kind."""
    for segments, kinds in ((base, _COLLECTION_KINDS), (paths.item_of(base), _ITEM_KINDS)):
        for method, kind in kinds.items():
            operation = paths[segments].get(method)
            if operation is None or not _fits(operation, resource, kind):
                continue
            if segments != base or kind in ("list", "create") or _has_key(operation, resource):
                yield operation, kind


def _fits(operation: Operation, resource: Resource, kind: str) -> bool:
    """Whether an operation takes and answers what its kind needs."""
    schema = success_schema(operation)
    if kind == "list":
        return answer_envelope(operation, resource, kind) is not None
    if kind in ("create", "replace", "merge") and not _takes_fields(operation):
        return kind == "merge" and takes_json_patch(operation)
    if kind == "read" and schema is None and _has_body(operation):
        return answers_json(operation)
    is_row = schema is None or answer_envelope(operation, resource, kind) is not None
    return kind in ("delete", "create") or is_row


def _has_key(operation: Operation, resource: Resource) -> bool:
    """Whether the request body says which row it is about, as a PUT on a collection path has to."""
    schemas = [content.schema for content in operation.body.contents.values()] if operation.body else []
    return any(row_envelope(schema, resource.is_row, resource.noun) is not None for schema in schemas)


def _takes_fields(operation: Operation) -> bool:
    """Whether the request body, if any, is an object of fields: not a list, such as a JSON patch."""
    if operation.body is None:
        return True
    schemas = [content.schema for content in operation.body.contents.values()]
    return any(schema is None or types(schema) <= {"object", "null"} for schema in schemas)


def _has_body(operation: Operation) -> bool:
    response = operation.response(operation.success)
    return operation.success not in NO_BODY and response is not None and bool(response.contents)


def _named(found: Mapping[Segments, Resource], described: frozenset[str]) -> dict[Segments, Resource]:
    """The resources with the names of their collections: the last static segment of their path.

    `/widgets` and `/users/{id}/widgets` are views of one collection when they hold the same rows. Where one
    word means several collections each takes as many static segments more as it needs: users/notes.
    """
    flat = {(static(base)[-1], one.holds.source.ref): base for base, one in found.items() if not one.parents}
    collections = {
        base: flat.get((static(base)[-1], one.holds.source.ref), base) for base, one in found.items()
    }
    names = collection_names(list(dict.fromkeys(collections.values())))
    named = {}
    for base, one in found.items():
        name, first = names[collections[base]], found[collections[base]]
        scoped = bool(first.parents) and name not in described
        named[base] = one._replace(name=name, scoped=scoped, keys=first.keys)
    return named
