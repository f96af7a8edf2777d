"""Sends what worlds have in their outboxes, and records the outcome in each world."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

from mockade.background.http_sender import HttpSender, summary
from mockade.handling import Row
from mockade.outbox import Outbox, Outcome, OutgoingRequest
from mockade.state.index import Position
from mockade.state.rows import Stored
from mockade.state.transaction import Transaction
from mockade.worlds.journal import ExchangeListener
from mockade.worlds.registry import Worlds
from mockade.worlds.world import World

MOST_PER_WORLD = 8
"""Concurrent requests of one world: its slow receivers must not hold up other worlds, and a simple receiver
accepts few connections at once."""

MOST_REQUESTS = 512
"""Concurrent requests of all worlds, each of which takes a socket."""


CLAIM_MARGIN = 5.0
"""Seconds beside its timeout that a delivery may take before another process that shares its world tries."""

CLAIM_PAUSE = 1.0
"""Seconds until it is looked again what waits in a world of which another process sends something."""


class Queue(NamedTuple):
    """Rows of an API that are sent one after the other."""

    api: str
    name: Hashable


@dataclass(slots=True)
class Delivery:
    """A request under way, and the rows that it carries, as stored when it was sent."""

    rows: Mapping[str, Stored]
    task: asyncio.Task[None]
    is_answered: bool = False
    """Whether it only has to be noted: a note that is still to be confirmed must not cancel it."""

    def cancel(self) -> None:
        """Once: a second cancellation would interrupt its clean-up."""
        if not self.task.cancelling():
            self.task.cancel()


class Deliveries:
    """Sends the rows that wait in a world's outboxes, however the world came to that state.

    The outboxes are those of the APIs that are served at the time: a reload replaces them. `on_exchange` is
    called with the exchange of every delivery.
    """

    def __init__(self, worlds: Worlds, http_sender: HttpSender, on_exchange: ExchangeListener) -> None:
        self._worlds = worlds
        self._http_sender = http_sender
        self._on_exchange = on_exchange
        self._deliveries: dict[World, dict[Queue, Delivery]] = {}
        self._postponed: dict[World, None] = {}
        """The worlds that have more to send than the limits allowed."""
        self._closed = False

    def update(self, world: World) -> None:
        """Send what waits, and cancel requests whose rows are gone or have changed."""
        if self._closed or not self._worlds.has(world):
            return
        deliveries = self._deliveries.get(world, {})
        for queue, delivery in deliveries.items():
            if not (delivery.is_answered or self._unchanged(world, queue.api, delivery.rows)):
                delivery.cancel()
        for queue in self._waiting(world):
            if queue in deliveries:
                continue
            if len(deliveries) >= MOST_PER_WORLD or sum(map(len, self._deliveries.values())) >= MOST_REQUESTS:
                self._postponed[world] = None
                return
            started = self._start(world, queue)
            if started is not None:
                deliveries = self._deliveries.setdefault(world, {})
                deliveries[queue] = started

    def drop(self, world: World) -> None:
        """Cancel the requests of a world that was dropped."""
        self._postponed.pop(world, None)
        for delivery in self._deliveries.get(world, {}).values():
            delivery.cancel()

    def _outbox(self, stem: str) -> Outbox | None:
        """None where the API has none, or is not served any more."""
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

    def _unchanged(self, world: World, stem: str, rows: Mapping[str, Stored]) -> list[Stored]:
        """Those of `rows` that are still stored as they were when they were sent."""
        outbox = self._outbox(stem)
        if outbox is None:
            return []
        table = world.state.table(stem, outbox.collection)
        return [stored for key, stored in rows.items() if world.is_unchanged(table.rows.get(key), stored)]

    def _start(self, world: World, queue: Queue) -> Delivery | None:
        """Send the next rows of a queue; None when it has no outbox or the module's function fails."""
        api, outbox = self._worlds.served.apis[queue.api], self._outbox(queue.api)
        if outbox is None:
            return None
        table = world.state.table(queue.api, outbox.collection)
        positions = table.indexes[outbox.waiting].positions(queue.name)
        rows = {key: table.rows[key] for _, key in islice(positions, outbox.together)}
        try:
            call = api.call(Transaction(world.state))
            outgoing = outbox.request(call, [stored.row() for stored in rows.values()])
        except Exception as error:  # whatever the module raises, other queues go on
            self._record_failure(world, queue.api, outbox.request.__name__, error)
            return None
        task = asyncio.get_running_loop().create_task(self._send(world, queue, rows, outgoing))
        task.add_done_callback(partial(self._done, world, queue))
        return Delivery(rows, task)

    async def _send(
        self, world: World, queue: Queue, rows: Mapping[str, Stored], outgoing: OutgoingRequest
    ) -> None:
        loop = asyncio.get_running_loop()
        claim = f"delivery:{queue.api}:{queue.name}"
        if not await world.claim(claim, outgoing.timeout + CLAIM_MARGIN):
            loop.call_later(CLAIM_PAUSE, self.update, world)
            return
        try:
            if not self._there(world, queue.api, rows):
                return  # another process has sent them
            began = loop.time()
            outcome = await self._http_sender.send(outgoing)
            took = loop.time() - began
            self._deliveries[world][queue].is_answered = True
            while unchanged := self._there(world, queue.api, rows):
                fresh = [one.row() for one in unchanged]
                self._record_outcome(world, queue.api, fresh, outgoing, outcome, took)
                if await world.settled():
                    return
        finally:
            await world.release(claim)

    def _there(self, world: World, stem: str, rows: Mapping[str, Stored]) -> list[Stored]:
        return self._unchanged(world, stem, rows) if self._worlds.has(world) else []

    def _record_outcome(
        self,
        world: World,
        stem: str,
        rows: list[Row],
        outgoing: OutgoingRequest,
        outcome: Outcome,
        took: float,
    ) -> None:
        api, outbox = self._worlds.served.apis[stem], self._outbox(stem)
        if outbox is None:
            return
        operation = outbox.ended.__name__

        def act(transaction: Transaction) -> None:
            outbox.ended(api.call(transaction), rows, outcome)

        try:
            exchange = world.transact_in_background(act, operation, stem, summary(outgoing, outcome))
        except Exception as error:  # likewise
            self._record_failure(world, stem, operation, error)
            return
        exchange.took = took
        self._on_exchange(exchange)

    def _record_failure(self, world: World, stem: str, operation: str, error: Exception) -> None:
        reason = f"{operation} failed: {type(error).__name__}: {error}"
        exchange = world.record(operation, world.state, answered_by="timeline", api=stem, reason=reason)
        exchange.traceback = "".join(traceback.format_exception(error))
        self._on_exchange(exchange)

    def _done(self, world: World, queue: Queue, _task: asyncio.Task[None]) -> None:
        deliveries = self._deliveries[world]
        delivery = deliveries.pop(queue)
        if not deliveries:
            del self._deliveries[world]
        postponed, self._postponed = self._postponed, {}
        # Rows that are as they were would be sent without end: they wait until the world changes.
        stuck = self._unchanged(world, queue.api, delivery.rows)
        for waiting in {world: None, **postponed}:
            if not (stuck and waiting is world):
                self.update(waiting)

    async def close(self, timeout: float) -> None:
        """Wait about `timeout` seconds at most for requests under way, then cancel them; their rows stay."""
        self._closed = True
        tasks = [
            delivery.task for deliveries in self._deliveries.values() for delivery in deliveries.values()
        ]
        if tasks:
            await asyncio.wait(tasks, timeout=timeout)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        await self._http_sender.close()
