"""Sorting of lists: which parameters order them, and a row's place in that order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import Any, NamedTuple

from mockade.contract.name_words import joined, split_words
from mockade.crud.listing.comparing import Key
from mockade.crud.listing.query_fields import QueryField, QueryRemarks
from mockade.crud.listing.row_properties import RowProperties, RowProperty
from mockade.crud.listing.spelling import vocabulary
from mockade.crud.roles.naming import Words
from mockade.state.index import Position

_BY = vocabulary(
    """sort sortby orderby order ordering sortfield sortkey sortcolumn sortname orderfield ordercolumn
    sorting sortproperty sorts"""
)
_DIRECTIONS = vocabulary(
    """direction sortdirection sortdir sortorder orderdirection orderdir dir sortbydirection
    orderbydirection sorttype"""
)
_FLAGS = {"descending": True, "desc": True, "ascending": False, "asc": False, "reverse": True,
          "sortreverse": True, "sortdesc": True, "sortascending": False}  # fmt: skip
"""Booleans that say whether the order is descending."""

_DESCENDING = {"asc": False, "ascending": False, "ascend": False, "1": False, "+": False, "": False,
               "desc": True, "descending": True, "descend": True, "-1": True, "-": True}  # fmt: skip

_LONGEST = 200
"""Characters of a text that sorting looks at: what cursors carry is bounded."""

_TERM = re.compile(r"(?P<sign>[-+ ]?)(?P<name>[^\s:|]+)(?:[\s:|]+(?P<direction>\w+))?")

PlaceKeys = tuple[tuple[Any, ...], ...]
"""What a row has of each property that a list is sorted by: `(rank, value)`, or nothing where it has none."""


@total_ordering
class _Descending:
    """A value that comes before those that it is greater than."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and self.value == other.value

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.value < self.value)

    __hash__ = None  # type: ignore[assignment]  # it is compared, never looked up


class SortTerm(NamedTuple):
    """One property that a list is sorted by."""

    row_property: RowProperty
    descending: bool


class Order(NamedTuple):
    """The order of a list: by its terms, then by birth; rows without a value come last either way."""

    terms: tuple[SortTerm, ...] = ()
    newest_first: bool = False
    """Whether birth counts the other way round."""

    @property
    def is_of_birth(self) -> bool:
        return not self.terms

    def keys(self, row: Mapping[str, Any]) -> PlaceKeys:
        """What a row has of each term; of several values the first."""
        return tuple(_bounded(next(iter(term.row_property.keys(row)), ())) for term in self.terms)

    def place(self, keys: PlaceKeys, position: Position) -> tuple[Any, ...]:
        """What rows compare by."""
        ranked = [
            (not key, _Descending(key) if term.descending else key)
            for term, key in zip(self.terms, keys, strict=True)
        ]
        return (*ranked, _Descending(position) if self.newest_first else position)

    def as_data(self) -> list[Any]:
        return [*((one.row_property.name, one.descending) for one in self.terms), self.newest_first]


def _bounded(key: Key | tuple[()]) -> tuple[Any, ...]:
    return (key[0], key[1][:_LONGEST]) if key and isinstance(key[1], str) else key


@dataclass(frozen=True, slots=True)
class Sorting:
    """How an operation's parameters sort its list."""

    properties: RowProperties
    by: tuple[QueryField, ...] = ()
    """Each names properties, with or without a direction."""
    each: tuple[tuple[QueryField, RowProperty], ...] = ()
    """Parameters that hold the direction of one property: `order[name]=desc`."""
    direction: QueryField | None = None

    @property
    def fields(self) -> dict[str, str]:
        """What each parameter is, by its name."""
        found = {one.name: "the properties to sort by" for one in self.by}
        found |= {one.name: f"the direction of {prop.name}" for one, prop in self.each}
        return found | ({self.direction.name: "the direction of sorting"} if self.direction else {})

    def order(self, values: Mapping[str, Any], sent: Mapping[str, Any], remarks: QueryRemarks) -> Order:
        """The order that a request asks for, or that the contract's defaults say.

        `values` are those of the fields by name, defaults included; `sent` those of the request alone.
        """
        otherwise = self._direction(values, sent, remarks)
        terms: list[SortTerm] = []
        newest_first = False
        for field in self.by:
            for item in _items(values.get(field.name)):
                direction = _DESCENDING.get(item.strip().casefold())
                if direction is not None:
                    if terms:  # Spring's `level,desc`
                        terms[-1] = terms[-1]._replace(descending=direction)
                    else:
                        otherwise = direction
                    continue
                term = self._term(item, otherwise)
                if term is not None:
                    terms.append(term)
                elif field.name in sent:
                    self._unknown(field, item, remarks)
        for field, prop in self.each:
            said = values.get(field.name)
            if said is not None:
                terms.append(SortTerm(prop, _DESCENDING.get(str(said).casefold(), False)))
        if not terms and otherwise:
            newest_first = True
        return Order(tuple(terms), newest_first)

    def _direction(self, values: Mapping[str, Any], sent: Mapping[str, Any], remarks: QueryRemarks) -> bool:
        """Whether the direction parameter says descending."""
        if self.direction is None or (said := values.get(self.direction.name)) is None:
            return False
        if isinstance(said, bool):
            return said == _FLAGS.get(joined(self.direction.name), True)
        found = _DESCENDING.get(str(said).casefold())
        if found is None and self.direction.name in sent:
            wrong = f"{str(said)[:80]!r} is no direction: asc or desc is expected."
            remarks.refuse(self.direction, said, wrong, "ascending is taken.")
        return bool(found)

    def _term(self, item: str, otherwise: bool) -> SortTerm | None:
        """`name`, `-name`, `name desc`, `name:desc`, `name_desc`, `desc(name)`."""
        called = re.fullmatch(r"(asc|desc)\((.+)\)", item, re.IGNORECASE)
        if called:
            item = f"{called[2]}:{called[1]}"
        match = _TERM.fullmatch(item.strip())
        if match is None:
            return None
        said = (match["direction"] or "").casefold()
        if said not in _DESCENDING:
            return None
        descending = _DESCENDING[said] if said else otherwise
        if match["sign"].strip():
            descending = match["sign"] == "-"
        found = self.properties.named(match["name"])
        if found is None:
            *before, last = split_words(match["name"]) or ("",)
            if last in ("asc", "desc"):
                found, descending = self.properties.of_words(tuple(before)), last == "desc"
        return SortTerm(found, descending) if found is not None else None

    def _unknown(self, field: QueryField, item: str, remarks: QueryRemarks) -> None:
        known = ", ".join(one.name for one in self.properties.all[:20])
        wrong = f"{item[:80]!r} is no property of the rows to sort by. There are: {known}."
        if item.casefold() in field.options:  # the contract has it: a rank that no row says
            remarks.remark(field, item, f"{wrong} The list stays in order of birth.", "sort")
        else:
            remarks.refuse(field, item, wrong, "the list stays in order of birth.")


def _items(value: Any) -> Iterator[str]:
    """The parts of a sort parameter's value: of a list, of text with commas, of an object by its members."""
    if isinstance(value, str):
        yield from (part for part in re.split(r"[,;]", value) if part.strip())
    elif isinstance(value, list):
        for one in value:
            yield from _items(one)
    elif isinstance(value, dict):
        for name, direction in value.items():
            yield f"{name}:{direction}"


def find_sorting(fields: Sequence[QueryField], known: RowProperties) -> Sorting:
    """The parameters that sort rows with the properties `known`."""
    by: list[QueryField] = []
    each: list[tuple[QueryField, RowProperty]] = []
    direction: QueryField | None = None
    for field in fields:
        name = joined(field.name)
        head, *rest = field.words or ("",)
        if name in _BY and _names_properties(field):
            by.append(field)
        elif (name in _DIRECTIONS or (name in _FLAGS and _is_flag(field))) and not _is_property(field, known):
            direction = direction or field
        elif head in ("sort", "order", "orderby") and "[" in field.name:
            found = known.of_words(_after_head(tuple(rest)))
            if found is not None:
                each.append((field, found))
    if direction is None and len(by) > 1:
        # `sort_by=name&order=desc`
        direction = next((one for one in by if joined(one.name) == "order" or _says_direction(one)), None)
        by = [one for one in by if one is not direction]
    return Sorting(known, tuple(by), tuple(each), direction)


def _after_head(rest: Words) -> Words:
    return rest[1:] if rest[:1] == ("by",) else rest


def _names_properties(field: QueryField) -> bool:
    """Whether it can hold the names of properties; a number called `order` is one of the rows' own."""
    return bool(field.scalar_types & {"string"}) or not field.scalar_types


def _is_flag(field: QueryField) -> bool:
    return field.scalar_types == {"boolean"}


def _says_direction(field: QueryField) -> bool:
    return bool(field.options) and field.options <= _DESCENDING.keys()


def _is_property(field: QueryField, known: RowProperties) -> bool:
    """Whether the rows have a property of its name, and it says nothing of directions."""
    return known.named(field.name) is not None and not _says_direction(field)
