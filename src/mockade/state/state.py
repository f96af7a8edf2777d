"""Everything in a world that calls change, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from mockade.state.caller import Caller
from mockade.state.clock import Clock
from mockade.state.hash_trie import HashTrie
from mockade.state.kept_replies import KeptReplies
from mockade.state.table import Table
from mockade.state.timeline import Timeline

_EMPTY_TABLE = Table()
_NO_TABLES: Mapping[tuple[str, str], Table] = MappingProxyType({})


class State(NamedTuple):
    """Everything in a world that calls change, at one moment. Immutable: keeping one costs a pointer."""

    clock: Clock
    seed: int = 0
    tables: Mapping[tuple[str, str], Table] = _NO_TABLES
    """By API and collection. There are few, so that a change makes a new dict of all."""
    timeline: Timeline = Timeline()
    callers: HashTrie[tuple[str, str, str], Caller] = HashTrie()
    """By API, security scheme and secret."""
    replies: KeptReplies = KeptReplies()
    """Answers to requests with an idempotency key."""
    draws: int = 0
    """How often this world's chance has been drawn from."""

    def table(self, api: str, collection: str) -> Table:
        return self.tables.get((api, collection), _EMPTY_TABLE)

    def rows(self) -> int:
        """How many rows there are in all collections of all APIs."""
        return sum(len(table.rows) for table in self.tables.values())
