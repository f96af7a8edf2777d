"""Fills in what a row or an answer lacks of its contract, where the least sample does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockade.contract.document import Node
from mockade.contract.generation.draws import Budget, WorkExceeded
from mockade.contract.generation.generator import Generator
from mockade.contract.generation.no_value import NoValueFound
from mockade.contract.properties import properties, required
from mockade.contract.samples import sample
from mockade.contract.schemas import Schemas
from mockade.contract.violations import ABSENT
from mockade.crud.conversions import other_forms
from mockade.errors import SetupError
from mockade.handling import Call

_MOST_ROUNDS = 4
"""How often an object's properties are looked at: what one is decides what else is required."""

_MOST_OBJECTS = 500
"""How often objects that do not fit are looked at in one body; what is left then is generated or refused."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Completes values for one call: what fits its schema stays as it is.

    What is generated is the same for the same world, key and schema. Times in it lie before the world's day.
    """

    schemas: Schemas
    generator: Generator
    call: Call
    budget: Budget = field(default_factory=lambda: Budget(_MOST_OBJECTS))

    def value(self, schema: Node, key: str) -> Any:
        """A value for `schema`: its sample where that fits, else one generated; None where none is found."""
        made = sample(schema, now=self.call.now, uuid=self.call.new_uuid)
        return made if self._is_valid(schema, made) else self._generated(schema, key, None, made)

    def completed(self, schema: Node, value: Any, key: str, old: Any = ABSENT) -> Any:
        """`value` with what `schema` asks for besides. What does not fit is put in another form that says the
        same, or else takes the value that it has in `old`, is left out, or is replaced.

        It may still not fit: whoever needs certainty checks it.
        """
        fitting = self._fitting(schema, value, key, old)
        if fitting is not ABSENT:
            return fitting
        return self._generated(schema, key, value, value)

    def around(self, schema: Node, value: Any, path: tuple[str, ...], key: str) -> Any:
        """`value` with what `schema` asks for around the value at `path`, which stays as it is."""
        if not path or not isinstance(value, dict):
            return value
        inner = properties(schema).get(path[0])
        body = self._with_properties(schema, value, key, left=path[0])
        if inner is not None and path[0] in body:
            body[path[0]] = self.around(inner, body[path[0]], path[1:], f"{key} {path[0]}")
        return body

    def _fitting(self, schema: Node, value: Any, key: str, old: Any) -> Any:
        """`value`, or what is left of it, so that it fits; else what `old` has. ABSENT where neither does."""
        if self._is_valid(schema, value):
            return value
        for form in self._forms(schema, value, key, old) if value is not ABSENT else ():
            if self._is_valid(schema, form):
                return form
        return old if old is not ABSENT and self._is_valid(schema, old) else ABSENT

    def _forms(self, schema: Node, value: Any, key: str, old: Any) -> Iterator[Any]:
        """What may be made of a value that does not fit, the nearest first."""
        items = schema.get("items")
        if isinstance(value, dict):
            yield from self._wholes(schema, value, key, old)
        elif isinstance(value, list) and value and items is not None:
            yield [self.completed(items, one, f"{key} {at}") for at, one in enumerate(value)]
        for form in other_forms(schema, value, self._is_valid):
            yield form
            if isinstance(form, dict):
                whole = self._with_properties(schema, form, key)
                if whole.items() >= form.items():
                    yield whole
            elif isinstance(form, list) and items is not None:
                inner = [self._fitting(items, one, key, ABSENT) for one in form]
                if ABSENT not in inner:
                    yield inner

    def _wholes(self, schema: Node, value: Mapping[str, Any], key: str, old: Any) -> list[dict[str, Any]]:
        """The object as the schema, or an alternative of it, has it: the fewest other values first."""

        def lost(whole: dict[str, Any]) -> tuple[int, int]:
            kept = value.keys() & whole.keys()
            return sum(value[name] != whole[name] for name in kept), len(value) - len(kept)

        branches = [one for word in ("oneOf", "anyOf") for one in schema.listed(word)]
        wholes = [self._with_properties(schema, value, key, old=old)]
        wholes += [self._with_properties(one, value, key) for one in branches]
        return sorted(wholes, key=lost)

    def _with_properties(
        self, schema: Node, value: Mapping[str, Any], key: str, left: str = "", old: Any = ABSENT
    ) -> dict[str, Any]:
        """The object with those properties that do not fit replaced, added or left out, but for `left`."""
        known, whole = properties(schema), dict(value)
        before = old if isinstance(old, dict) else {}
        for _ in range(_MOST_ROUNDS):
            names = {name for name in self._broken(schema, whole) if name != left}
            for name in sorted(names):
                below = f"{key} {name}"
                given = whole.pop(name, ABSENT)
                if name not in known:
                    continue
                fitting = self._fitting(known[name], given, below, before.get(name, ABSENT))
                is_needed = given is ABSENT or name in required(schema) or _has_default(known[name])
                if fitting is ABSENT and is_needed:
                    made = self.value(known[name], below)
                    is_object = isinstance(given, dict)
                    fitting = self._generated(known[name], below, given, made) if is_object else made
                if fitting is not ABSENT:
                    whole[name] = fitting
            if not names:
                break
        return whole

    def _broken(self, schema: Node, value: dict[str, Any]) -> set[str]:
        """The properties that do not fit, or that are required and not there."""
        try:
            self.budget.spend(1)
            violations = self.schemas.validator(schema).violations(value, "response")
        except SetupError:
            return required(schema) - value.keys()
        except WorkExceeded:
            return set()
        return {str(violation.path[0]) for violation in violations if violation.path}

    def _is_valid(self, schema: Node, value: Any) -> bool:
        return value is not ABSENT and self.schemas.validator(schema).admits(value)

    def _generated(self, schema: Node, key: str, asked: Any, otherwise: Any) -> Any:
        """A generated value with those members of `asked` that suit it; `otherwise` where none is found."""
        seed, today = self.call.transaction.state.seed, self.call.today()
        for values in (asked, None) if asked and isinstance(asked, dict) else (None,):
            try:
                return self.generator.generate(schema, seed=seed, key=key, now=today, asked=values)
            except (NoValueFound, RecursionError):
                continue
        return otherwise


def _has_default(schema: Node) -> bool:
    """Whether a row that lacks a value of this schema is given one that may not fit."""
    return isinstance(schema.value, dict) and "default" in schema.value
