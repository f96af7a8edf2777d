"""Reads a document, which has the form of fixtures, as a world's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import thread_time
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.credentials import read_credentials
from mockade.catalogue.fixture_rows import RowCodec
from mockade.catalogue.fixtures import read_secrets
from mockade.catalogue.secret_names import REDACTED
from mockade.contract.validators import MAX_VIOLATIONS
from mockade.contract.violations import Violation
from mockade.hints import did_you_mean
from mockade.snapshots.replies import read_replies
from mockade.snapshots.writer import UNRESTRICTED
from mockade.state.caller import Caller
from mockade.state.clock import EARLIEST, LATEST, Clock, clock_from_json, seconds_of, timestamp
from mockade.state.hash_trie import HashTrie
from mockade.state.state import State
from mockade.state.table import Table
from mockade.state.timeline import Event, Timeline
from mockade.state.transaction import Transaction

Step = str | int

REASON_SECONDS = 2.0
"""How long reasons are looked for why rows of a document do not fit, of the processor's time."""


class InvalidDocument(Exception):
    """A document that is no possible state, with all `violations`."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("\n".join(map(str, violations)))
        self.violations = violations


def read_document(
    value: Mapping[str, Any], apis: Mapping[str, Api], defaults: State, path: tuple[Step, ...] = ()
) -> State:
    """The state in a document of the form StateDocument.

    Whatever it lacks is taken from `defaults`: seed, draws, clock, APIs, and credentials of an API. Where it
    has no timeline, each module's `on_start` runs on its rows, as it does on the fixtures'. `path` is that of
    the document, for violations. Raises InvalidDocument.
    """
    return _DocumentReader(apis, defaults, path).state(value)


class _DocumentReader:
    """Reads one document and collects its violations."""

    def __init__(self, apis: Mapping[str, Api], defaults: State, path: tuple[Step, ...]) -> None:
        self._apis = apis
        self._defaults = defaults
        self._path = path
        self._violations: list[Violation] = []
        self._reason_seconds = 0.0
        self._is_whole = False
        """Whether the document was written out of a world; else it is fixtures."""

    def state(self, value: Mapping[str, Any]) -> State:
        members_by_api = value["apis"]
        self._is_whole = "timeline" in value
        for stem in members_by_api:
            if stem not in self._apis:
                message = f"No API {stem!r} is served. {did_you_mean(stem, self._apis)}"
                self._add("api", message, "apis", stem)
        known = {stem: members for stem, members in members_by_api.items() if stem in self._apis}
        state = self._defaults.seeded(value.get("seed", self._defaults.seed))._replace(
            draws=value.get("draws", self._defaults.draws),
            clock=self._clock(value.get("clock")),
            tables=self._tables(known, value.get("births", {})),
            timeline=self._timeline(value.get("timeline", ()), known),
            callers=self._callers(known),
            replies=read_replies(value.get("replies", ()), self._seconds, self._add),
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
    ) -> dict[tuple[str, str], Table]:
        tables = {key: table for key, table in self._defaults.tables.items() if key[0] not in members_by_api}
        # An API that the document mentions has the rows that stand there, and none that were made.
        tables |= {name: Table() for name in self._defaults.start.names() if name[0] in members_by_api}
        for stem, members in members_by_api.items():
            for name, rows in members.items():
                at = ("apis", stem, name)
                schema = self._apis[stem].collections.get(name)
                if isinstance(rows, list) and schema is not None:
                    tables[stem, name] = self._table(RowCodec(schema), rows, at)
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

    def _table(self, codec: RowCodec, rows: Sequence[Any], path: tuple[Step, ...]) -> Table:
        collection = codec.schema.collection
        table = Table()
        for position, values in enumerate(rows):
            at = (*path, position)
            if not isinstance(values, dict):
                self._add("type", f"A row of {collection.name} is an object.", *at)
                continue
            began = thread_time()
            row, violations = codec.decode(values, "body", (*self._path, *at))
            if violations:
                self._violations += violations
                self._reason_seconds += thread_time() - began
                if len(self._violations) >= MAX_VIOLATIONS or self._reason_seconds > REASON_SECONDS:
                    raise InvalidDocument(self._violations[:MAX_VIOLATIONS])
            if row is None:
                continue
            if row.key in table.rows:
                self._add("key", f"{collection.name} has two rows with the key {row.key!r}.", *at)
            else:
                table = table.put(collection, row)
        return table

    def _timeline(self, entries: Sequence[Mapping[str, str]], known: Mapping[str, Any]) -> Timeline:
        """The document's events, and the default ones of the APIs that it does not mention."""
        timeline = Timeline()
        for at, event in self._defaults.timeline.events():
            if event.api not in known:
                timeline = timeline.set(event, at)
        seen: set[Event] = set()
        for position, one in enumerate(entries):
            event = Event(one["api"], one["action"], one["key"])
            at = self._seconds(one["at"], "timeline", position, "at")
            api = self._apis.get(event.api)
            if api is None:
                message = f"No API {event.api!r} is served. {did_you_mean(event.api, self._apis)}"
                self._add("api", message, "timeline", position, "api")
            elif event.action not in api.events:
                hint = did_you_mean(event.action, api.events)
                message = f"Nothing called {event.action!r} happens in {event.api}. {hint}"
                self._add("action", message, "timeline", position, "action")
            elif event in seen:
                self._add("action", "This stands here twice: it happens once.", "timeline", position)
            seen.add(event)
            timeline = timeline.set(event, at)
        return timeline

    def _callers(self, members_by_api: Mapping[str, Any]) -> HashTrie[tuple[str, str, str], Caller]:
        by_api = {
            stem: members["credentials"]
            for stem, members in members_by_api.items()
            if isinstance(members.get("credentials"), dict)
        }
        callers = {key: caller for key, caller in self._defaults.callers.items() if key[0] not in by_api}
        for stem, credentials in by_api.items():
            api = self._apis[stem]

            def add_misformed(message: str, *path: str, stem: str = stem) -> None:
                self._add("credentials", message, "apis", stem, *path[:2])

            def add_misread(message: str, mend: str, *path: str, stem: str = stem) -> None:
                # Neither the path nor the sentence names a secret: both are logged as well.
                for secret in path[1:]:
                    message = message.replace(secret, REDACTED)
                full = f"{message} {mend}".rstrip()
                self._add("credentials", full, "apis", stem, "credentials", *path[:1])

            formed = read_secrets(_as_fixtures(credentials) if self._is_whole else credentials, add_misformed)
            read = read_credentials(api.contract, api.module, formed, add_misread)
            callers |= {(stem, *key): caller for key, caller in read.items()}
        return HashTrie(callers)

    def _run_on_start(self, state: State, known: Mapping[str, Any]) -> State:
        transaction = Transaction(state)
        for stem in known:
            try:
                self._apis[stem].run_on_start(transaction)
            except Exception as error:  # a module may raise anything for rows that it did not foresee
                message = f"on_start can make nothing of these rows: {type(error).__name__}: {error}."
                self._add("on_start", message, "apis", stem)
        return transaction.state


def _as_fixtures(credentials: Mapping[str, Any]) -> dict[str, Any]:
    """Credentials that a world's document holds, as fixtures would say them.

    There a credential without `permissions` may everything. Here it has to say `unrestricted`: documents of
    earlier versions leave out permissions that are empty.
    """

    def of_secret(members: Any) -> Any:
        if members is not None and not isinstance(members, dict):
            return members
        plain = {name: value for name, value in (members or {}).items() if name != UNRESTRICTED}
        is_unrestricted = (members or {}).get(UNRESTRICTED) is True
        return plain if is_unrestricted or "permissions" in plain else {**plain, "permissions": []}

    return {
        scheme: {secret: of_secret(members) for secret, members in secrets.items()}
        if isinstance(secrets, dict)
        else secrets
        for scheme, secrets in credentials.items()
    }
