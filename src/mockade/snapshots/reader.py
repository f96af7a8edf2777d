"""Reads a document, which has the form of fixtures, as a world's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import thread_time
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.fixture_rows import RowCodec
from mockade.contract.repeated_keys import sentence_of
from mockade.contract.sliced_reading import NotJson, unpacked
from mockade.contract.validators import MAX_VIOLATIONS
from mockade.contract.violations import ABSENT, Violation
from mockade.hints import did_you_mean
from mockade.snapshots.callers import read_callers
from mockade.snapshots.replies import read_replies
from mockade.state.clock import EARLIEST, LATEST, Clock, clock_from_json, seconds_of, timestamp
from mockade.state.state import State
from mockade.state.table import Table
from mockade.state.timeline import Event, Timeline
from mockade.state.transaction import Transaction
from mockade.worlds.slices import Slices

Step = str | int

REASON_SECONDS = 2.0
"""How long reasons are looked for why rows of a document do not fit, of the processor's time."""

_ROWS = 8
"""Rows that are read in a slice: each is held against the contract."""

_EVENTS = 50
"""Events in a slice."""


class InvalidDocument(Exception):
    """A document that is no possible state, with all `violations`."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("\n".join(map(str, violations)))
        self.violations = violations


def read_document(
    value: Mapping[str, Any],
    apis: Mapping[str, Api],
    defaults: State,
    path: tuple[Step, ...] = (),
    *,
    strict: bool = False,
) -> Slices[State]:
    """The state in a document of the form StateDocument, whose rows may be packed (`unpacked`).

    Rows are let go of as they are read. If `strict`, a key that stands twice in a packed row is a violation.
    Whatever it lacks is taken from `defaults`: seed, draws, clock, APIs, and credentials of an API. Where it
    has no timeline, each module's `on_start` runs on its rows, as it does on the fixtures'. `path` is that of
    the document, for violations. Raises InvalidDocument.
    """
    return _DocumentReader(apis, defaults, path, strict=strict).state(value)


class _DocumentReader:
    """Reads one document and collects its violations."""

    def __init__(
        self, apis: Mapping[str, Api], defaults: State, path: tuple[Step, ...], *, strict: bool
    ) -> None:
        self._strict = strict
        self._apis = apis
        self._defaults = defaults
        self._path = path
        self._violations: list[Violation] = []
        self._reason_seconds = 0.0
        self._is_whole = False
        """Whether the document was written out of a world; else it is fixtures."""

    def state(self, value: Mapping[str, Any]) -> Slices[State]:
        members_by_api = value["apis"]
        self._is_whole = "timeline" in value
        for stem in members_by_api:
            if stem not in self._apis:
                message = f"No API {stem!r} is served. {did_you_mean(stem, self._apis)}"
                self._add("api", message, "apis", stem)
        known = {stem: members for stem, members in members_by_api.items() if stem in self._apis}
        clock = self._clock(value.get("clock"))
        tables = yield from self._tables(known, value.get("births", {}))
        timeline = yield from self._timeline(value.get("timeline", []), known)
        callers = yield from read_callers(
            known, self._apis, self._defaults.callers, self._add, is_whole=self._is_whole
        )
        replies = yield from read_replies(value.get("replies", ()), self._seconds, self._add)
        state = self._defaults.seeded(value.get("seed", self._defaults.seed))._replace(
            draws=value.get("draws", self._defaults.draws),
            clock=clock,
            tables=tables,
            timeline=timeline,
            callers=callers,
            replies=replies,
            taken=self._seconds(value["taken"], "taken") if "taken" in value else None,
        )
        if not self._is_whole and not self._violations:
            state = self._run_on_start(state, known)
        if self._violations:
            raise InvalidDocument(self._violations)
        return state

    def _add(self, rule: str, message: str, *path: Step) -> None:
        self._violations.append(Violation("body", (*self._path, *path), rule, message))

    def _clock(self, facts: Mapping[str, Any] | None) -> Clock:
        if facts is None:
            return self._defaults.clock
        try:
            return clock_from_json(facts, self._defaults.clock.now(), Clock.real().now())
        except ValueError as error:
            self._add("date-time", str(error), "clock", "now")
            return self._defaults.clock

    def _seconds(self, text: str, *path: Step) -> float:
        try:
            return seconds_of(text)
        except ValueError as error:
            message = f"{error}. It is from {timestamp(EARLIEST)} to {timestamp(LATEST)}."
            self._add("date-time", message, *path)
            return 0.0

    def _tables(
        self, members_by_api: Mapping[str, Any], births: Mapping[str, Mapping[str, int]]
    ) -> Slices[dict[tuple[str, str], Table]]:
        tables = {key: table for key, table in self._defaults.tables.items() if key[0] not in members_by_api}
        # An API that the document mentions has the rows that stand there, and none that were made.
        tables |= {name: Table() for name in self._defaults.start.names() if name[0] in members_by_api}
        for stem, members in members_by_api.items():
            for name, rows in members.items():
                at = ("apis", stem, name)
                schema = self._apis[stem].collections.get(name)
                if isinstance(rows, list) and schema is not None:
                    tables[stem, name] = yield from self._table(RowCodec(schema), rows, at)
                elif isinstance(rows, list):
                    hint = did_you_mean(name, self._apis[stem].collections)
                    self._add("collection", f"{stem} has no collection {name!r}. {hint}", *at)
                elif name in ("behaviour", "minted"):
                    message = f"{name.capitalize()} belongs to the server, not to a world"
                    self._add(
                        name,
                        f"{message}: leave it out here, and set it in {self._apis[stem].fixtures.target}.",
                        *at,
                    )
                elif not isinstance(rows, dict):
                    self._add("type", "Credentials are an object: by security scheme, then secret.", *at)
        for stem, numbers in births.items():
            for name, number in numbers.items():
                if stem in self._apis and name in self._apis[stem].collections:
                    table = tables.get((stem, name), Table())
                    tables[stem, name] = table._replace(births=max(number, table.births))
                else:
                    self._add("collection", f"There is no {name!r} of {stem!r}.", "births", stem, name)
        return tables

    def _table(self, codec: RowCodec, rows: list[Any], path: tuple[Step, ...]) -> Slices[Table]:
        collection = codec.schema.collection
        table = Table()
        for position, packed in enumerate(rows):
            if not position % _ROWS:
                yield
            rows[position] = None  # to let go of all at once would take long
            at = (*path, position)
            values = self._values(packed, at)
            if not isinstance(values, dict):
                if values is not ABSENT:
                    self._add("type", f"A row of {collection.name} is an object.", *at)
                self._stop_where_enough_is_wrong()
                continue
            began = thread_time()
            row, violations = codec.decode(values, "body", (*self._path, *at))
            if violations:
                self._violations += violations
                self._reason_seconds += thread_time() - began
                self._stop_where_enough_is_wrong()
                yield  # reasons take longer than rows that fit
            if row is None:
                continue
            if row.key in table.rows:
                self._add("key", f"{collection.name} has two rows with the key {row.key!r}.", *at)
            else:
                table = table.put(collection, row)
        return table

    def _stop_where_enough_is_wrong(self) -> None:
        if len(self._violations) >= MAX_VIOLATIONS or self._reason_seconds > REASON_SECONDS:
            raise InvalidDocument(self._violations[:MAX_VIOLATIONS])

    def _values(self, packed: Any, at: tuple[Step, ...]) -> Any:
        """A row as data, ABSENT with a violation where it is none."""
        try:
            values, repeated = unpacked(packed)
        except NotJson as error:
            self._add("json", f"This row {error}.", *at)
            return ABSENT
        for key in repeated if self._strict else ():
            self._add("lenient", sentence_of(key, "body"), *at)
        return values

    def _timeline(self, entries: list[Any], known: Mapping[str, Any]) -> Slices[Timeline]:
        """The document's events, and the default ones of the APIs that it does not mention."""
        timeline = Timeline()
        for count, (at, event) in enumerate(self._defaults.timeline.events(), 1):
            if event.api not in known:
                timeline = timeline.set(event, at)
            if not count % _EVENTS:
                yield
        seen: set[Event] = set()
        for position, one in enumerate(entries):
            if not position % _EVENTS:
                yield
            entries[position] = None
            event = Event(one["api"], one["action"], one["key"])
            at = self._seconds(one["at"], "timeline", position, "at")
            self._check_event(event, position, is_again=event in seen)
            seen.add(event)
            timeline = timeline.set(event, at)
        return timeline

    def _check_event(self, event: Event, position: int, *, is_again: bool) -> None:
        api = self._apis.get(event.api)
        if api is None:
            message = f"No API {event.api!r} is served. {did_you_mean(event.api, self._apis)}"
            self._add("api", message, "timeline", position, "api")
        elif event.action not in api.events:
            hint = did_you_mean(event.action, api.events)
            message = f"Nothing called {event.action!r} happens in {event.api}. {hint}"
            self._add("action", message, "timeline", position, "action")
        elif is_again:
            self._add("action", "This stands here twice: it happens once.", "timeline", position)

    def _run_on_start(self, state: State, known: Mapping[str, Any]) -> State:
        transaction = Transaction(state)
        for stem in known:
            try:
                self._apis[stem].run_on_start(transaction)
            except Exception as error:  # a module may raise anything for rows that it did not foresee
                message = f"on_start can make nothing of these rows: {type(error).__name__}: {error}."
                self._add("on_start", message, "apis", stem)
        return transaction.state
