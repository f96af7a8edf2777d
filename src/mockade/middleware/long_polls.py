"""Long polls: a call whose handler answered Wait runs again when rows change or its time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol, TypeVar

from mockade.asgi import Scope
from mockade.catalogue.answering import Waiting
from mockade.errors import OurFault
from mockade.handling.answers import Wait
from mockade.middleware.context import RoutedContext
from mockade.middleware.receiving import ClientGone
from mockade.server.connection import connection_of
from mockade.state.clock import steady_time
from mockade.state.state import State
from mockade.state.transaction import Transaction
from mockade.worlds.waits import Waiter
from mockade.worlds.world import World

LONGEST = 3600.0
"""Seconds that a call waits at most, whatever its handler says."""

Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)


class Act(Protocol[Answer_co]):
    """Runs a call in a transaction. Raises Waiting where its handler says so."""

    def __call__(
        self, transaction: Transaction, *, timed_out: bool = False, memo: Any = None
    ) -> Answer_co: ...


async def answered_later(
    scope: Scope, context: RoutedContext, act: Act[Answer], wait: Wait, is_current: Callable[[], bool]
) -> tuple[Answer, Transaction] | None:
    """What a call is answered that is to wait; None where it is no longer `is_current`: the APIs are others.

    Each time it runs in a transaction of its own, and one that ends in waiting changes nothing. Raises
    ClientGone when the client hung up meanwhile. In a world that was set back meanwhile it begins anew.
    """
    context.question = None  # another answer would have come at once
    poll = _Poll(scope, context.world, wait.seconds)
    while True:
        waiter = _waiter(context, wait)
        await poll.change(waiter, is_current)
        if not is_current():
            return None
        memo = wait.memo
        if waiter.restart is not None:
            poll.begin_anew(waiter.restart)
            memo = _first_memo(context, act, waiter.restart)
        is_over = poll.is_over
        try:
            return context.world.transact(partial(act, timed_out=is_over, memo=memo))
        except Waiting as waiting:
            if is_over:
                name = waiting.name
                message = f"{name} answers Wait though its time is over: look at call.timed_out."
                raise OurFault(message) from None
            wait = waiting.wait


def _first_memo(context: RoutedContext, act: Act[Answer], state: State) -> Any:
    """What a call that came at the moment of `state` would keep in mind; None where it would not wait."""
    notices = context.exchange.notices
    try:
        act(Transaction(state))
    except Waiting as waiting:
        return waiting.wait.memo
    context.exchange.notices = notices
    return None


def _waiter(context: RoutedContext, wait: Wait) -> Waiter:
    schema = context.api.collections.get(wait.collection)
    known: Iterable[str] = context.api.collections
    if schema is None:
        raise LookupError(f"Wait: there is no collection {wait.collection!r}, only {', '.join(known)}.")
    if wait.index and wait.index not in schema.collection.indexes:
        raise LookupError(f"Wait: the collection {wait.collection!r} has no index {wait.index!r}.")
    return Waiter((context.api.stem, wait.collection), wait.index, wait.value)


class _Poll:
    """The time of one call that waits: by the world's clock or the machine's, whichever is over first."""

    def __init__(self, scope: Scope, world: World, seconds: float) -> None:
        seconds = min(max(seconds, 0.0), LONGEST)
        self._world = world
        self._seconds = seconds
        self._connection = connection_of(scope)
        self._end = steady_time() + seconds
        self.begin_anew(world.state)

    def begin_anew(self, state: State) -> None:
        """Count its time by the world's clock from `state` on; by the machine's it goes on."""
        self._world_end = state.clock.now() + self._seconds

    @property
    def is_over(self) -> bool:
        ending = self._connection is not None and self._connection.is_ending
        return ending or self._world.waits.is_ended or self._remaining() <= 0.0

    def _remaining(self) -> float:
        """Seconds of the machine's clock."""
        clock = self._world.state.clock
        left = self._world_end - clock.now()
        if left <= 0.0:
            return 0.0
        return min(self._end - steady_time(), left / clock.rate if clock.rate > 0.0 else left + LONGEST)

    async def change(self, waiter: Waiter, is_current: Callable[[], bool]) -> None:
        """Return when what it waits for or the APIs are others, the time is over, or the world was set back.

        Raises ClientGone.
        """
        world, connection = self._world, self._connection
        seen = waiter.sees(world.state)
        while waiter.restart is None and waiter.sees(world.state) is seen:
            if self.is_over or not is_current():
                return
            if waiter.woken.done():
                waiter.woken = asyncio.get_running_loop().create_future()
            world.waits.add(waiter)
            try:
                if connection is None:
                    await asyncio.wait((waiter.woken,), timeout=self._remaining())
                else:
                    await connection.pause(self._remaining(), waiter.woken)
            finally:
                world.waits.remove(waiter)
            if connection is not None and connection.is_lost:
                raise ClientGone
