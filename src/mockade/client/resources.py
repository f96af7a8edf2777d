"""The resources of the control API in one world: clock, rows, snapshots, credentials, faults, journal."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

Facts = dict[str, Any]
"""An object of the control API's contract, as it came; `control.yaml` describes each of them."""

Moment = str | datetime
"""An RFC 3339 date-time, or a datetime that knows its time zone."""


class World(Protocol):
    """What a resource needs of its world."""

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Facts:
        """A call of the control API about this world."""


class _Resource:
    """A resource of the control API in one world."""

    def __init__(self, world: World) -> None:
        self._ask = world.ask


class Clock(_Resource):
    """Time in the world. Every call returns the clock: its mode, now and rate."""

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


class State(_Resource):
    """The rows behind the answers, by API (its stem), collection and key."""

    def collections(self) -> dict[str, dict[str, int]]:
        """By API and collection, the number of rows."""
        return self._ask("GET", "/state")

    def rows(self, api: str, collection: str) -> list[Facts]:
        """All rows, oldest first."""
        path = f"/state/{segment(api)}/{segment(collection)}"
        page = self._ask("GET", path)
        found: builtins.list[Facts] = page["rows"]
        while page["next"] is not None:
            page = self._ask("GET", path, after=page["next"])
            found += page["rows"]
        return found

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


class Snapshots(_Resource):
    """The world's state, stored under a name or exported as a document."""

    def list(self) -> list[Facts]:
        """Oldest first."""
        snapshots: builtins.list[Facts] = self._ask("GET", "/snapshots")["snapshots"]
        return snapshots

    def take(self, name: str) -> Facts:
        return self._ask("POST", "/snapshots", {"name": name})

    def restore(self, name: str) -> Facts:
        """Go back to the snapshot's state; returns the world."""
        return self._ask("POST", f"/snapshots/{segment(name)}/restore")

    def get(self, name: str, *, secrets: bool = False) -> Facts:
        """The snapshot as one document, in the form of fixtures."""
        return self._ask("GET", f"/snapshots/{segment(name)}", secrets=secrets)

    def put(self, name: str, document: Mapping[str, Any]) -> Facts:
        """Import a document under a name; it is validated against the contracts."""
        return self._ask("PUT", f"/snapshots/{segment(name)}", dict(document))

    def delete(self, name: str) -> None:
        self._ask("DELETE", f"/snapshots/{segment(name)}")


class Credentials(_Resource):
    """Who may call, in this world."""

    def list(self, *, secrets: bool = False) -> list[Facts]:
        credentials: builtins.list[Facts] = self._ask("GET", "/credentials", secrets=secrets)["credentials"]
        return credentials

    def mint(self, api: str, **facts: Any) -> Facts:
        """A new player or key of an API; returns it with its secret, this once.

        `facts` are `scheme`, `secret`, `caller`, `permissions`, `like`, `refused`, `facts`; all are optional.
        """
        return self._ask("POST", "/credentials", {"api": api, **facts})


class Faults(_Resource):
    """Fault injection: the first rule that matches a request applies."""

    def list(self) -> list[Facts]:
        """In the order in which they are tried."""
        faults: builtins.list[Facts] = self._ask("GET", "/faults")["faults"]
        return faults

    def add(
        self,
        do: Mapping[str, Any] | None = None,
        match: Mapping[str, Any] | None = None,
        count: int | None = None,
        *,
        recipe: str | None = None,
    ) -> Facts:
        """`add({"status": 503}, {"operation": "createSession", "nth": 3}, count=1)`; answers the rule.

        A `recipe` is slow, flaky, down, rate-limited or cut; `do` and `match` add to it.
        """
        rule: Facts = {} if recipe is None else {"recipe": recipe}
        if do is not None:
            rule["do"] = dict(do)
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


class Journal(_Resource):
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
        return list(self._pages(filters))

    def each(self, *, after: int = 0) -> Iterator[Facts]:
        """The entries of greater ids, page by page: all at once may be many."""
        return self._pages({"after": after})

    def _pages(self, filters: Mapping[str, Any]) -> Iterator[Facts]:
        page = self._ask("GET", "/journal", **filters)
        yield from page["exchanges"]
        while page["next"] is not None:
            page = self._ask("GET", "/journal", **{**filters, "after": page["next"]})
            yield from page["exchanges"]

    def find(self, *, secrets: bool = False, **wanted: Any) -> Facts:
        """The requests that match all of `wanted`; where none does, the nearest, with their differences.

        `operation`, `method`, `path`, `query`, `headers`, `body` (a subset), `status`, `caller`.
        """
        return self._ask("POST", "/journal/find", wanted, secrets=secrets)


def _row(api: str, collection: str, key: str) -> str:
    return f"/state/{segment(api)}/{segment(collection)}/{segment(key)}"


def segment(text: str) -> str:
    """A path segment, percent-encoded; lone surrogates from a terminal are left for the server to refuse."""
    return quote(text, safe="", errors="surrogatepass")
