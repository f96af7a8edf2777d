"""A call's view of the state, and what it changed."""

from __future__ import annotations

import math
from typing import NamedTuple

from mockade.state.caller import Caller
from mockade.state.clock import DAY, start_of_day, timestamp
from mockade.state.kept_replies import KeptReply
from mockade.state.rows import Collection, Row, Stored
from mockade.state.state import State
from mockade.state.table import Table
from mockade.state.timeline import Event


class Change(NamedTuple):
    """What a call did to one row; `before` and `after` are parsed when they are read."""

    api: str
    collection: str
    key: str
    was: Stored | None
    became: Stored | None

    @property
    def before(self) -> Row | None:
        """The row before, None where it was not there."""
        return self.was.row() if self.was else None

    @property
    def after(self) -> Row | None:
        """The row after, None where it is gone."""
        return self.became.row() if self.became else None

    def size(self) -> int:
        """About how many bytes keeping it costs."""
        return sum(len(row.values) + len(row.beside) for row in (self.was, self.became) if row)


class Transaction:
    """A call's view of the state: it reads its own writes, and nobody else sees them before `state` is taken.

    Persistent maps make a working copy free, so there is no overlay to merge: dropping this object drops
    all that the call did.
    """

    __slots__ = ("_touched", "same_until", "start", "state")

    def __init__(self, state: State) -> None:
        self.start = state
        self.state = state
        self.same_until = math.inf
        """Till when the same call reads the same time, in seconds since 1970 of the world's time."""
        self._touched: dict[tuple[str, str, str], None] = {}

    def now(self) -> float:
        """The world's time, in seconds since 1970: what depends on it is another the next moment."""
        self.same_until = -math.inf
        return self.state.clock.now()

    def today(self, at: float | None = None) -> str:
        """The first moment of the world's day in UTC, or of that of `at`, as a date-time.

        What depends on it lasts all day.
        """
        now = self.state.clock.now() if at is None else at
        self.same_until = min(self.same_until, (now // DAY + 1) * DAY)
        return start_of_day(timestamp(now))

    def table(self, api: str, collection: str) -> Table:
        return self.state.table(api, collection)

    def put(self, api: str, collection: Collection, row: Row) -> None:
        """Store a copy of `row` under `row.key`."""
        table = self.table(api, collection.name).put(collection, row)
        self._replace(api, collection.name, row.key, table)

    def put_back(self, api: str, collection: Collection, stored: Stored) -> None:
        """Put a row that was removed back at its place. Raises ValueError where its key is taken again."""
        birth, key = stored.position
        table = self.table(api, collection.name)
        if key in table.rows:
            raise ValueError(key)
        births = max(table.births, birth + 1)  # fewer, where the world was set back to before it was made
        table = table.put_stored(collection, stored)._replace(births=births)
        self._replace(api, collection.name, key, table)

    def remove(self, api: str, collection: Collection, key: str) -> None:
        """Raises KeyError when there is no row under `key`."""
        table = self.table(api, collection.name).remove(collection, key)
        self._replace(api, collection.name, key, table)

    def _replace(self, api: str, collection: str, key: str, table: Table) -> None:
        self.state = self.state._replace(tables={**self.state.tables, (api, collection): table})
        self._touched[api, collection, key] = None

    def draw(self) -> int:
        """The number of the next draw from the world's chance."""
        number = self.state.draws
        self.state = self.state._replace(draws=number + 1)
        return number

    def set_event(self, event: Event, at: float) -> None:
        self.state = self.state._replace(timeline=self.state.timeline.set(event, at))

    def cancel_event(self, event: Event) -> None:
        self.state = self.state._replace(timeline=self.state.timeline.cancel(event))

    def keep_reply(self, key: str, reply: KeptReply) -> None:
        """Keep an answer for the request that comes again with `key`."""
        self.state = self.state._replace(replies=self.state.replies.keep(key, reply))

    def admit(self, api: str, scheme: str, secret: str, caller: Caller) -> None:
        """Let `caller` call with `secret` from now on."""
        callers = self.state.callers.insert((api, scheme, secret), caller)
        self.state = self.state._replace(callers=callers)

    def dismiss(self, api: str, scheme: str, secret: str) -> None:
        """Let nobody call with `secret` any more."""
        if (api, scheme, secret) in self.state.callers:
            callers = self.state.callers.remove((api, scheme, secret))
            self.state = self.state._replace(callers=callers)

    def changes(self) -> list[Change]:
        """What differs between the start and now, in the order of first touch."""
        found = []
        for api, collection, key in self._touched:
            before = self.start.table(api, collection).rows.get(key)
            after = self.state.table(api, collection).rows.get(key)
            if before is None and after is None:
                continue
            if before and after and (before.values, before.beside) == (after.values, after.beside):
                continue
            found.append(Change(api, collection, key, before, after))
        return found
