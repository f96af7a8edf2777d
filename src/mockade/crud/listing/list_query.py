"""What the query of one list means, compiled once: paging, sorting, filters, and what is not acted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.operations import Operation
from mockade.contract.parameters import Parameter
from mockade.crud.listing.fact_finding import FactFinder, names_told
from mockade.crud.listing.filter_finding import FilterFinder
from mockade.crud.listing.filter_words import CREDENTIAL, TOTAL
from mockade.crud.listing.filters import Condition, Filter
from mockade.crud.listing.list_cursors import CursorForm, cursor_form
from mockade.crud.listing.list_facts import ListFacts
from mockade.crud.listing.paging import PageRequest, Paging, find_paging
from mockade.crud.listing.path_filters import PathFilter
from mockade.crud.listing.query_fields import QueryField, QueryRemarks, SentQuery, query_fields
from mockade.crud.listing.row_properties import RowProperties, RowProperty, row_properties
from mockade.crud.listing.sorting import Order, Sorting, find_sorting
from mockade.crud.listing.unused_query import UNKNOWN, meaning, not_acted_on
from mockade.crud.roles.envelopes import Envelope
from mockade.crud.roles.naming import Words

_DONE_ANYWAY = frozenset({TOTAL, CREDENTIAL})
"""What a parameter may be that is no filter, and leaves nothing undone."""


class ParameterRole(NamedTuple):
    """What a query parameter was recognised as, in words for a reader."""

    name: str
    role: str
    is_acted_on: bool


class ListRequest(NamedTuple):
    """What one request asks of a list."""

    conditions: tuple[Condition, ...]
    order: Order
    page: PageRequest
    filtered_by: Mapping[str, Any]
    """What was sent of filters, by name: lists that differ in it are different lists."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The query of one operation that lists rows."""

    operation: Operation
    paging: Paging
    sorting: Sorting
    filters: Mapping[str, Filter]
    """By the parameter's name."""
    ignored: Mapping[str, tuple[QueryField, str]]
    """Parameters that are not acted on, by name, each with what it is."""
    others: Mapping[str, str]
    """Parameters that ask for what is done anyway, by name."""
    objects: tuple[tuple[Parameter, frozenset[tuple[str, ...]]], ...]
    """Parameters that are objects, whose members filter, with the members that their schemas name."""
    finder: FilterFinder
    facts: ListFacts
    cursor_form: CursorForm
    path_filter: PathFilter | None = None
    """What the path says of the rows."""

    @classmethod
    def of(
        cls,
        operation: Operation,
        row: Node,
        key: str,
        noun: Words,
        envelope: Envelope | None,
        credentials: frozenset[str] = frozenset(),
    ) -> ListQuery:
        """The query of an operation whose rows are of the schema `row`, with their key in the property `key`;
        `noun` are the words for one of them.

        `credentials` are the query parameters of security schemes: no business of a list.
        """
        known = row_properties(row)
        fields = [one for one in query_fields(operation) if one.name not in credentials]
        finder = FilterFinder(known, key, noun)
        found = {one.name: finder.find(one) for one in fields}
        own = frozenset(name for name, one in found.items() if _is_of_its_name(name, one, known))
        told = names_told(envelope.schema, envelope.path) if envelope is not None else frozenset()
        paging = find_paging(fields, own, told)
        rest = [one for one in fields if one.name not in paging.roles]
        sorting = find_sorting(rest, known)
        rest = [one for one in rest if one.name not in sorting.fields]
        filters = {one.name: filtering for one in rest if (filtering := found[one.name]) is not None}
        objects = _objects(operation, fields, {*paging.roles, *sorting.fields})
        others = {one.name: "filters by its members" for one, _ in objects if one.name in found}
        reasons = {
            one.name: (one, meaning(one))
            for one in rest
            if one.name not in filters and one.name not in others
        }
        others |= {name: one for name, (_, one) in reasons.items() if one in _DONE_ANYWAY}
        tellable = FactFinder(paging, frozenset(one.name for one in fields))
        facts = ListFacts(
            tellable.tree(envelope.schema, envelope.path) if envelope is not None else {},
            tellable.headers(operation.response(operation.success)),
        )
        return cls(
            operation,
            paging,
            sorting,
            filters,
            {name: one for name, one in reasons.items() if name not in others},
            others,
            objects,
            finder,
            facts,
            cursor_form(paging.after or paging.before, is_number_told=facts.tells_numbers),
        )

    @property
    def indexed(self) -> tuple[RowProperty, ...]:
        """The properties that rows are filed under, so that an equality filter reads no other rows."""
        found = [one.indexed for one in self.filters.values() if one.indexed is not None]
        return tuple(one for one in dict.fromkeys(found) if one.path != (self.finder.key,))

    @property
    def roles(self) -> tuple[ParameterRole, ...]:
        """What each declared query parameter was recognised as."""
        acted_on = {
            **self.paging.roles,
            **self.sorting.fields,
            **{name: one.role for name, one in self.filters.items()},
            **self.others,
        }
        known = [ParameterRole(name, role, True) for name, role in acted_on.items()]
        return (*known, *(ParameterRole(name, role, False) for name, (_, role) in self.ignored.items()))

    def request(self, sent: SentQuery, remarks: QueryRemarks) -> ListRequest:
        """What is asked for; refuses or remarks on what cannot be followed."""
        given = {name: value for name, one in self._fields() if (value := sent.value(one)) is not None}
        filled = {name: value for name, one in self._fields() if (value := sent.filled_in(one)) is not None}
        conditions: list[Condition] = [self.path_filter.condition] if self.path_filter else []
        filtered_by: dict[str, Any] = {}
        for filtering in (*self.filters.values(), *self._unnamed(sent, remarks)):
            value = sent.value(filtering.field)
            if value is None:
                continue
            filtered_by[filtering.field.name] = value
            condition = filtering.condition(value, remarks)
            if condition is not None:
                conditions.append(condition)
        for name, (field, role) in self.ignored.items():
            value = sent.value(field)
            if value is not None and value != field.word("default"):
                remarks.remark(field, value, not_acted_on(name, role, "lists"), "unsupported")
        order = self.sorting.order(filled, given, remarks)
        return ListRequest(tuple(conditions), order, self.paging.request(given, remarks), filtered_by)

    def _fields(self) -> list[tuple[str, QueryField]]:
        """The parameters that page and sort, by name."""
        paging, sorting = self.paging, self.sorting
        ours = (paging.size, paging.offset, paging.page, paging.after, paging.before, sorting.direction)
        found = [*ours, *sorting.by, *(one for one, _ in sorting.each)]
        return [(one.name, one) for one in found if one is not None]

    def _unnamed(self, sent: SentQuery, remarks: QueryRemarks) -> list[Filter]:
        """The filters that a request makes of members which their object's schema does not name."""
        found = []
        for parameter, known in self.objects:
            for field in sent.more_members(parameter, known):
                filtering = self.finder.find(field)
                if filtering is not None:
                    found.append(filtering)
                else:
                    remarks.remark(
                        field, sent.value(field), not_acted_on(field.name, UNKNOWN, "lists"), "unsupported"
                    )
        return found


def _objects(
    operation: Operation, fields: Sequence[QueryField], taken: set[str]
) -> tuple[tuple[Parameter, frozenset[tuple[str, ...]]], ...]:
    """The parameters that are objects of filters: none of their members pages or sorts."""
    found = []
    for parameter in operation.parameters:
        members = [one for one in fields if one.parameter is parameter]
        if parameter.where == "query" and parameter.spread and taken.isdisjoint(one.name for one in members):
            found.append((parameter, frozenset(one.members for one in members)))
    return tuple(found)


def _is_of_its_name(name: str, found: Filter | None, known: RowProperties) -> bool:
    """Whether a parameter filters by the property whose name it has."""
    return found is not None and found.indexed is not None and found.indexed is known.named(name)
