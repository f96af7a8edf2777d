"""The HTTP server: uvicorn on a port of its own, started and stopped with manners."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockade.errors import Finding, Place, SetupError
from mockade.visit import App

HEADERS_WITHIN = 20.0
"""Seconds that the head of a request may take to come; uvicorn itself would wait for ever."""

LAST_ANSWERS = 5.0
"""Seconds that requests in flight have to be answered once the server is told to stop."""


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises SetupError when it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        code = getattr(error, "errno", None)
        if code == errno.EADDRINUSE:
            message, mend = f"Port {port} is taken.", "Stop what listens there, or choose another: --port 0."
        elif isinstance(error, socket.gaierror) or code == errno.EADDRNOTAVAIL:
            message, mend = f"{host!r} is no address of this machine.", "Try --host 127.0.0.1."
        else:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            message, mend = f"Cannot listen there: {reason or error}.", ""
        raise SetupError([Finding(Place(f"{host}:{port}"), message, mend, "listen")]) from None


def url_of(listener: socket.socket, host: str) -> str:
    """The base URL of a listening socket, as a client on this machine can use it."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def run(app: App, listener: socket.socket, started: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM, then answer what is in flight and return. `started` is called when ready."""
    config = uvicorn.Config(
        app,
        http=_Patient,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="critical",
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=int(LAST_ANSWERS),
    )
    _Server(config, started).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn that says when it is ready, and for which being told to stop is no failure."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As uvicorn's, but without raising the signal again at the end."""
        super().handle_exit(sig, frame)
        self._captured_signals.clear()


class _Patient(HttpToolsProtocol):
    """Uvicorn's protocol, with a limit to how long the head of a request may take."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_due = self.loop.time() + HEADERS_WITHIN
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        between = self.cycle is None or self.cycle.response_complete
        if between and self.timeout_keep_alive_task is not None and self.cycle is not None:
            self._head_due = self.loop.time() + HEADERS_WITHIN
        super().data_received(data)
        if self.parser is not None and (self.cycle is None or self.cycle.response_complete):
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        """Close the connection when the head is due, unless uvicorn's own timer runs already."""
        if self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_at(self._head_due, self.timeout_keep_alive_handler)
