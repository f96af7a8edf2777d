"""The connection of a request over uvicorn's HTTP protocol."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import weakref
from asyncio import FIRST_COMPLETED

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mockade.server.repeats import Repeated, Repeats

_ZERO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER of no time at all: closing the socket resets the connection."""

_CUT_HEAD = b"HTTP/1.1 "
"""What is sent of a head that is to be cut: some clients take one that ends after the status as complete."""


class HttpConnection:
    """A request's connection. `ended` is done when the client hung up or the server stops: all waits end.

    `head` is the request's as it came; empty where it came in parts, or keeps no connection.
    """

    __slots__ = ("_head", "_repeats", "_transport", "_weak_cycle", "ended")

    def __init__(
        self,
        transport: asyncio.Transport,
        cycle: RequestResponseCycle,
        ended: asyncio.Future[None],
        head: bytes,
        repeats: Repeats,
    ) -> None:
        self._head = head
        self._repeats = repeats
        self._transport = transport
        # A cycle holds the scope that holds this: with a strong reference only the collector could free it.
        self._weak_cycle = weakref.ref(cycle)
        self.ended = ended

    @property
    def _cycle(self) -> RequestResponseCycle:
        cycle = self._weak_cycle()
        if cycle is None:
            raise RuntimeError("The request is over.")
        return cycle

    @property
    def is_lost(self) -> bool:
        return self._cycle.disconnected

    @property
    def has_more(self) -> bool:
        return self._cycle.message_event.is_set()

    @property
    def is_ending(self) -> bool:
        return self.ended.done()

    def answer_repeats(self, answer: Repeated) -> None:
        if self._head:
            self._repeats.add(self._head, [*self._cycle.scope["headers"]], answer)

    async def pause(self, seconds: float, until: asyncio.Future[None] | None = None) -> None:
        await asyncio.wait({self.ended, until or self.ended}, timeout=seconds, return_when=FIRST_COMPLETED)

    def drop(self, how: str) -> None:
        if self._transport.is_closing():
            return  # the client was faster, and its socket may be gone
        if how == "half" and not self._cycle.response_started:
            self._transport.write(_CUT_HEAD)
        self._cycle.disconnected = True  # or uvicorn would answer 500 to a request without an answer
        if how == "reset":
            connection: socket.socket = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ZERO_LINGER)
            self._transport.abort()
        else:
            self._transport.close()
