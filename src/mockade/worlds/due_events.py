"""Due events: each happens as of its own moment, a few at a time where there are many."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

from mockade.errors import OurFault
from mockade.state.clock import LATEST, timestamp
from mockade.state.state import State
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from mockade.worlds.journal import Exchange
from mockade.worlds.slices import Slices

EventHandler = Callable[[Event, Transaction, float], None]
"""Runs a due event as of its time (seconds since 1970), in a transaction."""

MOST_AT_ONCE = 100
"""How many events may happen before a call; where more are due it finds the world as of the last of them."""

MOST_IN_A_SLICE = 10
"""How many happen in a slice of work that gives way to others."""

MOST_EVENTS = 100_000
"""How many events of one moment may be set at that moment: one that sets itself again for now never ends."""


class Happened(NamedTuple):
    """An event that happened, when, and what it did."""

    event: Event
    at: float
    transaction: Transaction


class FailedEvent(OurFault):
    """An event that failed; `state` is that without it: one that stayed due would fail every call."""

    def __init__(self, message: str, state: State) -> None:
        super().__init__(message)
        self.state = state


class Interrupted(Exception):
    """Another state was put in the place of that in which events were happening."""


class DueEvents:
    """Lets the events of one world happen by `run_event`."""

    __slots__ = ("_at", "_followers", "_run_event", "_set_before", "drivers")

    def __init__(self, run_event: EventHandler) -> None:
        self._run_event = run_event
        self._at = -math.inf
        self._set_before = 0
        """How many events were set when the first of this moment happened."""
        self._followers = 0
        """How many of this moment were set since then."""
        self.drivers = 0
        """How many are about to let all of them happen in slices."""

    def happen(self, state: State) -> Happened:
        """Let the earliest event happen, which there is. Raises FailedEvent."""
        at, number, *names = state.timeline.due.first() or (0.0, 0)
        event = Event(*names)
        transaction = Transaction(state)
        transaction.cancel_event(event)
        without = transaction.state
        if self._is_one_too_many(state, at, number):
            message = (
                f"{MOST_EVENTS:,} events were set at {timestamp(at)} for that very moment. {event.api}'s "
                f"{event.action} of {event.key} is left out: does it set itself again?"
            )
            raise FailedEvent(message, without)
        try:
            self._run_event(event, transaction, at)
        except Exception as error:  # a module may raise anything
            message = f"{event.api}'s {event.action} of {event.key}, due at {timestamp(at)}, failed: {error}"
            raise FailedEvent(message, without) from error
        return Happened(event, at, transaction)

    def _is_one_too_many(self, state: State, at: float, number: int) -> bool:
        if at != self._at:
            self._at, self._set_before, self._followers = at, state.timeline.set_so_far, 0
        self._followers += number >= self._set_before
        return self._followers > MOST_EVENTS


class EventRunner(ABC):
    """The part of a world that lets its events happen."""

    __slots__ = ()

    _state: State
    _due: DueEvents
    _interruptions: int
    """How often another state was put in the place of one in which events were happening."""

    @abstractmethod
    def _replace(self, state: State) -> None:
        """Go on from what became of the present state."""

    @abstractmethod
    def _record_transaction(
        self, transaction: Transaction, operation: str, api: str, began: float, reason: str = ""
    ) -> Exchange:
        """Enter what was done without a request into the journal."""

    def run_due_events(self, most: int = MOST_AT_ONCE) -> bool:
        """Run what is due, in order, each event as of its own time and in a transaction of its own.

        Whether more than `most` are due: then the clock is halted where the last of them left the world.
        Where somebody is about to run them all, it is left to him. Raises FailedEvent for an event that
        fails; it is dropped, with what it did.
        """
        state = self._state
        clock = state.clock
        if clock.limit == LATEST and state.timeline.earliest() > clock.now():
            return False
        return self._due.drivers > 0 or self._run(most)

    def _run(self, most: int) -> bool:
        """Run at most so many of what is due; whether more is due."""
        clock = self._state.clock
        if clock.is_halted:
            clock = clock.released()
            self._replace(self._state._replace(clock=clock))
        now, last = clock.now(), -math.inf
        for _ in range(most):
            if self._state.timeline.earliest() > now:
                return False
            last = self._run_next()
        following = self._state.timeline.earliest()
        if following > now:
            return False
        moment = min(last, math.nextafter(following, -math.inf))
        self._replace(self._state._replace(clock=clock.halted(moment)))
        return True

    def run_all_due_events(self) -> Slices[None]:
        """Run what is due, however much it is; other calls see the world as far as it has come by then.

        Raises OurFault as above, and Interrupted where another state was put in the place of this one.
        """
        before = self._interruptions
        self._due.drivers += 1
        try:
            while self._run(MOST_IN_A_SLICE):
                yield
                if self._interruptions != before:
                    raise Interrupted
        finally:
            self._due.drivers -= 1

    @property
    def is_catching_up(self) -> bool:
        """Whether somebody is about to run all that is due."""
        return self._due.drivers > 0

    def _run_next(self) -> float:
        """Run the earliest event, which there is; returns its moment."""
        try:
            event, at, transaction = self._due.happen(self._state)
        except FailedEvent as failed:
            self._replace(failed.state)
            raise
        self._replace(transaction.state)
        self._record_transaction(transaction, event.action, event.api, at)
        return at
