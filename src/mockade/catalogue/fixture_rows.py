"""Rows as fixtures write them: read and held against the contract, and written again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockade.catalogue.fixtures import PRIVATE
from mockade.contract.properties import properties
from mockade.contract.violations import Violation, Where
from mockade.handling import CollectionSchema, Row
from mockade.state.rows import Stored

KEY = f"{PRIVATE}key"
"""What holds a row's key where a function makes it."""


class RowCodec(NamedTuple):
    """How one collection's rows are written: as the contract has them, and under `_` what is kept beside."""

    collection_schema: CollectionSchema
    own: frozenset[str]
    """The contract's own properties that begin like what is kept beside a row: they are not."""

    @classmethod
    def of(cls, collection_schema: CollectionSchema) -> RowCodec:
        names = properties(collection_schema.schema())
        return cls(collection_schema, frozenset(name for name in names if name.startswith(PRIVATE)))

    def decode(
        self, values: Mapping[str, Any], where: Where = "response", path: tuple[str | int, ...] = ()
    ) -> tuple[Row | None, list[Violation]]:
        """The row that `values` say, its defaults filled in; else None, and all that is wrong with it.

        What the contract says against it has its words as source; what else is wrong has none.
        """
        row = Row()
        for name, value in values.items():
            if name.startswith(PRIVATE) and name not in self.own:
                row.beside[name[len(PRIVATE) :]] = value
            else:
                row[name] = value
        self.collection_schema.normalizer.fill(row)
        violations = self.collection_schema.validator.violations(row, where, path)
        if violations:
            return None, violations
        wrong = self._keyed(row) or self._filed(row)
        if wrong:
            rule, message = wrong
            return None, [Violation(where, path, rule, message)]
        return row, []

    def _keyed(self, row: Row) -> tuple[str, str] | None:
        """Give `row` its key; why it has none, if so."""
        collection = self.collection_schema.collection
        said = None if isinstance(collection.key, str) else row.beside.pop("key", None)
        try:
            try:
                row.key = collection.key_of(row)
            except KeyError:
                if said is None:
                    raise
                row.beside["key"], said = said, None  # it is of what the key is made
                row.key = collection.key_of(row)
        except KeyError as error:
            lacking = self._name_of(str(error.args[0]) if error.args else "")
            message = f"This row of {collection.name} lacks {lacking!r}, which its key is made of."
            return "key", f"{message} Write it into the row."
        except Exception as error:  # the key is made by a module's function, which may not foresee all
            message = f"The key of this row of {collection.name} cannot be made: {_told(error)}."
            return "key", f"{message} What it is made of has the wrong form."
        if said is not None and said != row.key:
            message = f"The key of this row of {collection.name} is {row.key!r}, and {KEY} says {said!r}."
            return "key", f"{message} Leave {KEY} out, or change what the key is made of."
        return None

    def _name_of(self, lacking: str) -> str:
        """What a row calls that which its key's function did not find: it looks beside the row too."""
        if isinstance(self.collection_schema.collection.key, str) or lacking.startswith(PRIVATE):
            return lacking
        return lacking if lacking in properties(self.collection_schema.schema()) else f"{PRIVATE}{lacking}"

    def _filed(self, row: Row) -> tuple[str, str] | None:
        """Why the indexes of the collection cannot file `row`, if so."""
        collection = self.collection_schema.collection
        try:
            hash(tuple(tuple(keys_of(row)) for keys_of in collection.indexes.values()))
        except Exception as error:  # as above
            message = f"This row of {collection.name} cannot be filed: {_told(error)}."
            mend = f"What is kept beside it, under keys with {PRIVATE!r}, has the wrong form."
            return "index", f"{message} {mend}"
        return None

    def encode(self, stored: Stored) -> dict[str, Any]:
        """A row at rest, with its key under `_key` where none of its properties says it."""
        told = to_fixture(stored.row())
        return (
            told
            if isinstance(self.collection_schema.collection.key, str)
            else {KEY: stored.position[1], **told}
        )


def to_fixture(row: Row) -> dict[str, Any]:
    """A row as a fixture file would say it, what is kept beside it included."""
    return {**row, **{f"{PRIVATE}{name}": value for name, value in row.beside.items()}}


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
