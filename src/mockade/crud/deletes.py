"""Answers the removal of one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockade.contract.json_bodies import success_schema
from mockade.crud.operations import CrudOperation
from mockade.crud.roles.envelopes import told_success
from mockade.crud.row_lookup import remove_made
from mockade.handling import Call, Row
from mockade.handling.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRow(CrudOperation):
    """DELETE on an item path.

    What is there though nobody wrote it is as before, or gone where reading it documents a 404.
    """

    def answer(self, call: Call, rows: Rows) -> Any:
        row = self.row(call, rows)
        self.conditions.check(call, row)
        if self.made_rows is not None and self.made_rows.can_be_absent:
            remove_made(rows, row)
        elif self.made_rows is None or rows.find(row.key) is not None:
            rows.remove(row.key)
        return self.body(call, row)

    def body(self, call: Call, row: Row, status: int = 0) -> Any:
        """The row that is gone; of `{id, deleted}` only what is documented, and that it was done."""
        body = CrudOperation.body(self, call, row, status)
        schema = success_schema(self.operation)
        return body if schema is None else told_success(schema, body)
