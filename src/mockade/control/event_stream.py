"""Control: the journal of a world as a stream of events (SSE), while it grows."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import orjson

from mockade.control.call import ControlCall, component
from mockade.control.journal import exchange_filter, serializer_of
from mockade.control.worlds import world_there
from mockade.errors import InvalidResponse, Refusal, printable
from mockade.handling import Reply
from mockade.worlds.journal import Exchange, Follower, Journal
from mockade.worlds.slices import Pause, Stream
from mockade.worlds.world import World

HEARTBEAT = 15.0
"""Seconds without news after which a comment is sent: proxies, and who follows, see that it lives."""

RHYTHM = 0.05
"""Seconds between two pieces of a stream that has nothing to catch up with."""

_LOOKED_AT = 500
"""Entries that are filtered for a piece, of which"""

_AT_ONCE = 100
"""are sent at most, and"""

_SLICE = 24 * 1024
"""bytes of these, each of which counts for so many more:"""

_ENTRY = 2 * 1024

_LONGEST_NUMBER = 18
"""Digits of an entry's number that are read: more are no number of ours."""

_MOST_WRITTEN, _LARGEST_WRITTEN = 100, 32 * 1024
"""Entries that are kept as written, and bytes of one: all tabs of a browser ask for the same."""

_LONGEST_NAME = 200
"""Bytes that are told of what a client calls itself."""

_BEGINNING = b"retry: 1000\n"
"""How soon one that was cut off is to come back, in milliseconds."""


def stream_journal(call: ControlCall) -> Reply:
    """Never makes the world. Refuses with 404 where it is not there, with 409 where no journal is kept."""
    world = world_there(call, call.path["world"])
    if not world.journal.capacity:
        message = "This server keeps no journal (--journal 0): start it with one to follow what happens."
        raise Refusal(409, "no_journal", message)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Reply(Stream(b"", _Feed(call, world).pieces), headers=headers)


class _Feed:
    """What one client is sent of a journal. It keeps a number, so a slow one costs no more."""

    def __init__(self, call: ControlCall, world: World) -> None:
        self._world = world
        self._journal = world.journal
        self._wanted = exchange_filter(call.query)
        self._mark = world.journal.mark
        self._writer = _Writer(call, world.journal)
        self._last, self._is_anew = self._beginning(call)

    def _beginning(self, call: ControlCall) -> tuple[int, bool]:
        """The entry after which to begin, and whether the client's last one is of another journal."""
        seen = call.headers.get("Last-Event-ID", "")
        mark, _, number = seen.rpartition(".")
        if not number.isdecimal() or len(number) > _LONGEST_NUMBER:
            return min(call.query.get("after", self._journal.last), self._journal.last), False
        is_anew = mark not in ("", self._journal.mark) or int(number) > self._journal.last
        return (0, True) if is_anew else (int(number), False)

    async def pieces(self, pause: Pause) -> AsyncGenerator[bytes, None]:
        """Ends when the client hangs up or is too slow, when the server stops, and when the world goes."""
        journal, follower = self._journal, Follower()
        journal.followers[follower] = None
        try:
            start = self._event("start", {"world": self._world.name, "last": journal.last})
            yield _BEGINNING + start + (self._event("anew", {}) if self._is_anew else b"") + self._lost()
            while True:
                news = follower.news()
                if journal.mark != self._mark:  # others have put another world in its place
                    self._mark, self._last = journal.mark, 0
                    yield self._event("anew", {}) + self._lost()
                elif journal.last > self._last:
                    lost = self._lost()
                    yield lost or self._entries()
                    if lost or not await pause(RHYTHM if journal.last == self._last else 0.0, None):
                        return
                elif journal.is_closed:
                    yield self._event("gone", {"world": self._world.name})
                    return
                elif not await pause(HEARTBEAT, news):
                    return
                elif not news.done():
                    yield b"id: %b\n: still here\n\n" % self._id()
        finally:
            del journal.followers[follower]
            if not journal.followers:
                journal.written.clear()

    def _lost(self) -> bytes:
        """The event about entries that the journal forgot before they were sent; empty where it did not."""
        exchanges = self._journal.exchanges
        begin, end = self._last + 1, exchanges[0].id - 1 if exchanges else self._journal.last
        if begin > end:
            return b""
        self._last = end
        return self._event("lost", {"first": begin, "last": end})

    def _entries(self) -> bytes:
        """The events of the next entries that are wanted, as many as go into a piece."""
        parts: list[bytes] = []
        weight = 0
        for count, exchange in enumerate(self._journal.after(self._last), 1):
            self._last = exchange.id
            if self._wanted(exchange):
                parts.append(_event(self._id(), "exchange", self._writer.data(exchange)))
                weight += self._writer.weight(exchange)
            if weight > _SLICE or len(parts) == _AT_ONCE or count == _LOOKED_AT:
                break
        return b"".join(parts)

    def _id(self) -> bytes:
        return f"{self._journal.mark}.{self._last}".encode()

    def _event(self, name: str, data: dict[str, Any]) -> bytes:
        return _event(self._id(), name, orjson.dumps(data))


class _Writer:
    """Writes entries as JSON, whole or as summaries, each held against the contract."""

    def __init__(self, call: ControlCall, journal: Journal) -> None:
        self._call = call
        self._written = journal.written
        self._is_brief = call.query["summary"]
        name = "ExchangeSummary" if self._is_brief else "Exchange"
        self._validator, _ = component(call.running.control_api, name)
        self._served = call.running.worlds.served
        self._serializer = serializer_of(call.query, self._served.apis)

    def data(self, exchange: Exchange) -> bytes:
        """What others who follow alike were sent is not written again. Raises InvalidResponse."""
        served = self._call.running.worlds.served
        if served is not self._served:  # the files were reloaded
            self._served, self._serializer = served, serializer_of(self._call.query, served.apis)
        form = (id(served.apis), self._is_brief, self._call.query["secrets"])
        known = self._written.get((exchange.id, form))
        if known is None:
            known = self._write(exchange)
            if len(known) <= _LARGEST_WRITTEN:
                self._written[exchange.id, form] = known
            if len(self._written) > _MOST_WRITTEN:
                del self._written[next(iter(self._written))]
        return known

    def _write(self, exchange: Exchange) -> bytes:
        if self._is_brief:
            entry = self._serializer.summary(exchange, changes=False)
            del entry["changes"], entry["traceback"]
            entry["changed"] = len(exchange.changes)
            entry["agent"] = _agent(exchange)
        else:
            entry = self._serializer.full(exchange)
        if not self._validator.is_valid(entry):
            violations = self._validator.violations(entry, "response")
            raise InvalidResponse(f"The journal's entry {exchange.id} does not fit its contract.", violations)
        return orjson.dumps(entry)

    def weight(self, exchange: Exchange) -> int:
        return 0 if self._is_brief else _ENTRY + exchange.weight


def _agent(exchange: Exchange) -> str | None:
    """The program that asked, by its own name."""
    named = next((value for name, value in exchange.request_headers if name == b"user-agent"), b"")
    return printable(named[:_LONGEST_NAME].decode("latin-1")) or None


def _event(id: bytes, name: str, data: bytes) -> bytes:
    """JSON has no line breaks of its own."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (id, name.encode(), data)
