"""Answers a list from the rows of a collection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockade.contract.response_view import visible_part
from mockade.crud import paging
from mockade.crud.completion import Completion
from mockade.crud.envelopes import Envelope
from mockade.crud.operations import CrudOperation, are_parents
from mockade.handling import Call, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRows(CrudOperation):
    """GET on a collection path: the rows of its parents that the query asks for."""

    def answer(self, call: Call, rows: Rows) -> Any:
        parents = self.parents(call)
        found: list[dict[str, Any]] = [
            row for row in rows if are_parents(self.resource.parents_of(row), parents)
        ]
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

    def completed_inner(self, completion: Completion, envelope: Envelope, inner: Any) -> Any:
        """The rows of the list stay those of the collection."""
        prefix = f"{self.resource.name} "
        return [
            completion.completed(envelope.row_schema, row, prefix + str(row.get(self.resource.key)))
            for row in inner
        ]


def _matches(value: Any, filter_value: Any) -> bool:
    """Whether a property equals a query parameter's value; of lists, whether they share an item."""
    accepted = filter_value if isinstance(filter_value, list) else [filter_value]
    return any(one in accepted for one in (value if isinstance(value, list) else [value]))
