"""Rows that nobody wrote and that are there all the same: as the contract answers a read of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockade.contract.operations import Operation
from mockade.crud.roles.kinds import answer_envelope
from mockade.crud.roles.resources import Resource
from mockade.errors import OurFault
from mockade.handling import Call, Reply, Row

ContractAnswer = Callable[[Operation, Call], Any]
"""What a contract alone answers to a call of an operation: an example, else what is generated."""


@dataclass(frozen=True, slots=True)
class MadeRows:
    """Makes the row that a read answers before anybody has written one."""

    resource: Resource
    read: Operation
    answer: ContractAnswer

    @property
    def can_be_absent(self) -> bool:
        """Whether a read may say that there is no such row."""
        return not {"404", "410", "4XX"}.isdisjoint(self.read.responses)

    def row(self, call: Call, values: Sequence[Any]) -> Row:
        """The row at a path; `values` are its parents' keys and its own. It is not stored yet."""
        inner: Any = {}
        try:
            body = self.answer(self.read, replace(call, body=None, query={}))
            envelope = answer_envelope(self.read, self.resource, "read")
            body = body.body if isinstance(body, Reply) else body
            inner = envelope.unwrap(body) if envelope is not None else body
        except OurFault:  # no valid answer could be made: what is written is completed
            pass
        fields = self.resource.identified(inner if isinstance(inner, dict) else {}, values)
        return Row(fields, key=self.resource.row_key(values), beside=self.resource.beside(values))
