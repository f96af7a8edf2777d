"""Answers the creation of a row."""

from __future__ import annotations

from dataclasses import dataclass

from mockade.crud.writes import WriteOperation
from mockade.handling import Call, Reply, Row, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRow(WriteOperation):
    """POST on a collection path."""

    def write(self, call: Call, rows: Rows) -> tuple[Row, int]:
        return self.added(call, rows, self.sent_fields(call)), self.operation.success

    def reply(self, call: Call, row: Row, status: int) -> Reply:
        return Reply(self.body(call, row), headers=self.headers(call, row, status))
