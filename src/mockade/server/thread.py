"""A server in a thread of its own, for a test run or a script that does other things meanwhile."""

from __future__ import annotations

import socket
import sys
import threading

from mockade.asgi import App
from mockade.errors import Finding, Place, SetupError
from mockade.server.uvicorn_server import STUCK, make_server

STARTING = 30.0
"""Seconds that a server may take until it accepts requests; it takes milliseconds."""


class ServerThread:
    """Serves from `start` to `stop`. It handles no signals: only the main thread gets them."""

    def __init__(self, app: App, listener: socket.socket, *, patience: float) -> None:
        self._listener = listener
        self._ready = threading.Event()
        self._failure: SetupError | None = None
        self._server = make_server(app, listener, self._ready.set, patience=patience)
        # A daemon: a handler that never returns must not keep the whole process from ending.
        self._thread = threading.Thread(target=self._run, name="mockade-server", daemon=True)

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
        except SetupError as failure:
            self._failure = failure
            self._ready.set()

    def start(self) -> None:
        """Returns when requests are accepted."""
        self._thread.start()
        if not self._ready.wait(STARTING):
            place = Place(":".join(map(str, self._listener.getsockname()[:2])))
            raise SetupError([Finding(place, f"The server was not ready within {STARTING:g} s.")])
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Answers what is in flight, then closes the port."""
        self._server.stop()
        if self._thread.is_alive():
            self._thread.join(STUCK)
        if self._thread.is_alive():
            sys.stderr.write("A handler does not return, so its server is left behind.\n")
        self._listener.close()
