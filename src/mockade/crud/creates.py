"""Answers the creation of a row."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from mockade.crud.paths import key_parameters
from mockade.crud.writes import WriteOperation
from mockade.handling import Call, Reply, Row, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRow(WriteOperation):
    """POST on a collection path."""

    def write(self, call: Call, rows: Rows) -> tuple[Row, int]:
        return self.added(call, rows, self.sent_fields(call)), self.operation.success

    def reply(self, call: Call, row: Row, status: int) -> Reply:
        headers = {**self._location(call, row), **self.conditions.headers(row, status)}
        return Reply(self.body(call, row), headers=headers)

    def _location(self, call: Call, row: Row) -> dict[str, str]:
        documented = self.operation.response(self.operation.success)
        if documented is None or "location" not in documented.headers:
            return {}
        return {"Location": f"{call.base_url}{self._path(call, row)}"}

    def _path(self, call: Call, row: Row) -> str:
        """The row's own path, as its item path has it; else below the collection path."""
        resource, path = self.resource, self.operation.path
        own = [quote(str(part.of(row, row.beside)), safe="") for part in resource.for_items().keys]
        above = [quote(str(call.path[name]), safe="") for name in self.path_names]
        names, values = self.path_names, above
        if resource.item is None:
            path = "/".join((path.rstrip("/"), *own))
        else:
            path = resource.item.path
            names = tuple(key_parameters(path))
            values = [*above, *own][-len(names) :]  # the item's path may not name the parents
        for name, text in zip(names, values, strict=False):
            path = path.replace("{" + name + "}", text)
        return path
