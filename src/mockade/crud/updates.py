"""Answers the replacement of a row, and changes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockade.contract.properties import required
from mockade.crud.field_masks import masked
from mockade.crud.json_patch import is_json_patch, json_patched
from mockade.crud.merge_patch import merge_patch
from mockade.crud.not_of_rows import NotOfRows
from mockade.crud.roles.resources import creates_rows
from mockade.crud.row_faults import keyless, unplaced
from mockade.crud.row_lookup import is_removed
from mockade.crud.writes import WriteOperation
from mockade.handling import Call, Reply, Row
from mockade.handling.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRow(WriteOperation):
    """Merges into a row, or replaces what the caller may write of it.

    PUT, PATCH and POST on an item path, PUT and PATCH on a collection path whose body has the key.
    """

    is_merge: bool

    def write(self, call: Call, rows: Rows) -> tuple[Row, int]:
        sent, key = self.sent_fields(call), self._key(call)
        if None in key:
            call.notices.append(keyless(self.resource.name, self.resource.keys))
            raise NotOfRows
        old = self._old(call, rows, key)
        if old is None:
            if not self.resource.is_key_whole and not self._has_key_in_path:
                call.notices.append(unplaced(self.resource.name, self.resource.scope))
                raise NotOfRows
            if not self._creates or is_json_patch(call.media_type, call.body):
                raise rows.absent(str((key or ["one"])[-1]))
            self.conditions.check(call, None)
            values = [*self.parents(call), *key]
            if self.made_rows is not None and is_removed(self.resource, rows, values):
                rows.remove(self.resource.row_key(values))
            return self.added(call, rows, sent, key), self._status_of_creation
        self.conditions.check(call, old)
        sent = masked(call.query, sent, self.properties) if self.is_merge else sent
        fields, is_patch = self._changed(call, old, sent), is_json_patch(call.media_type, call.body)
        if is_patch:
            sent = {name: value for name, value in fields.items() if old.get(name) != value}
            sent |= dict.fromkeys(old.keys() - fields.keys())
        fields = self.resource.identified(fields, self.resource.identity_of(old))
        fields |= self.server_values(call).update_times(fields, sent)
        whole = self.fitting_row(call, rows, fields, sent, old=old, is_patch=is_patch)
        row = Row(whole, key=old.key, beside=old.beside)
        self.check_path(call, row, old)
        return rows.put(self.conditions.changed(call, row)), self._status_of_update

    def _old(self, call: Call, rows: Rows, key: list[Any]) -> Row | None:
        """The row that is meant, made where nobody wrote it; None where there is none."""
        if self.resource.is_callers:
            return self.known(call, rows)
        values = [*self.parents(call), *key]
        row = self.known_of(rows, values)
        return row if row is not None else self.made(call, rows, values)

    @property
    def _creates(self) -> bool:
        """Whether a row that is not there is made."""
        if self.resource.is_by_name:
            return False
        if self.made_rows is not None:
            return self.resource.is_callers or self.operation.method == "PUT"
        return self.resource.is_callers or creates_rows(self.operation)

    @property
    def _has_key_in_path(self) -> bool:
        return len(self.path_names) > len(self.resource.parents)

    def _key(self, call: Call) -> list[Any]:
        """The key of the row that is meant, from the path, else from the body; None for a part not said."""
        if self._has_key_in_path:
            return self.values(call)[len(self.resource.parents) :]
        if self.resource.is_callers:
            return []
        fields = self.body_fields(call)
        return [part.of(fields) for part in self.resource.keys]

    def _changed(self, call: Call, old: Row, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The row's fields as they are to be."""
        if call.body is None:
            return dict(old)
        servers = self.server_values(call)
        if is_json_patch(call.media_type, call.body):
            return servers.written(json_patched(old, call.body, self.operation, self.resource.holds), old)
        if self.is_merge:
            return servers.written(merge_patch(old, sent, self.properties), old)
        kept = required(self.resource.holds) | self.read_only
        return {**{n: v for n, v in old.items() if n in kept}, **servers.written(sent, old)}

    @property
    def _status_of_creation(self) -> int:
        return 201 if "201" in self.operation.responses else self.operation.success

    @property
    def _status_of_update(self) -> int:
        """The first documented success but for 201, which says that a row was made."""
        listed = (int(one) for one in self.operation.responses if one.isdecimal() and one[0] == "2")
        return next((status for status in listed if status != 201), self.operation.success)

    def reply(self, call: Call, row: Row, status: int) -> Reply:
        if self.shows_no_row(status):
            raise NotOfRows  # it is changed; what is said of it is the contract's
        return Reply(self.body(call, row, status), status, self.headers(call, row, status))
