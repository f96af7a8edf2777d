"""What creates and updates share: the fields that a caller gives, and what a row needs besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockade.contract.properties import properties
from mockade.contract.samples import sample
from mockade.crud.completion import Completion
from mockade.crud.operations import CrudOperation
from mockade.crud.row_faults import kept_otherwise, refused, unmade
from mockade.handling import Call, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOperation(CrudOperation):
    """An operation whose request body holds the fields of a row."""

    def fields(self, call: Call) -> dict[str, Any]:
        """The fields that the caller gives, without those that only the server writes."""
        body = self.request_envelope.unwrap(call.body) if self.request_envelope is not None else call.body
        fields = body if isinstance(body, dict) else {}
        return {name: value for name, value in fields.items() if name not in self.read_only}

    def parent_fields(self, parents: Mapping[str, Any]) -> dict[str, Any]:
        """The properties of a row that name its parents, with the values of `parents`."""
        named = {self.resource.parent_property(name): value for name, value in parents.items()}
        return {name: value for name, value in named.items() if name}

    def fitting_row(
        self,
        call: Call,
        rows: Rows,
        fields: dict[str, Any],
        given: Mapping[str, Any],
        old: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The fields as a row that fits its schema, the key and the parents as they are.

        Of what the caller gives, that for which the request has a schema of its own is put in another form,
        left as it is in `old`, or left out where a row takes it in no way, with a notice. What the request's
        schema does not name is refused when it does not fit.
        """
        if not rows.violations(fields):
            return fields
        whole = sample(self.resource.holds, now=call.now(), uuid=call.new_uuid)
        if isinstance(whole, dict) and not rows.violations(whole := {**whole, **fields}):
            return whole  # as `oneOf` may require
        fixed = {name: fields[name] for name in self._fixed() if name in fields}
        declared = self._declared()
        own = {name: given[name] for name in given if name not in declared}
        completion = Completion(self.schemas, self.generator, call)
        key = f"{self.resource.name} {fields.get(self.resource.key)}"
        whole = completion.completed(self.resource.holds, fields, key, old or {})
        whole = {**whole, **fixed} if isinstance(whole, dict) else fields
        violations = rows.violations(whole := {**whole, **own})
        if violations:
            sent = [violation for violation in violations if violation.path and violation.path[0] in own]
            holds = rows.holds
            raise refused(sent) if sent else unmade(self.resource.name, holds, violations)
        names = (given.keys() & (fields.keys() | whole.keys())) - fixed.keys()
        sent_values = {name: fields.get(name, given[name]) for name in given if name in names}
        call.notices += kept_otherwise(sent_values, whole, self.resource.holds, self.resource.name)
        return whole

    def _fixed(self) -> set[str]:
        """The properties that say which row it is: its key, and its parents' keys."""
        return {self.resource.key, *self.parent_fields(dict.fromkeys(self.resource.parents))}

    def _declared(self) -> set[str]:
        """The properties of which a schema of the request says something."""
        declared: set[str] = set()
        for content in self.operation.body.contents.values() if self.operation.body else ():
            schema = content.schema
            for name in self.request_envelope.path if self.request_envelope is not None else ():
                schema = properties(schema).get(name)
            declared |= properties(schema).keys()
        return declared
