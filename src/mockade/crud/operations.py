"""Generated CRUD: answers an operation of a resource from its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.keywords import TEMPLATE
from mockade.contract.operations import Operation
from mockade.contract.properties import properties, read_only, required
from mockade.contract.response_view import has_hidden_parts, visible_part
from mockade.contract.samples import sample
from mockade.contract.validators import Validator
from mockade.crud import paging
from mockade.crud.envelopes import Envelope, list_envelope, row_envelope, sample_without_row
from mockade.crud.merge_patch import merge_patch
from mockade.crud.resources import Resource, ResourceOperation, success_schema
from mockade.dialects import summary
from mockade.errors import EngineRefusal, OurFault
from mockade.handling import Call, Reply, Row, Rows

_MOST_KEYS = 1000
"""How many numbers are tried for a new key before it is given up."""


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
        return sample_without_row(schema, now=call.now(), uuid=call.new_uuid) if schema is not None else None

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
            if added is None:
                raise _explained(_attributed(fault, given)) from None
            row = added
        return Reply(self._body(call, row), headers=self._location(call, row))

    def _add_over_sample(
        self, call: Call, rows: Rows, fields: Mapping[str, Any], parents: Mapping[str, Any]
    ) -> Row | None:
        """Add the fields over a sample of a whole row, as `oneOf` may require; None when that fails too."""
        whole = sample(self.resource.holds, now=call.now(), uuid=call.new_uuid)
        try:
            return rows.add({**whole, **fields}, **parents) if isinstance(whole, dict) else None
        except OurFault:
            return None

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
        """The first valid key that is free: a UUID, a number, or the newest key with its number increased."""
        for key in self._keys(call, rows):
            is_valid = self.key_validator is None or self.key_validator.is_valid(key)
            if is_valid and rows.find(self.resource.row_key([*self._parents(call), key])) is None:
                return key
        raise OurFault(
            f"No {self.resource.key} for {self.resource.name} could be made that fits the contract: "
            "let the caller give it, or write a handler."
        )

    def _keys(self, call: Call, rows: Rows) -> Iterator[Any]:
        yield call.new_uuid()
        newest = rows.newest_key().rpartition("/")[2]
        stem = re.sub(r"\d+\Z", "", newest)
        digits = newest[len(stem) :]
        first = max(int(digits or 0), rows.births) + 1
        for number in range(first, first + _MOST_KEYS):
            yield number
            yield f"{stem}{number:0{len(digits)}d}" if digits else f"{stem}{number}"

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
            raise _attributed(fault, given) from None
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


def crud_operation(contract: Contract, one: ResourceOperation) -> CrudOperation:
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
        request_envelope=_request_envelope(operation, frozenset(known)),
        path_names=tuple(TEMPLATE.findall(operation.path)),
        properties=known,
        read_only=read_only(resource.holds),
        has_hidden_parts=envelope is not None and has_hidden_parts(envelope.row_schema),
    )


def _request_envelope(operation: Operation, fields: frozenset[str]) -> Envelope | None:
    """The envelope of the request body, such as `{widget: {…}}`; None when it has none of its own."""
    for content in operation.body.contents.values() if operation.body else ():
        if content.schema is not None and not fields & properties(content.schema).keys():
            return row_envelope(content.schema, fields)
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


def _attributed(fault: OurFault, given: Mapping[str, Any]) -> Exception:
    """The caller's refusal for an invalid row when every violation is of a field that the request gave."""
    broken = [
        violation for violation in fault.violations if not violation.path or violation.path[0] not in given
    ]
    if broken or not fault.violations:
        return fault
    sent = [violation._replace(where="body") for violation in fault.violations]
    return EngineRefusal("malformed_request", f"With this the row breaks the contract: {summary(sent)}")


def _explained(fault: Exception) -> Exception:
    """The fault with advice about required values that the request does not give and no sample fits."""
    if not isinstance(fault, OurFault) or not fault.violations:
        return fault
    names = ", ".join(sorted({str(one.path[0]) for one in fault.violations if one.path}))
    return OurFault(
        f"{fault.message} The request does not give {names}, and no value for it could be made that fits: "
        "give the property an `example` or a `default` in the contract, or write a handler.",
        fault.violations,
    )


def _is_update_time(name: str, schema: Node) -> bool:
    return schema.text("format") == "date-time" and name.lower().replace("_", "").startswith(
        ("updated", "modified", "lastmodified", "lastupdated")
    )
