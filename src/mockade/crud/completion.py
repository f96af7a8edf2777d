"""Fills in what a row or an answer lacks of its contract, where the least sample does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockade.contract.document import Node
from mockade.contract.generation.generator import Generator, NoValueFound
from mockade.contract.properties import properties, required
from mockade.contract.samples import sample
from mockade.contract.schemas import Schemas
from mockade.errors import SetupError
from mockade.handling import Call

_MOST_ROUNDS = 4
"""How often an object's properties are looked at: what one is decides what else is required."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Completes values for one call: what fits its schema stays as it is.

    What is generated is the same for the same world, key and schema. Times in it lie before the world's day.
    """

    schemas: Schemas
    generator: Generator
    call: Call

    def value(self, schema: Node, key: str) -> Any:
        """A value for `schema`: its sample where that fits, else one generated; None where none is found."""
        made = sample(schema, now=self.call.now(), uuid=self.call.new_uuid)
        return made if self._is_valid(schema, made) else self._generated(schema, key, None, made)

    def completed(self, schema: Node, value: Any, key: str) -> Any:
        """`value` with what `schema` asks for besides; what does not fit is replaced.

        It may still not fit: whoever needs certainty checks it.
        """
        if self._is_valid(schema, value):
            return value
        asked = value if isinstance(value, dict) else None
        if asked is not None:
            value = self._with_properties(schema, asked, key)
        elif isinstance(value, list) and value and (items := schema.get("items")) is not None:
            value = [self.completed(items, one, f"{key} {at}") for at, one in enumerate(value)]
        else:
            value = next((one for one in _spellings(value) if self._is_valid(schema, one)), value)
        return value if self._is_valid(schema, value) else self._generated(schema, key, asked, value)

    def around(self, schema: Node, value: Any, path: tuple[str, ...], key: str) -> Any:
        """`value` with what `schema` asks for around the value at `path`, which stays as it is."""
        if not path or not isinstance(value, dict):
            return value
        inner = properties(schema).get(path[0])
        body = self._with_properties(schema, value, key, left=path[0])
        if inner is not None and path[0] in body:
            body[path[0]] = self.around(inner, body[path[0]], path[1:], f"{key} {path[0]}")
        return body

    def _with_properties(
        self, schema: Node, value: Mapping[str, Any], key: str, left: str = ""
    ) -> dict[str, Any]:
        """The object with those of its properties replaced or added that do not fit, but for `left`."""
        known, whole = properties(schema), dict(value)
        for _ in range(_MOST_ROUNDS):
            names = {name for name in self._broken(schema, whole) if name != left}
            for name in sorted(names):
                if name not in known:
                    whole.pop(name, None)
                elif name in whole:
                    whole[name] = self.completed(known[name], whole[name], f"{key} {name}")
                else:
                    whole[name] = self.value(known[name], f"{key} {name}")
            if not names:
                break
        return whole

    def _broken(self, schema: Node, value: dict[str, Any]) -> set[str]:
        """The properties that do not fit, or that are required and not there."""
        try:
            violations = self.schemas.validator(schema).violations(value, "response")
        except SetupError:
            return required(schema) - value.keys()
        return {str(violation.path[0]) for violation in violations if violation.path}

    def _is_valid(self, schema: Node, value: Any) -> bool:
        try:
            return self.schemas.validator(schema).is_valid(value)
        except SetupError:
            return True  # an unsound schema counts as none

    def _generated(self, schema: Node, key: str, asked: Mapping[str, Any] | None, otherwise: Any) -> Any:
        """A generated value that has those of `asked` that suit it; `otherwise` where none is found."""
        seed, today = self.call.transaction.state.seed, day_of(self.call)
        for values in (asked, None) if asked else (None,):
            try:
                return self.generator.generate(schema, seed=seed, key=key, now=today, asked=values)
            except (NoValueFound, RecursionError):
                continue
        return otherwise


def day_of(call: Call) -> str:
    """The world's day: generated times lie before it, so that the same is generated all day long."""
    return f"{call.now()[:10]}T00:00:00Z"


def _spellings(value: Any) -> list[Any]:
    """A number as text, and text as the number that it is."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return [int(value)]
    return [str(value)] if isinstance(value, int) and not isinstance(value, bool) else []
