"""A store on Redis or Valkey: each world is a few keys, all in one slot of a cluster."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from itertools import compress
from typing import Any

from redis.exceptions import OutOfMemoryError

from mockade.state.clock import wall_time
from mockade.stores.interface import (
    FORMAT,
    KEPT_CHANGES,
    Answer,
    Commit,
    Entry,
    Failed,
    Gone,
    LoadedWorld,
    Numbers,
    StoreError,
    StoreRefuses,
    WorldDamaged,
    WrongStore,
)
from mockade.stores.redis import scripts
from mockade.stores.redis.answers import answer_of, committed, loaded
from mockade.stores.redis.checks import check_foreign, check_format, check_server, occupied
from mockade.stores.redis.connection_pool import connection_pool
from mockade.stores.redis.damage import Damages, is_damage
from mockade.stores.redis.names import WorldNames
from mockade.stores.redis.pipeline import Command, Pipeline
from mockade.stores.redis.rights import WORDS, refused_rights
from mockade.stores.redis.running import ScriptRunner
from mockade.stores.redis.runs import OtherServer, PinnedPipeline

PATIENCE_AT_START = 5.0
"""Seconds that it may take while nobody waits for an answer: workers start on machines that are busy."""

_AT_ONCE = 200
"""Entries of a journal that are read in one go."""


class RedisStore(ScriptRunner):
    """Worlds in a Redis or Valkey at `url` (redis://, rediss:// or unix://), below a prefix of its keys."""

    def __init__(self, url: str, prefix: str) -> None:
        """Raises ValueError where the address cannot be used (`connection_pool`)."""
        pool = connection_pool(url)
        super().__init__(url, pool)
        self._shown = self._refusals.store
        self._prefix = prefix
        self._damages = Damages(self._shown, prefix)
        self._rounds = PinnedPipeline(pool)
        self._entries = Pipeline(pool)  # of its own: thousands of them are not to come before a question
        self._names = WorldNames(self._redis, prefix)
        self._files = ""

    def _keys(self, world: str, *parts: str) -> list[str]:
        """The keys of a world; its name in braces keeps them together in a cluster."""
        return [f"{self._prefix}:{{{world}}}:{part}" for part in parts]

    async def start(self, files: str) -> None:
        self._files = files
        async with self._asking(PATIENCE_AT_START):
            facts = await self._redis.info()
            self._rounds.run = str(facts.get("run_id", ""))
            check_server(facts, self._shown)
            await self._load_scripts()
            if refused := await self._redis.evalsha(scripts.RIGHTS.digest, 0, self._names.meta, *WORDS):
                raise StoreRefuses(refused_rights(refused, self._prefix, self._shown))
            await check_foreign(self._redis, self._prefix, self._names.meta, self._shown)
        try:
            format_there, files_there = await self._run(
                scripts.START, [self._names.meta, self._names.key], FORMAT, files, patience=PATIENCE_AT_START
            )
        except StoreError as error:
            if str(error.__cause__).startswith("WRONGTYPE"):
                raise WrongStore(occupied(self._names.meta, self._prefix, self._shown)) from None
            raise
        if not format_there.isdigit():
            raise WrongStore(occupied(self._names.meta, self._prefix, self._shown))
        check_format(int(format_there), files_there.decode() == files, self._shown)

    async def names(self) -> list[str]:
        async with self._asking():
            return await self._names.all()

    async def load(self, world: str) -> LoadedWorld | None:
        run = self._rounds.run
        with self._damages.of(world):
            found = loaded(await self._run_long(scripts.LOAD, self._keys(world, *_PARTS[:4])))
        if found is not None:
            self._rounds.note(found.epoch, run)
        return found

    async def create(
        self,
        world: str,
        baseline: bytes,
        changes: Sequence[bytes],
        begin: int = 0,
        entries: int = 0,
        instead_of: str = "",
    ) -> LoadedWorld | None:
        await self._enlist(world)  # first, so that no world is there that nobody finds
        epoch, run = secrets.token_hex(6), self._rounds.run
        last = begin + entries
        facts = epoch, instead_of, baseline, begin, last
        with self._damages.of(world):
            is_made = await self._run_long(scripts.CREATE, self._keys(world, *_PARTS), *facts, *changes)
        if not is_made:
            return None
        await self._enlist(world)  # again, as one of its name may have been deleted meanwhile
        self._rounds.note(epoch, run)
        return LoadedWorld(epoch, len(changes), baseline, b"", changes, last)

    async def delete(self, world: str) -> bool:
        found = await self._run(scripts.DELETE, self._keys(world, *_PARTS), "")
        await self._strike(world)
        return bool(found)

    async def _enlist(self, world: str) -> None:
        async with self._asking():
            await self._names.add(world, self._files)

    async def _strike(self, world: str) -> None:
        async with self._asking():
            await self._names.strike(world, *self._keys(world, "head"))

    async def delete_idle(self, seconds: float, spared: str) -> list[str]:
        deleted = []
        for name in await self.names():
            if name == spared:
                continue
            with suppress(WorldDamaged), self._damages.of(name):
                if await self._run(scripts.DELETE, self._keys(name, *_PARTS), seconds):
                    await self._strike(name)
                    deleted.append(name)
        return deleted

    async def commit(self, commits: Sequence[Commit]) -> list[Answer]:
        run = self._rounds.run
        known = [self._rounds.may_ask(one.epoch) for one in commits]
        commands: list[Command] = []
        for one in compress(commits, known):
            script = scripts.COMMIT if one.changes else scripts.CHECK
            keys = self._keys(one.world, "head", "log")
            facts = one.epoch, one.version, one.entries, one.who, round(one.turn * 1000)
            commands.append(("EVALSHA", script.digest, 2, *keys, *facts, *one.changes))
        try:
            answers = iter(await self._execute(self._rounds, commands, run))
        except OtherServer:
            return [Gone()] * len(commits)
        return [
            self._committed(one.world, next(answers)) if is_known else Gone()
            for one, is_known in zip(commits, known, strict=True)
        ]

    def _committed(self, world: str, answer: Any) -> Answer:
        if isinstance(answer, OutOfMemoryError):
            return Failed(self._refusals.full())
        if is_damage(answer):
            return Failed(self._damages.error(world, answer))
        return committed(answer)

    async def keep_snapshot(self, world: str, epoch: str, version: int, snapshot: bytes) -> None:
        keys = self._keys(world, "head", "snapshot", "log")
        with self._damages.of(world):
            await self._run_long(scripts.SNAPSHOT, keys, epoch, version, snapshot, KEPT_CHANGES)

    async def claim(self, world: str, what: str, who: str, seconds: float) -> bool:
        keys = self._keys(world, f"claim:{what}")
        with self._damages.of(world):
            return bool(await self._run(scripts.CLAIM, keys, who, max(1, round(seconds * 1000))))

    async def release(self, world: str, what: str, who: str) -> None:
        with self._damages.of(world):
            await self._run(scripts.RELEASE, self._keys(world, f"claim:{what}"), who)

    async def add_entries(
        self, world: str, epoch: str, entries: Sequence[Entry], capacity: int, budget: int
    ) -> None:
        script, keys = scripts.ADD_ENTRIES, self._keys(world, "head", "journal")
        values = [value for entry in entries for value in entry]
        command: Command = ("EVALSHA", script.digest, len(keys), *keys, epoch, capacity, budget, *values)
        (answer,) = await self._execute(self._entries, [command])
        if isinstance(answer, Exception):
            with self._damages.of(world):
                raise self._refusals.of(answer) from answer

    async def entries_after(self, world: str, epoch: str, place: str) -> tuple[list[Entry], str] | None:
        keys = self._keys(world, "head", "journal")
        with self._damages.of(world):
            found = await self._run(scripts.ENTRIES, keys, epoch, f"({place}" if place else "-", _AT_ONCE)
            if found is None:
                return None
            entries = [Entry(int(number), data) for _, (_, number, _, data) in found]
        return entries, found[-1][0].decode() if found else place

    async def numbers(self, world: str, epoch: str) -> Numbers:
        with self._damages.of(world):
            async with self._asking():
                there, begin, forgotten, last, used = await answer_of(
                    self._redis.hmget(
                        self._keys(world, "head")[0], ["epoch", "begin", "forgotten", "numbered", "used"]
                    )
                )
            if there is None or there != epoch.encode():
                return Numbers(0, 0, 0.0)
            begin = max(int(begin), int(forgotten or 0))
            return Numbers(begin, int(last), max(0.0, wall_time() - int(used)))

    async def close(self) -> None:
        await self._rounds.close()
        await self._entries.close()
        await super().close()


_PARTS = ("head", "baseline", "snapshot", "log", "journal")
"""Of the keys of a world, but for its claims, which end by themselves."""
