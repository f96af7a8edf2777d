"""A running mock driven from Python: worlds, time, rows, snapshots, credentials, faults, the journal."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from mockade.client.http import ControlConnection, ControlError
from mockade.hints import did_you_mean

__all__ = ["ControlError", "Remote", "parted"]

DEFAULT = "default"
_MARK = "/@"

Facts = dict[str, Any]
"""An object of the control API's contract, as it came; `control.yaml` describes each of them."""

Moment = str | datetime
"""An RFC 3339 date-time, or a datetime that knows its time zone."""


class Remote:
    """One world of a running mock. `url` is the base URL for the system under test.

    A `url` that carries `/@world` chooses that world, else `world` does. What is refused, and a server that
    does not answer, is a ControlError. Worlds of one server that come from each other share a connection.
    """

    def __init__(self, url: str, world: str = "", token: str = "") -> None:
        base, carried = parted(url)
        if world and carried and world != carried:
            raise ControlError(0, f"{url} names the world {carried!r}, and {world!r} is asked for: name one.")
        self._connect(ControlConnection(base, token), world or carried or DEFAULT)

    def _connect(self, connection: ControlConnection, world: str) -> None:
        self._connection = connection
        self.world = world
        self.clock = Clock(self)
        self.state = State(self)
        self.snapshots = Snapshots(self)
        self.credentials = Credentials(self)
        self.faults = Faults(self)
        self.journal = Journal(self)

    def other(self, world: str) -> Remote:
        """Another world of the same server, over the same connection; it is made when it is first used."""
        remote = Remote.__new__(Remote)
        remote._connect(self._connection, world)
        return remote

    @property
    def url(self) -> str:
        """The server's URL, with the world's prefix where it is not the default one."""
        prefix = "" if self.world == DEFAULT else f"{_MARK}{_segment(self.world)}"
        return f"{self._connection.url}{prefix}"

    def api_url(self, api: str) -> str:
        """What stands before an API's paths in this world, for a client that is to be given a base URL.

        Raises LookupError for an API that is not served.
        """
        bases = {one["name"]: one["base_urls"] for one in self.apis()}
        if api not in bases:
            raise LookupError(f"No API {api!r} is served. {did_you_mean(api, bases)}")
        return f"{self.url}{bases[api][-1]}"

    def close(self) -> None:
        """Close the connection; another call opens another."""
        self._connection.close()

    def health(self) -> Facts:
        return self._server("GET", "/health")

    def ready(self) -> Facts:
        return self._server("GET", "/ready")

    def apis(self) -> list[Facts]:
        return self._server("GET", "/apis")["apis"]  # type: ignore[no-any-return]

    def worlds(self) -> list[Facts]:
        """`default` first, the one used last at the end."""
        return self._server("GET", "/worlds")["worlds"]  # type: ignore[no-any-return]

    def make(self, world: str, seed: int | None = None) -> Remote:
        """A new world of the fixtures, with a seed of its own if wanted."""
        self._server("POST", "/worlds", {"name": world, **({} if seed is None else {"seed": seed})})
        return self.other(world)

    def look(self) -> Facts:
        """The world as it is; 404 when it is not there, for looking does not make it."""
        return self.ask("GET", "")

    def reset(self) -> Facts:
        return self.ask("POST", "/reset")

    def fork(self, name: str, at: int | None = None, snapshot: str | None = None) -> Remote:
        """Another world out of this one, of a point in its journal, or of a snapshot."""
        body = {"name": name, "at": at, "snapshot": snapshot}
        self.ask("POST", "/fork", {key: value for key, value in body.items() if value is not None})
        return self.other(name)

    def rewind(self, id: int) -> Facts:
        """Go back to the state just before that entry of the journal."""
        return self.ask("POST", f"/journal/{id}/rewind")

    def delete(self) -> None:
        """Delete the world, with its journal and snapshots."""
        self.ask("DELETE", "")

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Facts:
        """A call of the control API about this world; `path` follows `/worlds/{world}`."""
        __tracebackhide__ = True
        return self._server(method, f"/worlds/{_segment(self.world)}{path}", body, **query)

    def _server(self, method: str, path: str, body: Any = None, **query: Any) -> Facts:
        __tracebackhide__ = True  # in a test pytest shows who called, and the sentence
        facts: Facts = self._connection.ask(method, path, body, query)
        return facts


class _Part:
    """A part of the control API of one world."""

    def __init__(self, world: Remote) -> None:
        self._ask = world.ask


class Clock(_Part):
    """Time in the world. Every call answers the clock: its mode, now and rate."""

    def get(self) -> Facts:
        return self._ask("GET", "/clock")

    def now(self) -> datetime:
        return datetime.fromisoformat(self.get()["now"])

    def freeze(self, at: Moment | None = None) -> Facts:
        """Stop the clock, at the present moment where none is given."""
        return self._put(mode="frozen", now=at)

    def set(self, now: Moment | None = None, rate: float | None = None) -> Facts:
        """Run on from `now`, at `rate` seconds of the world in one of the machine's."""
        return self._put(mode="real", now=now, rate=rate)

    def real(self) -> Facts:
        """Follow the machine's clock."""
        return self._put(mode="real")

    def advance(self, by: str | float) -> Facts:
        """Go forward by a duration such as `1h30m`, or by seconds; what is due by then happens."""
        return self._ask("POST", "/clock/advance", {"by": by if isinstance(by, str) else f"{by:f}s"})

    def _put(self, mode: str, now: Moment | None = None, rate: float | None = None) -> Facts:
        moment = now.isoformat() if isinstance(now, datetime) else now
        facts = {"mode": mode, "now": moment, "rate": rate}
        return self._ask("PUT", "/clock", {key: value for key, value in facts.items() if value is not None})


class State(_Part):
    """The rows behind the answers, by API (its stem), collection and key."""

    def collections(self) -> dict[str, dict[str, int]]:
        """By API and collection, the number of rows."""
        return self._ask("GET", "/state")

    def rows(self, api: str, collection: str) -> list[Facts]:
        """All rows, oldest first."""
        path = f"/state/{_segment(api)}/{_segment(collection)}"
        page = self._ask("GET", path)
        found = page["rows"]
        while page["next"] is not None:
            page = self._ask("GET", path, after=page["next"])
            found += page["rows"]
        return found  # type: ignore[no-any-return]

    def get(self, api: str, collection: str, key: str) -> Facts:
        return self._ask("GET", _row(api, collection, key))

    def put(self, api: str, collection: str, key: str, row: Mapping[str, Any]) -> Facts:
        """Write a whole row; it is validated against the contract."""
        return self._ask("PUT", _row(api, collection, key), dict(row))

    def patch(self, api: str, collection: str, key: str, changes: Mapping[str, Any]) -> Facts:
        """Change some of a row: a JSON merge patch, in which None removes."""
        return self._ask("PATCH", _row(api, collection, key), dict(changes))

    def delete(self, api: str, collection: str, key: str) -> None:
        self._ask("DELETE", _row(api, collection, key))


class Snapshots(_Part):
    """The world's state, stored under a name or exported as a document."""

    def list(self) -> list[Facts]:
        """Oldest first."""
        return self._ask("GET", "/snapshots")["snapshots"]  # type: ignore[no-any-return]

    def take(self, name: str) -> Facts:
        return self._ask("POST", "/snapshots", {"name": name})

    def restore(self, name: str) -> Facts:
        """Go back to the snapshot's state; returns the world."""
        return self._ask("POST", f"/snapshots/{_segment(name)}/restore")

    def get(self, name: str, *, secrets: bool = False) -> Facts:
        """The snapshot as one document, in the form of fixtures."""
        return self._ask("GET", f"/snapshots/{_segment(name)}", secrets=secrets)

    def put(self, name: str, document: Mapping[str, Any]) -> Facts:
        """Import a document under a name; it is validated against the contracts."""
        return self._ask("PUT", f"/snapshots/{_segment(name)}", dict(document))

    def delete(self, name: str) -> None:
        self._ask("DELETE", f"/snapshots/{_segment(name)}")


class Credentials(_Part):
    """Who may call, in this world."""

    def list(self, *, secrets: bool = False) -> list[Facts]:
        return self._ask("GET", "/credentials", secrets=secrets)["credentials"]  # type: ignore[no-any-return]

    def mint(self, api: str, **facts: Any) -> Facts:
        """A new player or key of an API; answers it with its secret, this once.

        `facts` are `scheme`, `secret`, `caller`, `permissions`, `refused` and `facts`: all can be left out.
        """
        return self._ask("POST", "/credentials", {"api": api, **facts})


class Faults(_Part):
    """Fault injection: the first rule that matches a request applies."""

    def list(self) -> list[Facts]:
        """In the order in which they are tried."""
        return self._ask("GET", "/faults")["faults"]  # type: ignore[no-any-return]

    def add(
        self, do: Mapping[str, Any], match: Mapping[str, Any] | None = None, count: int | None = None
    ) -> Facts:
        """`add({"status": 503}, {"operation": "createSession", "nth": 3}, count=1)`; answers the rule."""
        rule: Facts = {"do": dict(do)}
        if match is not None:
            rule["match"] = dict(match)
        if count is not None:
            rule["count"] = count
        return self._ask("POST", "/faults", rule)

    def remove(self, id: int) -> None:
        self._ask("DELETE", f"/faults/{id}")

    def clear(self) -> None:
        """Remove all rules."""
        self._ask("DELETE", "/faults")


class Journal(_Part):
    """The journal, oldest first: entries as the contract's component Exchange."""

    def __iter__(self) -> Iterator[Facts]:
        return iter(self.entries())

    def after(self, id: int) -> builtins.list[Facts]:
        """The entries of greater ids."""
        return self.entries(after=id)

    def entries(
        self,
        *,
        operation: str | None = None,
        status: int | str | None = None,
        caller: str | None = None,
        violations: bool | None = None,
        after: int | None = None,
        secrets: bool = False,
        limit: int | None = None,
    ) -> builtins.list[Facts]:
        """Those of an operation, a status (422, 4xx), a caller, with violations or without, after an id.

        With `secrets` nothing is redacted. `limit` is the page size, not the number in all.
        """
        filters = {
            "operation": operation,
            "status": status,
            "caller": caller,
            "violations": violations,
            "after": after,
            "secrets": secrets,
            "limit": limit,
        }
        page = self._ask("GET", "/journal", **filters)
        found = page["exchanges"]
        while page["next"] is not None:
            page = self._ask("GET", "/journal", **{**filters, "after": page["next"]})
            found += page["exchanges"]
        return found  # type: ignore[no-any-return]

    def find(self, *, secrets: bool = False, **wanted: Any) -> Facts:
        """The requests that match all of `wanted`; where none does, the nearest, with their differences.

        `operation`, `method`, `path`, `query`, `headers`, `body` (a subset), `status`, `caller`.
        """
        return self._ask("POST", "/journal/find", wanted, secrets=secrets)


def parted(url: str) -> tuple[str, str]:
    """A URL without its world prefix, and the world that it names; empty where it names none."""
    base, mark, world = url.rstrip("/").rpartition(_MARK)
    if not mark or "/" in world:
        return url, ""
    return base, unquote(world)


def _row(api: str, collection: str, key: str) -> str:
    return f"/state/{_segment(api)}/{_segment(collection)}/{_segment(key)}"


def _segment(text: str) -> str:
    """A path segment, percent-encoded; lone surrogates from a terminal are left for the server to refuse."""
    return quote(text, safe="", errors="surrogatepass")
