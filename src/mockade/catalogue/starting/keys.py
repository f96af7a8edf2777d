"""The keys of rows that were made: of the contract's examples, counted, or generated."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from typing import Any

from mockade.contract.coercion import coerced, types_of
from mockade.contract.document import Node
from mockade.contract.parameters import Parameter
from mockade.contract.properties import types
from mockade.contract.schemas import Schemas
from mockade.contract.violations import ABSENT
from mockade.crud.new_keys import spellings

_MOST_DRAWN = 12
"""How often a key is drawn for one row."""

Draw = Callable[[Node, int], Any]
"""Draws a value for a schema, another one for each number; ABSENT where there is none."""


class Keys:
    """What the keys of one collection can be, by the property that holds them and the paths they stand in.

    `wanted` are those that the contract's examples speak of, `shown` the schemas that answers show a key by
    besides. These count as long as some key suits them all.
    """

    def __init__(
        self,
        schemas: Schemas,
        schema: Node | None,
        parameters: Sequence[Parameter],
        wanted: Sequence[Any],
        shown: Sequence[Node] = (),
        reserved: Collection[str] = (),
    ) -> None:
        self._reserved = reserved
        self._schemas = schemas
        self._schema = schema
        self._parameters = parameters
        self._wanted = wanted
        self._shown = shown
        kinds = types(schema)
        self._counts = bool(kinds) and kinds <= {"integer", "number", "null"}

    def fits(self, key: Any) -> bool:
        """Whether a row may have the key, and a path can name it."""
        if isinstance(key, bool) or not isinstance(key, str | int) or key in ("", *self._reserved):
            return False
        return (
            self._admits(self._schema, key)
            and all(
                self._admits(one.schema, coerced(str(key), types_of(one.schema).own))
                for one in self._parameters
            )
            and all(any(self._admits(one, form) for form in spellings(key)) for one in self._shown)
        )

    def is_wanted(self, key: Any) -> bool:
        return key is not ABSENT and any(str(key) == str(one) for one in self._wanted)

    def wanted(self, taken: Collection[str]) -> Any:
        """The next key that the contract's examples speak of; ABSENT where rows have them all."""
        for wanted in self._wanted:
            for key in spellings(wanted):
                if str(key) not in taken and self.fits(key):
                    return key
        return ABSENT

    def first(self, taken: Collection[str]) -> Any:
        """The key that the next row is to have, whatever else it holds; ABSENT where any will do."""
        wanted = self.wanted(taken)
        if wanted is not ABSENT:
            return wanted
        if not self._counts:
            return ABSENT
        number = max((int(one) for one in taken if one.isdecimal()), default=0) + 1
        return number if self.fits(number) else ABSENT

    def others(self, own: Any, draw: Draw, taken: Collection[str]) -> Iterator[Any]:
        """Keys that fit and are not taken, for a row whose `own` does not or is."""
        found = False
        for key in self._others(own, draw, taken):
            found = True
            yield key
        if self._shown and not found:
            self._shown = ()
            yield from self._others(own, draw, taken)

    def _others(self, own: Any, draw: Draw, taken: Collection[str]) -> Iterator[Any]:
        schemas = [
            one
            for one in (*(one.schema for one in self._parameters), self._schema, *self._shown)
            if one is not None
        ]
        number = len(taken) + 1
        numbered = [f"{own}-{number}"] if isinstance(own, str) else []
        drawn = (draw(schema, at) for at in range(_MOST_DRAWN) for schema in schemas)
        # One by one: what is drawn costs most, and is not needed where anything else will do.
        for candidate in chain(numbered, (number,), drawn):
            for key in spellings(candidate):
                if str(key) not in taken and self.fits(key):
                    yield key

    def _admits(self, schema: Node | None, value: Any) -> bool:
        return schema is None or self._schemas.validator(schema).admits(value)
