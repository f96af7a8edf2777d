"""Sends what worlds have in their outboxes, and writes down in each world what became of it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

from mockade.background.http_sender import HttpSender, told
from mockade.handling import Row
from mockade.outbox import Outbox, Outcome, OutgoingRequest
from mockade.state.index import Position
from mockade.state.rows import Stored
from mockade.state.transaction import Transaction
from mockade.worlds.journal import ExchangeListener
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
class Delivery:
    """A request on its way, and the rows that it carries, as they rested when it left."""

    rows: Mapping[str, Stored]
    task: asyncio.Task[None]

    def call_back(self) -> None:
        """Once: to cancel it again would cut off how it ends."""
        if not self.task.cancelling():
            self.task.cancel()


class Deliveries:
    """What a world's state has waiting is sent, however the world came to that state.

    What an outbox says is asked of the ground that the worlds stand on: a reload changes it. `tell` hears of
    every delivery.
    """

    def __init__(self, worlds: Worlds, http_sender: HttpSender, tell: ExchangeListener) -> None:
        self._worlds = worlds
        self._http_sender = http_sender
        self._tell = tell
        self._deliveries: dict[World, dict[Queue, Delivery]] = {}
        self._held: dict[World, None] = {}
        """The worlds that have more to send than there was room for."""
        self._closed = False

    def look(self, world: World) -> None:
        """Send what waits, and call back what no longer does: its rows are gone, or others."""
        if self._closed or not self._worlds.has(world):
            return
        deliveries = self._deliveries.get(world, {})
        for queue, delivery in deliveries.items():
            if not self._carried(world, queue.api, delivery.rows):
                delivery.call_back()
        for queue in self._waiting(world):
            if queue in deliveries:
                continue
            if len(deliveries) >= AT_ONCE_EACH or sum(map(len, self._deliveries.values())) >= AT_ONCE:
                self._held[world] = None
                return
            departed = self._sent(world, queue)
            if departed is not None:
                deliveries = self._deliveries.setdefault(world, {})
                deliveries[queue] = departed

    def drop(self, world: World) -> None:
        """Call back what is on its way for a world that was let go."""
        self._held.pop(world, None)
        for delivery in self._deliveries.get(world, {}).values():
            delivery.call_back()

    def _outbox(self, stem: str) -> Outbox | None:
        """None where an API has none, or is served no more."""
        api = self._worlds.served.apis.get(stem)
        return api.outbox if api is not None else None

    def _waiting(self, world: World) -> Iterator[Queue]:
        """The queues that have rows, the one with the oldest first."""
        for stem, api in self._worlds.served.apis.items():
            if api.outbox is None:
                continue
            queues = world.state.table(stem, api.outbox.collection).indexes.get(api.outbox.waiting)
            if queues is None:
                continue
            positions: dict[Hashable, Position] = {
                name: next(queues.positions(name)) for name in queues.filed
            }
            for name in sorted(positions, key=positions.__getitem__):
                yield Queue(stem, name)

    def _carried(self, world: World, stem: str, rows: Mapping[str, Stored]) -> list[Stored]:
        """Those of a flight's rows that still rest as they did when it left."""
        outbox = self._outbox(stem)
        if outbox is None:
            return []
        table = world.state.table(stem, outbox.collection)
        return [stored for key, stored in rows.items() if table.rows.get(key) is stored]

    def _sent(self, world: World, queue: Queue) -> Delivery | None:
        """The next rows of a queue on their way; None when the module fails to say what is to be sent."""
        api, outbox = self._worlds.served.apis[queue.api], self._outbox(queue.api)
        assert outbox is not None, "the queue is one of its"
        table = world.state.table(queue.api, outbox.collection)
        positions = table.indexes[outbox.waiting].positions(queue.name)
        rows = {key: table.rows[key] for _, key in islice(positions, outbox.together)}
        try:
            call = api.call(Transaction(world.state))
            outgoing = outbox.request(call, [stored.row() for stored in rows.values()])
        except Exception as error:  # whatever the module raises, the others' are to be sent
            self._complain(world, queue.api, outbox.request.__name__, error)
            return None
        task = asyncio.get_running_loop().create_task(self._send(world, queue, rows, outgoing))
        task.add_done_callback(partial(self._answered, world, queue))
        return Delivery(rows, task)

    async def _send(
        self, world: World, queue: Queue, rows: Mapping[str, Stored], outgoing: OutgoingRequest
    ) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        outcome = await self._http_sender.deliver(outgoing)
        took = loop.time() - began
        carried = self._carried(world, queue.api, rows) if self._worlds.has(world) else []
        if carried:
            self._write_down(world, queue.api, [one.row() for one in carried], outgoing, outcome, took)

    def _write_down(
        self,
        world: World,
        stem: str,
        rows: list[Row],
        outgoing: OutgoingRequest,
        outcome: Outcome,
        took: float,
    ) -> None:
        api, outbox = self._worlds.served.apis[stem], self._outbox(stem)
        assert outbox is not None, "its rows are carried"
        operation = outbox.ended.__name__

        def act(transaction: Transaction) -> None:
            outbox.ended(api.call(transaction), rows, outcome)

        try:
            exchange = world.transact_in_background(act, operation, stem, told(outgoing, outcome))
        except Exception as error:  # as above
            self._complain(world, stem, operation, error)
            return
        exchange.took = took
        self._tell(exchange)

    def _complain(self, world: World, stem: str, operation: str, error: Exception) -> None:
        reason = f"{operation} failed: {type(error).__name__}: {error}"
        exchange = world.record(operation, world.state, answered_by="timeline", api=stem, reason=reason)
        exchange.traceback = "".join(traceback.format_exception(error))
        self._tell(exchange)

    def _answered(self, world: World, queue: Queue, _task: asyncio.Task[None]) -> None:
        deliveries = self._deliveries[world]
        delivery = deliveries.pop(queue)
        if not deliveries:
            del self._deliveries[world]
        held, self._held = self._held, {}
        # Rows that still wait as they did would be sent without end: they stay until something changes.
        stuck = self._carried(world, queue.api, delivery.rows)
        for waiting in {world: None, **held}:
            if not (stuck and waiting is world):
                self.look(waiting)

    async def close(self, patience: float) -> None:
        """End within about `patience` seconds; what is on its way by then is dropped, and waits as before."""
        self._closed = True
        tasks = [
            delivery.task for deliveries in self._deliveries.values() for delivery in deliveries.values()
        ]
        if tasks:
            await asyncio.wait(tasks, timeout=patience)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        await self._http_sender.close()
