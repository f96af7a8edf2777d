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

IDLE_WITHIN = 75
"""Seconds that a connection may stay without a request: longer than clients poll, who would meet a reset."""

LAST_ANSWERS = 5
"""Seconds that requests in flight have to be answered once the server is told to stop."""


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises SetupError when it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, UnicodeError) as error:  # the latter for a name that DNS could not hold
        code = getattr(error, "errno", None)
        if code == errno.EADDRINUSE:
            message, mend = f"Port {port} is taken.", "Stop what listens there, or choose another: --port 0."
        elif isinstance(error, socket.gaierror | UnicodeError) or code == errno.EADDRNOTAVAIL:
            message, mend = f"{host!r} is no address of this machine.", "Try --host 127.0.0.1."
        else:
            message, mend = f"Cannot listen there: {error.strerror or error}.", ""
        raise SetupError([Finding(Place(f"{host}:{port}"), message, mend, "listen")]) from None


def url_of(listener: socket.socket, host: str) -> str:
    """The base URL of a listening socket, as a client on this machine can use it."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def run(app: App, listener: socket.socket, started: Callable[[], None], *, patience: float) -> None:
    """Serve until SIGINT or SIGTERM, then answer what is in flight and return; a second SIGINT does not wait.

    `started` is called when ready. A request's head has `patience` seconds to come.
    """
    config = uvicorn.Config(
        app,
        http=_patient(patience),
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="critical",
        server_header=False,
        date_header=True,
        timeout_keep_alive=IDLE_WITHIN,
        timeout_graceful_shutdown=LAST_ANSWERS,
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


def _patient(patience: float) -> type[HttpToolsProtocol]:
    """Uvicorn's protocol, with a limit to how long the head of a request may take; uvicorn has none."""

    class Patient(HttpToolsProtocol):
        _head_timer: asyncio.TimerHandle | None = None
        _in_head = False

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait_for_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def on_message_begin(self) -> None:
            self._in_head = True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._in_head = False
            super().on_headers_complete()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._in_head or self._is_between_requests():
                self._wait_for_head()
            else:
                self._stop_waiting()

        def _is_between_requests(self) -> bool:
            return self.cycle is None or self.cycle.response_complete

        def _wait_for_head(self) -> None:
            """A head that trickles in is due when it was due at its first byte."""
            if self._head_timer is None and not self.transport.is_closing():
                self._head_timer = self.loop.call_later(patience, self._give_up)

        def _stop_waiting(self) -> None:
            if self._head_timer is not None:
                self._head_timer.cancel()
                self._head_timer = None

        def _give_up(self) -> None:
            self._head_timer = None
            if self._is_between_requests():
                self.transport.close()
            else:
                self._wait_for_head()  # an earlier request of this connection is still to be answered

    return Patient
