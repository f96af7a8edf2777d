"""A collection as a call sees it: its rows read and changed, held against the contract."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.normalizer import Normalizer
from mockade.contract.properties import properties
from mockade.contract.validators import Validator
from mockade.contract.violations import Violation, Where
from mockade.errors import OurFault, Refusal
from mockade.hints import did_you_mean
from mockade.state.index import Index
from mockade.state.rows import Collection, Row, joined_key
from mockade.state.table import Table
from mockade.state.transaction import Transaction


class CollectionSchema(NamedTuple):
    """A collection, and the schema of its rows: fills in defaults, validates, makes keys."""

    collection: Collection
    validator: Validator
    normalizer: Callable[[], Normalizer]
    """Makes it when it is first asked for: not each collection has rows at the start."""

    def node(self) -> Node:
        """The schema as the contract has it."""
        source = self.validator.source
        return Node.at(source, source.document.value_at(source))

    def validate(
        self, row: Any, where: Where = "response", path: tuple[str | int, ...] = ()
    ) -> list[Violation]:
        """Fill in the contract's defaults; answers what violates the contract in `row`, found at `path`."""
        self.normalizer().fill(row)
        return self.validator.violations(row, where, path)

    def set_key(self, row: Row) -> None:
        """Raises KeyError when `row` lacks what its key is made of; a key function may raise more."""
        row.key = self.collection.key_of(row)

    def check_index_keys(self, row: Row) -> None:
        """Raises what the collection's index functions raise, and TypeError for keys that have no hash."""
        hash((row.key, *(tuple(keys_of(row)) for keys_of in self.collection.indexes.values())))


_EMPTY_INDEX = Index()


class Rows:
    """One collection, as a call sees it. Rows come out as copies and go in as copies.

    Where it takes a row's key, that may be several parts, such as the parents' keys and the row's own.
    """

    __slots__ = ("_api", "_schema", "_transaction", "collection")

    def __init__(self, api: str, transaction: Transaction, schema: CollectionSchema) -> None:
        self._transaction = transaction
        self._schema = schema
        self.collection = schema.collection
        self._api = api

    @property
    def table(self) -> Table:
        """The rows as they are stored at this moment of the call."""
        return self._transaction.state.table(self._api, self.collection.name)

    @property
    def holds(self) -> str:
        """The component that the rows conform to, as messages name it."""
        return self.collection.holds

    def find(self, *key: Any) -> Row | None:
        """The row under `key`, or None."""
        joined = self._joined(key)  # before the table is asked for: a GET changes less between packages
        return stored.row() if (stored := self.table.rows.get(joined)) else None

    def get(self, *key: Any) -> Row:
        """The row under `key`; refuses with 404 in the API's dialect when there is none."""
        row = self.find(*key)
        if row is None:
            raise self.absent(str(key[-1]))
        return row

    def _joined(self, key: tuple[Any, ...]) -> str:
        """Raises TypeError for several parts where the collection's key is a property."""
        if len(key) == 1:
            return joined_key(key)
        if isinstance(self.collection.key, str) or not key:
            message = f"A row of {self.collection.name} has a key of one part, its {self.collection.key}"
            raise TypeError(f"{message}, and {len(key)} were given.")
        return joined_key(key)

    def absent(self, key: str) -> Refusal:
        """The refusal for a key that no row is under."""
        code, message = self.collection.absent
        return Refusal(404, code, message.format(key=key, collection=self.collection.name))

    def __iter__(self) -> Iterator[Row]:
        """All rows, oldest first."""
        rows = self.table.rows
        for _, key in self.table.order.items():
            yield rows[key].row()

    @property
    def births(self) -> int:
        """How many rows this collection ever had."""
        return self.table.births

    def birth(self, key: str) -> int:
        """Of how many births the row's was the last, from 1. Raises KeyError when there is none."""
        return self.table.rows[key].position[0] + 1

    def where(self, index: str, value: Hashable) -> Iterator[Row]:
        """The rows that `index` files under `value`, oldest first."""
        table = self.table
        for _, key in self._index(index).positions(value):
            yield table.rows[key].row()

    def count(self, index: str, value: Hashable) -> int:
        """How many rows `index` files under `value`; no row is read for it."""
        return self._index(index).count(value)

    def _index(self, name: str) -> Index:
        """Raises LookupError for one that the collection does not declare."""
        if name not in self.collection.indexes:
            hint = did_you_mean(name, self.collection.indexes)
            raise LookupError(f"The collection {self.collection.name} has no index {name!r}. {hint}")
        return self.table.indexes.get(name, _EMPTY_INDEX)

    def violations(self, values: Any, *path: str | int) -> list[Violation]:
        """What violates the contract in `values`, found at `path` of the body; fills its defaults in.

        For a body whose parts are accepted or refused one by one, which the contract does not do.
        """
        return self._schema.validate(values, "body", path)

    def add(self, values: Mapping[str, Any], /, **beside: Any) -> Row:
        """Store a new row, its contract defaults filled in; `beside` is kept with it and is in no answer.

        Refuses with 409 when its key is taken. A row that was made up for the start, and that nobody has
        changed, gives way: whoever creates one of its key knows nothing of it.
        Raises ValueError when it lacks what its key is made of, such as its parent's key.
        """
        row = Row(values, beside={**(values.beside if isinstance(values, Row) else {}), **beside})
        try:
            self._schema.set_key(row)
        except KeyError as error:
            raise ValueError(_lacks(self._schema, str(error.args[0]) if error.args else "")) from error
        transaction = self._transaction
        if transaction.state.is_made_up(self._api, self.collection.name, row.key):
            transaction.remove(self._api, self.collection, row.key)
        if row.key in self.table.rows:
            raise Refusal(409, "conflict", f"There is a {row.key} in {self.collection.name} already.")
        return self.put(row)

    @property
    def written(self) -> int:
        """How many rows this collection ever had, but for those that were made up for the start."""
        return self._transaction.state.written(self._api, self.collection.name)

    def put(self, row: Row) -> Row:
        """Store `row` under its key, which is set where it has none, in place of the row that was there."""
        if not row.key:
            self._schema.set_key(row)
        violations = self._schema.validate(row)
        if violations:
            collection = self.collection
            raise OurFault(f"A row of {collection.name} would not be a {collection.holds}.", violations)
        self._transaction.put(self._api, self.collection, row)
        return row

    def change(self, *key: Any, **fields: Any) -> Row:
        """The row under `key` with `fields` replaced; refuses with 404 when there is none."""
        row = self.get(*key)
        row.update(fields)
        return self.put(row)

    def remove(self, *key: Any) -> None:
        """Remove the row under `key`; refuses with 404 when there is none."""
        joined = self._joined(key)
        if joined not in self.table.rows:
            raise self.absent(str(key[-1]))
        self._transaction.remove(self._api, self.collection, joined)


def _lacks(schema: CollectionSchema, name: str) -> str:
    """A sentence about a row without something that its key is made of: a property, or kept beside it."""
    collection = schema.collection
    is_property = isinstance(collection.key, str) or name.partition(".")[0] in properties(schema.node())
    mend = f"put {name!r} into the values" if is_property else f"say add(values, {name.removeprefix('_')}=…)"
    return f"A new row of {collection.name} lacks {name!r}, which its key is made of: {mend}."
