"""Answers the creation of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mockade.contract.properties import required
from mockade.contract.samples import sample
from mockade.crud.new_keys import new_keys
from mockade.crud.row_faults import attributed, explained
from mockade.crud.writes import WriteOperation
from mockade.errors import OurFault
from mockade.handling import Call, Reply, Row, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRow(WriteOperation):
    """POST on a collection path."""

    def answer(self, call: Call, rows: Rows) -> Any:
        given = self.fields(call)
        parents = dict(zip(self.resource.parents, self.parents(call), strict=True))
        fields = {**given, **self.parent_fields(parents)}
        if fields.get(self.resource.key) in (None, ""):
            fields[self.resource.key] = self._new_key(call, rows)
        needed = required(self.resource.holds)
        for name, schema in self.properties.items():
            if name in needed and name not in fields:
                fields[name] = sample(schema, now=call.now(), uuid=call.new_uuid)
        try:
            row = rows.add(fields, **parents)
        except OurFault as fault:
            added = self._add_over_sample(call, rows, fields, parents)
            if added is None and isinstance(attributed(fault, given), OurFault):
                added = _added(rows, self.completed_row(call, fields, parents, fault), {}, parents)
            if added is None:
                raise explained(attributed(fault, given)) from None
            row = added
        return Reply(self.body(call, row), headers=self._location(call, row))

    def _add_over_sample(
        self, call: Call, rows: Rows, fields: Mapping[str, Any], parents: Mapping[str, Any]
    ) -> Row | None:
        """Add the fields over a sample of a whole row, as `oneOf` may require; None when that fails too."""
        whole = sample(self.resource.holds, now=call.now(), uuid=call.new_uuid)
        return _added(rows, whole, fields, parents)

    def _location(self, call: Call, row: Row) -> dict[str, str]:
        documented = self.operation.response(self.operation.success)
        if documented is None or "location" not in documented.headers:
            return {}
        path = self.operation.path.rstrip("/")
        for name in self.path_names:
            path = path.replace("{" + name + "}", quote(str(call.path[name]), safe=""))
        return {"Location": f"{call.base_url}{path}/{quote(str(row[self.resource.key]), safe='')}"}

    def _new_key(self, call: Call, rows: Rows) -> Any:
        """The first valid key that is free."""
        schema = self.properties.get(self.resource.key)
        for key in new_keys(call, rows, schema, self.generator):
            is_valid = self.key_validator is None or self.key_validator.is_valid(key)
            if is_valid and rows.find(self.resource.row_key([*self.parents(call), key])) is None:
                return key
        raise OurFault(
            f"No {self.resource.key} for {self.resource.name} could be made that fits the contract: "
            "let the caller give it, or write a handler."
        )


def _added(rows: Rows, whole: Any, fields: Mapping[str, Any], parents: Mapping[str, Any]) -> Row | None:
    """The row of `fields` over `whole`, added; None where it does not fit."""
    try:
        return rows.add({**whole, **fields}, **parents) if isinstance(whole, dict) else None
    except OurFault:
        return None
