"""Statefulness without Python: collection and item paths answered from rows, as their shapes say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockade.contract.document import Node
from mockade.contract.operations import Contract, Operation, Response
from mockade.contract.samples import sample
from mockade.handling import Call, Collection, Reply, Row, Rows, Shelf

_PAGING = frozenset({"limit", "offset", "page", "page_size", "pageSize", "per_page", "size"})


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection path and, when there is one, its item path: `/a/{b}/widgets` and `/a/{b}/widgets/{id}`.

    `parents` are the path parameters before the collection: rows of different parents do not meet.
    `key` is the property of a row that holds its key, `parameter` the path parameter that names it.
    """

    name: str
    parents: tuple[str, ...]
    key: str
    parameter: str
    holds: Node
    wrapped: str
    """The one property under which the item's answers hold the row; empty when the answer is the row."""

    def row_key(self, parents: Mapping[str, Any], key: str) -> str:
        return "/".join([*(str(parents[name]) for name in self.parents), key])


@dataclass(frozen=True, slots=True)
class NestedKey:
    """The key of rows below a parent: what the parent is called, then what they are."""

    resource: Resource

    @property
    def parents(self) -> tuple[str, ...]:
        return self.resource.parents

    def __call__(self, row: Row) -> str:
        return self.resource.row_key(row.beside, str(row[self.resource.key]))


def find_resources(contract: Contract, taken: frozenset[str]) -> Iterator[tuple[Operation, Resource, str]]:
    """Each operation that a shape can answer, with its resource and its role.

    Roles: list, create, read, replace, merge, delete. Operations whose ids are in `taken` have a handler.
    """
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in contract.operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    for path, methods in by_path.items():
        segments = path.strip("/").split("/")
        is_item = _parameter(segments[-1]) != ""
        base = segments[:-1] if is_item else segments
        if not base or _parameter(base[-1]) or "{" in base[-1] or ":" in base[-1]:
            continue
        resource = _resource(by_path, base)
        if resource is None:
            continue
        roles = _ITEM_ROLES if is_item else _COLLECTION_ROLES
        for method, role in roles.items():
            if method in methods and methods[method].id not in taken:
                yield methods[method], resource, role


_ITEM_ROLES = {"GET": "read", "PUT": "replace", "PATCH": "merge", "DELETE": "delete"}
_COLLECTION_ROLES = {"GET": "list", "POST": "create"}


def _parameter(segment: str) -> str:
    """The parameter's name when a segment is one whole parameter, else an empty string."""
    match = re.fullmatch(r"\{([^{}]+)\}", segment)
    return match.group(1) if match else ""


def _resource(by_path: Mapping[str, Mapping[str, Operation]], base: list[str]) -> Resource | None:
    collection = by_path.get("/" + "/".join(base), {})
    item_path = next(
        (
            path
            for path in by_path
            if path.strip("/").split("/")[:-1] == base and _parameter(path.split("/")[-1])
        ),
        "",
    )
    parameter = _parameter(item_path.split("/")[-1])
    item = by_path.get(item_path, {})
    schema = _answer_schema(item.get("GET")) or _answer_schema(collection.get("POST"))
    if schema is None:
        listing = _answer_schema(collection.get("GET"))
        array = _array_in(listing) if listing is not None else None
        schema = array[1].get("items") if array else None
    if schema is None:
        return None
    wrapped, schema = _unwrapped(schema, parameter)
    properties = _properties(schema)
    if not properties:
        return None
    key = parameter if parameter in properties and "id" not in properties else "id"
    parents = tuple(name for segment in base if (name := _parameter(segment)))
    return Resource(base[-1], parents, key, parameter, schema, wrapped)


def _answer_schema(operation: Operation | None) -> Node | None:
    response = _success(operation) if operation else None
    content = response.json() if response else None
    return content.schema if content else None


def _success(operation: Operation) -> Response | None:
    return operation.response(operation.success())


def _unwrapped(schema: Node, parameter: str) -> tuple[str, Node]:
    """The row inside an answer such as `{data: {…}}`: the property's name, and its schema."""
    properties = _properties(schema)
    if "id" in properties or parameter in properties:
        return "", schema
    objects = {n: p for n, p in properties.items() if {"id", parameter} & _properties(p).keys()}
    if len(objects) == 1:
        return next(iter(objects.items()))
    return "", schema


def _properties(schema: Node | None) -> dict[str, Node]:
    """The properties that an object schema declares, those of its `allOf` parts included."""
    if schema is None:
        return {}
    own = schema.get("properties")
    found = dict(own.items()) if own else {}
    for part in (schema.get("allOf") or Node(schema.source, None)).list():
        found = {**_properties(part), **found}
    return found


def _array_in(schema: Node) -> tuple[str, Node] | None:
    """Where a list answer holds its rows: a property's name (empty: the answer itself), and the array."""
    if _is_array(schema):
        return "", schema
    arrays = [(name, node) for name, node in _properties(schema).items() if _is_array(node)]
    return arrays[0] if len(arrays) == 1 else None


def _is_array(schema: Node) -> bool:
    types = schema.value.get("type") if isinstance(schema.value, dict) else None
    return "array" in (types if isinstance(types, list) else [types])


def shelf_for(contract: Contract, resource: Resource) -> Shelf:
    """The collection behind a resource, its rows' schema compiled."""
    key = NestedKey(resource) if resource.parents else resource.key
    collection = Collection(resource.name, holds=resource.holds.source.ref, key=key)
    check, shape = contract.compiled(resource.holds)
    return Shelf(collection, check, shape)


@dataclass(frozen=True, slots=True)
class ShapeAnswer:
    """Answers one operation of a resource from its rows."""

    operation: Operation
    resource: Resource
    role: str

    def __call__(self, call: Call) -> Any:
        rows = call.rows(self.resource.name)
        match self.role:
            case "list":
                return self._list(call, rows)
            case "create":
                return self._create(call, rows)
            case "read":
                return self._shown(self._row(call, rows))
            case "delete":
                row = self._row(call, rows)
                rows.remove(row.key)
                documented = self.operation.response(self.operation.success())
                return self._shown(row) if documented and documented.contents else None
            case _:
                return self._write(call, rows)

    def _row(self, call: Call, rows: Rows) -> Row:
        key = str(call.path[self.resource.parameter])
        row = rows.find(self.resource.row_key(call.path, key))
        if row is None:
            raise rows.absent(key)
        return row

    def _shown(self, row: Row) -> Any:
        return {self.resource.wrapped: row} if self.resource.wrapped else row

    def _given(self, call: Call) -> dict[str, Any]:
        """The body as fields of a row; the wrapper of the answers is taken off where the body has it too."""
        body = call.body if isinstance(call.body, dict) else {}
        inner = body.get(self.resource.wrapped) if self.resource.wrapped else None
        return inner if isinstance(inner, dict) else body

    def _create(self, call: Call, rows: Rows) -> Any:
        given = self._given(call)
        beside = {name: call.path[name] for name in self.resource.parents}
        fields = {**{n: v for n, v in beside.items() if n in _properties(self.resource.holds)}, **given}
        if self.resource.key not in fields:
            fields[self.resource.key] = self._new_key(call)
        row = rows.add(self._completed(call, fields), **beside)
        headers = {}
        documented = self.operation.response(self.operation.success())
        if documented and "location" in documented.headers:
            path = self.operation.path
            for name, value in call.path.items():
                path = path.replace("{" + name + "}", str(value))
            headers["Location"] = f"{call.base_url}{path}/{row[self.resource.key]}"
        return Reply(self._shown(row), headers=headers)

    def _new_key(self, call: Call) -> Any:
        schema = _properties(self.resource.holds).get(self.resource.key)
        types = schema.value.get("type") if schema else "string"
        if types == "integer" or (isinstance(types, list) and "integer" in types):
            return len(list(call.rows(self.resource.name))) + 1 + call.new_number()
        return call.new_uuid()

    def _completed(self, call: Call, fields: dict[str, Any]) -> dict[str, Any]:
        """`fields` with what the server has to say itself: required properties that the caller did not give."""
        required = _required(self.resource.holds)
        for name, schema in _properties(self.resource.holds).items():
            if name in fields or name not in required:
                continue
            fields[name] = sample(schema, now=call.now(), uuid=call.new_uuid)
        return fields

    def _write(self, call: Call, rows: Rows) -> Any:
        old = self._row(call, rows)
        given = self._given(call)
        if self.role == "merge":
            fields = merged(old, given, _properties(self.resource.holds))
        else:
            server_made = _required(self.resource.holds) | _read_only(self.resource.holds)
            fields = {**{n: v for n, v in old.items() if n in server_made}, **given}
        fields[self.resource.key] = old[self.resource.key]
        for name, schema in _properties(self.resource.holds).items():
            if name in fields and name not in given and _is_update_time(name, schema):
                fields[name] = call.now()
        row = rows.put(Row(fields, key=old.key, beside=old.beside))
        documented = self.operation.response(self.operation.success())
        return self._shown(row) if documented and documented.contents else None

    def _list(self, call: Call, rows: Rows) -> Any:
        parents = {name: call.path[name] for name in self.resource.parents}
        found: list[dict[str, Any]] = [
            row for row in rows if all(row.beside.get(n) == v for n, v in parents.items())
        ]
        known = _properties(self.resource.holds)
        for name, wanted in call.query.items():
            if name in known and name not in _PAGING:
                found = [row for row in found if row.get(name) == wanted]
        total = len(found)
        found = _page(found, call.query)
        schema = _answer_schema(self.operation)
        holder = _array_in(schema) if schema else None
        if holder is None or not holder[0]:
            return found
        answer = {holder[0]: found}
        for name, node in _properties(schema).items():
            if name in answer:
                continue
            if name.lower() in ("total", "count", "totalcount", "total_count"):
                answer[name] = total  # type: ignore[assignment]  # a count beside the list of rows
            elif name in _required(schema):
                answer[name] = call.query.get(name, sample(node, now=call.now(), uuid=call.new_uuid))
        return answer


def merged(
    old: Mapping[str, Any], patch: Mapping[str, Any], properties: Mapping[str, Node]
) -> dict[str, Any]:
    """RFC 7396: `patch` laid over `old`; a null removes, but for a property whose schema takes null."""
    result = dict(old)
    for name, value in patch.items():
        if value is None and not _nullable(properties.get(name)):
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value, _properties(properties.get(name)))
        else:
            result[name] = value
    return result


def _nullable(schema: Node | None) -> bool:
    if schema is None or not isinstance(schema.value, dict):
        return False
    types = schema.value.get("type")
    return (
        schema.value.get("nullable") is True
        or types == "null"
        or (isinstance(types, list) and "null" in types)
    )


def _required(schema: Node | None) -> set[str]:
    if schema is None or not isinstance(schema.value, dict):
        return set()
    found = set(schema.value.get("required", ()))
    for part in (schema.get("allOf") or Node(schema.source, None)).list():
        found |= _required(part)
    return found


def _read_only(schema: Node) -> set[str]:
    return {name for name, node in _properties(schema).items() if node.value.get("readOnly") is True}


def _is_update_time(name: str, schema: Node) -> bool:
    return schema.value.get("format") == "date-time" and name.lower().replace("_", "").startswith(
        ("updated", "modified")
    )


def _page(rows: list[dict[str, Any]], query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The part of `rows` that the usual paging parameters ask for; pages count from 1."""
    size = next(
        (query[n] for n in ("limit", "page_size", "pageSize", "per_page", "size") if n in query), None
    )
    if not isinstance(size, int) or size < 0:
        return rows
    page, offset = query.get("page"), query.get("offset", 0)
    start = (
        (page - 1) * size if isinstance(page, int) and page > 0 else offset if isinstance(offset, int) else 0
    )
    return rows[start : start + size]
