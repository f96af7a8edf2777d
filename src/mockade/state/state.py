"""Everything in a world that calls change, at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from mockade.state.caller import Caller
from mockade.state.clock import Clock
from mockade.state.hash_trie import HashTrie
from mockade.state.kept_replies import KeptReplies
from mockade.state.table import Table
from mockade.state.timeline import Timeline

_EMPTY_TABLE = Table()
TableName = tuple[str, str]
"""An API and a collection of it."""

_NO_TABLES: Mapping[TableName, Table] = MappingProxyType({})


class StartingTables(Protocol):
    """The tables that a world of one seed starts with: each is made when it is first asked for.

    What is made depends on nothing that happens in the world, so that it may be made at any time.
    """

    def names(self) -> Iterable[TableName]: ...

    def table(self, name: TableName) -> Table | None:
        """None where the collection starts without rows that were made."""

    def seeded(self, seed: int) -> StartingTables:
        """Those of a world of another seed."""


class _NoTables:
    """Worlds that start with no rows but those that are put into them."""

    def names(self) -> Iterable[TableName]:
        return ()

    def table(self, name: TableName) -> Table | None:  # noqa: ARG002  # as StartingTables has it
        return None

    def seeded(self, seed: int) -> StartingTables:  # noqa: ARG002  # as StartingTables has it
        return self


NO_TABLES: StartingTables = _NoTables()


class State(NamedTuple):
    """Everything in a world that calls change, at one moment. Immutable: keeping one costs a pointer."""

    clock: Clock
    seed: int = 0
    tables: Mapping[TableName, Table] = _NO_TABLES
    """Those that were put or changed. There are few, so that a change makes a new dict of all."""
    timeline: Timeline = Timeline()
    callers: HashTrie[tuple[str, str, str], Caller] = HashTrie()
    """By API, security scheme and secret."""
    replies: KeptReplies = KeptReplies()
    """Answers to requests with an idempotency key."""
    draws: int = 0
    """How often this world's chance has been drawn from."""

    taken: float | None = None
    """Of a snapshot: the world's time at which it was taken, in seconds since 1970."""

    start: StartingTables = NO_TABLES
    """The tables of the collections that are not among `tables`."""

    def table(self, api: str, collection: str) -> Table:
        found = self.tables.get((api, collection))
        if found is None:
            found = self.start.table((api, collection))
        return _EMPTY_TABLE if found is None else found

    def all_tables(self) -> dict[TableName, Table]:
        """Every table that has or had rows. Makes those that nobody has asked for yet."""
        untouched = [name for name in self.start.names() if name not in self.tables]
        return {**{name: self.table(*name) for name in untouched}, **self.tables}

    def is_made_up(self, api: str, collection: str, key: str) -> bool:
        """Whether there is a row under the key, as it was made up for the start."""
        stored = self.table(api, collection).rows.get(key)
        table = self.start.table((api, collection)) if stored is not None else None
        made = table.rows.get(key) if table is not None else None
        if stored is None or made is None:
            return False
        # Not the position: a row that comes back from a file has another one.
        return (made.values, made.beside) == (stored.values, stored.beside)

    def written(self, api: str, collection: str) -> int:
        """How many rows there ever were, but for those that were made up for the start."""
        made = self.start.table((api, collection))
        births = self.table(api, collection).births
        return max(births - (made.births if made is not None else 0), 0)

    def seeded(self, seed: int) -> State:
        """With another seed, and the tables that it starts with by that."""
        return self._replace(seed=seed, start=self.start.seeded(seed))

    def rows(self) -> int:
        """How many rows there are in all collections of all APIs."""
        return sum(len(table.rows) for table in self.all_tables().values())
