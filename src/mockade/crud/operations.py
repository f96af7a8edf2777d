"""What a shape does for each operation of a resource: list, create, read, replace, merge, delete."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.operations import Operation
from mockade.contract.properties import hides, merged, properties, read_only, required, shown
from mockade.contract.samples import sample
from mockade.contract.validators import Validator
from mockade.crud.envelopes import Envelope, around_row, around_rows, told
from mockade.crud.resources import Part, Resource, answer_schema
from mockade.dialects import summary
from mockade.errors import EngineRefusal, OurFault
from mockade.handling import Call, Reply, Row, Rows

_SIZES = ("limit", "page_size", "pageSize", "per_page", "perPage", "size")
_PAGING = frozenset({*_SIZES, "offset", "page"})
_TOTALS = ("total", "count", "totalCount", "total_count", "totalItems", "total_items")
_PAGES = ("pages", "totalPages", "total_pages", "pageCount", "page_count")
_MORE = ("hasMore", "has_more", "hasNext", "has_next")
_TRIES = 1000


@dataclass(slots=True)
class CrudOperation:
    """Answers one operation of a resource from its rows."""

    part: Part
    key_check: Validator | None
    answer: Envelope | None = field(init=False)
    """Around what goes out; None when that is not made of rows."""
    given: Envelope | None = field(init=False)
    """Around the fields that come in."""
    names: tuple[str, ...] = field(init=False)
    """The path parameters, as this operation calls them."""
    known: dict[str, Node] = field(init=False)
    server_made: frozenset[str] = field(init=False)
    hides: bool = field(init=False)

    def __post_init__(self) -> None:
        operation, resource = self.operation, self.resource
        keys = frozenset({resource.key})
        schema = answer_schema(operation)
        if self.part.role == "list":
            self.answer = around_rows(schema, keys, resource.base[-1])
        else:
            self.answer = around_row(schema, keys)
        self.given = self._given_envelope()
        self.names = tuple(re.findall(r"\{([^{}]+)\}", operation.path))
        self.known = properties(resource.holds)
        self.server_made = read_only(resource.holds)
        self.hides = self.answer is not None and hides(self.answer.row)

    @property
    def operation(self) -> Operation:
        return self.part.operation

    @property
    def resource(self) -> Resource:
        return self.part.resource

    def _given_envelope(self) -> Envelope | None:
        """A body may stand in an envelope as the answers do: `{widget: {…}}`."""
        contents = self.operation.body.contents.values() if self.operation.body else ()
        fields = frozenset(properties(self.resource.holds))
        for content in contents:
            if content.schema is not None and not fields & properties(content.schema).keys():
                return around_row(content.schema, fields)
        return None

    def __call__(self, call: Call) -> Any:
        rows = call.rows(self.resource.name)
        self._need_parents(call)
        match self.part.role:
            case "list":
                return self._list(call, rows)
            case "create":
                return self._create(call, rows)
            case "read":
                return self._answered(call, self._row(call, rows))
            case "delete":
                row = self._row(call, rows)
                rows.remove(row.key)
                return self._answered(call, row)
            case _:
                return self._write(call, rows)

    def _need_parents(self, call: Call) -> None:
        """Refuse what lies under a row that is not there."""
        for parent in self.part.above:
            values = [call.path[name] for name in self.names[: len(parent.parents) + 1]]
            rows = call.rows(parent.name)
            row = rows.find(parent.row_key(values))
            if row is None or not _alike(parent.parents_of(row), values[:-1]):
                raise rows.absent(str(values[-1]))

    def _parents(self, call: Call) -> list[Any]:
        return [call.path[name] for name in self.names[: len(self.resource.parents)]]

    def _row(self, call: Call, rows: Rows) -> Row:
        values = [call.path[name] for name in self.names]
        row = rows.find(self.resource.row_key(values))
        if row is None or not _alike(self.resource.parents_of(row), values[:-1]):
            raise rows.absent(str(values[-1]))
        return row

    def _answered(self, call: Call, row: Row) -> Any:
        if self.answer is not None:
            inner = shown(row, self.answer.row) if self.hides else row
            return self.answer.around(inner, {}, now=call.now(), uuid=call.new_uuid)
        schema = answer_schema(self.operation)
        return told(schema, now=call.now(), uuid=call.new_uuid) if schema is not None else None

    def _fields(self, call: Call) -> dict[str, Any]:
        """What the caller gives, without what only the server writes."""
        body = self.given.opened(call.body) if self.given is not None else call.body
        fields = body if isinstance(body, dict) else {}
        return {name: value for name, value in fields.items() if name not in self.server_made}

    def _create(self, call: Call, rows: Rows) -> Any:
        given = self._fields(call)
        parents = dict(zip(self.resource.parents, self._parents(call), strict=True))
        fields = {**given, **self._of_parents(parents)}
        if fields.get(self.resource.key) in (None, ""):
            fields[self.resource.key] = self._new_key(call, rows)
        needed = required(self.resource.holds)
        for name, schema in self.known.items():
            if name in needed and name not in fields:
                fields[name] = sample(schema, now=call.now(), uuid=call.new_uuid)
        try:
            row = rows.add(fields, **parents)
        except OurFault as fault:
            whole = self._added_by_sample(call, rows, fields, parents)
            if whole is None:
                raise _unmade(_blamed(fault, given)) from None
            row = whole
        return Reply(self._answered(call, row), headers=self._location(call, row))

    def _added_by_sample(
        self, call: Call, rows: Rows, fields: Mapping[str, Any], parents: Mapping[str, Any]
    ) -> Row | None:
        """A new row on top of a whole sample, which has what a schema's alternatives require; or None."""
        whole = sample(self.resource.holds, now=call.now(), uuid=call.new_uuid)
        try:
            return rows.add({**whole, **fields}, **parents) if isinstance(whole, dict) else None
        except OurFault:
            return None

    def _of_parents(self, parents: Mapping[str, Any]) -> dict[str, Any]:
        """The path's parents as the properties in which a row names them."""
        named = {self.resource.parent_property(name): value for name, value in parents.items()}
        return {name: value for name, value in named.items() if name}

    def _location(self, call: Call, row: Row) -> dict[str, str]:
        documented = self.operation.response(self.operation.success)
        if documented is None or "location" not in documented.headers:
            return {}
        path = self.operation.path.rstrip("/")
        for name in self.names:
            path = path.replace("{" + name + "}", quote(str(call.path[name]), safe=""))
        return {"Location": f"{call.base_url}{path}/{quote(str(row[self.resource.key]), safe='')}"}

    def _new_key(self, call: Call, rows: Rows) -> Any:
        """The first key that fits the contract and is free: a UUID, a number, the newest key counted on."""
        for key in self._keys(call, rows):
            is_valid = self.key_check is None or self.key_check.is_valid(key)
            if is_valid and rows.find(self.resource.row_key([*self._parents(call), key])) is None:
                return key
        raise OurFault(
            f"No {self.resource.key} for {self.resource.name} could be made that fits the contract: "
            "let the caller give it, or write a handler."
        )

    def _keys(self, call: Call, rows: Rows) -> Iterator[Any]:
        yield call.new_uuid()
        newest = rows.newest_key().rpartition("/")[2]
        stem, digits = re.fullmatch(r"(.*?)(\d*)", newest, re.DOTALL).groups()  # type: ignore[union-attr]
        first = max(int(digits or 0), rows.births) + 1
        for number in range(first, first + _TRIES):
            yield number
            yield f"{stem}{number:0{len(digits)}d}" if digits else f"{stem}{number}"

    def _write(self, call: Call, rows: Rows) -> Any:
        old, given = self._row(call, rows), self._fields(call)
        if self.part.role == "merge":
            fields = merged(old, given, self.known)
        else:
            kept = required(self.resource.holds) | self.server_made
            fields = {**{n: v for n, v in old.items() if n in kept}, **given}
        pinned = {self.resource.key, *self._of_parents(dict.fromkeys(self.resource.parents))}
        fields |= {name: old[name] for name in pinned if name in old}
        for name, schema in self.known.items():
            if name in fields and name not in given and _is_update_time(name, schema):
                fields[name] = call.now()
        try:
            row = rows.put(Row(fields, key=old.key, beside=old.beside))
        except OurFault as fault:
            raise _blamed(fault, given) from None
        return self._answered(call, row)

    def _list(self, call: Call, rows: Rows) -> Any:
        parents = self._parents(call)
        found: list[dict[str, Any]] = [row for row in rows if _alike(self.resource.parents_of(row), parents)]
        for name, wanted in call.query.items():
            if name in self.known and name not in _PAGING:
                found = [row for row in found if _meets(row.get(name), wanted)]
        size, start = _page(call.query)
        end = len(found) if size is None else min(start + size, len(found))
        said = {
            **dict.fromkeys(_TOTALS, len(found)),
            **dict.fromkeys(_MORE, end < len(found)),
            **dict.fromkeys(_PAGES, math.ceil(len(found) / size) if size else 1),
            **call.query,
        }
        assert self.answer is not None, "a list that lists no rows is no list"
        part = [shown(row, self.answer.row) for row in found[start:end]] if self.hides else found[start:end]
        return self.answer.around(part, said, now=call.now(), uuid=call.new_uuid)


def crud_operation(contract: Contract, part: Part) -> CrudOperation:
    """Who answers an operation of a resource."""
    key = properties(part.resource.holds).get(part.resource.key)
    return CrudOperation(part, contract.schemas.validator(key) if key is not None else None)


def _alike(own: list[Any], asked: list[Any]) -> bool:
    """Whether a row's parents are those of a path; fixtures may write a number where a path has its text."""
    return [str(value) for value in own] == [str(value) for value in asked]


def _meets(value: Any, wanted: Any) -> bool:
    """Whether a property is what a query parameter asks, or one of what it lists, or holds it."""
    options = wanted if isinstance(wanted, list) else [wanted]
    held = value if isinstance(value, list) else [value]
    return any(one in options for one in held)


def _blamed(fault: OurFault, given: Mapping[str, Any]) -> Exception:
    """Whose fault a row is that does not fit: the caller's when all that breaks it came with the request."""
    broken = [
        violation for violation in fault.violations if not violation.path or violation.path[0] not in given
    ]
    if broken or not fault.violations:
        return fault
    sent = [violation._replace(where="body") for violation in fault.violations]
    return EngineRefusal("malformed_request", f"With this the row breaks the contract: {summary(sent)}")


def _unmade(fault: Exception) -> Exception:
    """What to do about values that nobody gave and that could not be made so that they fit."""
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


def _page(query: Mapping[str, Any]) -> tuple[int | None, int]:
    """How many rows the usual parameters ask for (None: all), and how many to skip; pages count from 1."""
    size = next((query[name] for name in _SIZES if isinstance(query.get(name), int)), None)
    if size is None or size < 0:
        size = None
    page, offset = query.get("page"), query.get("offset")
    if isinstance(page, int) and page > 0 and size is not None:
        return size, (page - 1) * size
    return size, max(0, offset) if isinstance(offset, int) else 0
