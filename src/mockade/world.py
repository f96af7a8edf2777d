"""Everything that changes: worlds, each one immutable root that a call replaces at its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mockade.clock import timestamp
from mockade.errors import OurFault
from mockade.journal import Exchange, Journal
from mockade.store import Change, Event, State, Transaction

Answer = TypeVar("Answer")

Happening = Callable[[Event, Transaction, float], None]
"""Lets a due event happen at its moment (seconds since 1970), inside a transaction."""


class World:
    """One copy of everything that calls change. Two worlds share no change, however they came to be."""

    __slots__ = ("_happening", "journal", "name", "start", "state")

    def __init__(self, name: str, start: State, happening: Happening) -> None:
        self.name = name
        self.start = start
        self.state = start
        self.journal = Journal()
        self._happening = happening

    def fork(self, name: str) -> World:
        """A world that is as this one is now, with a journal of its own."""
        world = World(name, self.start, self._happening)
        world.state = self.state
        return world

    def reset(self) -> None:
        """Be again as at the start; the journal goes on."""
        self.state = self.start

    def transact(self, act: Callable[[Transaction], Answer]) -> tuple[Answer, list[Change]]:
        """Do `act` in a transaction after all that is due has happened; an exception drops all it did."""
        self.settle()
        transaction = Transaction(self.state)
        answer = act(transaction)
        self.state = transaction.state
        return answer, transaction.changes()

    def settle(self) -> None:
        """Let what is due happen, in order, each event at its own moment and in a transaction of its own.

        Raises OurFault for an event that fails; it is dropped, with what it did.
        """
        upcoming = self.state.timeline.next()
        if upcoming is None:
            return
        now = self.state.clock.now()
        while upcoming is not None and upcoming[0] <= now:
            at, event = upcoming
            transaction = Transaction(self.state)
            transaction.cancel_event(event)
            without = transaction.state
            try:
                self._happening(event, transaction, at)
            except Exception as error:
                # Gone all the same: an event that stayed due would fail every call from now on.
                self.state = without
                message = (
                    f"{event.api}'s {event.action} of {event.key}, due at {timestamp(at)}, failed: {error}"
                )
                raise OurFault(message) from error
            self.state = transaction.state
            self._note(event, transaction, at)
            upcoming = self.state.timeline.next()

    def _note(self, event: Event, transaction: Transaction, at: float) -> None:
        self.journal.note(
            Exchange(
                method="",
                path="",
                world=self.name,
                began=at,
                api=event.api,
                operation=event.action,
                answered_by="timeline",
                changes=transaction.changes(),
            )
        )
