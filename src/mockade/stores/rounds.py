"""Confirms what calls made of the worlds of this process, in rounds that all calls under way share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import NamedTuple

from mockade.state.clock import steady_time
from mockade.stores.changes import encode
from mockade.stores.connection import StoreConnection
from mockade.stores.interface import (
    Answer,
    Behind,
    Busy,
    Commit,
    Committed,
    Failed,
    Gone,
    StoreError,
)
from mockade.stores.loading import WorldLoader
from mockade.stores.shared_world import AGAIN, CONFIRMED, HeldAnswer, Outcome, SharedWorld
from mockade.worlds.contents import Contents
from mockade.worlds.journal import Exchange

TURN_PAUSE = 0.002
"""Seconds until a world is asked about again of which another worker has its turn."""


class _Proposal(NamedTuple):
    """What of one world goes into a round."""

    world: SharedWorld
    contents: Contents
    answers: list[HeldAnswer]
    entries: list[Exchange]
    commit: Commit
    number: int
    """Of those of its world."""


class Rounds:
    """Confirms what calls made of the worlds of this process.

    One round is under way at a time. It asks of every world that was used since the last one began whether it
    is still at the version that the calls ran on, and adds what they changed, all in one trip to the store.
    So a trip is shared by all calls of its time, and every answer is of a state that the store had after its
    request came.
    """

    def __init__(
        self,
        connection: StoreConnection,
        loader: WorldLoader,
        who: str,
        on_confirmed: Callable[[SharedWorld], None],
    ) -> None:
        """`who` is this worker; `on_confirmed` is called with a world that is as the store has it, or had."""
        self._connection = connection
        self._loader = loader
        self._who = who
        self._on_confirmed = on_confirmed
        self._wanted: dict[SharedWorld, None] = {}
        self._proposed: dict[SharedWorld, Contents] = {}
        """What the store is being asked to take, and may have taken."""
        self._is_heard = asyncio.Event()
        """Set when the store has answered, and it is known what."""
        self._round: asyncio.Task[None] | None = None
        self._context = copy_context()
        """That of no request: a round is for all."""
        self.loop: asyncio.AbstractEventLoop | None = None
        """That which serves; none are held before it is known."""

    async def stop(self, patience: float) -> None:
        """Have the round that is under way come to its end, and begin none."""
        self.loop = None
        if self._round is not None:
            await asyncio.wait([self._round], timeout=patience)

    def want(self, world: SharedWorld) -> None:
        """Have a world asked about in the next round."""
        self._wanted[world] = None
        if self._round is None and self.loop is not None:
            self._round = self._present_loop(self.loop).create_task(self._rounds(), context=self._context)

    @staticmethod
    def _present_loop(serving: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
        try:
            return asyncio.get_running_loop()
        except RuntimeError:  # a world that is changed from outside, between two turns of the loop
            return serving

    async def confirm(self, world: SharedWorld, arrived: float, *, wants_number: bool = True) -> int:
        """The number of an answer that was made just now, CONFIRMED where it wants none, or AGAIN.

        Raises StoreError.
        """
        number = world.hold(arrived, wants_number=wants_number)
        self.want(world)
        return await number

    def confirm_read(self, world: SharedWorld, tell: Callable[[int | None], None]) -> None:
        """As `confirm` of a read, without a task that waits for it: that is half of what a known read takes.

        `tell` is called once with the number, or with None where the answer does not hold.
        """
        world.held.append(HeldAnswer(Outcome(tell), wants_number=True, is_valid=False))
        self.want(world)

    def undo(self, world: SharedWorld) -> None:
        """Take back what was done in a world since the store was last asked: it is to be done again.

        Not more: what is being confirmed would be taken back in the store by the next change.
        """
        world.give_back(())
        world.go_back_to(self._proposed.get(world, world.confirmed))
        world.held = world.hold_again(())

    async def heard(self, world: SharedWorld) -> None:
        """Return when the store is not being asked about a world."""
        while world in self._proposed:
            await self._is_heard.wait()

    async def unload(self, world: SharedWorld) -> None:
        """Have a world loaded before anything else runs in it: there may be another of its name by now.

        What was done in it since the store was last asked is to be done again, in the one that is loaded.
        """
        await self.heard(world)
        world.give_back(())
        self._unload(world, ())

    @staticmethod
    def _unload(world: SharedWorld, answers: Sequence[HeldAnswer]) -> None:
        world.is_loaded = False
        world.go_on_from(world.confirmed)
        _again(world.hold_again(answers))

    def let_go(self, world: SharedWorld) -> None:
        """Ask about what there is to ask about a world by now."""
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
                self._is_heard.set()
        finally:
            self._round = None

    def _proposals(self) -> list[_Proposal]:
        wanted, self._wanted = self._wanted, {}
        proposals = []
        for world in wanted:
            if world.holds:
                continue  # `let_go` wants it again
            if not world.is_loaded or world.is_new:
                _again(world.hold_again(()))
                continue
            contents = world.contents
            try:
                changes = (
                    () if world.is_confirmed else (encode(world.confirmed, contents, world.baseline.state),)
                )
            except Exception as error:  # a handler may have stored what is no JSON
                self._undo(world, StoreError(_bug(error)))
                continue
            entries = world.journal.take_unnumbered()
            answers, world.held = [one for one in world.held if not one.number.done()], []
            numbers = len(entries) + sum(one.wants_number for one in answers)
            commit = Commit(
                world.name, world.epoch, world.version, changes, numbers, self._who, world.was_overtaken
            )
            world.proposals += 1
            proposals.append(_Proposal(world, contents, answers, entries, commit, world.proposals))
        return proposals

    async def _ask(self, proposals: Sequence[_Proposal]) -> None:
        began = steady_time()
        self._proposed = {one.world: one.contents for one in proposals}
        self._is_heard.clear()
        try:
            answers = await self._connection.ask(
                lambda: self._connection.store.commit([one.commit for one in proposals])
            )
        except StoreError as error:
            self._proposed.clear()
            for one in proposals:
                self._undo(one.world, error, one)
            return
        for proposal, answer in zip(proposals, answers, strict=True):
            try:
                await self._heard(proposal, answer, began)
            except Exception as error:  # a bug, or damage: the world is loaded anew, and others go on
                proposal.world.is_loaded = False
                why = error if isinstance(error, StoreError) else StoreError(_bug(error))
                self._undo(proposal.world, why, proposal)
            finally:
                del self._proposed[proposal.world]

    async def _heard(self, proposal: _Proposal, answer: Answer, began: float) -> None:
        if isinstance(answer, Committed):
            self._committed(proposal, answer, began)
        elif isinstance(answer, Failed):
            proposal.world.rest()
            self._undo(proposal.world, answer.error, proposal)
        elif isinstance(answer, Busy):
            self._put_off(proposal)
        else:
            await self._overtaken(proposal, answer, began)

    def _committed(self, proposal: _Proposal, answer: Committed, began: float) -> None:
        world, number = proposal.world, answer.first
        world.version += len(proposal.commit.changes)
        if proposal.commit.changes:
            world.committed = proposal.number
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
        self._on_confirmed(world)
        self.let_go(world)

    def _put_off(self, proposal: _Proposal) -> None:
        """Propose the same again in a moment, with what comes meanwhile."""
        world = proposal.world
        world.held = [*proposal.answers, *world.held]
        world.journal.put_back(proposal.entries)
        asyncio.get_running_loop().call_later(TURN_PAUSE, self.want, world)

    async def _overtaken(self, proposal: _Proposal, answer: Behind | Gone, began: float) -> None:
        """Others have changed the world: what was made of it here is undone, and made again."""
        world = proposal.world
        world.was_overtaken = bool(proposal.commit.changes)
        if isinstance(answer, Gone) or not answer.changes:
            world.give_back(proposal.entries)
            self._unload(world, proposal.answers)
            return
        contents = await self._loader.applied(world, world.confirmed, answer.changes, world.baseline.state)
        world.version += len(answer.changes)
        world.give_back(proposal.entries)  # with what was entered meanwhile
        world.go_on_from(contents)
        world.checked = began
        world.held = world.hold_again(proposal.answers)
        if world.held or world.journal.unnumbered:
            self.want(world)

    def _undo(self, world: SharedWorld, error: StoreError, proposal: _Proposal | None = None) -> None:
        """What could not be confirmed is undone, whether or not the store had taken it: it is asked anew."""
        world.give_back(proposal.entries if proposal is not None else ())
        world.go_on_from(world.confirmed)
        for one in (*(proposal.answers if proposal is not None else ()), *world.held):
            if not one.number.done():
                one.number.set_exception(error)
        world.held = []


def _again(answers: Sequence[HeldAnswer]) -> None:
    """Have answers made again, but for those that nobody waits for any more."""
    for one in answers:
        if not one.number.done():
            one.number.set_result(AGAIN)


def _bug(error: Exception) -> str:
    return f"What was changed could not be kept ({type(error).__name__}: {error})."
