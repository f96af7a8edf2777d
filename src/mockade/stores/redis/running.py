"""Runs our scripts in a Redis, for as long as their answers may take, and says what is wrong in our words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import redis.asyncio as redis
from redis.exceptions import NoScriptError, OutOfMemoryError, RedisError

from mockade.stores.patience import Patience
from mockade.stores.redis import scripts
from mockade.stores.redis.connection_pool import MOST_CONNECTIONS
from mockade.stores.redis.damage import is_damage
from mockade.stores.redis.health_check import HealthCheck
from mockade.stores.redis.pipeline import Command, Pipeline
from mockade.stores.redis.refusals import Refusals

PATIENCE = 0.8
"""Seconds that an answer of the store may take (`Patience`): who waits for it gets a 503 within a second."""

LONG = 30.0
"""Seconds that a whole world may take on its way, as long as the store answers something else meanwhile."""

MOST_LONG = MOST_CONNECTIONS * 3 // 4
"""Worlds on their way at once: who found no connection for what is short would take the store for away."""

GLANCE = 0.1
"""Seconds after which it is looked whether the store does so."""


class ScriptRunner:
    """Asks the Redis at `url`, over connections of `pool`."""

    def __init__(self, url: str, pool: redis.ConnectionPool) -> None:
        self._refusals = Refusals(url)
        self._redis = redis.Redis.from_pool(pool)
        self._health = HealthCheck(pool, PATIENCE)
        self._turns = asyncio.Semaphore(MOST_LONG)

    @asynccontextmanager
    async def _asking(self, patience: float = PATIENCE) -> AsyncIterator[None]:
        """Raises StoreError for whatever the store or the way to it has against it."""
        try:
            async with Patience(patience):
                yield
        except TimeoutError:
            raise self._refusals.late(patience) from None
        except (RedisError, OSError) as error:
            raise self._refusals.of(error) from error

    async def _run(
        self, script: scripts.Script, keys: Sequence[str], *values: Any, patience: float = PATIENCE
    ) -> Any:
        async with self._asking(patience):
            try:
                return await self._redis.evalsha(script.digest, len(keys), *keys, *values)
            except NoScriptError:
                await self._load_scripts()
                return await self._redis.evalsha(script.digest, len(keys), *keys, *values)

    async def _run_long(self, script: scripts.Script, keys: Sequence[str], *values: Any) -> Any:
        """As `_run`, for what may take long: it is given up when the store answers nothing at all."""
        running = asyncio.create_task(self._run_in_turn(script, keys, *values))
        try:
            while not (await asyncio.wait([running], timeout=GLANCE))[0]:
                async with self._asking():
                    await self._health.look()
            return running.result()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _run_in_turn(self, script: scripts.Script, keys: Sequence[str], *values: Any) -> Any:
        async with self._turns:
            return await self._run(script, keys, *values, patience=LONG)

    async def _load_scripts(self) -> None:
        for script in scripts.ALL:
            await self._redis.script_load(script.text)

    async def _execute(self, pipeline: Pipeline, commands: Sequence[Command], run: str = "") -> list[Any]:
        """What is answered to each script; an error in its place where the store is full, or a world damaged.

        Raises StoreError for whatever else is wrong.
        """
        async with self._asking():
            answers = await pipeline.execute(commands, run)
            unknown = [at for at, one in enumerate(answers) if isinstance(one, NoScriptError)]
            if unknown:  # only these: the others were run
                await self._load_scripts()
                again = await pipeline.execute([commands[at] for at in unknown], run)
                for at, answer in zip(unknown, again, strict=True):
                    answers[at] = answer
            for one in answers:
                if (
                    isinstance(one, Exception)
                    and not isinstance(one, OutOfMemoryError)
                    and not is_damage(one)
                ):
                    raise one
        return answers

    async def close(self) -> None:
        """Let go of connections."""
        await self._health.close()
        await self._redis.aclose()
