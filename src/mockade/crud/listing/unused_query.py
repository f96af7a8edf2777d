"""Query parameters that an operation declares and that nothing here acts on."""

from __future__ import annotations

from dataclasses import dataclass

from mockade.contract.operations import Operation
from mockade.crud.listing.filter_words import CREDENTIAL, ignored_as
from mockade.crud.listing.query_fields import QueryField, QueryRemarks, SentQuery, query_fields
from mockade.handling import Call

UNKNOWN = "of a meaning that the contract does not say in a form that is known"


@dataclass(frozen=True, slots=True)
class UnusedQuery:
    """The query parameters of an operation on one row."""

    operation: Operation
    fields: tuple[QueryField, ...] = ()

    @classmethod
    def of(cls, operation: Operation, credentials: frozenset[str]) -> UnusedQuery:
        """All but `credentials`, and what is called like one."""
        fields = (one for one in query_fields(operation) if one.name not in credentials)
        return cls(operation, tuple(one for one in fields if meaning(one) != CREDENTIAL))

    def remark(self, call: Call) -> None:
        """Note in the journal and the log what a request sent of them, but for what is the default anyway."""
        if not self.fields or not call.query:
            return
        sent, remarks = SentQuery(call), QueryRemarks(self.operation, call)
        for field in self.fields:
            value = sent.value(field)
            if value is not None and value != field.word("default"):
                remarks.remark(
                    field, value, not_acted_on(field.name, meaning(field), "answers"), "unsupported"
                )


def meaning(field: QueryField) -> str:
    """What a parameter is that is no filter, as far as its name says."""
    return ignored_as(field.words, field.name.lower()) or UNKNOWN


def not_acted_on(name: str, role: str, what: str) -> str:
    """The notice of a parameter that `what` (`answers`, `lists`) do not act on."""
    return (
        f"The contract declares {name!r}, {role}, which generated {what} do not act on: "
        "write a handler where it matters."
    )
