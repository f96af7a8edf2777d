"""Whether a Redis answers at all, for those who wait long for something else that they asked it."""

from __future__ import annotations

import asyncio

import redis.asyncio as redis

from mockade.stores.patience import Patience, shared
from mockade.stores.redis.pipeline import Pipeline


class HealthCheck:
    """Asks on a connection of its own, once for all who want to know at the same time."""

    def __init__(self, pool: redis.ConnectionPool, patience: float) -> None:
        """`pool` tells how to connect; the connection is none of those that it lends."""
        self._pipeline = Pipeline(pool)
        self._patience = patience
        self._look: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Return when it has answered. Raises TimeoutError, or what redis-py raises where the way fails."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._ask())
        await shared(self._look)

    async def _ask(self) -> None:
        async with Patience(self._patience):
            await self._pipeline.execute([("PING",)])

    async def close(self) -> None:
        if self._look is not None:
            self._look.cancel()
            await asyncio.gather(self._look, return_exceptions=True)
        await self._pipeline.close()
