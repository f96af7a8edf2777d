"""What creates, updates and actions share: the fields that a caller gives, and what a row needs besides."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from mockade.contract.document import Node
from mockade.contract.json_bodies import success_schema
from mockade.contract.properties import flagged, properties, required, types
from mockade.contract.response_view import visible_part
from mockade.contract.samples import sample
from mockade.contract.violations import ABSENT, Violated
from mockade.crud.completion import Completion
from mockade.crud.json_patch import is_json_patch
from mockade.crud.key_rule import empty_keys, unsayable_keys
from mockade.crud.new_keys import named_by_path
from mockade.crud.not_of_rows import NotOfRows
from mockade.crud.operations import CrudOperation
from mockade.crud.orphans import Below, remove_orphans
from mockade.crud.roles.envelopes import list_envelope, says_nothing
from mockade.crud.row_faults import kept_otherwise, no_key, unmade
from mockade.crud.row_paths import row_path
from mockade.crud.server_values import ServerValues
from mockade.handling import Call, Reply, Row
from mockade.handling.rows import Rows

CREATED = 201


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOperation(CrudOperation):
    """An operation whose request body holds the fields of a row, or a list of such."""

    below: Below
    """The resources whose rows lie below those of others."""

    def answer(self, call: Call, rows: Rows) -> Any:
        if not isinstance(call.body, list) or is_json_patch(call.media_type, call.body):
            return self.reply(call, *self.write(call, rows))
        written = [self.write(replace(call, body=one), rows)[0] for one in call.body]
        envelope = list_envelope(success_schema(self.operation), self.resource.is_row, self.resource.noun)
        if envelope is not None:
            shown = [visible_part(row, envelope.row_schema) for row in written]
            shown = envelope.each_wrapped(shown, now=call.now, uuid=call.new_uuid)
            return envelope.wrap(shown, now=call.now, uuid=call.new_uuid)
        if not written:
            raise NotOfRows
        return self.body(call, written[-1])

    @abstractmethod
    def write(self, call: Call, rows: Rows) -> tuple[Row, int]:
        """Write the one row whose fields are in the body. Returns it, and the status of the answer."""

    @abstractmethod
    def reply(self, call: Call, row: Row, status: int) -> Reply:
        """The answer about the row that was written."""

    def headers(self, call: Call, row: Row, status: int) -> dict[str, str]:
        """Where the row is and in which state, as far as the contract has headers for it.

        A creation says where in any case if its body has no place for the key (RFC 9110, 10.2.2 and 15.3.2).
        """
        response = self.operation.response(status)
        told = self.conditions.headers(row, status)
        is_documented = response is not None and "location" in response.headers
        if is_documented or (self.has_created(status) and not self._shows_key):
            path = row_path(self.resource, self.operation, self.parents(call), row)
            told["Location"] = f"{call.base_url}{path}"
        return told

    def has_created(self, status: int) -> bool:
        """Whether an answer of this status says that a row was made."""
        return status == CREATED

    @property
    def _shows_key(self) -> bool:
        """Whether the answer's body shows the key of the row by its schema."""
        envelope = self.response_envelope
        if envelope is None or says_nothing(envelope.schema):
            return False
        return self.resource.key in properties(envelope.row_schema)

    def body_fields(self, call: Call) -> dict[str, Any]:
        """What the request's body has as the fields of a row: all but the key where it is a text or a number.

        Nothing where it is of another form.
        """
        body = self.request_envelope.unwrap(call.body) if self.request_envelope is not None else call.body
        is_key = isinstance(body, str | int) and not properties(self.request_schema(call))
        if is_key and self.resource.key:
            return self.resource.keys[-1].put({}, body)
        return body if isinstance(body, dict) else {}

    def sent_fields(self, call: Call) -> dict[str, Any]:
        """The fields in the request's body, without those that only the server writes.

        What only requests have is left out too: no row has a place for it.
        """
        asked = properties(self.request_schema(call))
        secret = {name for name, node in asked.items() if _is_secret(node)} - self.properties.keys()
        return {
            name: value
            for name, value in self.body_fields(call).items()
            if name not in secret | self.read_only
            and not (name in asked and flagged(asked[name], "readOnly"))
        }

    def request_schema(self, call: Call) -> Node | None:
        """The schema of the fields in a request of this media type; None where there is none."""
        contents = self.operation.body.contents if self.operation.body else {}
        content = contents.get(call.media_type) or next(iter(contents.values()), None)
        schema = content.schema if content is not None else None
        if schema is not None and "array" in types(schema):
            schema = schema.get("items")
        for name in self.request_envelope.path if self.request_envelope is not None else ():
            schema = properties(schema).get(name)
        return schema

    def server_values(self, call: Call) -> ServerValues:
        return ServerValues(call, self.schemas, self.resource.holds, self.request_schema(call))

    def added(self, call: Call, rows: Rows, sent: Mapping[str, Any], key: Sequence[Any] = ()) -> Row:
        """A new row of the fields that were sent, stored; `key` holds the parts of its own that are known."""
        servers, resource, parents = self.server_values(call), self.resource, self.parents(call)
        fields = servers.written(sent, {})
        if not key:
            fields = named_by_path(resource, fields, self.body_fields(call), self.schemas)
        fields = resource.identified(fields, [*parents, *key])
        leading = resource.beside(parents)  # what begins the key may be a parent that no property names
        known = key or [
            part.of(fields, leading if part in resource.parents and part is not resource.keys[-1] else None)
            for part in resource.keys
        ]
        call.notices += empty_keys(resource.name, resource.keys, known)
        known = [value if value != "" else None for value in known]
        made = self.new_keys.free(call, rows, parents, known)
        if made is None:
            call.notices.append(no_key(resource.name, resource.keys))
            raise NotOfRows
        identity = [*parents, *made]
        fields = {**self._required_values(call), **resource.identified(fields, identity)}
        fields = self.new_keys.named(call, rows, fields)
        needed = required(self.resource.holds)
        for name, schema in self.properties.items():
            if name not in fields:
                value = servers.first_value(name, rows.births + 1, is_required=name in needed)
                if value is ABSENT and name in needed:
                    value = sample(schema, now=call.now, uuid=call.new_uuid)
                if value is not ABSENT:
                    fields[name] = value
        row = Row(self.fitting_row(call, rows, fields, sent), beside=resource.beside(identity))
        self.check_path(call, row)
        some_went = rows.births > len(rows.table.rows)
        row = rows.add(self.conditions.changed(call, row))
        if some_went and made[-1:] == known[-1:]:  # the key of one of them may have come back
            remove_orphans(call, self.below, resource.base, identity)
        return row

    def check_path(self, call: Call, row: Row, old: Row | None = None) -> None:
        """Refuse a new key that no client can say in a path; `old` is the row as it was."""
        if self.resource.item is None:
            return
        around = self.request_envelope.path if self.request_envelope is not None else ()
        own = [
            (part, value)
            for part in self.resource.for_items().keys
            if (value := part.of(row, row.beside)) != (part.of(old, old.beside) if old is not None else None)
        ]
        violations = unsayable_keys(self.resource.name, own, call.path, around)
        if violations:
            raise Violated(violations)

    def _required_values(self, call: Call) -> dict[str, Any]:
        """The row's properties that the query has to say: `POST /hooks?site_id=s1` makes one of that site."""
        asked = {one.name for one in self.operation.parameters if one.where == "query" and one.required}
        return {name: call.query[name] for name in asked & call.query.keys() & self.properties.keys()}

    def fitting_row(
        self,
        call: Call,
        rows: Rows,
        fields: dict[str, Any],
        sent: Mapping[str, Any],
        *,
        old: Mapping[str, Any] | None = None,
        is_patch: bool = False,
    ) -> dict[str, Any]:
        """The fields as a row that fits its schema, the key and the parents as they are.

        Of what was sent, that for which the request has a schema of its own is put in another form, left as
        it is in `old`, or left out where a row takes it in no way, with a notice. Of anything else, such as
        what a patch does, the row's schema is all that the contract says: it is refused when it does not fit.
        """
        if not rows.violations(fields):
            return fields
        whole = sample(self.resource.holds, now=call.now, uuid=call.new_uuid) if old is None else None
        if isinstance(whole, dict) and not rows.violations(whole := {**whole, **fields}):
            return whole  # as `oneOf` may require
        completion = Completion(self.schemas, self.generator, call)
        key = f"{self.resource.name} {fields.get(self.resource.key)}"
        fixed = {
            name: completion.completed(self.properties[name], fields[name], f"{key} {name}")
            for name in self.resource.fixed & fields.keys() & self.properties.keys()
        }
        declared: Set[str] = set() if is_patch else properties(self.request_schema(call)).keys()
        declared = declared if isinstance(call.body, dict) or is_patch else {self.resource.key}
        strict = sent.keys() - declared
        whole = completion.completed(self.resource.holds, fields, key, old or {})
        whole = whole if isinstance(whole, dict) else fields
        whole = self.resource.identified(whole, self.resource.identity_of(Row(fields)))
        whole = {name: value for name, value in whole.items() if name not in strict - fields.keys()}
        whole |= {**fixed, **{name: fields[name] for name in sent if name in strict & fields.keys()}}
        violations = rows.violations(whole)
        if violations:
            refused = [one for one in violations if one.path and one.path[0] in strict]
            if refused:
                raise Violated([violation._replace(where="body") for violation in refused])
            call.notices.append(unmade(self.resource.name, rows.holds, violations))
            raise NotOfRows
        names = (sent.keys() & (fields.keys() | whole.keys())) - fixed.keys()
        values = {name: fields.get(name, sent[name]) for name in sent if name in names}
        call.notices += kept_otherwise(values, whole, self.resource.holds, self.resource.name)
        return whole


def _is_secret(schema: Node) -> bool:
    """Whether a property is for requests alone: a secret, or a file."""
    return flagged(schema, "writeOnly") or schema.text("format") in ("password", "binary")
