"""A store in this process, for applications in it that share worlds: what other stores are held against."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mockade.state.clock import steady_time
from mockade.stores.interface import (
    KEPT_CHANGES,
    Answer,
    Behind,
    Busy,
    Commit,
    Committed,
    Entry,
    Gone,
    LoadedWorld,
    Numbers,
    WrongStore,
)


@dataclass(slots=True)
class _World:
    baseline: bytes
    epoch: str = field(default_factory=lambda: secrets.token_hex(6))
    version: int = 0
    snapshot: tuple[int, bytes] = (0, b"")
    changes: deque[bytes] = field(default_factory=deque)
    """Those up to the version, the newest last."""
    begin: int = 0
    numbered: int = 0
    journal: deque[tuple[int, Entry]] = field(default_factory=deque)
    added: int = 0
    forgotten: int = 0
    """The last number before the entries that are kept, where bytes are what is short."""
    turn: tuple[str, float] = ("", 0.0)
    """Who may change it next, and until when nobody else."""
    used: float = field(default_factory=steady_time)

    def changes_after(self, version: int) -> list[bytes] | None:
        missing = self.version - version
        return list(self.changes)[-missing:] if 0 < missing <= len(self.changes) else None


class MemoryStore:
    """Worlds in dictionaries. It never waits, so that each method is one step for everybody else."""

    def __init__(self, now: Callable[[], float] = steady_time) -> None:
        self._now = now
        self._files = ""
        self._worlds: dict[str, _World] = {}
        self._claims: dict[tuple[str, str], tuple[str, float]] = {}

    async def start(self, files: str) -> None:
        if self._files not in ("", files):
            raise WrongStore("The store holds worlds that were made of other files.")
        self._files = files

    async def names(self) -> list[str]:
        return list(self._worlds)

    async def load(self, world: str) -> LoadedWorld | None:
        found = self._worlds.get(world)
        return self._loaded(found) if found is not None else None

    def _loaded(self, world: _World) -> LoadedWorld:
        version, snapshot = world.snapshot
        changes = world.changes_after(version) or []
        return LoadedWorld(world.epoch, world.version, world.baseline, snapshot, changes, world.numbered)

    async def create(
        self,
        world: str,
        baseline: bytes,
        changes: Sequence[bytes],
        begin: int = 0,
        entries: int = 0,
        instead_of: str = "",
    ) -> LoadedWorld | None:
        there = self._worlds.get(world)
        if (there.epoch if there is not None else "") != instead_of:
            return None
        made = self._worlds[world] = _World(baseline, begin=begin, numbered=begin + entries, used=self._now())
        made.changes.extend(changes)
        made.version = len(changes)
        return self._loaded(made)

    async def delete(self, world: str) -> bool:
        return self._worlds.pop(world, None) is not None

    async def delete_idle(self, seconds: float, spared: str) -> list[str]:
        now = self._now()
        idle = [name for name, world in self._worlds.items() if name != spared and now - world.used > seconds]
        for name in idle:
            del self._worlds[name]
        return idle

    async def commit(self, commits: Sequence[Commit]) -> list[Answer]:
        return [self._commit(one) for one in commits]

    def _commit(self, commit: Commit) -> Committed | Behind | Busy | Gone:
        world = self._worlds.get(commit.world)
        if world is None or world.epoch != commit.epoch:
            return Gone()
        now = self._now()
        if commit.entries or commit.changes:  # else somebody only looks at it
            world.used = now
        whose, until = world.turn
        if world.version != commit.version:
            if commit.turn and (until <= now or whose == commit.who):
                world.turn = commit.who, now + commit.turn
            return Behind(world.changes_after(commit.version) or ())
        if commit.changes and until > now:
            if whose != commit.who:
                return Busy()
            world.turn = "", 0.0
        world.changes.extend(commit.changes)
        world.version += len(commit.changes)
        first = world.numbered + 1
        world.numbered += commit.entries
        return Committed(first, world.numbered)

    async def keep_snapshot(self, world: str, epoch: str, version: int, snapshot: bytes) -> None:
        found = self._worlds.get(world)
        if found is None or found.epoch != epoch or found.snapshot[0] >= version:
            return
        found.snapshot = version, snapshot
        while len(found.changes) > max(found.version - version, KEPT_CHANGES):
            found.changes.popleft()

    async def claim(self, world: str, what: str, who: str, seconds: float) -> bool:
        holder, until = self._claims.get((world, what), ("", 0.0))
        if holder not in ("", who) and until > self._now():
            return False
        self._claims[world, what] = who, self._now() + seconds
        return True

    async def release(self, world: str, what: str, who: str) -> None:
        if self._claims.get((world, what), ("", 0.0))[0] == who:
            del self._claims[world, what]

    async def add_entries(
        self, world: str, epoch: str, entries: Sequence[Entry], capacity: int, budget: int
    ) -> None:
        found = self._worlds.get(world)
        if found is None or found.epoch != epoch:
            return
        for entry in entries:
            found.added += 1
            found.journal.append((found.added, entry))
        while len(found.journal) > capacity:
            found.journal.popleft()
        while len(found.journal) > 1 and sum(len(entry.data) for _, entry in found.journal) > budget:
            found.journal.popleft()
            _, oldest = found.journal[0]
            found.forgotten = oldest.number - 1

    async def entries_after(self, world: str, epoch: str, place: str) -> tuple[list[Entry], str] | None:
        found = self._worlds.get(world)
        if found is None or found.epoch != epoch:
            return None
        after = int(place or 0)
        new = [(at, entry) for at, entry in found.journal if at > after]
        return [entry for _, entry in new], str(new[-1][0]) if new else place

    async def numbers(self, world: str, epoch: str) -> Numbers:
        found = self._worlds.get(world)
        if found is None or found.epoch != epoch:
            return Numbers(0, 0, 0.0)
        return Numbers(max(found.begin, found.forgotten), found.numbered, self._now() - found.used)

    async def close(self) -> None:
        """There is nothing to let go of."""
