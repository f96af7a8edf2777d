"""A world that several processes share: this one's copy of it, and what the store has confirmed of that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from mockade.coverage.counting import ItemsOf, nothing
from mockade.settings import CAPACITY
from mockade.state.clock import steady_time
from mockade.state.rows import Stored
from mockade.stores.attempts import present_attempt
from mockade.stores.interface import Numbers
from mockade.stores.shared_journal import SharedJournal
from mockade.worlds.contents import Baseline, Contents
from mockade.worlds.due_events import MOST_AT_ONCE, EventHandler
from mockade.worlds.journal import Exchange, ExchangeListener, ignore
from mockade.worlds.waits import Waiter, Waits
from mockade.worlds.world import World, WorldListener


class Sharing(Protocol):
    """What a world asks of who keeps it and the store at one."""

    @property
    def is_away(self) -> bool:
        """Whether the store cannot be asked."""

    def watch(self, world: SharedWorld) -> None:
        """Somebody waits for what others change in it."""

    async def settled(self, world: SharedWorld) -> bool:
        """Whether what was done in it is confirmed; else it is undone."""

    async def claimed(self, world: SharedWorld, what: str, seconds: float) -> bool:
        """Whether this process alone is to do something for so long; its copy is as the store's then."""

    async def released(self, world: SharedWorld, what: str) -> None:
        """Give a claim back."""


REST = 1.0
"""Seconds for which nothing is due in a world of which the store takes nothing."""

AGAIN, CONFIRMED = 0, -1
"""In place of a number: the world was another, and the answer is to be made again; or it holds."""


class Outcome:
    """In place of a future: calls somebody at once with the number, None where the answer does not hold."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[int | None], None]) -> None:
        self._tell: Callable[[int | None], None] | None = tell

    def done(self) -> bool:
        return self._tell is None

    def set_result(self, number: int) -> None:
        tell, self._tell = self._tell, None
        if tell is None:
            raise asyncio.InvalidStateError("Somebody was told already.")
        try:
            tell(None if number == AGAIN else number)
        except Exception as error:  # a bug of theirs, as a callback of a future may have
            loop = asyncio.get_running_loop()
            loop.call_exception_handler({"message": "An answer could not be sent.", "exception": error})

    def set_exception(self, _error: Exception) -> None:
        self.set_result(AGAIN)


class HeldAnswer(NamedTuple):
    """An answer that waits until the store has confirmed the state that it was made of."""

    number: asyncio.Future[int] | Outcome
    """Done with its number in the journal (CONFIRMED where it wants none), or with AGAIN."""
    wants_number: bool
    is_valid: bool
    """Whether it holds however the world goes on: it was read from what was confirmed after it was asked."""


class SharedWorld(World):
    """This process's copy of a world.

    Calls run on it at once, as on any world; what they make of it is a proposal until the store has confirmed
    it (`Rounds`), and is undone where others were first.
    """

    __slots__ = (
        "_rests_until",
        "checked",
        "committed",
        "confirmed",
        "epoch",
        "held",
        "holds",
        "is_loaded",
        "is_new",
        "proposals",
        "replaced",
        "sharing",
        "snapshot_version",
        "version",
        "was_overtaken",
    )

    _journals = SharedJournal

    journal: SharedJournal

    def __init__(
        self,
        name: str,
        baseline: Baseline,
        run_event: EventHandler,
        capacity: int = CAPACITY,
        on_change: WorldListener = ignore,
        on_entry: ExchangeListener | None = None,
        items_of: ItemsOf = nothing,
        *,
        sharing: Sharing,
    ) -> None:
        self.sharing = sharing
        super().__init__(name, baseline, run_event, capacity, on_change, on_entry, items_of)
        self.confirmed = self.contents
        self.epoch = ""
        self.version = 0
        self.snapshot_version = 0
        self.is_loaded = False
        """Whether it is what the store had at some time; nothing is to run in it before."""
        self.is_new = False
        """Whether it is to be made in the store, where there must be none of its name."""
        self.holds = 0
        """How many requests have done a part of their work in it: none of it is to be confirmed by itself."""
        self.replaced = 0
        """How often what was here gave way to something else than what became of it."""
        self.held: list[HeldAnswer] = []
        self.checked = 0.0
        """When the question was asked whose answer `confirmed` is, in seconds of `steady_time`."""
        self._rests_until = 0.0
        self.was_overtaken = False
        """Whether others were first with what was last to be changed here."""
        self.proposals = 0
        """How often the store was asked whether it takes what was done here,"""
        self.committed = 0
        """and which of these questions was the last that it took changes of."""

    def _new_waits(self) -> Waits:
        return _WatchedWaits(lambda: self.sharing.watch(self))

    @property
    def contents(self) -> Contents:
        """All of it that calls change, as it is here."""
        return Contents(self._state, self._faults, self._snapshots, self._generated)

    @property
    def is_confirmed(self) -> bool:
        """Whether it is as the store has confirmed it."""
        state, faults, snapshots, generated = self.confirmed
        return (
            self._state is state
            and self._faults is faults
            and self._snapshots is snapshots
            and self._generated == generated
        )

    def go_on_from(self, contents: Contents) -> None:
        """Take what the store has; what was done here and is not in it is undone."""
        is_reset = contents.state is self._baseline.state is not self.confirmed.state
        self.confirmed = contents
        self.go_back_to(contents)
        if is_reset:  # by another process
            self.waits.set_back(contents.state)

    def give_back(self, entries: Sequence[Exchange]) -> None:
        """Before it goes back: have requests numbered after all, and nothing that is undone.

        Who is about to have his entry numbered does it again, though the rows may be as he left them: a reset
        of what was just reset changes nothing else.
        """
        self.replaced += self.journal.give_back(entries)

    def go_back_to(self, contents: Contents) -> None:
        """Undo what was done since it was that; the store may not have confirmed it yet."""
        here = self.contents
        self.replaced += any(one is not other for one, other in zip(here[:3], contents[:3], strict=True))
        state, self._faults, self._snapshots, self._generated = contents
        self._interruptions += self._state.clock.is_halted and state is not self._state
        self._replace(state)

    def run_due_events(self, most: int = MOST_AT_ONCE) -> bool:
        """As any world does, but for one that is not loaded, or whose store is away."""
        return False if self.is_cut_off else super().run_due_events(most)

    @property
    def is_cut_off(self) -> bool:
        return self.sharing.is_away or not self.is_loaded or self.rests

    @property
    def rests(self) -> bool:
        """Whether the store took nothing of it a moment ago."""
        return steady_time() < self._rests_until

    def rest(self) -> None:
        """Let nothing happen by itself for a while: the store would not take it."""
        self._rests_until = steady_time() + REST

    def is_unchanged(self, row: Stored | None, before: Stored) -> bool:
        """By what it holds: it may have been read again from the store."""
        return row == before

    def take_numbers(self, numbers: Numbers) -> None:
        """Note what entries there are, and that somebody used it, whichever process was asked."""
        self.journal.take_numbers(numbers)
        self.touch(max(self.last_used, steady_time() - numbers.idle))

    async def settled(self) -> bool:
        return await self.sharing.settled(self)

    async def claim(self, what: str, seconds: float) -> bool:
        return await self.sharing.settled(self) and await self.sharing.claimed(self, what, seconds)

    async def release(self, what: str) -> None:
        await self.sharing.released(self, what)

    def record(self, *arguments: Any, **facts: Any) -> Exchange:
        """As any world does; a request that changed it may have more to do, and is confirmed as a whole."""
        attempt = present_attempt()
        if attempt is not None:
            attempt.hold(self)
        exchange = super().record(*arguments, **facts)
        if attempt is not None:
            attempt.entry = exchange
        return exchange

    def hold(self, arrived: float, *, wants_number: bool = False) -> asyncio.Future[int]:
        """Hold an answer back that was made just now, of a request that came at `arrived` (`steady_time`)."""
        number = asyncio.get_running_loop().create_future()
        # An entry without a number would be undone with what others overtake, though it changed nothing.
        is_valid = self.checked >= arrived and self.is_confirmed and not self.journal.unnumbered
        self.held.append(HeldAnswer(number, wants_number, is_valid))
        return number

    def hold_again(self, answers: Sequence[HeldAnswer]) -> list[HeldAnswer]:
        """Have all made again that depend on what is undone, also those that nobody has asked about yet.

        Returns those that hold all the same.
        """
        valid = []
        for one in (*answers, *self.held):
            if one.is_valid:
                valid.append(one)
            elif not one.number.done():
                one.number.set_result(AGAIN)
        self.held = []
        return valid

    def set_baseline(self, baseline: Contents) -> None:
        """Have a reset bring back what the store has for it."""
        self._baseline = Baseline(baseline.state, baseline.faults)


class _WatchedWaits(Waits):
    """Tells when somebody waits."""

    __slots__ = ("_watch",)

    def __init__(self, watch: Callable[[], None]) -> None:
        super().__init__()
        self._watch = watch

    def add(self, waiter: Waiter) -> None:
        super().add(waiter)
        self._watch()
