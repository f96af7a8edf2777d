"""Answers the creation of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockade.contract.violations import ABSENT
from mockade.crud.key_answers import KeyAnswer
from mockade.crud.writes import WriteOperation
from mockade.handling import Call, Reply, Row
from mockade.handling.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRow(WriteOperation):
    """POST on a collection path."""

    key_answer: KeyAnswer | None = None
    """Where an answer that shows no row tells its key."""

    def write(self, call: Call, rows: Rows) -> tuple[Row, int]:
        return self.added(call, rows, self.sent_fields(call)), self.operation.success

    def reply(self, call: Call, row: Row, status: int) -> Reply:
        return Reply(self.body(call, row), headers=self.headers(call, row, status))

    def has_created(self, status: int) -> bool:
        return status < 300  # also where it is 200, or 202

    def body(self, call: Call, row: Row, status: int = 0) -> Any:
        body = super(CreateRow, self).body(call, row, status)
        if self.key_answer is None or self.response_envelope is not None:
            return body
        key = self.key_answer.key_of(row, self.schemas)
        if key is ABSENT:
            return body
        whole = self.key_answer.envelope.wrap(key, now=call.now, uuid=call.new_uuid)
        return {**body, **whole} if isinstance(body, dict) and isinstance(whole, dict) else whole
