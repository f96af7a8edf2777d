"""The connection of a request, for faults below HTTP: delay an answer, cut it, drop the connection."""

from __future__ import annotations

import asyncio
from typing import Protocol

from mockade.asgi import Message, Scope, Send
from mockade.server.repeats import Repeated

EXTENSION = "mockade.connection"
"""The key in `scope["extensions"]` of a request's Connection; only our own server sets it."""


OWN_PORT = "mockade.port"
"""The key in `scope["extensions"]` of ASGI's lifespan of the port that is listened on."""


class Connection(Protocol):
    """The connection of one request."""

    ended: asyncio.Future[None]
    """Of all requests of the connection one: done when the client hung up or the server stops."""

    @property
    def is_lost(self) -> bool:
        """Whether the client hung up."""

    @property
    def has_more(self) -> bool:
        """Whether `receive` has something to return without waiting."""

    @property
    def is_ending(self) -> bool:
        """Whether the client hung up or the server stops."""

    def answer_repeats(self, answer: Repeated) -> None:
        """Let `answer` answer the requests that are this one again, to the byte, on any connection."""

    async def pause(self, seconds: float, until: asyncio.Future[None] | None = None) -> None:
        """Wait, until the client hangs up, the server stops or a future is done at the latest."""

    def drop(self, how: str) -> None:
        """Close the connection without (the rest of) an answer: `how` is empty, reset or half."""


def connection_of(scope: Scope) -> Connection | None:
    found: Connection | None = scope.get("extensions", {}).get(EXTENSION)
    return found


async def pause(scope: Scope, seconds: float) -> bool:
    """Wait by the machine's clock; returns whether the client is still connected then."""
    connection = connection_of(scope)
    if connection is None:
        await asyncio.sleep(seconds)
        return True
    await connection.pause(seconds)
    return not connection.is_lost


SLICE = 0.1
"""Seconds between two pieces of an answer that goes out slowly."""


async def send_slowly(scope: Scope, send: Send, start: Message, body: bytes, rate: int) -> None:
    """Send an answer, all but its end, with `rate` bytes of its body a second; until the client hangs up."""
    await send(start)
    size = max(1, int(rate * SLICE))
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        if not await pause(scope, len(piece) / rate):
            return
        await send({"type": "http.response.body", "body": piece, "more_body": True})


async def send_half(send: Send, start: Message, body: bytes) -> None:
    """Send the head and half of the body that it announces; nothing when there is no body."""
    if body:
        await send(start)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


def drop_connection(scope: Scope, how: str) -> None:
    """Close the connection without (the rest of) an answer: `how` is empty, reset or half.

    Raises ConnectionResetError where there is no connection of our server: an in-process client sees that.
    """
    connection = connection_of(scope)
    if connection is None:
        raise ConnectionResetError(f"A fault dropped the answer ({how}).")
    connection.drop(how)
