"""Filters of lists: which rows a request's parameters leave."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from inflection import singularize

from mockade.crud.listing.comparing import Key, comparison_key, day_key, is_date, text
from mockade.crud.listing.filter_words import RANGES
from mockade.crud.listing.query_fields import QueryField, QueryRemarks
from mockade.crud.listing.row_properties import RowProperty, scalars, texts

RowTest = Callable[[Mapping[str, Any]], bool]

_ANYTHING = frozenset({"all", "any", "*", "every", "both"})
"""Words that leave nothing out, where no option of the property's is called so."""

_EXPECTED = {
    "number": "number: one such as 3 or 2.5",
    "boolean": "truth value: true or false",
    "moment": "moment: a date such as 2026-01-31 or a date-time such as 2026-01-31T12:00:00Z",
}
"""By the kind of a property what a value is called, and what may be sent."""

_SIGNS = {"eq": "=", "ne": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}

_OF_SEVERAL = frozenset({"eq", "ne", "between"})
"""Operators of which a value may be several, with commas between them."""

_LISTED = re.compile(r"comma|separated|list of|one or more|multiple|csv", re.IGNORECASE)


class Condition(NamedTuple):
    """What one parameter of a request asks of a row."""

    test: RowTest
    row_property: RowProperty | None = None
    keys: tuple[Key, ...] = ()
    """The index keys one of which a row is found under, where it asks for equality alone."""
    reads_all: bool = False
    """Whether it looks at all that an answer shows of a row, and not at named properties."""


class Search(NamedTuple):
    """A parameter that leaves the rows in which its text is found somewhere."""

    field: QueryField

    @property
    def role(self) -> str:
        """What it is, for a reader."""
        return "a search in all texts of a row"

    @property
    def indexed(self) -> RowProperty | None:
        """The property that it asks for equality of, None where it does not."""
        return None

    def condition(self, value: Any, _: QueryRemarks) -> Condition | None:
        """What the sent `value` asks of rows."""
        sought = " ".join(map(text, value) if isinstance(value, list) else (text(value),)).casefold()

        def is_found(row: Mapping[str, Any]) -> bool:
            return any(sought in one.casefold() for one in texts(row))

        return Condition(is_found, reads_all=True)


class PropertyFilter(NamedTuple):
    """A parameter that leaves rows out by a property."""

    field: QueryField
    operator: str
    """eq, ne, gt, gte, lt, lte, between, like, contains, startswith, endswith, exists or missing."""
    row_property: RowProperty

    @property
    def role(self) -> str:
        """What it is, for a reader."""
        sign = _SIGNS.get(self.operator, self.operator)
        return f"a filter: {self.row_property.name} {sign} value"

    @property
    def indexed(self) -> RowProperty | None:
        """The property that it asks for equality of, None where it does not."""
        return self.row_property if self.operator == "eq" else None

    def condition(self, value: Any, remarks: QueryRemarks) -> Condition | None:
        """What the sent `value` asks of rows; None where that is nothing, or cannot be followed."""
        if isinstance(value, dict):
            return None
        wanted = self._values(value)
        if self.operator in ("exists", "missing"):
            return self._presence(wanted, remarks)
        if self.operator in _PATTERNS:
            return Condition(_text_test(self.row_property, _PATTERNS[self.operator], wanted))
        open_values = [one for one in wanted if self._is_anything(one)]
        if open_values:
            said = text(open_values[0])
            if said.casefold() not in _ANYTHING:
                own = ", ".join(sorted(self.row_property.options))
                known = f"No {self.row_property.name} of a row can be {said[:80]!r}, but {own[:200]}"
                remarks.remark(self.field, value, f"{known}: it filters nothing.", "unsupported")
            return None
        keys = [comparison_key(self.row_property.kind, one) for one in wanted]
        for one, key in zip(wanted, keys, strict=True):
            if key is None and one is not None:
                expected = _EXPECTED.get(self.row_property.kind, "text: one")
                name = self.row_property.name
                wrong = f"{text(one)[:80]!r} is no {expected} is expected, as it is compared with {name}."
                remarks.refuse(self.field, one, wrong, "it filters nothing.")
                return None
        return self._comparison(wanted, keys)

    def _comparison(self, wanted: Sequence[Any], keys: Sequence[Key | None]) -> Condition:
        found = self.row_property
        by_day = found.kind == "moment"
        exact = [
            day_key(key) if key is not None and by_day and is_date(one) else key
            for one, key in zip(wanted, keys, strict=True)
        ]
        if self.operator == "between":
            return Condition(_between_test(found, [key for key in exact if key is not None]))
        if self.operator in RANGES:
            return Condition(_range_test(found, self.operator, [key for key in exact if key is not None]))
        accepted = frozenset(key for key in exact if key is not None)
        takes_none = None in wanted

        def is_equal(row: Mapping[str, Any]) -> bool:
            own = found.index_keys(row)
            return not accepted.isdisjoint(own) or (takes_none and not own)

        if self.operator == "ne":
            return Condition(lambda row: not is_equal(row))
        if takes_none:
            return Condition(is_equal)
        return Condition(is_equal, found, tuple(dict.fromkeys(key for key in exact if key is not None)))

    def _values(self, value: Any) -> list[Any]:
        """The values in one: of a list its items, of text with commas its parts where it may have some."""
        if isinstance(value, list):
            return value
        if not isinstance(value, str) or "," not in value or self.operator not in _OF_SEVERAL:
            return [value]
        last = self.field.words[-1]
        is_plural = last in ("in", "nin") or singularize(last) != last
        is_told = self.operator == "between" or _LISTED.search(self.field.description)
        if is_plural or is_told or self.row_property.kind != "text":
            return [part.strip() for part in value.split(",") if part.strip()]
        return [value]

    def _is_anything(self, value: Any) -> bool:
        """Whether no row's own enum has it, and it is an option of the parameter's or a word for all."""
        if self.operator not in ("eq", "ne"):
            return False
        said, own = text(value).casefold(), self.row_property.options
        is_option, is_word = said in self.field.options, said in _ANYTHING
        if own:
            return said not in own and (is_option or is_word)
        return is_option and is_word and self.row_property.kind != "boolean"

    def _presence(self, wanted: Sequence[Any], remarks: QueryRemarks) -> Condition | None:
        found = self.row_property
        key = comparison_key("boolean", wanted[0])
        if key is None:
            wrong = f"{text(wanted[0])[:80]!r} is no truth value: true or false is expected."
            remarks.refuse(self.field, wanted[0], wrong, "it filters nothing.")
            return None
        asked = bool(key[1]) is (self.operator == "exists")
        return Condition(lambda row: bool(found.keys(row)) is asked)


def _between_test(found: RowProperty, bounds: Sequence[Key]) -> RowTest:
    """Whether a value of a row lies between the first and the last bound, these included."""
    tests = (_range_test(found, "gte", bounds[:1]), _range_test(found, "lte", bounds[-1:]))
    return lambda row: all(test(row) for test in tests)


def _range_test(found: RowProperty, operator: str, bounds: Sequence[Key]) -> RowTest:
    """Whether a value of a row lies on the right side of all bounds; those of a day compare by the day."""

    def holds(key: Key, bound: Key) -> bool:
        own = day_key(key) if bound[0] == 3 and key[0] == 1 else key
        if own[0] != bound[0]:
            return False
        match operator:
            case "gt":
                return bool(own > bound)
            case "gte":
                return bool(own >= bound)
            case "lt":
                return bool(own < bound)
        return bool(own <= bound)

    return lambda row: any(all(holds(key, bound) for bound in bounds) for key in found.keys(row))


def _text_test(found: RowProperty, pattern: Callable[[str], str], wanted: Iterable[Any]) -> RowTest:
    compiled = [re.compile(pattern(text(one).casefold()), re.DOTALL) for one in wanted if one is not None]
    return lambda row: any(
        one.search(text(value).casefold()) for value in scalars(row, found.path) for one in compiled
    )


def _like(wanted: str) -> str:
    """A pattern with `%` or `*` for any text, which has to be the whole; without them a part.

    What stands between two of them is looked for once: the first place leaves most room for what follows.
    """
    if "%" not in wanted and "*" not in wanted:
        return re.escape(wanted)
    first, *between, last = map(re.escape, re.split(r"[%*]+", wanted))
    return rf"\A{first}" + "".join(f"(?>.*?{part})" for part in between) + rf".*{last}\Z"


_PATTERNS: dict[str, Callable[[str], str]] = {
    "like": _like,
    "contains": re.escape,
    "startswith": lambda wanted: r"\A" + re.escape(wanted),
    "endswith": lambda wanted: re.escape(wanted) + r"\Z",
}

Filter = PropertyFilter | Search
