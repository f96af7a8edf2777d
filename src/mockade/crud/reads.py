"""Answers the read and the removal of one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockade.crud.operations import CrudOperation
from mockade.handling import Call, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow(CrudOperation):
    """GET on an item path."""

    def answer(self, call: Call, rows: Rows) -> Any:
        return self.body(call, self.row(call, rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRow(CrudOperation):
    """DELETE on an item path."""

    def answer(self, call: Call, rows: Rows) -> Any:
        row = self.row(call, rows)
        rows.remove(row.key)
        return self.body(call, row)
