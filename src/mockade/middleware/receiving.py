"""The body of a request, received within bounds of size and time."""

from __future__ import annotations

import asyncio

from mockade.asgi import Message, Receive, Scope, Send, header
from mockade.errors import EngineRefusal
from mockade.server.connection import connection_of

MOST_DRAINED = 64 * 1024 * 1024
"""How many bytes of a refused body are still read, so that its sender can read why."""

DRAINING = 5.0
"""Seconds that this reading may take."""


LONGEST = 5
"""How many times the patience for one piece a whole body may take: one byte at a time is no body."""


class ClientGone(Exception):
    """The client hung up before its request was whole; there is nobody to answer."""


async def receive_body(scope: Scope, receive: Receive, *, most: int, patience: float) -> bytes:
    """The whole body. Refuses one of over `most` bytes, and one that keeps us waiting: for `patience` seconds
    without a piece, or for LONGEST times that in all.
    """
    announced = header(scope, b"content-length")
    if announced is None and header(scope, b"transfer-encoding") is None:
        return b""
    if announced is not None and announced.isdigit() and int(announced) > most:
        raise too_large(most)
    chunks: list[bytes] = []
    size = 0
    connection = connection_of(scope)
    loop = asyncio.get_running_loop()
    last = loop.time() + LONGEST * patience
    while True:
        try:
            if connection is not None and connection.has_more:
                message = await receive()  # it is there: no need for a timer
            else:
                async with asyncio.timeout_at(min(last, loop.time() + patience)):
                    message = await receive()
        except TimeoutError:
            waited = patience if loop.time() < last else LONGEST * patience
            raise _too_late(f"The rest of the body did not come within {waited:g} s.") from None
        except asyncio.CancelledError:
            raise _too_late("The server was told to stop before the rest of the body came.") from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most:
            raise too_large(most)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def received_again(body: bytes, receive: Receive) -> Receive:
    """A `receive` for who comes after one that has received the whole body."""
    is_given = False

    async def receiving() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


def _too_late(message: str) -> EngineRefusal:
    return EngineRefusal("body_timeout", message, headers={"Connection": "close"})


def too_large(most: int) -> EngineRefusal:
    return EngineRefusal(
        "body_too_large",
        f"The body is larger than {most:,} bytes. Send less, or raise the limit with --max-body.",
    )


def drain_after_refusal(receive: Receive, send: Send) -> Send:
    """A `send` under which a 413 reaches a client that is still sending.

    The whole answer goes out first, then a bounded rest of the body is read and dropped before the answer
    ends: closing on unread bytes would reset the connection, and the client would lose the response.
    """
    refused = False

    async def sending(message: Message) -> None:
        nonlocal refused
        if message["type"] == "http.response.start":
            refused = message["status"] == 413
        elif refused and not message.get("more_body", False):
            await send({**message, "more_body": True})
            await drain(receive)
            await send({"type": "http.response.body", "body": b""})
            return
        await send(message)

    return sending


async def drain(receive: Receive) -> None:
    """Read what is left of a body, within bounds, so that to close the connection does not reset it."""
    left = MOST_DRAINED
    try:
        async with asyncio.timeout(DRAINING):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return
