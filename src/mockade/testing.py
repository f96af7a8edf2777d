"""A mock inside a test suite or a script, and assertions about what its worlds received."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mockade.bots.contracts import Contracts
from mockade.bots.files import default_script
from mockade.bots.players import Players
from mockade.bots.reading import read_script
from mockade.bots.roster import check_count
from mockade.bots.served_world import ServedWorld
from mockade.catalogue.api import Api
from mockade.client.http import ControlConnection
from mockade.client.remote import DEFAULT, Facts, Remote
from mockade.contract.violations import violation_line
from mockade.hints import did_you_mean
from mockade.launch import SETTINGS, Launch, load, take_port
from mockade.reports.gates import gated_notices
from mockade.server.thread import ServerThread
from mockade.worlds.journal import ExchangeListener, ignore, reason_words, request_line

MOST_SHOWN = 10
"""Exchanges that the message of a failed assertion shows."""


class World(Remote):
    """A world of a mock, with assertions about its journal whose messages show what did happen.

    `made` are all worlds that were made through it, and through those.
    """

    _launch: Launch

    def _connect(self, connection: ControlConnection, world: str) -> None:
        super()._connect(connection, world)
        self.made: list[World] = []

    def other(self, world: str) -> World:
        """Another world of the same server, made when it is first used."""
        return self._world(world)

    def fork(self, name: str, at: int | None = None, snapshot: str | None = None) -> World:
        """Another world out of this one, of a point in its journal, or of a snapshot."""
        super().fork(name, at, snapshot)
        return self._world(name)

    def make(self, world: str, seed: int | None = None) -> World:
        """A new world of the fixtures, with a seed of its own if wanted."""
        super().make(world, seed)
        return self._world(world)

    def _world(self, name: str) -> World:
        made = World.__new__(World)
        made._connect(self._connection, name)
        made.made, made._launch = self.made, self._launch
        if name != DEFAULT:
            self.made.append(made)
        return made

    def play(
        self,
        name: str,
        players: int | None = None,
        *,
        script: str | Path | None = None,
        seed: int = 0,
        keep_going: bool = False,
    ) -> Players:
        """Scripted players of an API or a family, who act in this world as `advance` moves its clock.

        Without a `script` (a path) they do what the API's own says, and they are as many as that says. Raises
        SetupError for a script that is not there or does not fit, LookupError for an API that is not served.
        """
        played = {stem: api.contract for stem, api in self._launch.meant(name).items()}
        if not played:
            raise LookupError(f"No API {name!r} is served. {did_you_mean(name, self._launch.apis)}")
        files = self._launch.selection.files()
        path = Path(script) if script else default_script(name, {stem: files[stem] for stem in played})
        contracts = Contracts(played)
        read = check_count(read_script(path, contracts), players)
        world = ServedWorld(self, read, [name])
        return Players(read, contracts, world, seed=seed, keep_going=keep_going)

    def history(self) -> list[str]:
        """A line for each request so far, oldest first, with the reason of a refusal."""
        return [_line_with_reason(entry) for entry in self.journal.entries() if entry["request"]]

    def assert_called(self, operation: str, times: int | None = None, **wanted: Any) -> list[Facts]:
        """The requests to an operation (its operationId) that match all of `wanted`: so many `times`.

        `wanted` is what `journal.find` takes: method, path, query, headers, body (a subset), status, caller.
        Without `times` there must be one at least. Raises AssertionError, with the nearest requests that did
        arrive, and LookupError for an operation that no API has. Answers the newest thousand.
        """
        __tracebackhide__ = True
        self._check_operation(operation)
        found = self.journal.find(operation=operation, **wanted)
        count = found["count"]
        if count == times or (times is None and count):
            exchanges: list[Facts] = found["exchanges"]
            return exchanges
        asked = "at least once" if times is None else _times(times)
        like = f" with {', '.join(f'{name}={value!r}' for name, value in wanted.items())}" if wanted else ""
        lines = [f"{operation} was called {_times(count)}{like}, not {asked}."]
        if count:
            lines += ["These were the calls:", *map(_line_with_reason, found["exchanges"][:MOST_SHOWN])]
        elif found["nearest"]:
            lines.append("The nearest requests that did arrive:")
            for near in found["nearest"]:
                lines += [_line_with_reason(near["exchange"]), *(f"    {one}" for one in near["differences"])]
        else:
            lines.append(f"No request arrived in the world {self.world!r}: did the client use {self.url}?")
        raise AssertionError("\n".join(lines))

    def assert_contract_kept(self, *, notices: bool = False) -> None:
        """Raises AssertionError with each exchange that broke the contract, and with the mock's own bugs.

        With `notices`, what is legal but suspicious counts as well. It knows what the journal still holds.
        """
        __tracebackhide__ = True
        failures = [*self.bugs(), *self.breaches(notices=notices)]
        if failures:
            more = f"\n… and {len(failures) - MOST_SHOWN} more" if len(failures) > MOST_SHOWN else ""
            raise AssertionError("\n".join(failures[:MOST_SHOWN]) + more)

    def breaches(self, *, notices: bool = False, gates: Collection[str] = ("violation",)) -> list[str]:
        """Each exchange that broke the contract, with the lines of it that it broke.

        `notices`, or other `gates` than `violation`, say what counts, as `--fail-on` of `mockade exec` does.
        """
        gates = frozenset(gates) | ({"notice"} if notices else set())
        found = []
        if "empty" in gates and not any(one["request"] for one in self.journal.entries()):
            found.append(f"No request came to the world {self.world!r}.")
        for entry in self.journal.entries(violations=True if gates == {"violation"} else None):
            if entry["answered_by"] == "mockade":
                continue
            told = entry["violations"] if gates & {"violation", "notice"} else []
            told = told + gated_notices(entry["notices"], gates)
            if told:
                head = f"The contract was broken by {_line(entry).strip()}"
                found.append("\n".join([head, *map(_violation_line, told)]))
            elif entry["answered_by"] == "stub" and "unanswered" in gates:
                found.append(f"Nobody answers {_line_with_reason(entry).strip()}")
        return found

    def bugs(self) -> list[str]:
        """Each exchange, or due event, in which the mock itself was at fault, with its traceback."""
        found = []
        for entry in self.journal.entries():
            if entry["answered_by"] == "mockade":
                why = entry["traceback"] or "\n".join(map(_violation_line, entry["violations"]))
                found.append(
                    f"The mock is at fault in {_line(entry).strip()}\n{entry['reason']}\n{why}".rstrip()
                )
        return found

    def _check_operation(self, operation: str) -> None:
        __tracebackhide__ = True
        known = [f"{api['name']}.{one['operation']}" for api in self.apis() for one in api["operations"]]
        names = {name.partition(".")[2] for name in known}
        if operation not in known and operation not in names:
            raise LookupError(f"No API has an operation {operation!r}. {did_you_mean(operation, names)}")


class MockServer(World):
    """A mock of its own in this process, on a free port: `with MockServer("rallyhere", seed=7) as mock:`.

    As itself it is the `default` world; `mock.other("name")` is another. Takes OpenAPI documents, folders
    with specs/, addresses and names of APIs as `mockade serve` does (all bundled APIs, without), a `home`,
    and the fields of Settings. `app` is the ASGI application, for clients in the same process, with which it
    need not be started. A `host` beyond loopback gets a token, which is sent by itself. `on_exchange` is
    called with each finished exchange (`tell` is its earlier name, which is still accepted).
    Raises SetupError for what cannot be served, TypeError for a setting that there is not.
    """

    def __init__(
        self,
        *names: str | Path,
        home: Path | str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        on_exchange: ExchangeListener = ignore,
        tell: ExchangeListener | None = None,
        **settings: Any,
    ) -> None:
        unknown = next((name for name in settings if name not in SETTINGS), None)
        if unknown is not None:
            known = {*SETTINGS, "home", "host", "port"}
            raise TypeError(f"There is no setting {unknown!r}. {did_you_mean(unknown, known)}")
        self._launch = load(names, Path(home) if home is not None else None, host, **settings)
        for warning in self._launch.warnings:
            warnings.warn(str(warning), stacklevel=2)
        self._address = host, port
        self._thread: ServerThread | None = None
        self.app, _ = self._launch.app(tell or on_exchange, self._launch.checks())

    def __getattr__(self, name: str) -> Any:
        """Called for what only a running server has, such as `url`: the error says to start it."""
        hint = (
            "" if self._thread else " The mock is not started: use it in a `with` statement, or call start()."
        )
        raise AttributeError(f"{type(self).__name__} has no {name!r}.{hint}")

    @property
    def served(self) -> Mapping[str, Api]:
        """The APIs by their names."""
        return self._launch.apis

    def other(self, world: str) -> World:
        """Another world of this server, made when it is first used; it has a `made` of its own."""
        other = World.__new__(World)
        other._connect(self._connection, world)
        other._launch = self._launch
        return other

    def start(self) -> Self:
        """Returns when requests are accepted; one that is started already stays as it is."""
        if self._thread is not None:
            return self
        port = take_port(*self._address)
        self._thread = self._launch.thread(self.app, port)
        self._thread.start()
        self._connect(ControlConnection(port.url, self._launch.settings.token), DEFAULT)
        return self

    def stop(self) -> None:
        """Answers what is in flight, then closes the port. Stopping twice is stopping once."""
        if self._thread is not None:
            self.close()
            self._thread.stop()
            self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _line(entry: Facts) -> str:
    request, answer = entry["request"], entry["response"]
    if request is None:
        return f"  #{entry['id']} {entry['answered_by']} {entry['operation'] or ''}".rstrip()
    return f"  #{entry['id']} {request_line(request)} {answer['status'] or '---'}"


def _line_with_reason(entry: Facts) -> str:
    """The line of an entry, with why it was refused or failed."""
    return f"{_line(entry)}{reason_words(entry['reason'])}"


def _violation_line(violation: Facts) -> str:
    return f"    {violation_line(violation)}"
