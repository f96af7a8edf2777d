"""Generated CRUD: answers an operation of a resource from its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.generation.generator import Generator
from mockade.contract.keywords import TEMPLATE
from mockade.contract.operations import NO_BODY, Operation
from mockade.contract.properties import properties, read_only, required
from mockade.contract.response_view import has_hidden_parts, visible_part
from mockade.contract.samples import sample
from mockade.contract.schemas import Schemas
from mockade.contract.validators import Validator
from mockade.crud import paging
from mockade.crud.completion import Completion
from mockade.crud.envelopes import (
    Envelope,
    list_envelope,
    request_envelope,
    row_envelope,
    sample_without_row,
    with_success_flags,
)
from mockade.crud.merge_patch import merge_patch
from mockade.crud.new_keys import new_keys
from mockade.crud.resources import Resource, ResourceOperation, answers_json, success_schema
from mockade.crud.row_faults import attributed, explained
from mockade.errors import OurFault
from mockade.handling import Call, Reply, Row, Rows


@dataclass(frozen=True, slots=True)
class CrudOperation:
    """Answers one operation of a resource from its rows; the kinds are those of ResourceOperation."""

    operation: Operation
    resource: Resource
    kind: str
    ancestors: tuple[Resource, ...]
    key_validator: Validator | None
    response_envelope: Envelope | None
    """None when the answer holds no rows."""
    request_envelope: Envelope | None
    """None when the request body is the fields themselves."""
    path_names: tuple[str, ...]
    """The operation's path parameters, in the order of the path."""
    properties: Mapping[str, Node]
    """Of a row."""
    read_only: frozenset[str]
    """The properties that only the server writes."""
    has_hidden_parts: bool
    """Whether a row has properties that the answer does not show."""
    schemas: Schemas
    generator: Generator

    def __call__(self, call: Call) -> Any:
        rows = call.rows(self.resource.name)
        self._check_ancestors(call)
        match self.kind:
            case "list":
                return self._list(call, rows)
            case "create":
                return self._create(call, rows)
            case "read":
                return self._body(call, self._row(call, rows))
            case "delete":
                row = self._row(call, rows)
                rows.remove(row.key)
                return self._body(call, row)
            case _:
                return self._write(call, rows)

    def _check_ancestors(self, call: Call) -> None:
        """Refuses with 404 a path below a row that is not there."""
        for ancestor in self.ancestors:
            values = [call.path[name] for name in self.path_names[: len(ancestor.parents) + 1]]
            _find(ancestor, call.rows(ancestor.name), values)

    def _parents(self, call: Call) -> list[Any]:
        return [call.path[name] for name in self.path_names[: len(self.resource.parents)]]

    def _row(self, call: Call, rows: Rows) -> Row:
        return _find(self.resource, rows, [call.path[name] for name in self.path_names])

    def _body(self, call: Call, row: Row) -> Any:
        """The body of an answer about one row."""
        if self.response_envelope is not None:
            inner = visible_part(row, self.response_envelope.row_schema) if self.has_hidden_parts else row
            return self.response_envelope.wrap(inner, {}, now=call.now(), uuid=call.new_uuid)
        schema = success_schema(self.operation)
        if schema is not None:
            return sample_without_row(schema, now=call.now(), uuid=call.new_uuid)
        if self.operation.success in NO_BODY or not answers_json(self.operation):
            return None
        # JSON of which the contract says nothing.
        return visible_part(row, self.resource.holds) if has_hidden_parts(self.resource.holds) else dict(row)

    def completed(self, call: Call, body: Any) -> Any:
        """The body of an answer that does not fit its schema, with what that asks for besides.

        The rows of a list stay those of the collection. It may still not fit.
        """
        schema = success_schema(self.operation)
        if schema is None:
            return body
        completion = Completion(self.schemas, self.generator, call)
        key = f"{self.operation.path} {sorted(call.path.items())}"
        envelope = self.response_envelope
        if envelope is None:
            return with_success_flags(schema, completion.completed(schema, body, key))
        inner, prefix = envelope.unwrap(body), f"{self.resource.name} "
        rows = [
            completion.completed(envelope.row_schema, row, prefix + str(row.get(self.resource.key)))
            for row in (inner if self.kind == "list" else [inner])
        ]
        whole = envelope.rewrap(body, rows if self.kind == "list" else rows[0])
        return completion.around(schema, whole, envelope.path, key)

    def _fields(self, call: Call) -> dict[str, Any]:
        """The fields that the caller gives, without those that only the server writes."""
        body = self.request_envelope.unwrap(call.body) if self.request_envelope is not None else call.body
        fields = body if isinstance(body, dict) else {}
        return {name: value for name, value in fields.items() if name not in self.read_only}

    def _create(self, call: Call, rows: Rows) -> Any:
        given = self._fields(call)
        parents = dict(zip(self.resource.parents, self._parents(call), strict=True))
        fields = {**given, **self._parent_fields(parents)}
        if fields.get(self.resource.key) in (None, ""):
            fields[self.resource.key] = self._new_key(call, rows)
        needed = required(self.resource.holds)
        for name, schema in self.properties.items():
            if name in needed and name not in fields:
                fields[name] = sample(schema, now=call.now(), uuid=call.new_uuid)
        try:
            row = rows.add(fields, **parents)
        except OurFault as fault:
            added = self._add_over_sample(call, rows, fields, parents)
            if added is None and isinstance(attributed(fault, given), OurFault):
                added = _added(rows, self._completed(call, fields, parents, fault), {}, parents)
            if added is None:
                raise explained(attributed(fault, given)) from None
            row = added
        return Reply(self._body(call, row), headers=self._location(call, row))

    def _add_over_sample(
        self, call: Call, rows: Rows, fields: Mapping[str, Any], parents: Mapping[str, Any]
    ) -> Row | None:
        """Add the fields over a sample of a whole row, as `oneOf` may require; None when that fails too."""
        whole = sample(self.resource.holds, now=call.now(), uuid=call.new_uuid)
        return _added(rows, whole, fields, parents)

    def _completed(
        self, call: Call, fields: dict[str, Any], parents: Mapping[str, Any], fault: OurFault
    ) -> dict[str, Any]:
        """The fields, with generated ones for what is required and what else does not fit.

        The key, the parents and what the caller gives stay.
        """
        key = f"{self.resource.name} {fields.get(self.resource.key)}"
        completion = Completion(self.schemas, self.generator, call)
        for name in sorted({str(one.path[0]) for one in fault.violations if one.path} - fields.keys()):
            if name in self.properties:  # required, or its default does not fit
                fields = {**fields, name: completion.value(self.properties[name], f"{key} {name}")}
        whole = completion.completed(self.resource.holds, fields, key)
        fixed = {self.resource.key, *self._fields(call), *self._parent_fields(parents)} & fields.keys()
        return {**(whole if isinstance(whole, dict) else fields), **{name: fields[name] for name in fixed}}

    def _parent_fields(self, parents: Mapping[str, Any]) -> dict[str, Any]:
        """The properties of a row that name its parents, with the values of `parents`."""
        named = {self.resource.parent_property(name): value for name, value in parents.items()}
        return {name: value for name, value in named.items() if name}

    def _location(self, call: Call, row: Row) -> dict[str, str]:
        documented = self.operation.response(self.operation.success)
        if documented is None or "location" not in documented.headers:
            return {}
        path = self.operation.path.rstrip("/")
        for name in self.path_names:
            path = path.replace("{" + name + "}", quote(str(call.path[name]), safe=""))
        return {"Location": f"{call.base_url}{path}/{quote(str(row[self.resource.key]), safe='')}"}

    def _new_key(self, call: Call, rows: Rows) -> Any:
        """The first valid key that is free."""
        schema = self.properties.get(self.resource.key)
        for key in new_keys(call, rows, schema, self.generator):
            is_valid = self.key_validator is None or self.key_validator.is_valid(key)
            if is_valid and rows.find(self.resource.row_key([*self._parents(call), key])) is None:
                return key
        raise OurFault(
            f"No {self.resource.key} for {self.resource.name} could be made that fits the contract: "
            "let the caller give it, or write a handler."
        )

    def _write(self, call: Call, rows: Rows) -> Any:
        """Merge the fields into the row, or replace it by them but for what the caller cannot write."""
        old, given = self._row(call, rows), self._fields(call)
        if self.kind == "merge":
            fields = merge_patch(old, given, self.properties)
        else:
            kept = required(self.resource.holds) | self.read_only
            fields = {**{n: v for n, v in old.items() if n in kept}, **given}
        fixed = {self.resource.key, *self._parent_fields(dict.fromkeys(self.resource.parents))}
        fields |= {name: old[name] for name in fixed if name in old}
        for name, schema in self.properties.items():
            if name in fields and name not in given and _is_update_time(name, schema):
                fields[name] = call.now()
        try:
            row = rows.put(Row(fields, key=old.key, beside=old.beside))
        except OurFault as fault:
            refusal = attributed(fault, given)
            if not isinstance(refusal, OurFault) or not fault.violations:
                raise refusal from None
            whole = self._completed(call, {**old, **fields}, dict.fromkeys(self.resource.parents), fault)
            row = rows.put(Row(whole, key=old.key, beside=old.beside))
        return self._body(call, row)

    def _list(self, call: Call, rows: Rows) -> Any:
        parents = self._parents(call)
        found: list[dict[str, Any]] = [row for row in rows if _same(self.resource.parents_of(row), parents)]
        for name, value in call.query.items():
            if name in self.properties and name not in paging.PARAMETERS:
                found = [row for row in found if _matches(row.get(name), value)]
        page = paging.Page.of(call.query)
        shown_rows = list(page.cut(found))
        if self.response_envelope is None:
            return shown_rows
        if self.has_hidden_parts:
            shown_rows = [visible_part(row, self.response_envelope.row_schema) for row in shown_rows]
        facts = {**page.facts(len(found)), **call.query}
        return self.response_envelope.wrap(shown_rows, facts, now=call.now(), uuid=call.new_uuid)


def crud_operation(contract: Contract, one: ResourceOperation, generator: Generator) -> CrudOperation:
    """What answers an operation of a resource."""
    operation, resource = one.operation, one.resource
    keys = frozenset({resource.key})
    known = properties(resource.holds)
    key_schema = known.get(resource.key)
    schema = success_schema(operation)
    if one.kind == "list":
        envelope = list_envelope(schema, keys, resource.base[-1])
    else:
        envelope = row_envelope(schema, keys)
    return CrudOperation(
        operation,
        resource,
        one.kind,
        one.ancestors,
        key_validator=contract.schemas.validator(key_schema) if key_schema is not None else None,
        response_envelope=envelope,
        request_envelope=request_envelope(operation, frozenset(known)),
        path_names=tuple(TEMPLATE.findall(operation.path)),
        properties=known,
        read_only=read_only(resource.holds),
        has_hidden_parts=envelope is not None and has_hidden_parts(envelope.row_schema),
        schemas=contract.schemas,
        generator=generator,
    )


def _added(rows: Rows, whole: Any, fields: Mapping[str, Any], parents: Mapping[str, Any]) -> Row | None:
    """The row of `fields` over `whole`, added; None where it does not fit."""
    try:
        return rows.add({**whole, **fields}, **parents) if isinstance(whole, dict) else None
    except OurFault:
        return None


def _find(resource: Resource, rows: Rows, values: list[Any]) -> Row:
    """The row at a path; refuses with 404 when there is none. `values` are its parents' keys and its own."""
    row = rows.find(resource.row_key(values))
    if row is None or not _same(resource.parents_of(row), values[:-1]):
        raise rows.absent(str(values[-1]))
    return row


def _same(parents: list[Any], values: list[Any]) -> bool:
    """Whether a row's parents are those of a path; fixtures may write a number where a path has its text."""
    return [str(value) for value in parents] == [str(value) for value in values]


def _matches(value: Any, filter_value: Any) -> bool:
    """Whether a property equals a query parameter's value; of lists, whether they share an item."""
    accepted = filter_value if isinstance(filter_value, list) else [filter_value]
    return any(one in accepted for one in (value if isinstance(value, list) else [value]))


def _is_update_time(name: str, schema: Node) -> bool:
    return schema.text("format") == "date-time" and name.lower().replace("_", "").startswith(
        ("updated", "modified", "lastmodified", "lastupdated")
    )
