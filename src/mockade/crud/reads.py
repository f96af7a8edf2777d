"""Answers the read and the removal of one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockade.crud.envelopes import told_success
from mockade.crud.operations import CrudOperation, NotOfRows
from mockade.crud.resources import success_schema
from mockade.crud.row_lookup import is_granted, known_row
from mockade.handling import Call, Reply, Row, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow(CrudOperation):
    """GET on an item path.

    Where no operation creates or lists rows and there are none, such as `/weather/{city}`, any is there.
    """

    def answer(self, call: Call, rows: Rows) -> Any:
        if not self.resource.is_listed and is_granted(self.resource, rows):
            known = known_row(self.resource, rows, [call.path[name] for name in self.path_names])
            if known is None:
                raise NotOfRows
        row = self.row(call, rows)
        self.conditions.check(call, row)
        headers = self.conditions.headers(row, self.operation.success)
        if self.conditions.is_unchanged(call, row):
            return Reply(None, 304, headers)
        return Reply(self.body(call, row), headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRow(CrudOperation):
    """DELETE on an item path."""

    def answer(self, call: Call, rows: Rows) -> Any:
        row = self.row(call, rows)
        self.conditions.check(call, row)
        rows.remove(row.key)
        return self.body(call, row)

    def body(self, call: Call, row: Row, status: int = 0) -> Any:
        """The row that is gone; of `{id, deleted}` only what is documented, and that it was done."""
        body = CrudOperation.body(self, call, row, status)
        schema = success_schema(self.operation)
        return body if schema is None else told_success(schema, body)
