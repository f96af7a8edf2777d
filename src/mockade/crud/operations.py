"""What all operations on a resource's rows share; `compiling.py` says which class answers which kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockade.contract.document import Node
from mockade.contract.generation.generator import Generator
from mockade.contract.json_bodies import success_schema
from mockade.contract.operations import NO_BODY, Operation
from mockade.contract.response_view import has_hidden_parts, visible_part
from mockade.contract.schemas import Schemas
from mockade.crud.completion import Completion
from mockade.crud.conditions import Conditions
from mockade.crud.listing.unused_query import UnusedQuery
from mockade.crud.made_rows import MadeRows
from mockade.crud.new_keys import NewKeys
from mockade.crud.not_of_rows import NotOfRows
from mockade.crud.roles.envelopes import (
    Envelope,
    row_envelope,
    sample_without_row,
    told_success,
    with_success_flags,
)
from mockade.crud.roles.resources import Resource
from mockade.crud.row_faults import beyond_rows
from mockade.crud.row_lookup import CALLERS, callers_names, callers_row, find_row, is_removed, known_row
from mockade.errors import OurFault
from mockade.handling import Call, Row
from mockade.handling.rows import Rows
from mockade.state.rows import IndexKeys, as_key


@dataclass(frozen=True, slots=True, kw_only=True)
class CrudOperation(ABC):
    """Answers one operation of a resource from its rows; compiled once."""

    operation: Operation
    resource: Resource
    ancestors: tuple[Resource, ...]
    """The known resources that the rows' parents are rows of."""
    new_keys: NewKeys
    response_envelope: Envelope | None
    """None when the answer holds no rows."""
    request_envelope: Envelope | None
    """None when the request body is the fields themselves."""
    path_names: tuple[str, ...]
    """The path parameters that name rows, in the order of the path."""
    properties: Mapping[str, Node]
    """Of a row."""
    read_only: frozenset[str]
    """The properties that only the server writes."""
    has_hidden_parts: bool
    """Whether a row has properties that the answer does not show."""
    schemas: Schemas
    generator: Generator
    conditions: Conditions
    unused: UnusedQuery
    """What of its query it does not act on; a list tells that by itself."""
    made_rows: MadeRows | None = None
    """Makes the row that nobody wrote, where there is one all the same."""

    def __call__(self, call: Call) -> Any:
        self._check_ancestors(call)
        self.unused.remark(call)
        try:
            return self.answer(call, call.rows(self.resource.name))
        except OurFault as fault:  # rows cannot be what the contract asks of them
            call.notices.append(beyond_rows(self.resource.name, fault.message))
            raise NotOfRows from fault

    @abstractmethod
    def answer(self, call: Call, rows: Rows) -> Any:
        """The body of the answer or a Reply; refuses as a handler does."""

    def indexes(self) -> Mapping[str, IndexKeys]:
        """What the collection files its rows under for this operation, by the names of the indexes."""
        resource = self.resource
        if resource.is_callers:
            return {CALLERS: callers_names}
        return {resource.name_index: lambda row: [resource.names_of(row)]} if resource.is_by_name else {}

    def _check_ancestors(self, call: Call) -> None:
        """Refuses with 404 a path below a row that is not there, and that somebody could have created."""
        for ancestor in self.ancestors:
            values = self._path_values(call)[: len(ancestor.parents) + len(ancestor.keys)]
            if not ancestor.is_granted:
                find_row(ancestor, call.rows(ancestor.name), values)

    def parents(self, call: Call) -> list[Any]:
        """The keys of the rows' parents, outermost first."""
        return self.values(call)[: len(self.resource.parents)]

    def values(self, call: Call) -> list[Any]:
        """The keys of the row's parents, then its own: those in the path, behind the caller if it is one."""
        caller = [call.caller.id] if self.resource.is_per_caller else []
        return [*caller, *self._path_values(call)]

    def _path_values(self, call: Call) -> list[Any]:
        return [as_key(call.path[name]) for name in self.path_names]

    def known(self, call: Call, rows: Rows) -> Row | None:
        """The row that the path is about, or None."""
        if self.resource.is_callers:
            return callers_row(self.resource, rows, call.caller.id)
        return self.known_of(rows, self.values(call))

    def known_of(self, rows: Rows, values: list[Any]) -> Row | None:
        """The row of these keys, or None. What fixtures have for all callers is each one's own."""
        resource = self.resource
        row = known_row(resource, rows, values)
        if row is not None or not resource.is_per_caller or is_removed(resource, rows, values):
            return row
        shared = rows.find(resource.row_key(["", *values[1:]]))
        if shared is None:
            return None
        return Row(shared, key=resource.row_key(values), beside=resource.beside(values))

    def row(self, call: Call, rows: Rows) -> Row:
        """The row that the path is about, made where nobody wrote it; refuses with 404 when there is none."""
        row = self.known(call, rows)
        if row is None:
            row = self.made(call, rows, self.values(call))
        if row is None:
            raise rows.absent(str((self.values(call) or ["one"])[-1]))
        return row

    def made(self, call: Call, rows: Rows, values: list[Any]) -> Row | None:
        """The row that nobody wrote and that is there all the same; None where it was removed."""
        if self.made_rows is None or is_removed(self.resource, rows, values):
            return None
        return self.made_rows.row(call, values)

    def body(self, call: Call, row: Row, status: int = 0) -> Any:
        """The body of an answer about one row; of the success, or of another documented `status`."""
        status = status or self.operation.success
        schema, envelope = self._answer_form(status)
        if envelope is not None:
            inner = visible_part(row, envelope.row_schema) if has_hidden_parts(envelope.row_schema) else row
            return envelope.wrap(inner, now=call.now, uuid=call.new_uuid)
        if schema is not None:
            return sample_without_row(schema, now=call.now, uuid=call.new_uuid)
        response = self.operation.response(status)
        if status in NO_BODY or response is None or response.json is None:
            return None
        # JSON of which the contract says nothing.
        return visible_part(row, self.resource.holds) if has_hidden_parts(self.resource.holds) else dict(row)

    def shows_no_row(self, status: int) -> bool:
        """Whether an answer has a JSON body that holds no row, nor flags that say that all went well."""
        schema, envelope = self._answer_form(status)
        return schema is not None and envelope is None and told_success(schema, {}) == {}

    def completed(self, call: Call, body: Any, status: int = 0) -> Any:
        """The body of an answer that does not fit its schema, with what that asks for besides.

        What rows hold stays as it is. It may still not fit.
        """
        schema, envelope = self._answer_form(status or self.operation.success)
        if schema is None:
            return body
        completion = Completion(self.schemas, self.generator, call)
        key = f"{self.operation.path} {sorted(call.path.items())}"
        if envelope is None:
            return with_success_flags(schema, completion.completed(schema, body, key))
        inner = self.completed_inner(completion, envelope, envelope.unwrap(body))
        return completion.around(schema, envelope.rewrap(body, inner), envelope.path, key)

    def _answer_form(self, status: int) -> tuple[Node | None, Envelope | None]:
        """The schema of an answer, and what stands around the row in it; None for what there is not."""
        if status == self.operation.success:
            return success_schema(self.operation), self.response_envelope
        response = self.operation.response(status)
        content = response.json if response is not None and status not in NO_BODY else None
        schema = content.schema if content is not None else None
        return schema, row_envelope(schema, self.resource.is_row, self.resource.noun)

    def completed_inner(self, completion: Completion, envelope: Envelope, inner: Any) -> Any:
        """What the envelope holds, completed: one row."""
        key = f"{self.resource.name} {inner.get(self.resource.key)}"
        return completion.completed(envelope.row_schema, inner, key)
