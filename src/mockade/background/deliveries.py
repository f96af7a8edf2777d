"""Sends what worlds have in their outboxes, and writes down in each world what became of it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

from mockade.background.http_sender import Courier, told
from mockade.handling import Row
from mockade.outbox import Outbox, Outcome, Parcel
from mockade.state.index import Place
from mockade.state.rows import Stored
from mockade.state.transaction import Transaction
from mockade.worlds.journal import Tell
from mockade.worlds.registry import Worlds
from mockade.worlds.world import World

AT_ONCE_EACH = 8
"""Requests that one world may have on their way: its slow receivers are not to hold up another world's, and a
simple one has room for few who come at the same moment."""

AT_ONCE = 512
"""Requests that all worlds together may have on their way, each of which costs a socket."""


class Queue(NamedTuple):
    """Rows of an API that wait for one another."""

    api: str
    name: Hashable


@dataclass(slots=True)
class Flight:
    """A request on its way, and the rows that it carries, as they rested when it left."""

    rows: Mapping[str, Stored]
    task: asyncio.Task[None]

    def call_back(self) -> None:
        """Once: to cancel it again would cut off how it ends."""
        if not self.task.cancelling():
            self.task.cancel()


class Sender:
    """What a world's state has waiting is sent, however the world came to that state.

    What an outbox says is asked of the ground that the worlds stand on: a reload changes it. `tell` hears of
    every delivery.
    """

    def __init__(self, worlds: Worlds, courier: Courier, tell: Tell) -> None:
        self._worlds = worlds
        self._courier = courier
        self._tell = tell
        self._flights: dict[World, dict[Queue, Flight]] = {}
        self._held: dict[World, None] = {}
        """The worlds that have more to send than there was room for."""
        self._closed = False

    def look(self, world: World) -> None:
        """Send what waits, and call back what no longer does: its rows are gone, or others."""
        if self._closed or not self._worlds.has(world):
            return
        flights = self._flights.get(world, {})
        for queue, flight in flights.items():
            if not self._carried(world, queue.api, flight.rows):
                flight.call_back()
        for queue in self._waiting(world):
            if queue in flights:
                continue
            if len(flights) >= AT_ONCE_EACH or sum(map(len, self._flights.values())) >= AT_ONCE:
                self._held[world] = None
                return
            departed = self._departed(world, queue)
            if departed is not None:
                flights = self._flights.setdefault(world, {})
                flights[queue] = departed

    def drop(self, world: World) -> None:
        """Call back what is on its way for a world that was let go."""
        self._held.pop(world, None)
        for flight in self._flights.get(world, {}).values():
            flight.call_back()

    def _outbox(self, stem: str) -> Outbox | None:
        """None where an API has none, or is served no more."""
        api = self._worlds.ground.apis.get(stem)
        return api.outbox if api is not None else None

    def _waiting(self, world: World) -> Iterator[Queue]:
        """The queues that have rows, the one with the oldest first."""
        for stem, api in self._worlds.ground.apis.items():
            if api.outbox is None:
                continue
            queues = world.state.table(stem, api.outbox.collection).indexes.get(api.outbox.waiting)
            if queues is None:
                continue
            places: dict[Hashable, Place] = {name: next(queues.places(name)) for name in queues.filed}
            for name in sorted(places, key=places.__getitem__):
                yield Queue(stem, name)

    def _carried(self, world: World, stem: str, rows: Mapping[str, Stored]) -> list[Stored]:
        """Those of a flight's rows that still rest as they did when it left."""
        outbox = self._outbox(stem)
        if outbox is None:
            return []
        table = world.state.table(stem, outbox.collection)
        return [stored for key, stored in rows.items() if table.rows.get(key) is stored]

    def _departed(self, world: World, queue: Queue) -> Flight | None:
        """The next rows of a queue on their way; None when the module fails to say what is to be sent."""
        api, outbox = self._worlds.ground.apis[queue.api], self._outbox(queue.api)
        assert outbox is not None, "the queue is one of its"
        table = world.state.table(queue.api, outbox.collection)
        places = table.indexes[outbox.waiting].places(queue.name)
        rows = {key: table.rows[key] for _, key in islice(places, outbox.together)}
        try:
            call = api.call(Transaction(world.state))
            parcel = outbox.request(call, [stored.row() for stored in rows.values()])
        except Exception as error:  # whatever the module raises, the others' are to be sent
            self._complain(world, queue.api, outbox.request.__name__, error)
            return None
        task = asyncio.get_running_loop().create_task(self._fly(world, queue, rows, parcel))
        task.add_done_callback(partial(self._landed, world, queue))
        return Flight(rows, task)

    async def _fly(self, world: World, queue: Queue, rows: Mapping[str, Stored], parcel: Parcel) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        outcome = await self._courier.deliver(parcel)
        took = loop.time() - began
        carried = self._carried(world, queue.api, rows) if self._worlds.has(world) else []
        if carried:
            self._write_down(world, queue.api, [one.row() for one in carried], parcel, outcome, took)

    def _write_down(
        self, world: World, stem: str, rows: list[Row], parcel: Parcel, outcome: Outcome, took: float
    ) -> None:
        api, outbox = self._worlds.ground.apis[stem], self._outbox(stem)
        assert outbox is not None, "its rows are carried"
        operation = outbox.ended.__name__

        def act(transaction: Transaction) -> None:
            outbox.ended(api.call(transaction), rows, outcome)

        try:
            exchange = world.enact(act, operation, stem, told(parcel, outcome))
        except Exception as error:  # as above
            self._complain(world, stem, operation, error)
            return
        exchange.took = took
        self._tell(exchange)

    def _complain(self, world: World, stem: str, operation: str, error: Exception) -> None:
        reason = f"{operation} failed: {type(error).__name__}: {error}"
        exchange = world.note(operation, world.state, answered_by="timeline", api=stem, reason=reason)
        exchange.traceback = "".join(traceback.format_exception(error))
        self._tell(exchange)

    def _landed(self, world: World, queue: Queue, _task: asyncio.Task[None]) -> None:
        flights = self._flights[world]
        flight = flights.pop(queue)
        if not flights:
            del self._flights[world]
        held, self._held = self._held, {}
        # Rows that still wait as they did would be sent without end: they stay until something changes.
        stuck = self._carried(world, queue.api, flight.rows)
        for waiting in {world: None, **held}:
            if not (stuck and waiting is world):
                self.look(waiting)

    async def close(self, patience: float) -> None:
        """End within about `patience` seconds; what is on its way by then is dropped, and waits as before."""
        self._closed = True
        tasks = [flight.task for flights in self._flights.values() for flight in flights.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=patience)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        await self._courier.close()
