"""A world of a running mock, as Python controls it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from mockade.client.http import ControlConnection, ControlError
from mockade.client.resources import (
    Clock,
    Credentials,
    Facts,
    Faults,
    Journal,
    Moment,
    Snapshots,
    State,
    segment,
)
from mockade.hints import did_you_mean

__all__ = [
    "Clock",
    "ControlError",
    "Credentials",
    "Facts",
    "Faults",
    "Journal",
    "Moment",
    "Remote",
    "Snapshots",
    "State",
    "parted",
]

DEFAULT = "default"
_MARK = "/@"


class Remote:
    """One world of a running mock. `url` is the base URL for the system under test.

    A `url` that carries `/@world` chooses that world, else `world` does. What is refused, and a server that
    does not answer, is a ControlError. Worlds of one server that come from each other share a connection.
    """

    def __init__(self, url: str, world: str = "", token: str = "", greeting: float | None = None) -> None:
        base, carried = parted(url)
        if world and carried and world != carried:
            raise ControlError(0, f"{url} names the world {carried!r}, and {world!r} is asked for: name one.")
        self._connect(ControlConnection(base, token, greeting=greeting), world or carried or DEFAULT)

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
        prefix = "" if self.world == DEFAULT else f"{_MARK}{segment(self.world)}"
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
        apis: list[Facts] = self._server("GET", "/apis")["apis"]
        return apis

    def worlds(self) -> list[Facts]:
        """`default` first, the one used last at the end."""
        worlds: list[Facts] = self._server("GET", "/worlds")["worlds"]
        return worlds

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

    def undo(self, id: int) -> Facts:
        """Put the rows that an entry of the journal changed back, and touch nothing else."""
        return self.ask("POST", f"/journal/{id}/undo")

    def coverage(self, *, merged: bool = False, api: str | None = None, items: str | None = None) -> Facts:
        """What of the contracts was tried: the contract's component Coverage.

        With `merged` that of all worlds, those that are gone included. `items` is `all`, `missing` or `none`.
        """
        return self.ask("GET", "/coverage", merged=merged or None, api=api, items=items)

    def delete(self) -> None:
        """Delete the world, with its journal and snapshots."""
        self.ask("DELETE", "")

    def document(self) -> Iterator[bytes]:
        """All that the world holds, secrets too, as lines of JSON in blocks of any size. Never makes it."""
        return self._connection.download(f"/worlds/{segment(self.world)}/document")

    def move_in(self, lines: Iterable[bytes], *, replace: bool = False) -> Facts:
        """Make the world of what `document` gave on another server; returns it.

        Refuses a world that is there unless it may `replace` it.
        """
        facts: Facts = self._connection.upload(
            f"/worlds/{segment(self.world)}/document", lines, {"replace": replace or None}
        )
        return facts

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Facts:
        """A call of the control API about this world; `path` follows `/worlds/{world}`."""
        __tracebackhide__ = True
        return self._server(method, f"/worlds/{segment(self.world)}{path}", body, **query)

    def stream(self, path: str, headers: Mapping[str, str], **query: Any) -> Generator[bytes, None, None]:
        """The lines of an answer of the control API while they come; `path` is that of the server."""
        return self._connection.lines(path, headers, query)

    def _server(self, method: str, path: str, body: Any = None, **query: Any) -> Facts:
        __tracebackhide__ = True  # in a test pytest shows who called, and the sentence
        facts: Facts = self._connection.ask(method, path, body, query)
        return facts


def parted(url: str) -> tuple[str, str]:
    """A URL without its world prefix, and the world that it names; empty where it names none."""
    base, mark, world = url.rstrip("/").rpartition(_MARK)
    if not mark or "/" in world:
        return url, ""
    return base, unquote(world)
