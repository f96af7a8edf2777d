"""Finds what a query parameter filters by: a property by its name, with or without an operator."""

from __future__ import annotations

from typing import NamedTuple

from mockade.contract.name_words import joined
from mockade.crud.listing.filter_words import (
    CONTAINERS,
    HEADS,
    OPERATORS,
    RANGE_ENDS,
    RANGES,
    SEARCHES,
    is_grammar,
)
from mockade.crud.listing.filters import Filter, PropertyFilter, Search
from mockade.crud.listing.query_fields import QueryField
from mockade.crud.listing.row_properties import RowProperties, RowProperty
from mockade.crud.listing.spelling import TIME_WORDS, numbers_of
from mockade.crud.roles.naming import Words

_FITTING = {
    "number": frozenset({"integer", "number", "string"}),
    "boolean": frozenset({"boolean", "string", "integer"}),
    "moment": frozenset({"string", "integer", "number"}),
    "text": frozenset({"string", "integer", "number"}),
    "option": frozenset({"string", "integer", "number"}),
}
"""By a property's kind, the types of a parameter that can be held against it."""

_LONGEST_OPERATOR = 5
"""Words."""


class FilterFinder(NamedTuple):
    """Finds the filters of one list."""

    known: RowProperties
    key: str
    """The property that holds a row's key."""
    noun: Words
    """The words for one row."""

    def find(self, field: QueryField) -> Filter | None:
        """What the field filters by; None where it is no filter that can be followed."""
        name = field.words
        if not field.takes_scalars or not name:
            return None
        direct = self.known.named(field.name)
        if direct is not None and _fits(field, direct, "eq"):
            return PropertyFilter(field, "eq", direct)
        forms = [name]
        if name[0] in CONTAINERS and len(name) > 1:
            forms.insert(0, name[2:] if name[1] == "by" else name[1:])
        forms = [form for form in forms if form]  # of `filterBy` nothing is left
        for form in list(forms):
            if len(form) > 1 and self.noun and form[0] in numbers_of(self.noun[-1]):
                forms.append(form[1:])
        found = next((one for form in forms if (one := self._by_property(field, form)) is not None), None)
        return found or self._search(field)

    def _by_property(self, field: QueryField, name: Words) -> Filter | None:
        if "".join(name) in ("ids", "idin"):
            prop = self.known.named(self.key)
            return (
                PropertyFilter(field, "eq", prop) if prop is not None and _fits(field, prop, "eq") else None
            )
        prop = self.known.of_words(name)
        if prop is not None:
            return PropertyFilter(field, "eq", prop) if _fits(field, prop, "eq") else None
        for count in range(min(_LONGEST_OPERATOR, len(name) - 1), 0, -1):
            said = "".join(name[-count:])
            operator = OPERATORS.get(said) or RANGE_ENDS.get(said)
            found = self._filter(field, operator, name[:-count])
            if found is not None:
                return found
        for count in (2, 1):
            said = "".join(name[:count])
            operator = HEADS.get(said) or RANGE_ENDS.get(said)
            found = self._filter(field, operator, name[count:])
            if found is not None:
                return found
        if name[0] == "is" and field.scalar_types == {"boolean"}:
            return self._filter(field, "eq", name[1:])
        return None

    def _filter(self, field: QueryField, operator: str | None, name: Words) -> Filter | None:
        if not operator:
            return None
        if name and not set(name) <= TIME_WORDS:
            prop = self.known.of_words(name)
        elif operator in RANGES and _is_of_time(field):
            prop = self.known.of_words(name) or self.known.moment(field.description)
        else:
            prop = None
        return (
            PropertyFilter(field, operator, prop)
            if prop is not None and _fits(field, prop, operator)
            else None
        )

    def _search(self, field: QueryField) -> Filter | None:
        if joined(field.name) not in SEARCHES or is_grammar(field.description):
            return None
        is_text = not field.scalar_types or "string" in field.scalar_types
        return Search(field) if is_text and not field.options else None


def _fits(field: QueryField, prop: RowProperty, operator: str) -> bool:
    """Whether the field's values can be held against the property's."""
    kinds = field.scalar_types
    if operator in ("exists", "missing"):
        return not kinds or bool(kinds & {"boolean", "string"})
    if kinds and not kinds & _FITTING[prop.kind]:
        return False
    if operator in RANGES:
        return prop.kind in ("number", "moment", "text")
    if operator in ("eq", "ne") and field.options and prop.options:
        return not field.options.isdisjoint(prop.options)
    return True


def _is_of_time(field: QueryField) -> bool:
    """Whether a field whose name has no property's, such as `since`, holds a date or a time."""
    name = field.words
    if field.scalar_types == {"boolean"}:
        return False
    if field.format.startswith(("date", "iso", "time")) or not TIME_WORDS.isdisjoint(name):
        return True
    return name[-1] in ("since", "until") or not field.description or field.speaks_of_time
