"""uvicorn on a listening socket, until a signal; what is in flight is answered first."""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import cast

import uvicorn

from mockade.asgi import App
from mockade.server.http_rules import HttpRules
from mockade.server.listener import accepting, start_listening
from mockade.server.protocol import Config, LimitedProtocol

KEEP_ALIVE = 75
"""Seconds that a connection may stay without a request: longer than clients poll, who would meet a reset."""

GRACE = 5
"""Seconds that requests in flight have to be answered once the server is asked to stop."""

TICK = 1.0
"""Seconds between two looks at the clock, for the Date of answers."""

SHORTEST_LOOK, LONGEST_LOOK = 0.001, 0.1
"""Seconds between two looks at whether the last request is answered; each look doubles them."""

STUCK = GRACE + 3
"""Seconds after which a server that was asked to stop ends even if a handler does not return."""


RETIREMENT = 5
"""Seconds that a client whose connection is idle has to ask once more, where others go on serving."""


def run(
    app: App,
    listener: socket.socket,
    started: Callable[[], None],
    *,
    patience: float,
    retiring: threading.Event | None = None,
) -> None:
    """Listen and serve until SIGINT or SIGTERM, then answer what is in flight; a second SIGINT does not wait.

    `listener` is bound and does not listen yet. `started` is called when ready. A request's head has
    `patience` seconds to come. `retiring` is given where other processes accept from the socket too: once it
    is set, nobody is accepted any more, each connection gets one more answer that says it is the last, and
    the server ends. Raises SetupError where another server has come to listen there.
    """
    server = make_server(app, listener, started, patience=patience, retiring=retiring)
    try:
        server.run(sockets=[listener])
    finally:
        server.finished.set()
        faulthandler.cancel_dump_traceback_later()


def make_server(
    app: App,
    listener: socket.socket,
    started: Callable[[], None],
    *,
    patience: float,
    retiring: threading.Event | None = None,
) -> Server:
    """A server that has yet to be run on `listener`, with the arguments of `run`."""
    config = Config(
        HttpRules(app, listener.getsockname()[1]),
        patience=patience,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE,
    )
    return Server(config, started, retiring)


def _exit_when_stuck(finished: threading.Event) -> None:
    """End the process if serving is not over by then: a handler that does not return holds the event loop."""
    if not finished.wait(STUCK):
        sys.stderr.write("A handler does not return, so the server ends without it.\n")
        os._exit(1)


class Server(uvicorn.Server):
    """Calls `started` when it is ready; a signal that stops it is no failure of the process.

    uvicorn looks ten times a second whether it is to stop, and then sleeps a tenth of a second whoever is
    left; this one is told, and looks at once.
    """

    config: Config

    def __init__(
        self, config: Config, started: Callable[[], None], retiring: threading.Event | None = None
    ) -> None:
        super().__init__(config)
        self._started = started
        self._retiring = retiring
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()
        self.finished = threading.Event()
        """Set when the last request has been answered: what is left to do then may take its time."""

    def stop(self) -> None:
        """Have it answer what is in flight and end. Any thread may call it, and a handler of signals."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended meanwhile
                self._loop.call_soon_threadsafe(self._stopped.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        for one in sockets or ():
            start_listening(one)
        is_shared = self._retiring is not None
        await super().startup([each for one in sockets or () for each in accepting(one, is_shared=is_shared)])
        self._started()

    @property
    def _is_retiring(self) -> bool:
        return self._retiring is not None and self._retiring.is_set()

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._is_retiring

    async def _retire(self) -> None:
        """Wait, when nobody is accepted any more, until all who are connected know that they have to again.

        Closing a connection that is idle loses the request that is on its way, so it comes after a while.
        """
        self.config.is_retiring = True
        for connection in list(self.server_state.connections):
            cast(LimitedProtocol, connection).retire()
        last = time.monotonic() + RETIREMENT
        while self.server_state.connections and not self.should_exit and time.monotonic() < last:
            await asyncio.sleep(0.05)

    async def main_loop(self) -> None:
        # Whoever shares the port tells no loop that it is to retire.
        tick = TICK if self._retiring is None else LONGEST_LOOK
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(tick):
                    await self._stopped.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        state = self.server_state
        for closing in (*self.servers, *(sockets or ())):
            closing.close()
        if self._is_retiring:
            await self._retire()
        for connection in [*state.connections]:
            connection.shutdown()
        if await self._all_answered():
            for server in self.servers:
                await server.wait_closed()
        elif not self.force_exit:
            for task in state.tasks:
                task.cancel()
        if not self.force_exit:
            await self.lifespan.shutdown()

    async def _all_answered(self) -> bool:
        """Wait for what is in flight, GRACE seconds or to a second SIGINT at most."""
        state = self.server_state
        look = SHORTEST_LOOK
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while (state.connections or state.tasks) and not self.force_exit:
                    await asyncio.sleep(look)
                    look = min(2 * look, LONGEST_LOOK)
        return not (state.connections or state.tasks)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  # uvicorn calls it so
        """Unlike uvicorn's it does not raise the signal again at the end, and does not wait for ever."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        elif not self.should_exit:
            self.stop()
            threading.Thread(target=_exit_when_stuck, args=(self.finished,), daemon=True).start()
            # A thread waits in vain for the interpreter where native code keeps it: this one does without.
            faulthandler.dump_traceback_later(STUCK + 1, exit=True)
