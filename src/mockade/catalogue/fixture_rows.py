"""Rows in the form of fixture files: decoded and validated, and encoded again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mockade.catalogue.fixtures import PRIVATE, Fixtures
from mockade.catalogue.repeated_rows import NUMBER, Pointer, WrittenRow, written_rows
from mockade.contract.properties import properties
from mockade.contract.violations import Violation, Where
from mockade.errors import Finding
from mockade.handling import Row
from mockade.handling.rows import CollectionSchema
from mockade.hints import did_you_mean
from mockade.state.rows import Stored

KEY = f"{PRIVATE}key"
"""The name under which a fixture may write a key that a function makes."""


@dataclass(frozen=True)
class RowCodec:
    """One collection's rows in the fixtures' form: the properties, and under `_` what is kept beside them."""

    schema: CollectionSchema

    @cached_property
    def _properties(self) -> frozenset[str]:
        """The contract's properties; one that begins with `_` is not kept beside the row."""
        return frozenset(properties(self.schema.node()))

    def decode(
        self, values: Mapping[str, Any], where: Where = "response", path: tuple[str | int, ...] = ()
    ) -> tuple[Row | None, list[Violation]]:
        """The row with its defaults filled in and its key; else None, and what is wrong with it.

        Violations of the contract have a `source`; those of keys and indexes have none.
        """
        row = Row()
        for name, value in values.items():
            if name.startswith(PRIVATE) and name not in self._properties:
                row.beside[name[len(PRIVATE) :]] = value
            else:
                row[name] = value
        violations = self.schema.validate(row, where, path)
        if violations:
            return None, violations
        fault = self._key_fault(row) or self._index_fault(row)
        if fault:
            rule, message = fault
            return None, [Violation(where, path, rule, message)]
        return row, []

    def _key_fault(self, row: Row) -> tuple[str, str] | None:
        """Set the row's key; the rule and message when that cannot be, or when `_key` says another."""
        collection = self.schema.collection
        written = None if isinstance(collection.key, str) else row.beside.pop("key", None)
        try:
            try:
                self.schema.set_key(row)
            except KeyError:
                if written is None:
                    raise
                row.beside["key"], written = written, None  # the module makes the key from it
                self.schema.set_key(row)
        except KeyError as error:
            lacking = self._fixture_name(str(error.args[0]) if error.args else "")
            message = f"This row of {collection.name} lacks {lacking!r}, which its key is made of."
            return "key", f"{message} {self._key_mend(lacking)}"
        except Exception as error:  # the key is made by a module's function, which may not foresee all
            message = f"The key of this row of {collection.name} cannot be made: {_sentence(error)}."
            return "key", f"{message} What it is made of has the wrong form."
        if written is not None and written != row.key:
            message = f"The key of this row of {collection.name} is {row.key!r}, and {KEY} says {written!r}."
            return "key", f"{message} Leave {KEY} out, or change what the key is made of."
        return None

    def _key_mend(self, lacking: str) -> str:
        """What to do about a row that lacks what its key is made of."""
        if lacking != self.schema.collection.key or lacking in self._properties:
            return "Write it into the row."
        named = sorted(name for name in self._properties if name.lower().endswith("id"))
        key = f'"{named[0]}"' if len(named) == 1 else "…"
        return f"The contract has no such property of it: say key={key} in the module's Collection."

    def _fixture_name(self, lacking: str) -> str:
        """The name in a fixture of what a key function did not find in the row or beside it."""
        if isinstance(self.schema.collection.key, str) or lacking.startswith(PRIVATE):
            return lacking
        return lacking if lacking in self._properties else f"{PRIVATE}{lacking}"

    def _index_fault(self, row: Row) -> tuple[str, str] | None:
        """The rule and message when the collection's indexes cannot file the row."""
        try:
            self.schema.check_index_keys(row)
        except Exception as error:  # as above
            message = f"This row of {self.schema.collection.name} cannot be filed: {_sentence(error)}."
            mend = f"What is kept beside it, under keys with {PRIVATE!r}, has the wrong form."
            return "index", f"{message} {mend}"
        return None

    def encode(self, stored: Stored) -> dict[str, Any]:
        """The stored row, with its key under `_key` where no property holds it."""
        values = to_fixture(stored.row())
        if isinstance(self.schema.collection.key, str):
            return values
        return {KEY: stored.position[1], **values}


def read_rows(
    fixtures: Fixtures, collections: Mapping[str, CollectionSchema], findings: list[Finding]
) -> list[tuple[CollectionSchema, Row]]:
    """The rows of a fixture file, each with its collection; adds a finding for each fault."""
    found: list[tuple[CollectionSchema, Row]] = []
    for name in fixtures.rows:
        schema = collections.get(name)
        if schema is None:
            message = f"There is no collection {name!r}."
            findings.append(
                Finding(fixtures.place(name), message, did_you_mean(name, collections), "fixtures")
            )
            continue
        found += ((schema, row) for row in _rows(fixtures, name, schema, findings))
    return found


def _rows(fixtures: Fixtures, name: str, schema: CollectionSchema, findings: list[Finding]) -> Iterator[Row]:
    """The rows of a collection. Of a repetition the first fault counts: the others are likely the same."""
    codec = RowCodec(schema)
    keys: set[str] = set()
    broken: set[Pointer] = set()

    def report(message: str, mend: str, *pointer: str | int) -> None:
        findings.append(Finding(fixtures.place(*pointer), message, mend, "fixtures"))

    for written in written_rows(fixtures, name, schema, report):
        if written.number and written.pointer in broken:
            continue
        row, violations = codec.decode(written.values)
        findings += [_finding(fixtures, name, written, violation) for violation in violations]
        if row is not None and row.key in keys:
            mend = f"Write {NUMBER} into what its key is made of." if written.number > 1 else ""
            report(f"{name} has two rows with the key {row.key}.", mend, *written.pointer)
            broken.add(written.pointer)
        elif row is not None:
            yield row
        else:
            broken.add(written.pointer)
        if row is not None:
            keys.add(row.key)


def _finding(fixtures: Fixtures, name: str, written: WrittenRow, violation: Violation) -> Finding:
    message, mend = violation.message, ""
    if violation.source is not None:
        where = violation.pointer or "/"
        message = f"This row of {name} does not fit the contract: {where} {violation.message}"
        mend = f"The contract says so at {violation.place}."
    if written.number:
        message = f"{message.removesuffix('.')}, where {NUMBER} is {written.number}."
    return Finding(fixtures.place(*written.pointer, *violation.path), message, mend, "fixtures")


def to_fixture(row: Row) -> dict[str, Any]:
    """The row's properties, and what is kept beside it under names that begin with `_`."""
    return {**row, **{f"{PRIVATE}{name}": value for name, value in row.beside.items()}}


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
