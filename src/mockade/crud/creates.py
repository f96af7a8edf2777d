"""Answers the creation of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mockade.contract.properties import required
from mockade.contract.samples import sample
from mockade.crud.new_keys import new_keys
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
        row = rows.add(self.fitting_row(call, rows, fields, given), **parents)
        return Reply(self.body(call, row), headers=self._location(call, row))

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
