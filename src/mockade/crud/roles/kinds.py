"""What each operation at a resource's paths does to its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mockade.contract.document import Node
from mockade.contract.json_bodies import answers_json, is_sketched, request_schema, success_schema
from mockade.contract.operations import NO_BODY, Operation
from mockade.contract.properties import properties, types
from mockade.crud.json_patch import takes_json_patch
from mockade.crud.roles.envelopes import (
    Envelope,
    list_envelope,
    list_of_keys,
    list_of_one,
    row_envelope,
    says_nothing,
    sole_object,
)
from mockade.crud.roles.paths import Paths, Segments
from mockade.crud.roles.resources import CrudKind, Resource, creates_rows
from mockade.crud.roles.summaries import summary_envelope

KINDS_OF_ONE: Mapping[str, CrudKind] = {
    "GET": "read",
    "PUT": "replace",
    "PATCH": "merge",
    "POST": "merge",
    "DELETE": "delete",
}
_COLLECTION_KINDS: Mapping[str, CrudKind] = {
    "GET": "list",
    "POST": "create",
    "PUT": "replace",
    "PATCH": "merge",
}

Generated = Sequence[tuple[Operation, CrudKind]]
"""Operations, each with its kind."""


def answer_envelope(operation: Operation, resource: Resource, kind: CrudKind) -> Envelope | None:
    """The envelope of what an operation answers; None where that is no row, or no list of them."""
    schema, noun = success_schema(operation), resource.noun
    if kind == "list":
        is_named = len(resource.keys) == 1 and resource.item is not None
        keys = list_of_keys(schema, resource.holds, noun) if is_named else None
        return list_envelope(schema, resource.is_row, noun) or keys or _summaries(operation, resource)
    if kind == "act":  # what else an action answers may have an id too
        return row_envelope(schema, resource.is_whole, noun)
    if kind != "delete" and says_nothing(schema):
        return Envelope(schema, (), resource.holds) if schema is not None else None
    envelope = row_envelope(schema, resource.is_row, noun) or list_of_one(schema, resource.is_whole, noun)
    if envelope is None and schema is not None and kind != "create":
        # What a row's own path answers may be a row without its key.
        whole = sole_object(schema, noun)
        is_row = kind == "read" and bool(properties(whole.row_schema))
        return whole if is_row or resource.is_alike(whole.row_schema) else None
    return envelope


def _summaries(operation: Operation, resource: Resource) -> Envelope | None:
    """The envelope of a list whose objects are no rows by their schema."""
    if resource.named is None or operation.method != "GET":
        return None
    return summary_envelope(success_schema(operation), resource.named)


def generated_operations(
    paths: Paths, base: Segments, resource: Resource
) -> Iterator[tuple[Operation, CrudKind]]:
    """The operations of a resource that can be generated, each with its kind."""
    collection = _COLLECTION_KINDS
    if base[-1] == "{}" and paths.item_of(base) not in paths:
        collection = {"GET": "list"}  # what else is done there is done to the row of that key
    is_written = any(operation.method != "GET" for operation in paths.both(base))
    for segments, kinds in ((base, collection), (paths.item_of(base), KINDS_OF_ONE)):
        for method, kind in kinds.items():
            for operation in paths.choices(segments, method):
                if not _fits(operation, resource, kind, is_item=segments != base):
                    continue
                if kind == "list" and "POST" not in paths[base] and is_sketched(operation):
                    continue  # nothing is ever added to it: its example is all that it shows
                if kind == "read" and not is_written and _is_list_of_one(operation, resource):
                    continue  # `/countries/{name}` may find several
                if segments != base or kind in ("list", "create") or _has_key(operation, resource):
                    yield operation, kind


def _is_list_of_one(operation: Operation, resource: Resource) -> bool:
    envelope = answer_envelope(operation, resource, "read")
    return envelope is not None and envelope.is_list_of_one


def _fits(operation: Operation, resource: Resource, kind: CrudKind, *, is_item: bool) -> bool:
    """Whether an operation takes and answers what its kind needs."""
    schema = success_schema(operation)
    if kind == "list":
        return answer_envelope(operation, resource, kind) is not None
    if kind == "create" and resource.key and _takes_keys(operation):
        return True
    if kind in ("create", "replace", "merge") and not _takes_fields(operation, in_lists=not is_item):
        return kind == "merge" and takes_json_patch(operation)
    if kind == "read" and schema is None and _has_body(operation):
        return answers_json(operation)
    # A PUT or PATCH of an item changes it whatever it answers; a POST that answers no row may be an action.
    if kind in ("delete", "create") or (is_item and operation.method in ("PUT", "PATCH")):
        return True
    shown: CrudKind = "merge" if is_item else "list"
    return schema is None or any(answer_envelope(operation, resource, one) for one in (kind, shown))


def _has_key(operation: Operation, resource: Resource) -> bool:
    """Whether the request body says which row it is about, as a PUT on a collection path has to."""
    schemas = [content.schema for content in operation.body.contents.values()] if operation.body else []
    rows = [schema.get("items") if schema is not None and _is_list(schema) else schema for schema in schemas]
    return any(row_envelope(schema, resource.is_row, resource.noun) is not None for schema in rows)


def _takes_fields(operation: Operation, *, in_lists: bool) -> bool:
    """Whether the request body, if any, is an object of fields; or a list of such, on a collection path."""
    if operation.body is None:
        return True
    schemas = [content.schema for content in operation.body.contents.values()]
    return any(
        schema is None
        or types(schema) <= {"object", "null"}
        or (in_lists and _is_list(schema) and bool(properties(schema.get("items"))))
        for schema in schemas
    )


def _takes_keys(operation: Operation) -> bool:
    """Whether the request body is the key of a row and no more, or a list of such."""
    schema = request_schema(operation)
    one = schema.get("items") if schema is not None and _is_list(schema) else schema
    kinds = types(one)
    return bool(kinds) and kinds <= {"string", "integer"}


def _is_list(schema: Node) -> bool:
    return "array" in types(schema)


def _has_body(operation: Operation) -> bool:
    response = operation.response(operation.success)
    return operation.success not in NO_BODY and response is not None and bool(response.contents)


def is_creatable(paths: Paths, base: Segments, generated: Generated, taken: frozenset[str]) -> bool:
    """Whether an operation creates rows: one that is generated, or one of those `taken` by handlers."""
    writes = (paths[base].get("POST"), paths[paths.item_of(base)].get("PUT"))
    handled = any(one is not None and one.id in taken for one in writes)
    return handled or any(
        kind == "create" or (kind in ("replace", "merge") and creates_rows(operation))
        for operation, kind in generated
    )
