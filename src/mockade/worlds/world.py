"""Everything that changes: worlds, each one immutable root that a call replaces at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from mockade.errors import OurFault
from mockade.settings import CAPACITY
from mockade.state.clock import Clock, timestamp
from mockade.state.state import State
from mockade.state.timeline import Event
from mockade.state.transaction import Change, Transaction
from mockade.worlds.faults import Faults
from mockade.worlds.journal import Exchange, Journal, ignore

Answer = TypeVar("Answer")

EventHandler = Callable[[Event, Transaction, float], None]
"""Lets a due event happen at its moment (seconds since 1970), inside a transaction."""

WorldListener = Callable[["World"], None]
"""Hears of a world whose state was replaced by another."""

AT_ONCE = 100_000
"""How many events may happen in one go: a function that sets itself again for now would go on for ever."""


class Baseline(NamedTuple):
    """What a world is made of, and what a reset brings back."""

    state: State
    faults: Faults = Faults()


class World:
    """One copy of everything that calls change. Two worlds share no change, however they came to be."""

    __slots__ = (
        "__weakref__",
        "_happening",
        "_state",
        "_watch",
        "busy",
        "faults",
        "journal",
        "name",
        "snapshots",
        "start",
        "used",
    )

    def __init__(
        self,
        name: str,
        start: Baseline,
        happening: EventHandler,
        capacity: int = CAPACITY,
        watch: WorldListener = ignore,
    ) -> None:
        self.name = name
        self.start = start
        self._state, self.faults = start
        self._watch = watch
        self.journal = Journal(capacity)
        self.snapshots: dict[str, State] = {}
        self.busy = 0
        """How many requests are under way in it."""
        self.used = 0.0
        """When it was last chosen, by the machine's clock."""
        self._happening = happening

    @property
    def state(self) -> State:
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self._watch(self)

    def reset(self) -> None:
        """Be again as at the start; the journal goes on."""
        before = self.state
        self.state, self.faults = self.start
        self.record("resetWorld", before)

    def replace_state(self, state: State, operation: str, why: str = "") -> None:
        """Be as in `state`; the journal goes on, and says by which operation of the control API and why."""
        before, self.state = self.state, state
        self.record(operation, before, reason=why)

    def migrate(self, state: State, start: Baseline, snapshots: Mapping[str, State]) -> None:
        """Be what is left of this world under other contracts; the journal goes on.

        The states in the journal are forgotten: they were made under the contracts that are gone.
        """
        self.state, self.start, self.snapshots = state, start, dict(snapshots)
        for exchange in self.journal:
            exchange.before = None
        self.record("reload", state)

    def set_clock(self, clock: Clock, operation: str) -> None:
        """Go by another clock, and let what is due by then happen; the journal says to which moment."""
        pace = "" if clock.rate in (0.0, 1.0) else f", at {clock.rate:g} times the pace"
        why = f"To {timestamp(clock.now())}, {'frozen' if clock.mode == 'frozen' else 'running'}{pace}."
        self.replace_state(self.state._replace(clock=clock), operation, why)
        self.run_due_events()

    def transact(self, act: Callable[[Transaction], Answer]) -> tuple[Answer, Transaction]:
        """Do `act` in a transaction after all that is due has happened; an exception drops all it did."""
        self.run_due_events()
        transaction = Transaction(self.state)
        answer = act(transaction)
        self.state = transaction.state
        return answer, transaction

    def transact_in_background(
        self, act: Callable[[Transaction], None], operation: str, api: str, reason: str = ""
    ) -> Exchange:
        """Do `act` in a transaction that no request asked for; the journal says so. Answers its entry."""
        transaction = Transaction(self.state)
        began = self.state.clock.now()
        act(transaction)
        self.state = transaction.state
        return self.record(
            operation,
            transaction.start,
            transaction.changes(),
            answered_by="timeline",
            began=began,
            api=api,
            reason=reason,
        )

    def run_due_events(self) -> None:
        """Let what is due happen, in order, each event at its own moment and in a transaction of its own.

        Raises OurFault for an event that fails; it is dropped, with what it did.
        """
        now = self.state.clock.now()
        if self.state.timeline.earliest() > now:
            return
        upcoming = self.state.timeline.next()
        happened = 0
        while upcoming is not None and upcoming[0] <= now:
            at, event = upcoming
            happened += 1
            if happened > AT_ONCE:
                message = (
                    f"{AT_ONCE:,} events have happened in one go, and {event.api}'s {event.action} of "
                    f"{event.key} is due still: does it set itself again? The rest waits for the next call."
                )
                raise OurFault(message)
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
            self.record(
                event.action,
                transaction.start,
                transaction.changes(),
                answered_by="timeline",
                began=at,
                api=event.api,
            )
            upcoming = self.state.timeline.next()

    def record(
        self,
        operation: str,
        before: State,
        changes: Sequence[Change] = (),
        *,
        answered_by: str = "control",
        began: float | None = None,
        api: str = "",
        reason: str = "",
    ) -> Exchange:
        """An entry of the journal that no request stands behind; answers it."""
        exchange = Exchange(
            method="",
            path="",
            world=self.name,
            began=before.clock.now() if began is None else began,
            api=api,
            operation=operation,
            answered_by=answered_by,
            reason=reason,
            changes=changes,
            before=before,
        )
        self.journal.append(exchange)
        return exchange
