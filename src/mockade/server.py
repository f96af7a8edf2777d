"""The HTTP server: uvicorn on a port of its own, started and stopped with manners."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockade.connection import EXTENSION, Connection
from mockade.corking import Corked
from mockade.errors import Finding, Place, SetupError
from mockade.visit import App

IDLE_WITHIN = 75
"""Seconds that a connection may stay without a request: longer than clients poll, who would meet a reset."""

LAST_ANSWERS = 5
"""Seconds that requests in flight have to be answered once the server is told to stop."""

STUCK = LAST_ANSWERS + 3
"""Seconds after which a server that was told to stop ends even if a handler does not return."""

LARGEST_HEAD = 64 * 1024
"""Bytes for which a request's head may go on after what came at once; uvicorn itself has no bound."""

_HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 50\r\nconnection: close\r\n\r\nThe headers of a request may have 64 KiB in all.\r\n"
)

_UPGRADE = re.compile(rb"(?<=\r\n)upgrade(?=:)", re.IGNORECASE)


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises SetupError when it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OverflowError:
        mend = "A port is from 0, which takes a free one, to 65535."
        raise SetupError(
            [Finding(Place(f"{host}:{port}"), f"There is no port {port}.", mend, "listen")]
        ) from None
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
    server = prepared(app, started, patience=patience)
    try:
        server.run(sockets=[listener])
    finally:
        server.over.set()


def prepared(app: App, started: Callable[[], None], *, patience: float) -> Server:
    """A server that has yet to be run, with `started` and `patience` as `run` has them."""
    config = uvicorn.Config(
        app,
        http=_patient(patience),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=True,
        timeout_keep_alive=IDLE_WITHIN,
        timeout_graceful_shutdown=LAST_ANSWERS,
    )
    return Server(config, started)


def _end_anyway(over: threading.Event) -> None:
    """End the process if serving is not over by then: a handler that does not return holds the event loop."""
    if not over.wait(STUCK):
        sys.stderr.write("A handler does not return, so the server ends without it.\n")
        os._exit(1)


class Server(uvicorn.Server):
    """Uvicorn that says when it is ready, and for which being told to stop is no failure."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started
        self.over = threading.Event()
        """Set when the last request has been answered: what is left to do then may take its time."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As uvicorn's, but without raising the signal again at the end, and not for ever."""
        if not self.should_exit:
            threading.Thread(target=_end_anyway, args=(self.over,), daemon=True).start()
        super().handle_exit(sig, frame)
        self._captured_signals.clear()


def _without_upgrade(data: bytes) -> bytes:
    """A request's head without its wish for another protocol, which a server may ignore (RFC 9110).

    The parser would take what follows for that protocol, and a client that offers HTTP/2 beside a body would
    lose the body. The header's name is replaced by one of its length: what is taken for a head may be the
    rest of a body that nobody wants any more, and its length was announced.
    """
    if b"\nupgrade:" not in data.lower():  # a tenth of what the pattern costs, and hardly any request has it
        return data
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"ignored", head) + end + rest


def _patient(patience: float) -> type[HttpToolsProtocol]:
    """Uvicorn's protocol, with limits to how long a request's head may be and take; uvicorn has neither.

    Each request finds its connection in its scope.
    """

    class Patient(HttpToolsProtocol):
        _head_timer: asyncio.TimerHandle | None = None
        _in_head = False
        _head_size = 0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.transport = Corked(transport, self.loop)  # type: ignore[assignment]  # as far as it is asked
            self._over = asyncio.Event()
            self._wait_for_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._over.set()
            self._stop_waiting()
            super().connection_lost(exc)

        def shutdown(self) -> None:
            self._over.set()
            super().shutdown()

        def on_message_begin(self) -> None:
            self._in_head = True
            self._head_size = 0
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._in_head = False
            super().on_headers_complete()
            if self.cycle is not None and self.cycle.scope is self.scope:
                # Its task is made, but has not begun.
                extensions: dict[str, Any] = self.scope.setdefault("extensions", {})
                extensions[EXTENSION] = Connection(self.transport, self.cycle, self._over)

        def data_received(self, data: bytes) -> None:
            if self._head_size > LARGEST_HEAD:
                return
            in_head = self._in_head
            if in_head or self._is_between_requests():
                data = _without_upgrade(data)
            super().data_received(data)
            if in_head and self._in_head:
                self._head_size += len(data)
            if self._head_size > LARGEST_HEAD:
                self.transport.write(_HEAD_TOO_LARGE)
                # Closing at once on what still comes would reset the connection, and the answer with it.
                self.loop.call_later(1.0, self.transport.close)
                return
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
