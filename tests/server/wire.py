"""A connection to an application over our protocol, without a socket."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.server import ServerState

from mockade.asgi import App
from mockade.server.http_rules import HttpRules
from mockade.server.protocol import Config, LimitedProtocol

PATIENCE = 20
"""Turns of the loop in which what came is answered, where all of it came."""


class Wire(asyncio.Transport):
    """A transport without a socket, which takes what is written, and whether reading is paused."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.closed = False
        self.paused = False

    def write(self, data: Any) -> None:
        self.written += data

    def writelines(self, pieces: Any) -> None:
        self.written += b"".join(pieces)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


class Line:
    """A connection; to be made within a running loop. Those of one `config` are of one server."""

    def __init__(self, app: App, config: Config | None = None, **settings: Any) -> None:
        self.config = config or Config(
            HttpRules(app, 80), patience=20.0, log_config=None, lifespan="off", ws="none", **settings
        )
        self.protocol = LimitedProtocol(self.config, ServerState(), {}, asyncio.get_running_loop())
        self.wire = Wire()
        self.protocol.connection_made(self.wire)
        self.tasks = 0
        """How many requests took a task, and with it all middleware."""

    async def send(self, *pieces: bytes) -> bytes:
        """What is answered to pieces that come one after the other."""
        self.wire.written.clear()
        for piece in pieces:
            before = set(self.protocol.tasks)
            self.protocol.data_received(piece)
            self.tasks += len(self.protocol.tasks - before)
            for _ in range(PATIENCE):  # it may wait for the next piece
                await asyncio.sleep(0)
        while self.protocol.tasks:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        return bytes(self.wire.written)

    def close(self) -> None:
        self.protocol.connection_lost(None)


def head(path: str, *lines: str, method: str = "GET") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", "")).encode()
