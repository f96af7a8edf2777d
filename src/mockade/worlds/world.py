"""A world: one immutable state that each call replaces, its journal, its faults and its snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, TypeVar

from mockade.coverage.counting import Coverage, ItemsOf, nothing
from mockade.settings import CAPACITY
from mockade.state.clock import Clock, timestamp
from mockade.state.state import State
from mockade.state.transaction import Change, Transaction
from mockade.worlds.contents import Baseline
from mockade.worlds.due_events import MOST_IN_A_SLICE, DueEvents, EventHandler, EventRunner
from mockade.worlds.fault_match import FaultRequest, Match
from mockade.worlds.faults import Fault, FaultAction, Faults
from mockade.worlds.journal import AnsweredBy, Exchange, ExchangeListener, Journal, ignore
from mockade.worlds.keeping import KeptHere
from mockade.worlds.response_cache import ResponseCache
from mockade.worlds.waits import Waits

Answer = TypeVar("Answer")

WorldListener = Callable[["World"], None]
"""Called with a world whose state was replaced."""


class World(EventRunner, KeptHere):
    """All that calls change, under one name. Worlds share nothing mutable.

    Its parts are read through properties and changed by methods; those that the journal records take the name
    of the `operation` that it records. `run_event` runs what is due; `on_change` is called after each
    replacement of the state; `capacity` is that of the journal, in exchanges, and `on_entry` is called with
    each of its entries. The `coverage` is of what the journal has had; `items_of` finds what is documented.
    """

    _journals: ClassVar[type[Journal]] = Journal
    __slots__ = (
        "__weakref__",
        "_baseline",
        "_due",
        "_faults",
        "_generated",
        "_interruptions",
        "_last_used",
        "_on_change",
        "_requests",
        "_snapshots",
        "_state",
        "coverage",
        "journal",
        "name",
        "responses",
        "waits",
    )

    def __init__(
        self,
        name: str,
        baseline: Baseline,
        run_event: EventHandler,
        capacity: int = CAPACITY,
        on_change: WorldListener = ignore,
        on_entry: ExchangeListener | None = None,
        items_of: ItemsOf = nothing,
    ) -> None:
        self.name: Final = name
        self.journal = self._journals(capacity, on_entry)
        self.coverage: Final = Coverage(items_of)
        self.responses: Final = ResponseCache()
        self.waits: Final = self._new_waits()
        self._baseline = baseline
        self._state, self._faults = baseline
        self._snapshots: Mapping[str, State] = {}
        self._generated = 0
        self._requests = 0
        self._last_used = 0.0
        self._interruptions = 0
        self._due = DueEvents(run_event)
        self._on_change = on_change

    def _new_waits(self) -> Waits:
        return Waits()

    @property
    def state(self) -> State:
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self._generated = 0
        self._swap(state)

    def _swap(self, state: State) -> None:
        """Go on from another state: what is under way in the present one comes to no end."""
        self._interruptions += self._state.clock.is_halted
        if state.tables is not self._state.tables or state.start is not self._state.start:
            self.waits.set_back(state)
        self._replace(state)

    def _replace(self, state: State) -> None:
        if state is not self._state:
            before, self._state = self._state, state
            if self.waits.by_table:
                self.waits.wake(before, state)
            self._on_change(self)

    @property
    def baseline(self) -> Baseline:
        return self._baseline

    @property
    def faults(self) -> Faults:
        return self._faults

    @property
    def snapshots(self) -> Mapping[str, State]:
        """By name, the newest last."""
        return self._snapshots

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way in it."""
        return self._requests > 0

    @property
    def last_used(self) -> float:
        """When a request last chose it, in seconds of `steady_time`; 0 before the first."""
        return self._last_used

    @property
    def generated(self) -> int:
        return self._generated

    def count_generated(self) -> int:
        """The number of an answer that is to differ from the others; from 1 again after a reset."""
        self._generated += 1
        return self._generated

    def touch(self, now: float) -> None:
        """Note that a request chose it at `now`, in seconds of `steady_time`."""
        self._last_used = now

    def request_began(self) -> None:
        self._requests += 1

    def request_ended(self) -> None:
        self._requests -= 1

    def end(self) -> None:
        """Answer who waits in it, and tell who follows its journal, that it is gone."""
        self.waits.end()
        self.journal.close()

    def reset(self, operation: str) -> Exchange:
        """Go back to the baseline; the journal goes on, and so does the coverage. Returns the entry."""
        before = self._state
        self.state, self._faults = self._baseline
        return self.record(operation, before)

    def replace_state(self, state: State, operation: str, reason: str = "") -> None:
        """Go on from `state`; the journal records the control API's operation and the reason."""
        before = self._state
        self._swap(state)
        self.record(operation, before, reason=reason)

    def migrate(self, state: State, baseline: Baseline, snapshots: Mapping[str, State]) -> None:
        """Take what a migration to other contracts left of this world; the journal goes on.

        The states in the journal are dropped: they were made under the contracts that are gone.
        """
        self.state, self._baseline, self._snapshots = state, baseline, dict(snapshots)
        self.responses.clear()
        self.journal.written.clear()
        self.coverage.contracts_changed()
        self.waits.wake_all()
        for exchange in self.journal:
            exchange.before = None
        self.record("reload", state)

    def load(self, state: State, snapshots: Mapping[str, State]) -> None:
        """Take what was saved of this world; a reset keeps the saved seed. The journal does not record it."""
        self.state, self._snapshots = state._replace(taken=None), dict(snapshots)
        self._baseline = self._baseline._replace(state=self._baseline.state.seeded(state.seed))

    def move_in(
        self, baseline: Baseline, snapshots: Mapping[str, State], generated: int, entries: int
    ) -> None:
        """Go on as a world of another server, whose journal had so many entries, besides state and faults."""
        self._baseline, self._snapshots, self._generated = baseline, dict(snapshots), generated
        self.journal.begin_after(entries)

    def keep_snapshot(self, name: str, state: State, operation: str) -> None:
        """Keep `state` as the newest snapshot, in place of one of that name; the journal records it."""
        if state.taken is None:
            state = state._replace(taken=state.clock.now())
        self._snapshots = {**{key: one for key, one in self._snapshots.items() if key != name}, name: state}
        self.record(operation, self._state, reason=f"{name}.")

    def delete_snapshot(self, name: str, operation: str) -> None:
        """Raises KeyError when it is not there."""
        snapshots = dict(self._snapshots)
        del snapshots[name]
        self._snapshots = snapshots
        self.record(operation, self._state, reason=f"{name}.")

    def restore_snapshot(self, name: str, operation: str) -> None:
        """Raises KeyError when it is not there."""
        self._generated = 0
        self.replace_state(self._snapshots[name]._replace(taken=None), operation, f"To {name}.")

    def add_fault(self, match: Match, do: FaultAction, count: int | None, operation: str) -> Fault:
        """Add a rule behind the others; returns it."""
        self._faults = self._faults.add(match, do, count)
        fault = self._faults.rules[-1]
        self.record(operation, self._state, reason=f"Fault {fault.id}.")
        return fault

    def remove_fault(self, number: int, operation: str) -> None:
        """Raises KeyError when there is no rule of that id."""
        self._faults = self._faults.remove(number)
        self.record(operation, self._state, reason=f"Fault {number}.")

    def clear_faults(self, operation: str) -> None:
        self._faults = self._faults.cleared()
        self.record(operation, self._state)

    def match_fault(self, request: FaultRequest) -> Fault | None:
        """Count a request with the rules that match it; the first of them that applies to it, or None."""
        self._faults, fault = self._faults.match(request, self._state.seed)
        return fault

    def set_clock(self, clock: Clock, operation: str) -> None:
        """Replace the clock, and let the first of what is due by it happen; the journal records its time."""
        pace = "" if clock.rate in (0.0, 1.0) else f", at {clock.rate:g} times the pace"
        reason = f"To {timestamp(clock.now())}, {'frozen' if clock.mode == 'frozen' else 'running'}{pace}."
        self.replace_state(self._state._replace(clock=clock), operation, reason)
        self._run(MOST_IN_A_SLICE)

    def transact(self, act: Callable[[Transaction], Answer]) -> tuple[Answer, Transaction]:
        """Run `act` in a transaction, after the events that are due; an exception drops all that it did.

        Where many are due it is as of the moment to which they have happened.
        """
        self.run_due_events()
        transaction = Transaction(self._state)
        answer = act(transaction)
        self._replace(transaction.state)
        return answer, transaction

    def transact_in_background(
        self, act: Callable[[Transaction], None], operation: str, api: str, reason: str = ""
    ) -> Exchange:
        """Run `act` in a transaction that no request asked for; returns the journal's entry of it."""
        transaction = Transaction(self._state)
        began = self._state.clock.now()
        act(transaction)
        self._replace(transaction.state)
        return self._record_transaction(transaction, operation, api, began, reason)

    def _record_transaction(
        self, transaction: Transaction, operation: str, api: str, began: float, reason: str = ""
    ) -> Exchange:
        return self.record(
            operation,
            transaction.start,
            transaction.changes(),
            answered_by="timeline",
            began=began,
            api=api,
            reason=reason,
        )

    def record(
        self,
        operation: str,
        before: State,
        changes: Sequence[Change] = (),
        *,
        answered_by: AnsweredBy = "control",
        began: float | None = None,
        api: str = "",
        reason: str = "",
    ) -> Exchange:
        """Add an entry to the journal for what no client's request did; returns it."""
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
