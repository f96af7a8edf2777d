"""The connection that a request came over, for faults that are none of HTTP's: to wait, to cut, to drop."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import weakref
from typing import Any

from mockade.asgi import Message, Scope, Send

EXTENSION = "mockade.connection"
"""Where our server puts it into `scope["extensions"]`; other servers and in-process clients have none."""

_RUDELY = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER of no time at all: to close is to reset."""

_A_START = b"HTTP/1.1 "
"""What is sent of a head that is to be cut: some clients take one that ends after the status for whole."""


class Connection:
    """That of one request. `cycle` is uvicorn's account of the answer; `over` is set once nobody is to wait
    any longer: the client hung up, or the server was told to stop.
    """

    __slots__ = ("_over", "_transport", "_weak_cycle")

    def __init__(self, transport: asyncio.Transport, cycle: Any, over: asyncio.Event) -> None:
        self._transport = transport
        # A cycle holds the scope that holds this: strongly, and only the collector could let a request go.
        self._weak_cycle = weakref.ref(cycle)
        self._over = over

    @property
    def _cycle(self) -> Any:
        cycle = self._weak_cycle()
        assert cycle is not None, "uvicorn holds it until the request is over"
        return cycle

    @property
    def is_lost(self) -> bool:
        """Whether the client hung up."""
        return bool(self._cycle.disconnected)

    @property
    def has_more(self) -> bool:
        """Whether something has come that `receive` gives without waiting."""
        return bool(self._cycle.message_event.is_set())

    async def pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return

    def drop(self, how: str) -> None:
        if self._transport.is_closing():
            return  # the client was faster, and its socket may be gone
        if how == "half" and not self._cycle.response_started:
            self._transport.write(_A_START)
        self._cycle.disconnected = True  # or uvicorn would answer 500 to a request without an answer
        if how == "reset":
            line: socket.socket = self._transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RUDELY)
            self._transport.abort()
        else:
            self._transport.close()


def connection_of(scope: Scope) -> Connection | None:
    found: Connection | None = scope.get("extensions", {}).get(EXTENSION)
    return found


async def pause(scope: Scope, seconds: float) -> bool:
    """Wait by the machine's clock; whether the client is still there then."""
    connection = connection_of(scope)
    if connection is None:
        await asyncio.sleep(seconds)
        return True
    await connection.pause(seconds)
    return not connection.is_lost


async def send_half(send: Send, start: Message, body: bytes) -> None:
    """The head and half of the body that it announces; nothing of an answer without a body."""
    if body:
        await send(start)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


def drop(scope: Scope, how: str) -> None:
    """End the connection without (the rest of) an answer: `how` is empty, reset or half.

    Raises ConnectionResetError where there is none, which is how in-process clients are to learn of it.
    """
    connection = connection_of(scope)
    if connection is None:
        raise ConnectionResetError(f"A fault dropped the answer ({how}).")
    connection.drop(how)
