"""Loads worlds out of a store, and makes them there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mockade.state.clock import Clock, steady_time
from mockade.state.rows import Collection
from mockade.state.state import State
from mockade.stores.changes import apply, apply_in_slices, encode_in_slices
from mockade.stores.connection import StoreConnection
from mockade.stores.interface import LoadedWorld, WorldDamaged
from mockade.stores.patience import shared
from mockade.stores.shared_world import SharedWorld
from mockade.stores.shared_worlds import SharedWorlds
from mockade.worlds.contents import Contents
from mockade.worlds.slices import giving_way

MOST_BASELINES = 32
"""What worlds start with, as it is kept to be shared by those that start alike."""

SMALL = 16 * 1024
"""Bytes of a change that is taken in at once."""


class WorldLoader:
    """Makes copies of a store's worlds in this process."""

    def __init__(self, connection: StoreConnection, worlds: SharedWorlds) -> None:
        self._connection = connection
        self._store = connection.store
        self._worlds = worlds
        self._loads: dict[SharedWorld, asyncio.Task[None]] = {}
        self._baselines: dict[bytes, Contents] = {}
        self._makes: dict[str, asyncio.Event] = {}
        """Worlds that are being made in the store by requests, by name: set when they are, or not."""

    async def load(self, world: SharedWorld) -> None:
        """Have a world as the store has it, made there where it is not. Raises StoreError."""
        task = self._loads.get(world)
        if task is None:
            task = self._loads[world] = asyncio.create_task(self._load(world))
            task.add_done_callback(lambda _: self._loads.pop(world, None))
        await shared(task)

    async def _load(self, world: SharedWorld) -> None:
        while making := self._makes.get(world.name):
            await making.wait()
        twin = self._worlds.local_of(world.name)
        if twin is not None and twin is not world and twin.is_loaded and twin.epoch != world.epoch:
            self._take_from(world, twin)
            return
        began = steady_time()
        loaded: LoadedWorld | None = None
        while loaded is None:
            loaded = await self._connection.ask(lambda: self._store.load(world.name))
            loaded = loaded or await self.create(world)
        with _reading(world):
            baseline = await self._baseline(loaded.baseline)
        changes = [loaded.snapshot, *loaded.changes] if loaded.snapshot else loaded.changes
        contents = await self.applied(world, baseline, changes, baseline.state)
        world.set_baseline(baseline)
        self._take(world, loaded, contents)
        world.checked = began

    async def make(self, world: SharedWorld, instead_of: str) -> bool:
        """Make a new world in the store as `create` does; then it is the one of its name here.

        False where another is there than it was to take the place of. Raises StoreError.
        """
        making = self._makes[world.name] = asyncio.Event()
        try:
            if await self.create(world, instead_of) is None:
                return False
            self._worlds.take_in(world)
            return True
        finally:
            if self._makes.get(world.name) is making:
                del self._makes[world.name]
            making.set()

    async def create(self, world: SharedWorld, instead_of: str = "") -> LoadedWorld | None:
        """Make a world in the store as it starts; None where there is one of its name. Raises StoreError.

        One that is new goes on as it has become here, with numbers for its entries. With an epoch it takes
        the place of the world of that epoch; None where that is not there any more.
        """
        start = Contents(*world.baseline)
        baseline = await self._encoded_baseline(start)
        contents = world.contents if world.is_new else start
        is_same = all(one is other for one, other in zip(contents, start, strict=True))
        changes = [] if is_same else [await giving_way(encode_in_slices(start, contents, start.state))]
        begin = world.journal.begins_after
        entries = world.journal.take_unnumbered() if world.is_new else []
        loaded = await self._connection.ask(
            lambda: self._store.create(world.name, baseline, changes, begin, len(entries), instead_of)
        )
        if loaded is not None and world.is_new:
            self._take(world, loaded, contents)
            for number, entry in enumerate(entries, begin + 1):
                entry.id = number
                world.journal.append(entry)
        return loaded

    def _take_from(self, world: SharedWorld, twin: SharedWorld) -> None:
        """Have a world, in which calls are under way, as the one is that has taken its place here."""
        world.set_baseline(Contents(*twin.baseline))
        loaded = LoadedWorld(twin.epoch, twin.version, b"", b"", (), 0)
        self._take(world, loaded, twin.confirmed)
        world.checked = twin.checked

    def _take(self, world: SharedWorld, loaded: LoadedWorld, contents: Contents) -> None:
        world.epoch, world.version = loaded.epoch, loaded.version
        world.snapshot_version = loaded.version - len(loaded.changes)
        world.journal.begin(loaded.epoch, loaded.last)
        world.is_loaded, world.is_new = True, False
        world.go_on_from(contents)
        self._worlds.on_change(world)

    async def applied(
        self, world: SharedWorld, contents: Contents, changes: Sequence[bytes], baseline: State
    ) -> Contents:
        """What became of a world by changes; `baseline` is what its resets bring back.

        Raises WorldDamaged where they cannot be read.
        """
        with _reading(world):
            for data in changes:
                if len(data) < SMALL:
                    contents = apply(contents, data, self._collection, baseline)
                else:
                    slices = apply_in_slices(contents, data, self._collection, baseline)
                    contents = await giving_way(slices)
        return contents

    async def _encoded_baseline(self, start: Contents) -> bytes:
        for data, known in self._baselines.items():
            if known.state is start.state and known.faults is start.faults:
                return data
        data = await giving_way(encode_in_slices(self._empty(), start))
        self._remember(data, start)
        return data

    async def _baseline(self, data: bytes) -> Contents:
        """What a world starts with: worlds that start alike share it."""
        known = self._baselines.get(data)
        if known is None:
            known = await giving_way(apply_in_slices(self._empty(), data, self._collection))
            self._remember(data, known)
        return known

    def _remember(self, data: bytes, baseline: Contents) -> None:
        self._baselines[data] = baseline
        if len(self._baselines) > MOST_BASELINES:
            del self._baselines[next(iter(self._baselines))]

    def _empty(self) -> Contents:
        """A world in which nothing is, but for the rows that are made up for the start."""
        start = self._worlds.baseline.state.start
        return Contents(State(Clock(0.0, 0.0), start=start.seeded(0)))

    def _collection(self, api: str, name: str) -> Collection | None:
        served = self._worlds.served.apis.get(api)
        schema = served.collections.get(name) if served is not None else None
        return schema.collection if schema is not None else None


@contextmanager
def _reading(world: SharedWorld) -> Iterator[None]:
    """Raises WorldDamaged in place of what is said of bytes that are none of a world."""
    try:
        yield
    except ValueError as error:
        raise WorldDamaged(
            f"What the store has of the world {world.name!r} cannot be read: delete it, and it begins again "
            f"with its fixtures. {error}"
        ) from error
