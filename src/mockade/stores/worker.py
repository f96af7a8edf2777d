"""This process as one of the workers of a store."""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from mockade.settings import Settings
from mockade.state.clock import steady_time
from mockade.stores.changes import encode_in_slices
from mockade.stores.connection import LONGEST_PAUSE, StoreConnection
from mockade.stores.interface import StoreError, StoreFull, WorldDamaged, WorldStore
from mockade.stores.journals import SharedJournals
from mockade.stores.loading import WorldLoader
from mockade.stores.rounds import Rounds
from mockade.stores.shared_world import AGAIN, SharedWorld
from mockade.stores.shared_worlds import SharedWorlds
from mockade.worlds.contents import Contents
from mockade.worlds.journal import ExchangeListener, ignore
from mockade.worlds.registry import DEFAULT, ServedApis
from mockade.worlds.slices import giving_way
from mockade.worlds.world import World, WorldListener

SNAPSHOT_EVERY = 256
"""Versions after which a world is kept whole again, so that its log stays short."""

RHYTHM = 0.05
"""Seconds between two looks at what others did, for who waits for it, and between two batches of entries."""

BEGINS_WITHIN = 5.0
"""Seconds in which one who asked for a world begins to wait, or to follow its journal, if at all."""

AT_ONCE = 16
"""Worlds that are asked about in one go: most of what that costs is the way to the store."""

MOST_WARMED = 1000
"""Worlds that are loaded at the start, for what is due in them: others when somebody asks for them."""

MOST_FULL = 50
"""How often in a row a world may be asked about together with changes that a full store does not take."""

LAST_PATIENCE = 1.0
"""Seconds that what is under way may take once the server ends."""


class StoreWorker:
    """Keeps this process's copies of worlds and the store at one, from `start` to `stop`.

    `on_change` is called as that of `Worlds`, `on_entry` with each entry of a journal that is made here.
    """

    def __init__(
        self,
        store: WorldStore,
        served: ServedApis,
        settings: Settings,
        files: str,
        on_change: WorldListener = ignore,
        on_entry: ExchangeListener | None = None,
    ) -> None:
        """`files` is the fingerprint of what is served (`WorldStore.start`)."""
        self._files = files
        self._settings = settings
        self._on_change = on_change
        self._who = secrets.token_hex(6)
        self._watched: dict[SharedWorld, float] = {}
        """Worlds in which somebody waits, or will in a moment, and since when (`steady_time`)."""
        self._tasks: list[asyncio.Task[None]] = []
        self._snapshots: dict[SharedWorld, asyncio.Task[None]] = {}
        self._is_started = False
        self.connection = StoreConnection(store, self._store_is_back)
        self.journals = SharedJournals(self.connection, settings.journal)
        self.worlds = SharedWorlds(served, settings, self._world_changed, on_entry, sharing=self)
        self.loader = WorldLoader(self.connection, self.worlds)
        self.rounds = Rounds(self.connection, self.loader, self._who, self._confirmed)

    async def start(self) -> None:
        """Begin. Raises WrongStore.

        A store that is away was there a moment ago (`check_store`): calls are refused until it is again.
        """
        with suppress(StoreError):
            await self.connection.store.start(self._files)
        self.rounds.loop = asyncio.get_running_loop()
        self._is_started = True
        default = self.worlds.local_of(DEFAULT)
        if default is not None:
            with suppress(StoreError):
                await self.loader.load(default)
        work = (self._send_entries, self._look_for_news, self._delete_idle, self._warm_up)
        self._tasks = [asyncio.create_task(_kept_up(one)) for one in work]

    async def stop(self) -> None:
        """Have what is under way confirmed, and send the journals' last entries."""
        self._is_started = False
        tasks = [*self._tasks, *self._snapshots.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.rounds.stop(LAST_PATIENCE)
        with suppress(StoreError):  # the journals' tails are lost, and no change
            await self.journals.send_all()
        await self.connection.store.close()

    # What worlds ask (`Sharing`)

    @property
    def is_away(self) -> bool:
        return bool(self.connection.trouble)

    def watch(self, world: SharedWorld) -> None:
        self._watched[world] = steady_time()

    async def settled(self, world: SharedWorld) -> bool:
        while not world.is_confirmed:
            try:
                if await self.rounds.confirm(world, steady_time(), wants_number=False) == AGAIN:
                    return False
            except StoreError:
                await asyncio.sleep(LONGEST_PAUSE)
                return False
        return world.is_loaded

    async def claimed(self, world: SharedWorld, what: str, seconds: float) -> bool:
        store = self.connection.store
        try:
            if not await self.connection.ask(lambda: store.claim(world.name, what, self._who, seconds)):
                return False
            # Who had it before may have done what this copy does not know yet.
            await self._check(world, steady_time())
        except StoreError:
            return False
        return True

    async def released(self, world: SharedWorld, what: str) -> None:
        store = self.connection.store
        with suppress(StoreError):  # it ends by itself
            await self.connection.ask(lambda: store.release(world.name, what, self._who))

    # What requests ask

    def confirm_read(self, world: World, tell: Callable[[int | None], None]) -> None:
        """Call `tell` with the number of an answer that was just read, or None where it does not hold."""
        if not isinstance(world, SharedWorld):
            raise TypeError(f"{world.name!r} is no world of a store")
        self.rounds.confirm_read(world, tell)

    async def refresh(
        self, worlds: Sequence[SharedWorld], arrived: float, *, with_journals: bool = True
    ) -> None:
        """Have worlds, and their journals, as the store had them after `arrived`. Raises StoreError."""
        for begun in range(0, len(worlds), AT_ONCE):
            some = worlds[begun : begun + AT_ONCE]
            await asyncio.gather(*(self._refresh(one, arrived, with_journals) for one in some))

    async def _refresh(self, world: SharedWorld, arrived: float, with_journal: bool) -> None:
        await self._check(world, arrived)
        if with_journal:
            await self.journals.read_all(world)
        else:
            await self.journals.look(world)

    async def _check(self, world: SharedWorld, arrived: float) -> None:
        if not world.is_loaded:
            await self.loader.load(world)
        full = 0
        while world.checked < arrived:
            # Whatever it says: what is there then was asked for after `arrived`, or is asked again.
            try:
                await self.rounds.confirm(world, arrived, wants_number=False)
            except StoreFull:  # for a change of others, which was in the same question
                full += 1
                if full == MOST_FULL:
                    raise
            if not world.is_loaded:
                await self.loader.load(world)

    async def learn_names(self) -> None:
        """Know the worlds that the store has by now. Raises StoreError."""
        self.worlds.take_names(await self.connection.ask(self.connection.store.names))

    async def delete(self, name: str) -> None:
        """Raises StoreError."""
        await self.connection.ask(lambda: self.connection.store.delete(name))

    # What happens beside

    def _world_changed(self, world: World) -> None:
        self._on_change(world)
        if not self._is_started or not isinstance(world, SharedWorld):
            return
        if world.is_loaded and not world.is_confirmed:
            self.rounds.want(world)

    def _store_is_back(self) -> None:
        for world in self.worlds.local():
            self._on_change(world)  # what became due meanwhile

    def _confirmed(self, world: SharedWorld) -> None:
        self.journals.will_grow(world)
        if world.version - world.snapshot_version >= SNAPSHOT_EVERY and world not in self._snapshots:
            task = asyncio.create_task(self._keep_snapshot(world, world.version, world.confirmed))
            self._snapshots[world] = task
            task.add_done_callback(lambda _: self._snapshots.pop(world, None))
            world.snapshot_version = world.version

    async def _keep_snapshot(self, world: SharedWorld, version: int, contents: Contents) -> None:
        epoch, start = world.epoch, Contents(*world.baseline)
        data = await giving_way(encode_in_slices(start, contents, start.state))
        store = self.connection.store
        with suppress(StoreError):  # the log is longer for it, and that is all
            await self.connection.ask(lambda: store.keep_snapshot(world.name, epoch, version, data))

    async def _send_entries(self) -> None:
        while True:
            await asyncio.sleep(RHYTHM)
            with suppress(StoreError):
                await self.journals.send_all()

    async def _look_for_news(self) -> None:
        """See what others did in worlds where somebody waits for it, or follows the journal."""
        while True:
            await asyncio.sleep(RHYTHM)
            for world, since in list(self._watched.items()):
                is_waited_for, is_followed = bool(world.waits.by_table), bool(world.journal.followers)
                is_over = not (is_waited_for or is_followed) and steady_time() - since > BEGINS_WITHIN
                if is_over or not self.worlds.has(world):
                    del self._watched[world]
                    continue
                if is_waited_for:
                    self.rounds.want(world)
                if is_followed:
                    with suppress(StoreError):
                        await self._read_news(world)

    async def _read_news(self, world: SharedWorld) -> None:
        """Have who follows the journal of a world told what others entered, or that they deleted it."""
        if await self.journals.read(world):
            return
        if world is self.worlds.default:  # another is in its place
            await self.rounds.unload(world)
            await self.loader.load(world)
        elif not self.worlds.is_being_made(world):
            self.worlds.forget(world)

    async def _delete_idle(self) -> None:
        idle, store = self._settings.idle, self.connection.store
        while idle > 0:
            await asyncio.sleep(max(idle / 10, 1.0))
            try:
                names = await self.connection.ask(lambda: store.delete_idle(idle, DEFAULT))
            except StoreError:
                continue
            for name in names:
                world = self.worlds.local_of(name)
                if world is not None:
                    self.worlds.forget(world)

    async def _warm_up(self) -> None:
        """Load the worlds of the store, so that what is due in them happens."""
        while True:
            with suppress(StoreError):  # meanwhile they are loaded when somebody asks for them
                await self.learn_names()
                for world in self.worlds.local()[:MOST_WARMED]:
                    if not world.is_loaded and self.worlds.has(world):
                        with suppress(WorldDamaged):  # who asks for it is told
                            await self.loader.load(world)
                return
            await asyncio.sleep(LONGEST_PAUSE)


async def _kept_up(work: Callable[[], Awaitable[None]]) -> None:
    """Do what goes on beside requests, and begin again after a bug, which nobody would notice."""
    while True:
        try:
            return await work()
        except Exception:
            traceback.print_exc()
            await asyncio.sleep(LONGEST_PAUSE)
