"""Long polls of a world: who waits for rows to change, and who of them is woken by a change of the state."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from itertools import islice

from mockade.state.state import State, TableName

MOST_AT_ONCE = 50
"""How many are woken before others have their turn: each runs its call again."""


@dataclass(slots=True, eq=False)
class Waiter:
    """One who waits for the rows of a table, or for those that an index of it files under a value."""

    table: TableName
    index: str = ""
    value: Hashable = None
    restart: State | None = None
    """Where the world was set back meanwhile, to this: what is known of the time before counts no more."""
    woken: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def sees(self, state: State) -> object:
        """What it waits for, as it is: the same object as long as nothing changed there."""
        table = state.tables.get(self.table) or state.start.table(self.table)
        if table is None or not self.index:
            return table
        index = table.indexes.get(self.index)
        return index.filed.get(self.value) if index is not None else None

    def wake(self) -> None:
        if not self.woken.done():
            self.woken.set_result(None)


class Waits:
    """Those who wait in one world.

    A change costs a comparison for each table that somebody waits for, and one for each who waits for a table
    that changed.
    """

    __slots__ = ("_is_waking", "_woken", "by_table", "is_ended")

    def __init__(self) -> None:
        self.by_table: dict[TableName, dict[Waiter, None]] = {}
        self._woken: dict[Waiter, None] = {}
        self._is_waking = False
        self.is_ended = False
        """Whether nothing is worth waiting for any more: the world is gone."""

    def add(self, waiter: Waiter) -> None:
        self.by_table.setdefault(waiter.table, {})[waiter] = None

    def remove(self, waiter: Waiter) -> None:
        """Forget one, whether or not it was there."""
        waiters = self.by_table.get(waiter.table, {})
        waiters.pop(waiter, None)
        self._woken.pop(waiter, None)
        if not waiters:
            self.by_table.pop(waiter.table, None)

    def wake(self, before: State, after: State) -> None:
        """Wake whom a change of the state concerns; everybody where the time is another."""
        if before.clock is not after.clock:
            self.wake_all()
            return
        for name, waiters in self.by_table.items():
            if before.tables.get(name) is not after.tables.get(name) or before.start is not after.start:
                self._wake(one for one in waiters if one.sees(before) is not one.sees(after))

    def set_back(self, state: State) -> None:
        """Wake all, for the world goes on from another state than it came to."""
        for waiters in self.by_table.values():
            for one in waiters:
                one.restart = state
        self.wake_all()

    def end(self) -> None:
        self.is_ended = True
        self.wake_all()

    def wake_all(self) -> None:
        for waiters in self.by_table.values():
            self._wake(waiters)

    def _wake(self, waiters: Iterable[Waiter]) -> None:
        self._woken.update(dict.fromkeys(waiters))
        if self._woken and not self._is_waking:
            self._is_waking = True
            next(iter(self._woken)).woken.get_loop().call_soon(self._wake_some)

    def _wake_some(self) -> None:
        for waiter in list(islice(self._woken, MOST_AT_ONCE)):
            del self._woken[waiter]
            waiter.wake()
        self._is_waking = bool(self._woken)
        if self._woken:
            asyncio.get_running_loop().call_soon(self._wake_some)
