"""The names of the worlds in a Redis, beside the worlds themselves."""

from __future__ import annotations

import redis.asyncio as redis

from mockade.stores.interface import FORMAT
from mockade.stores.redis.answers import answer_of


class WorldNames:
    """A set of names, and what says whose it is. Raises what redis-py raises."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._redis = client
        self.key = f"{prefix}:worlds"
        self.meta = f"{prefix}:meta"

    async def all(self) -> list[str]:
        found = await answer_of(self._redis.smembers(self.key))
        return sorted(name.decode("utf-8", "replace") for name in found)

    async def add(self, world: str, files: str) -> None:
        """Have a world found by its name, in a store that says what it is, were it flushed meanwhile."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.hsetnx(self.meta, "format", str(FORMAT))
        pipeline.hsetnx(self.meta, "files", files)
        pipeline.sadd(self.key, world)
        await pipeline.execute()

    async def strike(self, world: str, head: str) -> None:
        """Have one that was deleted not be found, but for one that was made of its name meanwhile."""
        await answer_of(self._redis.srem(self.key, world))
        if await self._redis.exists(head):
            await answer_of(self._redis.sadd(self.key, world))
