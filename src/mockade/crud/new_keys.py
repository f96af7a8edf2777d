"""Keys for rows that are created without one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.generation.generator import Generator, NoValueFound
from mockade.contract.parameters import Parameter, coerced
from mockade.contract.validators import Validator
from mockade.crud.roles.keys import KeyPart, node_at
from mockade.crud.roles.resources import Resource
from mockade.errors import OurFault, SetupError
from mockade.handling import Call, Rows

_MOST_NUMBERS = 1000
"""How many numbers are tried before keys are generated."""

_MOST_GENERATED = 20

_TITLES = ("name", "title", "displayName", "display_name")


@dataclass(frozen=True, slots=True)
class KeyMaker:
    """Makes values for one part of a key, which fit its property and the path parameter that takes them."""

    part: KeyPart
    schema: Node | None
    validator: Validator | None
    parameter: Parameter | None
    generator: Generator

    @classmethod
    def of(cls, contract: Contract, resource: Resource, part: KeyPart, generator: Generator) -> KeyMaker:
        schema = node_at(resource.holds, part.path) if part.path else None
        item = resource.item.parameters if resource.item is not None else ()
        parameter = next((one for one in item if one.where == "path" and one.name == part.parameter), None)
        if schema is None and parameter is not None:
            schema = parameter.schema
        validator = contract.schemas.validator(schema) if schema is not None else None
        return cls(part, schema, validator, parameter, generator)

    def candidates(self, call: Call, rows: Rows) -> Iterator[Any]:
        """Values that fit, and may be taken: a UUID, numbers, the newest key counted on, generated ones."""
        made = list(self._generated(call, rows)) if self._asks_for_a_form() else []
        first = [call.new_uuid(), *self._successors(rows, 1), *made]
        yield from (key for key in first if self._fits(key))
        yield from (key for key in self._successors(rows, _MOST_NUMBERS) if self._fits(key))
        if not made:
            yield from (key for key in self._generated(call, rows) if self._fits(key))

    def fits(self, key: Any) -> bool:
        try:
            return self.validator is None or self.validator.is_valid(key)
        except SetupError:
            return True  # an unsound schema counts as none

    def _fits(self, key: Any) -> bool:
        """Whether the key fits its property, and can be said in the path."""
        if not self.fits(key):
            return False
        asked = self.parameter
        if asked is None or asked.validator is None or "array" in asked.types:
            return True
        return asked.validator.is_valid(coerced(str(key), asked.types))

    def _asks_for_a_form(self) -> bool:
        words = self.schema.value if self.schema is not None and isinstance(self.schema.value, dict) else {}
        return "pattern" in words or "enum" in words

    def _successors(self, rows: Rows, most: int) -> Iterator[Any]:
        newest = rows.newest_key().rpartition("/")[2]
        stem = re.sub(r"\d+\Z", "", newest)
        digits = newest[len(stem) :]
        first = max(int(digits or 0), rows.births) + 1
        for number in range(first, first + most):
            yield number
            yield f"{stem}{number:0{len(digits)}d}" if digits else f"{stem}{number}"

    def _generated(self, call: Call, rows: Rows) -> Iterator[Any]:
        if self.schema is None:
            return
        seed, now = call.transaction.state.seed, call.now()
        for turn in range(_MOST_GENERATED):
            key = f"{self.schema.pointer} {rows.births} {turn}"
            try:
                yield self.generator.generate(self.schema, seed=seed, key=key, now=now)
            except NoValueFound:
                return


@dataclass(frozen=True, slots=True)
class NewKeys:
    """Makes whole keys for the rows of a resource."""

    resource: Resource
    makers: tuple[KeyMaker, ...]
    names: tuple[KeyMaker, ...] = ()
    """For what the item path finds a row by, where that is no part of its key."""

    @classmethod
    def of(cls, contract: Contract, resource: Resource, generator: Generator) -> NewKeys:
        makers = [
            tuple(KeyMaker.of(contract, resource, part, generator) for part in parts)
            for parts in (resource.keys, () if resource.is_by_name else resource.item_keys)
        ]
        return cls(resource, *makers)

    def named(self, call: Call, rows: Rows, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields with a name that is free, made of the title, where the item path finds rows by one."""
        named = dict(fields)
        for maker in self.names:
            if maker.part.of(named) is None:
                title = next((named[one] for one in _TITLES if isinstance(named.get(one), str)), "")
                slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
                taken = {maker.part.of(row) for row in rows}
                slugs = [slug, *(f"{slug}-{number}" for number in range(2, _MOST_GENERATED))] if slug else []
                free = (one for one in slugs if one not in taken and maker.fits(one))
                made = next(free, None) or next(iter(maker.candidates(call, rows)), None)
                named = maker.part.put(named, made) if made is not None else named
        return named

    def free(self, call: Call, rows: Rows, parents: Sequence[Any], given: Sequence[Any]) -> list[Any]:
        """The parts of a key that no row has: those that are given, the rest made. None stands for a part.

        What comes before the last part is the caller where that fits. Raises OurFault where no key is found.
        """
        if not self.makers:
            return []
        parts = list(given)
        for at, maker in enumerate(self.makers[:-1]):
            if parts[at] is None:
                caller = call.caller.id
                makeable = (one for one in (caller, *maker.candidates(call, rows)) if one and maker.fits(one))
                parts[at] = next(makeable, None)
        last = self.makers[-1]
        for key in [parts[-1]] if parts[-1] is not None else last.candidates(call, rows):
            whole = [*parts[:-1], key]
            if parts[-1] is not None or rows.find(self.resource.row_key([*parents, *whole])) is None:
                return whole
        raise OurFault(
            f"No {last.part} for {self.resource.name} could be made that fits the contract: "
            "let the caller give it, or write a handler."
        )
