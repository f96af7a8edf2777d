"""Answers the replacement of a row, and changes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockade.contract.document import Node
from mockade.contract.properties import required
from mockade.crud.merge_patch import merge_patch
from mockade.crud.writes import WriteOperation
from mockade.handling import Call, Row, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRow(WriteOperation):
    """PUT and PATCH on an item path: merges into the row, or replaces what the caller may write of it."""

    is_merge: bool

    def answer(self, call: Call, rows: Rows) -> Any:
        old, given = self.row(call, rows), self.fields(call)
        if self.is_merge:
            fields = merge_patch(old, given, self.properties)
        else:
            kept = required(self.resource.holds) | self.read_only
            fields = {**{n: v for n, v in old.items() if n in kept}, **given}
        fixed = {self.resource.key, *self.parent_fields(dict.fromkeys(self.resource.parents))}
        fields |= {name: old[name] for name in fixed if name in old}
        for name, schema in self.properties.items():
            if name in fields and name not in given and _is_update_time(name, schema):
                fields[name] = call.now()
        whole = self.fitting_row(call, rows, fields, given, old)
        row = rows.put(Row(whole, key=old.key, beside=old.beside))
        return self.body(call, row)


def _is_update_time(name: str, schema: Node) -> bool:
    return schema.text("format") == "date-time" and name.lower().replace("_", "").startswith(
        ("updated", "modified", "lastmodified", "lastupdated")
    )
