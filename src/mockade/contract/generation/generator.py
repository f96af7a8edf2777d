"""Values for schemas that nobody wrote a value for: valid, believable, and the same every time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockade.contract.document import Node
from mockade.contract.generation.assembled import assembled
from mockade.contract.generation.draws import Budget, Draws, WorkExceeded
from mockade.contract.generation.least_sizes import LARGEST, MOST_VALUES, LeastSizes
from mockade.contract.generation.member_values import MemberBuilder
from mockade.contract.generation.no_value import NoValueFound
from mockade.contract.generation.row_context import RowContext, moment_of
from mockade.contract.generation.schema_merger import SchemaMerger
from mockade.contract.generation.value_builder import VALUE, Impossible, Path, Spot, ValueBuilder
from mockade.contract.schemas import Schemas
from mockade.contract.translation import Direction
from mockade.contract.validators import Validator
from mockade.errors import SetupError

_ATTEMPTS = 30
_MINIMAL_FROM = 20
"""The attempt from which on only what is required is filled in."""
_STUBBORN = 3
"""Failures at a place after which what holds it is built differently too."""
_WORK = MOST_VALUES * VALUE
"""The units of work of all attempts to fill in everything, and once more of those at what is required: about
a tenth of a second each."""


_MOST_READ = 20_000
"""Schemas, as merged for one combination of branches each, that are kept: there may be more without end."""

_MEMBERS = MemberBuilder()


class Generator:
    """Generates values for the schemas of one document. What it has read of a schema is kept."""

    def __init__(self, schemas: Schemas, direction: Direction = "response") -> None:
        self._schemas = schemas
        self._direction = direction
        self._merger = SchemaMerger(direction)
        self._sizes = LeastSizes(self._merger)
        self._known: dict[tuple[str, Path], Validator] = {}

    def generate(
        self,
        schema: Node,
        *,
        seed: int,
        key: str,
        now: str,
        asked: Mapping[str, Any] | None = None,
        validator: Validator | None = None,
        another: bool = False,
    ) -> Any:
        """A value that fits `schema`, the same for the same document, seed, key, `now` and `asked`.

        `key` names the request, such as its method and path. `now` is a time as RFC 3339 writes it; made-up
        times lie before it. `asked` maps names to values that the request had: a property of the row with
        such a name and a fitting type has the value. `validator` is the schema's own where the caller has
        one that is stricter than `Schemas` compiles. It is `another` where the schema's examples are those of
        one that is there already: ids, and what a name says enough of, are then made up. Raises NoValueFound,
        for an unsound schema too.
        """
        if len(self._merger) > _MOST_READ:
            self._merger = SchemaMerger(self._direction)
            self._sizes = LeastSizes(self._merger)
        try:
            return self._attempted(
                schema, validator or self._validator(schema), (seed, key), now, dict(asked or {}), another
            )
        except SetupError as error:
            raise NoValueFound(schema, error.findings[0].message) from None

    def _attempted(
        self,
        schema: Node,
        validator: Validator,
        names: tuple[int, str],
        now: str,
        asked: dict[str, Any],
        another: bool,
    ) -> Any:
        """The first value that fits. Raises NoValueFound, and SetupError for an unsound schema."""
        moment = moment_of(now)
        merged = self._merger.merged((schema,))
        tries: dict[Path, int] = {}
        reason = ""
        asked = _within(asked, LARGEST)
        draws = Draws.of(*names, budget=Budget(_WORK))
        attempt = -1
        while attempt + 1 < _ATTEMPTS:
            attempt += 1
            if attempt == _MINIMAL_FROM:
                draws = Draws.of(*names, budget=Budget(_WORK))
            is_minimal = attempt >= _MINIMAL_FROM
            builder = ValueBuilder(self._merger, self._sizes, moment, tries, _MEMBERS, is_minimal, another)
            spot = Spot((), draws, RowContext(draws, moment), asked=asked or None, is_later=another)
            try:
                value = builder.build(merged, spot)
            except WorkExceeded:
                reason = reason or "it takes too much work to find one."
                attempt = max(attempt, _MINIMAL_FROM - 1) if not is_minimal else _ATTEMPTS
                continue
            except Impossible as error:
                reason = _reason(schema, error)
                if error.lasting:
                    break
                tries[()] = tries.get((), 0) + 1
                continue
            if not validator.is_valid(value):
                reason = _count_failures(validator, value, builder.built, tries) or reason
                continue
            if len(orjson.dumps(value)) <= LARGEST:
                return value
            reason = f"the values are larger than {LARGEST} bytes."
            if asked:
                asked = _within(asked, _size(asked) // 2)
            else:
                tries[()] = tries.get((), 0) + 1
        raise NoValueFound(schema, reason)

    def assembled(self, schema: Node) -> Any:
        """An example put together from those of the schema's parts; ABSENT where one of them has none.

        It is not checked against the schema.
        """
        return assembled(self._merger, self._merger.merged((schema,)))

    def _validator(self, schema: Node) -> Validator:
        key = (schema.uri, schema.pointer)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._schemas.validator(schema, self._direction)
        return found


def _within(asked: dict[str, Any], most: int) -> dict[str, Any]:
    """What was asked for without the largest values, so that the rest has at most `most` bytes."""
    sizes = {name: _size(value) for name, value in asked.items()}
    total = sum(sizes.values())
    left_out: set[str] = set()
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        if total <= most:
            break
        left_out.add(name)
        total -= sizes[name]
    return {name: value for name, value in asked.items() if name not in left_out}


def _size(value: Any) -> int:
    """About the bytes of a value as compact JSON."""
    return len(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS))


def _reason(schema: Node, error: Impossible) -> str:
    culprit = error.schema.refusal or next(iter(error.schema.nodes), schema)
    if culprit.pointer == schema.pointer:
        return f"{error.why}."
    return f"at {culprit.source.place()}, {error.why}."


def _count_failures(validator: Validator, value: Any, built: set[Path], tries: dict[Path, int]) -> str:
    """Count each place where the value does not fit, so that it is built differently. The first reason."""
    violations = validator.violations(value, "response")
    for path in {violation.path for violation in violations[:200]} or {()}:
        while path not in built:
            path = path[:-1]
        tries[path] = tries.get(path, 0) + 1
        # What fails again and again may fail because of what holds it.
        while path and tries[path] % _STUBBORN == 0:
            path = path[:-1]
            while path not in built:
                path = path[:-1]
            tries[path] = tries.get(path, 0) + 1
    return str(violations[0].message) if violations else ""
