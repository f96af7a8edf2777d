"""Keeps this process's copies of worlds and the store at one, in rounds that all calls under way share."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import uniform
from typing import NamedTuple, TypeVar

from mockade.settings import Settings
from mockade.state.clock import Clock, steady_time
from mockade.state.rows import Collection
from mockade.state.state import State
from mockade.stores.changes import apply_in_slices, encode, encode_in_slices
from mockade.stores.entries import encode_entry
from mockade.stores.interface import (
    Behind,
    Busy,
    Commit,
    Committed,
    Entry,
    Gone,
    LoadedWorld,
    StoreError,
    WorldStore,
)
from mockade.stores.shared_world import AGAIN, CONFIRMED, HeldAnswer, SharedWorld
from mockade.stores.shared_worlds import SharedWorlds
from mockade.worlds.contents import Contents
from mockade.worlds.journal import Exchange
from mockade.worlds.registry import DEFAULT
from mockade.worlds.slices import giving_way

SNAPSHOT_EVERY = 256
"""Versions after which a world is kept whole again, so that its log stays short."""

RHYTHM = 0.05
"""Seconds between two looks at what others did, for who waits for it, and between two batches of entries."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds after which a store that was away is asked again: more each time, and never all at one moment."""

BATCH = 500
"""Entries of a journal that are sent in one go."""

MOST_WARMED = 1000
"""Worlds that are loaded at the start, for what is due in them: others when somebody asks for them."""

TURN_PAUSE = 0.002
"""Seconds until a world is asked again of which another worker has its turn."""

MOST_BASELINES = 32
"""What worlds start with, as it is kept to be shared by those that start alike."""

JOURNAL_PATIENCE = 1.0
"""Seconds that a reader of the journal waits for entries whose numbers were given."""

T = TypeVar("T")


class _Proposal(NamedTuple):
    """What of one world goes into a round."""

    world: SharedWorld
    contents: Contents
    answers: list[HeldAnswer]
    entries: list[Exchange]
    commit: Commit


class Rounds:
    """Confirms what calls made of the worlds of this process.

    One round is under way at a time. It asks of every world that was used since the last one began whether it
    is still at the version that the calls ran on, and adds what they changed, all in one trip to the store.
    So a trip is shared by all calls of its time, and every answer is of a state that the store had after its
    request came.
    """

    def __init__(self, store: WorldStore, settings: Settings, files: str) -> None:
        self._store = store
        self._settings = settings
        self._files = files
        self._who = secrets.token_hex(6)
        self._wanted: dict[SharedWorld, None] = {}
        self._watched: dict[SharedWorld, None] = {}
        self._round: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._loads: dict[SharedWorld, asyncio.Task[None]] = {}
        self._snapshots: dict[SharedWorld, asyncio.Task[None]] = {}
        self._baselines: dict[bytes, Contents] = {}
        self._is_started = False
        self.trouble = ""
        """Why the store cannot be asked, as a sentence; empty while it can."""
        self._ask_again = 0.0
        self._pause = SHORTEST_PAUSE

    worlds: SharedWorlds

    @property
    def is_away(self) -> bool:
        return bool(self.trouble)

    async def start(self) -> None:
        """Begin. Raises StoreError and WrongStore."""
        self._loop = asyncio.get_running_loop()
        await self._store.start(self._files)
        self._is_started = True
        default = self.worlds.local_of(DEFAULT)
        if default is not None:
            await self.load(default)
        self._tasks = [
            asyncio.create_task(work())
            for work in (self._send_entries, self._look_for_news, self._delete_idle, self._warm_up)
        ]

    async def stop(self) -> None:
        """Confirm what is left, and send the journals' last entries."""
        self._is_started = False
        for task in (*self._tasks, *self._snapshots.values()):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._snapshots.values(), return_exceptions=True)
        if self._round is not None:
            await asyncio.wait([self._round], timeout=1.0)
        with suppress(StoreError):  # the journals' tails are lost, and no change
            await self._send_all()
        await self._store.close()

    # What worlds ask (`Sharing`)

    def watch(self, world: SharedWorld) -> None:
        self._watched[world] = None

    async def settled(self, world: SharedWorld) -> bool:
        while not world.is_confirmed:
            try:
                if await self.confirm(world, steady_time(), wants_number=False) == AGAIN:
                    return False
            except StoreError:
                await asyncio.sleep(LONGEST_PAUSE)
                return False
        return world.is_loaded

    async def claimed(self, world: SharedWorld, what: str, seconds: float) -> bool:
        try:
            return await self._store.claim(world.name, what, self._who, seconds)
        except StoreError:
            return False

    async def released(self, world: SharedWorld, what: str) -> None:
        with suppress(StoreError):  # it ends by itself
            await self._store.release(world.name, what, self._who)

    def changed(self, world: SharedWorld) -> None:
        """Have confirmed what happened in a world by itself."""
        if world.is_loaded and not world.is_confirmed:
            self.want(world)

    # Rounds

    def want(self, world: SharedWorld) -> None:
        """Have a world asked about in the next round."""
        self._wanted[world] = None
        if self._round is None and self._is_started:
            self._round = self._present_loop().create_task(self._rounds())

    def _present_loop(self) -> asyncio.AbstractEventLoop:
        try:
            return asyncio.get_running_loop()
        except RuntimeError:  # a world that is changed from outside, between two turns of the loop
            return self._loop

    async def confirm(self, world: SharedWorld, arrived: float, *, wants_number: bool = True) -> int:
        """The number of an answer that was made just now, CONFIRMED where it wants none, or AGAIN.

        Raises StoreError.
        """
        number = world.hold(arrived, wants_number=wants_number)
        self.want(world)
        return await number

    def let_go(self, world: SharedWorld) -> None:
        """Go on with a world that was held."""
        if world.is_loaded and (world.held or world.journal.unnumbered or not world.is_confirmed):
            self.want(world)

    async def _rounds(self) -> None:
        try:
            while True:
                await asyncio.sleep(0)  # whoever can run now takes part
                proposals = self._proposals()
                if not proposals:
                    return
                await self._ask(proposals)
        finally:
            self._round = None

    def _proposals(self) -> list[_Proposal]:
        wanted, self._wanted = self._wanted, {}
        proposals = []
        for world in wanted:
            if world.holds:
                continue  # `let_go` wants it again
            if not world.is_loaded or world.is_new:
                for one in world.hold_again(()):
                    one.number.set_result(AGAIN)
                continue
            contents = world.contents
            changes = () if world.is_confirmed else (encode(world.confirmed, contents),)
            entries = world.journal.take_unnumbered()
            answers, world.held = [one for one in world.held if not one.number.done()], []
            numbers = len(entries) + sum(one.wants_number for one in answers)
            commit = Commit(
                world.name, world.epoch, world.version, changes, numbers, self._who, world.was_overtaken
            )
            proposals.append(_Proposal(world, contents, answers, entries, commit))
        return proposals

    async def _ask(self, proposals: Sequence[_Proposal]) -> None:
        began = steady_time()
        try:
            answers = await self.ask(lambda: self._store.commit([one.commit for one in proposals]))
        except StoreError as error:
            for one in proposals:
                self._undo(one, error)
            return
        for proposal, answer in zip(proposals, answers, strict=True):
            if isinstance(answer, Committed):
                self._committed(proposal, answer, began)
            elif isinstance(answer, Busy):
                self._put_off(proposal)
            else:
                await self._overtaken(proposal, answer, began)

    def _committed(self, proposal: _Proposal, answer: Committed, began: float) -> None:
        world, number = proposal.world, answer.first
        world.version += len(proposal.commit.changes)
        world.commits += len(proposal.commit.changes)
        if proposal.commit.changes:
            world.was_overtaken = False
        world.confirmed = proposal.contents
        world.checked = began
        for entry in proposal.entries:
            entry.id = number
            number += 1
            world.journal.append(entry)
        for held in proposal.answers:
            if not held.number.done():
                held.number.set_result(number if held.wants_number else CONFIRMED)
            number += held.wants_number
        if world.version - world.snapshot_version >= SNAPSHOT_EVERY:
            self._keep_snapshot(world)
        if world.held or not world.is_confirmed:
            self.want(world)

    def _put_off(self, proposal: _Proposal) -> None:
        """Propose the same again in a moment, with what comes meanwhile."""
        world = proposal.world
        world.held = [*proposal.answers, *world.held]
        world.journal.unnumbered = [*proposal.entries, *world.journal.unnumbered]
        asyncio.get_running_loop().call_later(TURN_PAUSE, self.want, world)

    async def _overtaken(self, proposal: _Proposal, answer: Behind | Gone, began: float) -> None:
        """Others have changed the world: what was made of it here is undone, and made again."""
        world = proposal.world
        world.journal.give_back(proposal.entries)
        world.was_overtaken = bool(proposal.commit.changes)
        if isinstance(answer, Behind) and answer.changes:
            contents = await self._applied(world.confirmed, answer.changes)
            world.version += len(answer.changes)
            world.go_on_from(contents)
            world.checked = began
        else:
            world.is_loaded = False
            world.go_on_from(world.confirmed)
        valid = world.hold_again(proposal.answers)
        if not world.is_loaded:
            for one in valid:
                one.number.set_result(AGAIN)
        elif valid or world.journal.unnumbered:
            world.held = valid
            self.want(world)

    def _undo(self, proposal: _Proposal, error: StoreError) -> None:
        """What could not be confirmed is undone, whether or not the store had taken it: it is asked anew."""
        world = proposal.world
        world.journal.give_back(proposal.entries)
        world.go_on_from(world.confirmed)
        for one in (*proposal.answers, *world.held):
            if not one.number.done():
                one.number.set_exception(error)
        world.held = []

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """What the store answers. Raises StoreError, at once where it was away a moment ago."""
        if self.trouble and steady_time() < self._ask_again:
            raise StoreError(self.trouble)
        try:
            answer = await question()
        except StoreError as error:
            self.trouble = str(error)
            self._ask_again = steady_time() + uniform(self._pause / 2, self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            raise
        if self.trouble:
            self.trouble, self._pause = "", SHORTEST_PAUSE
            for world in self.worlds.local():
                self.worlds.on_change(world)  # what became due meanwhile
        return answer

    # Loading

    async def load(self, world: SharedWorld) -> None:
        """Have a world as the store has it, made there where it is not. Raises StoreError."""
        task = self._loads.get(world)
        if task is None:
            task = self._loads[world] = asyncio.create_task(self._load(world))
            task.add_done_callback(lambda _: self._loads.pop(world, None))
        await asyncio.shield(task)

    async def _load(self, world: SharedWorld) -> None:
        began = steady_time()
        while True:
            loaded = await self.ask(lambda: self._store.load(world.name))
            if loaded is None:
                loaded = await self.create(world)
            if loaded is not None:
                break
        await self._take(world, loaded)
        world.checked = began

    async def create(self, world: SharedWorld) -> LoadedWorld | None:
        """Make a world in the store as it starts; None where there is one of its name."""
        start = Contents(*world.baseline)
        baseline = await self._encoded_baseline(start)
        contents = world.contents if world.is_new else start
        is_same = all(one is other for one, other in zip(contents, start, strict=True))
        changes = [] if is_same else [await giving_way(encode_in_slices(start, contents))]
        loaded = await self.ask(lambda: self._store.create(world.name, baseline, changes))
        if loaded is not None and world.is_new:
            self._became(world, loaded, contents)
        return loaded

    async def _take(self, world: SharedWorld, loaded: LoadedWorld) -> None:
        baseline = await self._baseline(loaded.baseline)
        changes = [loaded.snapshot, *loaded.changes] if loaded.snapshot else loaded.changes
        contents = await self._applied(baseline, changes)
        world.set_baseline(baseline)
        self._became(world, loaded, contents)

    def _became(self, world: SharedWorld, loaded: LoadedWorld, contents: Contents) -> None:
        world.epoch, world.version = loaded.epoch, loaded.version
        world.snapshot_version = loaded.version - len(loaded.changes)
        world.journal.begin(loaded.epoch)
        world.is_loaded, world.is_new = True, False
        world.go_on_from(contents)
        self.worlds.on_change(world)

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
        start = self.worlds.baseline.state.start
        return Contents(State(Clock(0.0, 0.0), start=start.seeded(0)))

    async def _applied(self, contents: Contents, changes: Sequence[bytes]) -> Contents:
        for data in changes:
            contents = await giving_way(apply_in_slices(contents, data, self._collection))
        return contents

    def _collection(self, api: str, name: str) -> Collection | None:
        served = self.worlds.served.apis.get(api)
        schema = served.collections.get(name) if served is not None else None
        return schema.collection if schema is not None else None

    async def refresh(self, world: SharedWorld, arrived: float, *, journal: bool) -> None:
        """Have a world, and its journal, as the store had it after `arrived`. Raises StoreError."""
        if not world.is_loaded:
            await self.load(world)
        while world.checked < arrived:
            # Whatever it says: what is there then was asked for after `arrived`, or is asked again.
            await self.confirm(world, arrived, wants_number=False)
            if not world.is_loaded:
                await self.load(world)
        if journal and self._settings.journal:
            await self._read_journal(world, wait=True)

    async def names(self) -> list[str]:
        return await self.ask(self._store.names)

    async def delete(self, name: str) -> None:
        await self.ask(lambda: self._store.delete(name))

    async def ping(self) -> None:
        """Look whether the store is there. Raises StoreError."""
        self._ask_again = 0.0
        await self.ask(self._store.names)

    # What goes on beside

    def _keep_snapshot(self, world: SharedWorld) -> None:
        if world not in self._snapshots:
            task = asyncio.create_task(self._snapshot(world, world.version, world.confirmed))
            self._snapshots[world] = task
            task.add_done_callback(lambda _: self._snapshots.pop(world, None))
            world.snapshot_version = world.version

    async def _snapshot(self, world: SharedWorld, version: int, contents: Contents) -> None:
        epoch = world.epoch
        data = await giving_way(encode_in_slices(Contents(*world.baseline), contents))
        try:
            await self.ask(lambda: self._store.keep_snapshot(world.name, epoch, version, data))
        except StoreError:
            return  # the log is longer for it, and that is all

    async def _send_entries(self) -> None:
        while True:
            await asyncio.sleep(RHYTHM)
            try:
                await self._send_all()
            except StoreError:
                continue

    async def _send_all(self) -> None:
        for world in self.worlds.local():
            while world.journal.unsent and world.is_loaded:
                await self._send(world)

    async def _send(self, world: SharedWorld) -> None:
        exchanges = world.journal.take_unsent(BATCH)
        entries = [Entry(one.id, encode_entry(one)) for one in exchanges]
        epoch, capacity = world.epoch, self._settings.journal
        try:
            await self.ask(lambda: self._store.add_entries(world.name, epoch, entries, capacity))
        except BaseException:
            world.journal.send_again(exchanges)
            raise

    async def _read_journal(self, world: SharedWorld, *, wait: bool) -> None:
        """Read on what all processes entered; if `wait`, up to the last number that was given."""
        if world.journal.unsent:
            await self._send(world)
        end = steady_time() + JOURNAL_PATIENCE
        last = await self.ask(lambda: self._store.last_entry(world.name, world.epoch)) if wait else 0
        while True:
            epoch = world.epoch
            entries, place = await self.ask(
                lambda: self._store.entries_after(world.name, world.epoch, world.journal.place)
            )
            if epoch != world.epoch:
                return  # it is another world by now
            world.journal.read_on(entries, place, world.coverage.count)
            if entries:
                continue
            if world.journal.is_read_to(last) or steady_time() > end:
                break
            await asyncio.sleep(0.01)
        world.journal.give_up_on_holes(at_once=wait and not world.journal.is_read_to(last))

    async def _look_for_news(self) -> None:
        """See what others did in worlds where somebody waits for it, or follows the journal."""
        while True:
            await asyncio.sleep(RHYTHM)
            for world in list(self._watched):
                is_waited_for, is_followed = bool(world.waits.by_table), bool(world.journal.followers)
                if not (is_waited_for or is_followed) or not self.worlds.has(world):
                    del self._watched[world]
                    continue
                if is_waited_for:
                    self.want(world)
                try:
                    if is_followed:
                        await self._read_journal(world, wait=False)
                except StoreError:
                    continue

    async def _delete_idle(self) -> None:
        idle = self._settings.idle
        while idle > 0:
            await asyncio.sleep(max(idle / 10, 1.0))
            try:
                names = await self.ask(lambda: self._store.delete_idle(idle, DEFAULT))
            except StoreError:
                continue
            for name in names:
                world = self.worlds.local_of(name)
                if world is not None:
                    self.worlds.forget(world)

    async def _warm_up(self) -> None:
        """Load the worlds of the store, so that what is due in them happens."""
        try:
            names = await self.names()
            self.worlds.take_names(names[:MOST_WARMED])
            for name in names[:MOST_WARMED]:
                world = self.worlds.local_of(name)
                if world is not None and not world.is_loaded:
                    await self.load(world)
        except StoreError:
            return  # they are loaded when somebody asks for them
