"""Answers the read of one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockade.crud.not_of_rows import NotOfRows
from mockade.crud.operations import CrudOperation
from mockade.crud.row_lookup import is_removed
from mockade.handling import Call, Reply
from mockade.handling.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow(CrudOperation):
    """GET on an item path.

    What is there though nobody wrote it (a singleton, `/weather/{city}`) the contract answers.
    """

    def answer(self, call: Call, rows: Rows) -> Any:
        row = self.known(call, rows)
        if row is None:
            is_made = self.made_rows is not None and not is_removed(self.resource, rows, self.values(call))
            if is_made or self.resource.is_callers:
                raise NotOfRows(call)
            row = self.row(call, rows)
        self.conditions.check(call, row)
        headers = self.conditions.headers(row, self.operation.success)
        if self.conditions.is_unchanged(call, row):
            return Reply(None, 304, headers)
        return Reply(self.body(call, row), headers=headers)
