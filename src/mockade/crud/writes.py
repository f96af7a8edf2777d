"""What creates and updates share: the fields that a caller gives, and what a row needs besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockade.crud.completion import Completion
from mockade.crud.operations import CrudOperation
from mockade.errors import OurFault
from mockade.handling import Call


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

    def completed_row(
        self, call: Call, fields: dict[str, Any], parents: Mapping[str, Any], fault: OurFault
    ) -> dict[str, Any]:
        """The fields, with generated ones for what is required and what else does not fit.

        The key, the parents and what the caller gives stay. `fault` says what does not fit.
        """
        key = f"{self.resource.name} {fields.get(self.resource.key)}"
        completion = Completion(self.schemas, self.generator, call)
        for name in sorted({str(one.path[0]) for one in fault.violations if one.path} - fields.keys()):
            if name in self.properties:  # required, or its default does not fit
                fields = {**fields, name: completion.value(self.properties[name], f"{key} {name}")}
        whole = completion.completed(self.resource.holds, fields, key)
        fixed = {self.resource.key, *self.fields(call), *self.parent_fields(parents)} & fields.keys()
        return {**(whole if isinstance(whole, dict) else fields), **{name: fields[name] for name in fixed}}
