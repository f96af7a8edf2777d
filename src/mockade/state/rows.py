"""Rows: as a handler reads and changes them, and as they are stored, as compact JSON."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from mockade.state.index import Position


class Row(dict[str, Any]):
    """A row as a handler sees it: its own copy of what the contract's component describes.

    `key` is what the collection knows it by. `beside` is what the mock keeps with it (an owner, an
    invitation): the handler may read and change it, and it never leaves in an answer.
    """

    __slots__ = ("beside", "key")

    def __init__(
        self, values: Mapping[str, Any] = {}, *, key: str = "", beside: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(values)
        self.key = key
        self.beside: dict[str, Any] = dict(beside) if beside else {}


IndexKeys = Callable[[Row], Iterable[Hashable]]


_LARGEST_WHOLE = 2.0**63
"""From it on a float stays one: it would be hundreds of digits that JSON cannot carry."""


def as_key(value: Any) -> Any:
    """A value as a key: 1.0 is 1, which JSON has no other number for."""
    if type(value) is float and value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return int(value)
    return value


def joined_key(values: Iterable[Any]) -> str:
    """One key of several parts, which do not run into each other."""
    keys = [str(as_key(value) if type(value) is float else value) for value in values]
    return (
        keys[0] if len(keys) == 1 else "/".join(key.replace("%", "%25").replace("/", "%2F") for key in keys)
    )


@dataclass(frozen=True, slots=True)
class Collection:
    """What a collection's rows are: which component they conform to, and how they are found.

    `key` is the property that holds a row's key, or a function that makes it from the row.
    An index is a function from a row to the index keys it is found under.
    `absent` is the error code and the message of a row that is not there; {key} stands for its key.
    """

    name: str
    holds: str
    key: str | Callable[[Row], str] = "id"
    indexes: Mapping[str, IndexKeys] = field(default_factory=dict)
    absent: tuple[str, str] = ("not_found", "There is no {key} in {collection}.")

    def __post_init__(self) -> None:
        """Raises TypeError for indexes that are no functions by name."""
        indexes: Any = self.indexes
        if not isinstance(indexes, Mapping) or not all(map(callable, indexes.values())):
            raise TypeError(
                f"The indexes of {self.name} are functions by name, which answer a list of the keys "
                'that a row is found under: {"owner": lambda row: [row["owner"]]}'
            )

    def key_of(self, row: Row) -> str:
        """The key that `row` says it has. Raises KeyError when it says none."""
        if not isinstance(self.key, str):
            return self.key(row)
        value = row[self.key]
        return str(as_key(value) if type(value) is float else value)


class Stored(NamedTuple):
    """A stored row: its position in order of creation, its JSON, and the JSON of what is kept beside it."""

    position: Position
    values: bytes
    beside: bytes

    def fields(self) -> dict[str, Any]:
        """What the contract describes of it, to look at: two thirds of the time that a whole row takes."""
        found: dict[str, Any] = orjson.loads(self.values)
        return found

    def row(self) -> Row:
        """A fresh copy to read and change."""
        row = Row(orjson.loads(self.values), key=self.position[1])
        if self.beside:
            row.beside = orjson.loads(self.beside)
        return row
