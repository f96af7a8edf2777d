"""One run of a request to the control API, which may ask for any world and change it in several steps."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from contextvars import ContextVar, Token
from typing import Any, Generic, Protocol, TypeVar

from mockade.errors import RunAgain
from mockade.worlds.journal import Exchange


class Holdable(Protocol):
    """A world, of which a request may have done a part of its work."""

    holds: int
    replaced: int
    is_new: bool

    @property
    def is_confirmed(self) -> bool: ...

    def hold(self, arrived: float) -> asyncio.Future[int]: ...


W = TypeVar("W", bound=Holdable)


class NotReady(RunAgain):
    """A request asks for worlds that are not as the store has them: it is to be run again when they are."""

    def __init__(self, worlds: Sequence[Any] = (), *, with_journals: bool = True) -> None:
        super().__init__()
        self.worlds = worlds
        """Without any it asks for the names of all."""
        self.with_journals = with_journals
        """Whether their journals are to be read as well."""


class Attempt(Generic[W]):
    """What one run of a request has found, changed, made and removed."""

    __slots__ = (
        "entry",
        "fresh",
        "has_names",
        "held",
        "is_over",
        "journals",
        "made",
        "reads",
        "removed",
        "torn",
    )

    def __init__(self) -> None:
        self.has_names = False
        """Whether the names of all worlds were read since it came."""
        self.fresh: set[W] = set()
        """The worlds that are as the store had them after it came."""
        self.journals: set[W] = set()
        """Those whose journals are so, too."""
        self.held: dict[W, int] = {}
        """Those that it has changed: nothing of that is to be confirmed before it is done.

        With how often each had been replaced by then: more often since, and a part of it is undone.
        """
        self.torn: list[W] = []
        """Those in which what it did last, or a part of it, was undone."""
        self.made: dict[W, str] = {}
        """Each with the epoch of the world whose place it takes; empty for none."""
        self.removed: list[str] = []
        self.entry: Exchange | None = None
        """The last that it has entered into a journal, whose number is known when it is confirmed."""
        self.is_over = False
        self.reads: dict[W, asyncio.Future[int]] = {}
        """Of worlds in which calls of others were not confirmed when it found them: what comes of that."""

    def note_read(self, world: W) -> None:
        """Have what is found in a world now be confirmed before anybody is told; its own changes are."""
        if not (world.is_confirmed or world.is_new or world in self.held or world in self.reads):
            self.reads[world] = world.hold(math.inf)

    def has(self, world: W) -> bool:
        """Whether a world and its journal are as the store had them after it came."""
        return world in self.fresh and world in self.journals

    def hold(self, world: W) -> None:
        if world not in self.held:
            self.held[world] = world.replaced
            world.holds += 1

    @property
    def is_torn(self) -> bool:
        """Whether a part of what it did is undone, as others were first."""
        return any(world.replaced != replaced for world, replaced in self.held.items())

    def let_go(self) -> list[W]:
        """Hold none any longer; returns those that were held."""
        held, self.held = list(self.held), {}
        for world in held:
            world.holds -= 1
        return held

    def begin_again(self) -> None:
        """Forget what was done: it is undone."""
        self.made, self.removed, self.entry = {}, [], None
        self.forget_reads()

    def forget_reads(self) -> None:
        for number in self.reads.values():
            number.cancel()
        self.reads = {}


_ATTEMPT: ContextVar[Attempt[Any] | None] = ContextVar("attempt", default=None)


def begin(attempt: Attempt[Any]) -> Token[Attempt[Any] | None]:
    return _ATTEMPT.set(attempt)


def end(attempt: Attempt[Any], token: Token[Attempt[Any] | None]) -> None:
    attempt.is_over = True
    attempt.forget_reads()
    _ATTEMPT.reset(token)


def present_attempt() -> Attempt[Any] | None:
    """That of the request to the control API which is under way here, None where there is none.

    Timers that it has started find it as well, after its end.
    """
    attempt = _ATTEMPT.get()
    return None if attempt is None or attempt.is_over else attempt
