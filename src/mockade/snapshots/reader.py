"""A document in the fixtures' form, read as a world's whole state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.credentials import read_credentials
from mockade.catalogue.fixture_rows import RowCodec
from mockade.catalogue.fixtures import credentials_in
from mockade.catalogue.redaction import REDACTED
from mockade.contract.validators import MOST_TOLD
from mockade.contract.violations import Violation
from mockade.hints import did_you_mean
from mockade.state.caller import Caller
from mockade.state.clock import EARLIEST, LATEST, Clock, seconds_of, timestamp
from mockade.state.hash_trie import HashTrie
from mockade.state.state import State
from mockade.state.table import Table
from mockade.state.timeline import Event, Timeline
from mockade.state.transaction import Transaction

Step = str | int


class InvalidDocument(Exception):
    """A document that cannot be a state; `violations` are all the reasons."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("\n".join(map(str, violations)))
        self.violations = violations


def read_document(
    value: Mapping[str, Any], apis: Mapping[str, Api], first: State, path: tuple[Step, ...] = ()
) -> State:
    """The state that a document says, which has the form of StateDocument.

    What it does not say is as in `first`: the seed, the draws, the clock, the APIs that it does not mention,
    and the credentials of those that have none in it. Without a timeline its rows are a world's beginning,
    which each module's `on_start` sees, as it sees the fixtures. `path` leads to the document, for messages.
    Raises InvalidDocument.
    """
    return _Reading(apis, first, path).state(value)


class _Reading:
    """One document on its way to a state, with what is wrong with it so far."""

    def __init__(self, apis: Mapping[str, Api], first: State, path: tuple[Step, ...]) -> None:
        self._apis = apis
        self._first = first
        self._path = path
        self._wrong: list[Violation] = []

    def state(self, value: Mapping[str, Any]) -> State:
        said = value["apis"]
        for stem in said:
            if stem not in self._apis:
                message = f"No API {stem!r} is served. {did_you_mean(stem, self._apis)}"
                self._complain("api", message, "apis", stem)
        known = {stem: members for stem, members in said.items() if stem in self._apis}
        state = self._first._replace(
            seed=value.get("seed", self._first.seed),
            draws=value.get("draws", self._first.draws),
            clock=self._clock(value.get("clock")),
            tables=self._tables(known, value.get("births", {})),
            timeline=self._timeline(value.get("timeline", ()), known),
            callers=self._callers(known),
        )
        if "timeline" not in value and not self._wrong:
            state = self._begun(state, known)
        if self._wrong:
            raise InvalidDocument(self._wrong)
        return state

    def _complain(self, rule: str, message: str, *path: Step) -> None:
        self._wrong.append(Violation("body", (*self._path, *path), rule, message))

    def _clock(self, said: Mapping[str, Any] | None) -> Clock:
        if said is None:
            return self._first.clock
        since = self._moment(said["now"], "clock", "now") if "now" in said else None
        if said["mode"] == "frozen":
            return Clock.frozen(self._first.clock.now() if since is None else since)
        if since is None and "rate" not in said:
            return Clock.real()
        return Clock.running(Clock.real().now() if since is None else since, float(said.get("rate", 1.0)))

    def _moment(self, text: str, *path: Step) -> float:
        try:
            return seconds_of(text)
        except ValueError as error:
            message = f"{error}. It is from {timestamp(EARLIEST)} to {timestamp(LATEST)}."
            self._complain("date-time", message, *path)
            return 0.0

    def _tables(
        self, said: Mapping[str, Any], births: Mapping[str, Mapping[str, int]]
    ) -> dict[tuple[str, str], Table]:
        tables = {key: table for key, table in self._first.tables.items() if key[0] not in said}
        for stem, members in said.items():
            for name, rows in members.items():
                at = ("apis", stem, name)
                schema = self._apis[stem].collections.get(name)
                if isinstance(rows, list) and schema is not None:
                    tables[stem, name] = self._table(RowCodec(schema), rows, at)
                elif isinstance(rows, list):
                    hint = did_you_mean(name, self._apis[stem].collections)
                    self._complain("collection", f"{stem} has no collection {name!r}. {hint}", *at)
                elif name == "behaviour":
                    message = (
                        "Behaviour belongs to the server, not to a world: leave it out here, and set it in "
                    )
                    self._complain("behaviour", f"{message}fixtures/{stem}.yaml.", *at)
                elif not isinstance(rows, dict):
                    self._complain("type", "Credentials are an object: by security scheme, then secret.", *at)
        for stem, numbers in births.items():
            for name, number in numbers.items():
                if stem in self._apis and name in self._apis[stem].collections:
                    table = tables.get((stem, name), Table())
                    tables[stem, name] = table._replace(births=max(number, table.births))
                else:
                    self._complain("collection", f"There is no {name!r} of {stem!r}.", "births", stem, name)
        return tables

    def _table(self, codec: RowCodec, rows: Sequence[Any], path: tuple[Step, ...]) -> Table:
        collection = codec.schema.collection
        table = Table()
        for position, values in enumerate(rows):
            at = (*path, position)
            if not isinstance(values, dict):
                self._complain("type", f"A row of {collection.name} is an object.", *at)
                continue
            row, wrong = codec.decode(values, "body", (*self._path, *at))
            self._wrong += wrong
            if len(self._wrong) >= MOST_TOLD:
                raise InvalidDocument(self._wrong[:MOST_TOLD])
            if row is None:
                continue
            if row.key in table.rows:
                self._complain("key", f"{collection.name} has two rows with the key {row.key!r}.", *at)
            else:
                table = table.put(collection, row)
        return table

    def _timeline(self, said: Sequence[Mapping[str, str]], known: Mapping[str, Any]) -> Timeline:
        """What the document says will happen, and the first state of the APIs that it does not mention."""
        timeline = Timeline()
        for at, event in self._first.timeline.events():
            if event.api not in known:
                timeline = timeline.set(event, at)
        told: set[Event] = set()
        for position, one in enumerate(said):
            event = Event(one["api"], one["action"], one["key"])
            at = self._moment(one["at"], "timeline", position, "at")
            api = self._apis.get(event.api)
            if api is None:
                message = f"No API {event.api!r} is served. {did_you_mean(event.api, self._apis)}"
                self._complain("api", message, "timeline", position, "api")
            elif event.action not in api.events:
                hint = did_you_mean(event.action, api.events)
                message = f"Nothing called {event.action!r} happens in {event.api}. {hint}"
                self._complain("action", message, "timeline", position, "action")
            elif event in told:
                self._complain("action", "This stands here twice: it happens once.", "timeline", position)
            told.add(event)
            timeline = timeline.set(event, at)
        return timeline

    def _callers(self, said: Mapping[str, Any]) -> HashTrie[tuple[str, str, str], Caller]:
        given = {
            stem: members["credentials"]
            for stem, members in said.items()
            if isinstance(members.get("credentials"), dict)
        }
        callers = {key: caller for key, caller in self._first.callers.items() if key[0] not in given}
        for stem, credentials in given.items():
            api = self._apis[stem]

            def misformed(message: str, *path: str, stem: str = stem) -> None:
                self._complain("credentials", message, "apis", stem, *path[:2])

            def misread(message: str, mend: str, *path: str, stem: str = stem) -> None:
                # Neither the place nor the sentence names a secret: they are told in the log as well.
                for secret in path[1:]:
                    message = message.replace(secret, REDACTED)
                full = f"{message} {mend}".rstrip()
                self._complain("credentials", full, "apis", stem, "credentials", *path[:1])

            formed = credentials_in(credentials, misformed)
            read = read_credentials(api.contract, api.module, formed, misread)
            callers |= {(stem, *key): caller for key, caller in read.items()}
        return HashTrie(callers)

    def _begun(self, state: State, known: Mapping[str, Any]) -> State:
        transaction = Transaction(state)
        for stem in known:
            try:
                self._apis[stem].run_on_start(transaction)
            except Exception as error:  # whatever a module makes of rows that it did not foresee
                message = f"on_start can make nothing of these rows: {type(error).__name__}: {error}."
                self._complain("on_start", message, "apis", stem)
        return transaction.state
