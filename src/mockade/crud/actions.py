"""Answers actions: what is done to one row, such as `POST /orders/{id}/cancel`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mockade.contract.json_bodies import success_schema
from mockade.contract.name_words import split_words
from mockade.contract.operations import NO_BODY
from mockade.contract.properties import flagged, properties
from mockade.contract.violations import Violation
from mockade.crud.not_of_rows import NotOfRows
from mockade.crud.outcomes import Outcome
from mockade.crud.roles.action_paths import verb_of
from mockade.crud.writes import WriteOperation
from mockade.handling import Call, Reply, Row
from mockade.handling.rows import Rows

RULE = "action"
"""The rule of the notice that an action changed nothing."""

_SETTING = frozenset(
    {"set", "update", "edit", "change", "modify", "rename", "patch", "replace", "put", "assign"}
)
"""Verbs that do nothing but write what is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOnRow(WriteOperation):
    """POST, PUT or PATCH on a path of its own below an item path: `/{verb}` or `:{verb}`.

    It changes what the verb names. What the body sends is written where it is a PUT or a PATCH, or where the
    verb says no more than that, or names a property: `PUT /orders/{id}/status`.
    """

    outcomes: tuple[Outcome, ...]

    def answer(self, call: Call, rows: Rows) -> Any:
        return self.reply(call, *self.write(call, rows))

    def write(self, call: Call, rows: Rows) -> tuple[Row, int]:
        old, status = self.row(call, rows), self.operation.success
        self.conditions.check(call, old)
        changes = {one.name: one.at(call) for one in self.outcomes}
        sent = self._written(call) if self.is_setting else {}
        fields = self.resource.identified({**old, **sent, **changes}, self.resource.identity_of(old))
        if fields == old:
            if not changes:
                self._remark(call)
            return old, status
        fields |= self.server_values(call).update_times(fields, {**sent, **changes})
        whole = self.fitting_row(call, rows, fields, {**sent, **changes}, old=old)
        return rows.put(self.conditions.changed(call, Row(whole, key=old.key, beside=old.beside))), status

    def reply(self, call: Call, row: Row, status: int) -> Reply:
        """The row, where that is what is documented, else no body; a result is for the contract to make."""
        if self.response_envelope is None and success_schema(self.operation) is not None:
            raise NotOfRows(replace(call, body={**row, **self.body_fields(call)}))
        body = None if self.response_envelope is None and status in NO_BODY else self.body(call, row)
        return Reply(body, headers=self.conditions.headers(row, status))

    def _written(self, call: Call) -> dict[str, Any]:
        """What the body sends of the row's properties, also of those that nothing else writes."""
        asked = properties(self.request_schema(call))
        return {
            name: value
            for name, value in self.body_fields(call).items()
            if name in self.properties and name in asked and not flagged(asked[name], "readOnly")
        }

    @property
    def is_setting(self) -> bool:
        verb = verb_of(self.operation)
        names_property = any(split_words(name) == verb for name in self.properties)
        return (
            self.operation.method in ("PUT", "PATCH") or not _SETTING.isdisjoint(verb[:1]) or names_property
        )

    def _remark(self, call: Call) -> None:
        verb = " ".join(verb_of(self.operation))
        message = (
            f"{self.operation.id} changed nothing: no property of a row of {self.resource.name} says that it "
            f'was "{verb}". Give the schema a status with such a value, or write a handler.'
        )
        source = self.operation.source
        call.notices.append(Violation("path", (), RULE, message, source=source, notice=True))
