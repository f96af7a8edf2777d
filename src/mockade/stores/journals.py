"""Sends the entries of this process to the journals in the store, and reads those of all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from mockade.state.clock import steady_time
from mockade.stores.connection import StoreConnection
from mockade.stores.entries import encode_entry
from mockade.stores.interface import Entry, Numbers, StoreFull, WorldDamaged
from mockade.stores.shared_world import SharedWorld
from mockade.worlds.journal import BUDGET

BATCH = 500
"""Entries that are sent in one go."""

PATIENCE = 1.0
"""Seconds that a reader waits for entries whose numbers were given, counted from when the last was given."""

CLOCK_ERROR = 2.0
"""Seconds by which the reader's clock may differ from the store's, which tells whole seconds."""

_LOOK = 0.01
"""Seconds between two looks meanwhile."""


_Found = tuple[list[Entry], str] | None
"""Entries and the place after them; None where the world is gone."""


class SharedJournals:
    """The journals of a store, of which each world of this process has a copy of what was read."""

    def __init__(self, connection: StoreConnection, capacity: int) -> None:
        self._connection = connection
        self._store = connection.store
        self._capacity = capacity
        self._growing: dict[SharedWorld, bool] = {}
        """The worlds that may have entries to send, and whether they had none at the last look."""

    def will_grow(self, world: SharedWorld) -> None:
        """Note that entries of a world have got their numbers; they are made in the next turn of the loop."""
        self._growing[world] = False

    async def send_all(self) -> None:
        """Send what this process has entered. Raises StoreError; what was not sent is sent next time."""
        for world in list(self._growing):
            if world.journal.unsent and world.is_loaded:
                self._growing[world] = False
                with suppress(WorldDamaged):  # others are sent all the same
                    while world.journal.unsent and world.is_loaded:
                        await self._send(world)
            elif self._growing[world]:
                del self._growing[world]
            else:
                self._growing[world] = True

    async def _send(self, world: SharedWorld) -> None:
        exchanges = world.journal.take_unsent(BATCH)
        entries = [Entry(one.id, encode_entry(one)) for one in exchanges]
        epoch = world.epoch
        try:
            await self._connection.ask(
                lambda: self._store.add_entries(world.name, epoch, entries, self._capacity, BUDGET)
            )
        except BaseException as error:
            world.journal.send_again(exchanges)
            if isinstance(error, StoreFull):
                world.rest()
            raise

    async def read(self, world: SharedWorld) -> bool:
        """Read what there is by now; false where the store has no such world any more. Raises StoreError."""
        is_there = await self._read(world)
        world.journal.give_up_on_holes()
        return is_there

    async def read_all(self, world: SharedWorld) -> None:
        """Read up to the last number that was given to anybody by now. Raises StoreError.

        Entries that are long overdue were lost with who was to send them, and nobody waits for them again.
        A full store has what it has: nobody waits for more.
        """
        if not self._capacity:
            return
        if world.journal.unsent:
            with suppress(StoreFull):
                await self._send(world)
        epoch = world.epoch
        numbers = await self._numbers(world)
        end = steady_time() + min(PATIENCE, PATIENCE + CLOCK_ERROR - numbers.idle)
        while await self._read(world, numbers) and epoch == world.epoch:
            if world.journal.is_read_to(numbers.last) or world.rests:
                return
            if steady_time() > end:
                world.journal.give_up_on_holes(at_once=True)
                return
            await asyncio.sleep(_LOOK)

    async def look(self, world: SharedWorld) -> None:
        """Know how many entries there are, and read none. Raises StoreError."""
        if self._capacity:
            await self._numbers(world)

    async def _numbers(self, world: SharedWorld) -> Numbers:
        epoch = world.epoch
        numbers = await self._connection.ask(lambda: self._store.numbers(world.name, epoch))
        if epoch == world.epoch:
            world.take_numbers(numbers)
        return numbers

    async def _read(self, world: SharedWorld, numbers: Numbers | None = None) -> bool:
        """Read what there is by now; whether the store has the world still."""
        if not world.journal.place:
            epoch = world.epoch
            numbers = numbers or await self._numbers(world)
            if epoch == world.epoch and not world.journal.place:  # nobody else has read it meanwhile
                world.journal.expect(numbers)
        while True:
            epoch, after = world.epoch, world.journal.place
            found = await self._connection.ask(self._entries_after(world.name, epoch, after))
            if epoch != world.epoch:
                return True  # it is another world by now
            if found is None:
                return False
            entries, place = found
            if not entries:
                return True
            if after == world.journal.place:  # else somebody else has read the same meanwhile
                world.journal.read_on(world.name, entries, place, world.coverage.count)

    def _entries_after(self, name: str, epoch: str, place: str) -> Callable[[], Awaitable[_Found]]:
        return lambda: self._store.entries_after(name, epoch, place)
