"""Makes rows with their keys and parents, which refer to nothing yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockade.catalogue.fixture_rows import RowCodec
from mockade.catalogue.fixtures import PRIVATE
from mockade.catalogue.starting.events import unhappened
from mockade.catalogue.starting.keys import Draw, StartingKeys
from mockade.catalogue.starting.parents import ParentKeys, Parents
from mockade.catalogue.starting.plan import Below, StartingPlan
from mockade.contract.document import Node
from mockade.contract.generation.no_value import NoValueFound
from mockade.contract.properties import properties
from mockade.contract.violations import ABSENT
from mockade.crud.roles.keys import KeyPart
from mockade.handling import Row

MOMENT = "2025-01-01T00:00:00Z"
"""Made-up times lie before it: the same seed gives the same bytes on any day."""

_ATTEMPTS = 3
"""How often a row is generated, where the one before it does not fit or has a key that is taken."""


class Drafts(NamedTuple):
    """The rows of one collection, and why there are none where none could be made."""

    rows: Sequence[Row]
    reason: str = ""


class DraftMaker:
    """Makes the drafts of a plan's collections for one seed: the same whichever is asked for first."""

    def __init__(self, plan: StartingPlan, seed: int) -> None:
        self._plan = plan
        self._seed = seed
        self._made: dict[str, Drafts] = {}
        self.parents = Parents(plan, self.rows, lambda schema, name: self._drawn(schema, f"parent {name}"))

    def rows(self, name: str) -> Sequence[Row]:
        """The rows of a collection: those that the fixtures have, or drafts."""
        return self.of(name).rows

    def of(self, name: str) -> Drafts:
        if name in self._plan.written or name not in self._plan.names:
            return Drafts(self._plan.written.get(name, ()))
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._drafts(name)
        return found

    def _drafts(self, name: str) -> Drafts:
        one = _Collection(self._plan, name)
        for number in range(self._plan.count):
            reason = self._add(one, number)
            if reason is not None:
                return Drafts(one.rows, "" if one.rows else reason)
        return Drafts(one.rows)

    def _add(self, one: _Collection, number: int) -> str | None:
        """Add a row to a collection; else why there is none."""
        example = one.examples[number] if number < len(one.examples) else {}
        key = one.key_of(example)
        if not one.is_free(key) or (number == self._plan.count - 1 and one.rows):
            wanted = one.keys.wanted(one.taken)
            key = wanted if wanted is not ABSENT or not one.is_free(key) else key
        if not one.is_free(key):
            key = one.keys.first(one.taken)
        parents: ParentKeys | None = ()
        if one.below is not None and one.below.resource.scoped:
            # What the contract's examples speak of is below the parents that they speak of.
            spoken = self.parents.of_examples(one.below) if one.keys.is_wanted(key) else None
            parents = spoken or self.parents.of(one.below, number, example)
        if parents is None:
            return ""  # nobody could ask for it
        reason = ""
        try:
            for values in self._candidates(one, number, example, parents, key):
                reason = one.add(values)
                if not reason:
                    return None
        except NoValueFound as error:
            reason = error.reason
        return reason or "no key of its own was found for each row."

    def _candidates(
        self, one: _Collection, number: int, example: Mapping[str, Any], parents: ParentKeys, key: Any
    ) -> Iterator[dict[str, Any]]:
        """What the row may be: its example, the example with what it lacks, then what is generated."""

        def placed(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
            whole = values if one.below is None else self.parents.put(one.below.resource, values, parents)
            yield from self._with_key(one, whole, key, number)

        if example:
            yield from placed(example)
        fixed = {} if one.below is None else self.parents.put(one.below.resource, {}, parents)
        if key is not ABSENT and one.parts:
            fixed = one.put(one.parts[-1], fixed, key)
        known = properties(one.codec.schema.node())  # `_id` beside a row is a parent's, and not its own
        asked = {
            name: value for name, value in fixed.items() if name in known and not isinstance(value, dict)
        }
        for attempt in range(_ATTEMPTS):
            given = example if not attempt else {}
            generated = self._plan.generator.generate(
                one.codec.schema.node(),
                seed=self._seed,
                key=f"{one.name} {number} {attempt}",
                now=MOMENT,
                asked={**given, **asked},
                another=number > 0 or bool(one.examples),
            )
            if isinstance(generated, dict):
                whole = {**generated, **given}
                likely = self._without_unhappened(one, whole, given)
                if likely != whole:
                    yield from placed(likely)
                yield from placed(whole)

    def _without_unhappened(
        self, one: _Collection, whole: Mapping[str, Any], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A row without the moments of what has not happened: null where that may be, else left out."""
        schema = one.codec.schema.node()
        likely = dict(whole)
        for name in unhappened(schema, whole):
            if name in given:
                continue
            node = properties(schema).get(name)
            if node is not None and self._plan.contract.schemas.validator(node).admits(None):
                likely[name] = None
            else:
                del likely[name]
        return likely

    def _with_key(
        self, one: _Collection, values: Mapping[str, Any], key: Any, number: int
    ) -> Iterator[dict[str, Any]]:
        """The values with a key: the one that is given, their own where it is free, else another."""

        def draw(schema: Node, at: int) -> Any:
            return self._drawn(schema, f"{one.name} key {number} {at}")

        whole = dict(values)
        for part in one.parts[:-1]:
            if part.of(whole, one.beside(whole)) is None:
                parameters = self._plan.parameters_of(one.name, part.parameter)
                drawn = (
                    draw(schema, 0) for schema in (one.schema for one in parameters) if schema is not None
                )
                value = next(drawn, ABSENT)
                if value is ABSENT:
                    return
                whole = one.put(part, whole, value)
        if not one.parts:
            yield whole
            return
        own = one.key_of(whole)
        if key is ABSENT:
            key = one.free_key(own, draw)
        if key is not ABSENT:
            yield one.put(one.parts[-1], whole, key)

    def _drawn(self, schema: Node, key: str) -> Any:
        try:
            return self._plan.generator.generate(schema, seed=self._seed, key=key, now=MOMENT, another=True)
        except NoValueFound:
            return ABSENT


class _Collection:
    """A collection while its rows are made."""

    def __init__(self, plan: StartingPlan, name: str) -> None:
        self.name = name
        self.codec = RowCodec(plan.collections[name])
        self.below: Below | None = next(iter(plan.resources.get(name, ())), None)
        self.parts = plan.parts(name)
        self.keys: StartingKeys = plan.keys(name)
        self.examples = plan.examples(name)[: plan.count]
        self.rows: list[Row] = []
        self.taken: set[str] = set()
        """The own keys of the rows, as text."""

    def is_free(self, key: Any) -> bool:
        return str(key) not in self.taken and self.keys.fits(key)

    def free_key(self, own: Any, draw: Draw) -> Any:
        """A row's own key where it is free, else another; ABSENT where none is found."""
        key = self._free_key(own, draw)
        if key is ABSENT and self.keys.are_shown:
            self.keys = self.keys.relaxed()
            key = self._free_key(own, draw)
        return key

    def _free_key(self, own: Any, draw: Draw) -> Any:
        return own if self.is_free(own) else next(self.keys.others(own, draw, self.taken), ABSENT)

    def key_of(self, values: Mapping[str, Any]) -> Any:
        return self.parts[-1].of(values, self.beside(values)) if self.parts else None

    def beside(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What stands beside a row in the fixtures' form."""
        return {
            name.removeprefix(PRIVATE): value for name, value in values.items() if name.startswith(PRIVATE)
        }

    def put(self, part: KeyPart, values: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The values in the fixtures' form with a part of their key."""
        if part.path:
            return part.put(values, value)
        return {**values, f"{PRIVATE}{part.parameter}": value}

    def add(self, values: Mapping[str, Any]) -> str:
        """Add a row in the fixtures' form; what is wrong with it where it does not fit."""
        row, violations = self.codec.decode(values)
        if row is None:
            return f"{violations[0].pointer or '/'} {violations[0].message}"
        if any(row.key == other.key for other in self.rows):
            return f"the key {row.key} is made again and again."
        self.rows.append(row)
        if self.parts:
            self.taken.add(str(self.parts[-1].of(row, row.beside)))
        return ""
