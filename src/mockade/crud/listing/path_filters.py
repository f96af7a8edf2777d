"""What the path of a list says of its rows: `/pets/available` of a status, `/tasks/completed` of a flag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockade.contract.name_words import split_words
from mockade.crud.listing.comparing import Key, comparison_key
from mockade.crud.listing.filters import Condition
from mockade.crud.listing.row_properties import RowProperties, RowProperty

_AUXILIARIES = frozenset({"is", "was", "has", "are"})


class PathFilter(NamedTuple):
    """A property, and the value of it that every row of the list has."""

    row_property: RowProperty
    key: Key

    @property
    def role(self) -> str:
        """What it is, for a reader."""
        value = "true" if self.key[1] is True else self.key[1]
        return f"the path leaves rows whose {self.row_property.name} is {value}"

    @property
    def condition(self) -> Condition:
        def has_it(row: Mapping[str, Any]) -> bool:
            return self.key in self.row_property.keys(row)

        return Condition(has_it)


def path_filter(segment: str, known: RowProperties) -> PathFilter | None:
    """What the last segment of a list's path says of rows; None where no single property has such a value.

    That is an option of an enum, else the name of a flag.
    """
    words = split_words(segment)
    found: list[PathFilter] = []
    for one in known.all:
        for option in one.options if len(one.path) == 1 else ():
            key = comparison_key(one.kind, option)
            if split_words(option) == words and key is not None:
                found.append(PathFilter(one, key))
    if not found:
        found = [
            PathFilter(one, (0, True))
            for one in known.all
            if one.kind == "boolean" and len(one.path) == 1
            if tuple(word for word in split_words(one.name) if word not in _AUXILIARIES) == words
        ]
    return found[0] if len(found) == 1 else None
