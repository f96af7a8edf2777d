"""Keys for rows that are created without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.generation.generator import Generator
from mockade.contract.generation.no_value import NoValueFound
from mockade.contract.name_words import split_words
from mockade.contract.schemas import Schemas
from mockade.crud.key_rule import KeyRule, spellings
from mockade.crud.roles.keys import KeyPart, node_at
from mockade.crud.roles.resources import Resource
from mockade.handling import Call
from mockade.handling.rows import Rows

_MOST_NUMBERS = 1000
"""How many numbers are tried before keys are generated."""

_MOST_GENERATED = 20

_TITLES = ("name", "title", "displayName", "display_name")


@dataclass(frozen=True, slots=True)
class KeyPartMaker:
    """Makes values for one part of a key, which fit its property and the path parameter that takes them."""

    part: KeyPart
    rule: KeyRule
    generator: Generator

    @classmethod
    def of(
        cls,
        contract: Contract,
        resource: Resource,
        part: KeyPart,
        shown_rows: Sequence[Node] = (),
        reserved: frozenset[str] = frozenset(),
        answered: Node | None = None,
    ) -> KeyPartMaker:
        schema = node_at(resource.holds, part.path) if part.path else None
        item = resource.item.parameters if resource.item is not None else ()
        parameter = next((one for one in item if one.where == "path" and one.name == part.parameter), None)
        if schema is None and parameter is not None:
            schema = parameter.schema
        nodes = [node_at(row, part.path) for row in shown_rows] if part.path else []
        nodes.append(answered)
        shown = tuple(one for one in nodes if one is not None)
        parameters = (parameter,) if parameter is not None else ()
        return cls(part, KeyRule(contract.schemas, schema, parameters, shown, reserved), contract.generator)

    def candidates(self, call: Call, rows: Rows) -> Iterator[Any]:
        """Values that fit, and may be taken: a UUID, numbers, the newest key counted on, generated ones.

        Those that suit every answer that shows them come first.
        """
        has_form, rule = self._asks_for_a_form(), self.rule
        made = self._generated(call, rows) if has_form else ()
        first = _replayed(chain([call.new_uuid()], self._successors(rows, 1), made))
        rounds = [rule.suits_answers] if rule.shown else []
        # A path that no key of the property fits is the contract's slip: the row is made all the same.
        for suits in (*rounds, rule.suits_paths, *((rule.suits_rows,) if rule.parameters else ())):
            yield from (key for key in first() if suits(key))
            yield from (key for key in self._successors(rows, _MOST_NUMBERS) if suits(key))
            if not has_form:
                yield from (key for key in self._generated(call, rows) if suits(key))

    def _asks_for_a_form(self) -> bool:
        return any(map(_has_form, self._schemas))

    @property
    def _schemas(self) -> list[Node]:
        """Those that a key is generated from, those first that ask for a form."""
        return sorted(self.rule.sources, key=lambda one: not _has_form(one))

    def _successors(self, rows: Rows, most: int) -> Iterator[Any]:
        last = rows.table.order.last()
        newest = str(last[1]).rpartition("/")[2] if last else ""
        stem = re.sub(r"\d+\Z", "", newest)
        digits = newest[len(stem) :]
        first = max(int(digits or 0), rows.births) + 1
        for number in range(first, first + most):
            yield number
            yield f"{stem}{number:0{len(digits)}d}" if digits else f"{stem}{number}"

    def _generated(self, call: Call, rows: Rows) -> Iterator[Any]:
        seed, now = call.transaction.state.seed, call.now()
        for schema in self._schemas:
            for turn in range(_MOST_GENERATED):
                key = f"{schema.pointer} {rows.births} {turn}"
                try:
                    yield self.generator.generate(schema, seed=seed, key=key, now=now)
                except NoValueFound:
                    break


def _replayed(values: Iterator[Any]) -> Callable[[], Iterator[Any]]:
    """Goes through the values again each time; each is made once, when it is first asked for."""
    kept: list[Any] = []

    def replay() -> Iterator[Any]:
        yield from kept
        for value in values:
            kept.append(value)
            yield value

    return replay


def _has_form(schema: Node) -> bool:
    words = schema.value if isinstance(schema.value, dict) else {}
    return "pattern" in words or "enum" in words


@dataclass(frozen=True, slots=True)
class NewKeys:
    """Makes whole keys for the rows of a resource."""

    resource: Resource
    makers: tuple[KeyPartMaker, ...]
    names: tuple[KeyPartMaker, ...] = ()
    """For what the item path finds a row by, where that is no part of its key."""

    @classmethod
    def of(
        cls,
        contract: Contract,
        resource: Resource,
        shown_rows: Sequence[Node] = (),
        reserved: frozenset[str] = frozenset(),
        answered: Node | None = None,
    ) -> NewKeys:
        """`shown_rows` are the schemas that answers show the rows by, besides their own.

        `reserved` are the keys that would lead to other paths; `answered` is the schema of a key
        that an answer has without the row.
        """
        makers = [
            tuple(
                KeyPartMaker.of(
                    contract,
                    resource,
                    part,
                    shown_rows,
                    reserved if part is parts[-1] else frozenset(),
                    answered if part is parts[-1] else None,
                )
                for part in parts
            )
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
                free = (one for one in slugs if one not in taken and maker.rule.suits_rows(one))
                made = next(free, None) or next(iter(maker.candidates(call, rows)), None)
                named = maker.part.put(named, made) if made is not None else named
        return named

    def free(self, call: Call, rows: Rows, parents: Sequence[Any], given: Sequence[Any]) -> list[Any] | None:
        """The parts of a key that no row has: those that are given, the rest made. None stands for a part.

        What comes before the last part is the caller where that fits. Where every key is taken it is that of
        a row that was made up for the start, and gives way. None where no key is found.
        """
        if not self.makers:
            return []
        parts = list(given)
        for at, maker in enumerate(self.makers[:-1]):
            if parts[at] is None:
                caller = call.caller.id
                makeable = (
                    one
                    for one in (caller, *maker.candidates(call, rows))
                    if one and maker.rule.suits_rows(one)
                )
                parts[at] = next(makeable, None)
        if parts[-1] is not None:
            return parts
        made_up = None
        for key in self.makers[-1].candidates(call, rows):
            whole = [*parts[:-1], key]
            row = rows.find(self.resource.row_key([*parents, *whole]))
            if row is None:
                return whole
            gives_way = call.transaction.state.is_made_up(call.api, rows.collection.name, row.key)
            made_up = made_up or (whole if gives_way else None)
        return made_up


def named_by_path(
    resource: Resource, fields: Mapping[str, Any], sent: Mapping[str, Any], schemas: Schemas
) -> dict[str, Any]:
    """The fields with what was `sent` by the names that the item path has for the parts of its key.

    `POST /members` may say `user_id` of what `/members/{user_id}` finds by the `id` of a row.
    """
    named = dict(fields)
    names = {split_words(name): name for name in sent}
    for part in (*resource.keys, *resource.item_keys):
        words = split_words(part.parameter)
        if words not in names or not part.path or part.of(named) not in (None, ""):
            continue
        if words == split_words(part.path[-1]):
            continue  # it was sent, and there is a reason why the fields have it not
        rule = KeyRule(schemas, node_at(resource.holds, part.path), ())
        found = next((one for one in spellings(sent[names[words]]) if rule.suits_rows(one)), None)
        if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
            named = part.put(named, found)
    return named
