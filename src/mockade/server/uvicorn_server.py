"""uvicorn on a port of its own: started, stopped with manners."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn

from mockade.asgi import App
from mockade.server.protocol import _patient

IDLE_WITHIN = 75
"""Seconds that a connection may stay without a request: longer than clients poll, who would meet a reset."""

LAST_ANSWERS = 5
"""Seconds that requests in flight have to be answered once the server is told to stop."""

STUCK = LAST_ANSWERS + 3
"""Seconds after which a server that was told to stop ends even if a handler does not return."""


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
