"""Runs a server's background work for as long as ASGI's lifespan lasts: due events and deliveries."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import Protocol

from mockade.asgi import App, Receive, Scope, Send
from mockade.background.deliveries import Deliveries
from mockade.background.http_sender import HttpSender
from mockade.background.timers import SHORTEST, EventTimers
from mockade.errors import OurFault
from mockade.server.connection import OWN_PORT
from mockade.settings import Settings
from mockade.worlds.due_events import MOST_IN_A_SLICE
from mockade.worlds.journal import ExchangeListener
from mockade.worlds.registry import Worlds
from mockade.worlds.world import World

FAILURE_PAUSE = 10.0
"""Seconds until the events of a world are tried again after one failed: others may fail too."""

CUT_OFF_PAUSE = 0.5
"""Seconds until a world is looked at again that is kept where nobody can be asked."""

DELIVERY_TIMEOUT = 1.0
"""Seconds that requests under way have to complete once the server ends."""


class BackgroundWork:
    """Runs due events and deliveries of all worlds, from `start` to `stop`, on the event loop that serves."""

    def __init__(self, settings: Settings, on_exchange: ExchangeListener) -> None:
        self._settings = settings
        self._on_exchange = on_exchange
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed: dict[World, None] = {}

    def start(self, worlds: Worlds, own_port: int = 0) -> None:
        """Begin; `own_port` is the one that is listened on, 0 where there is none."""
        self._worlds = worlds
        self._timers = EventTimers(self._run_due_events)
        http_sender = HttpSender(self._settings.allow_webhooks, own_port)
        self._deliveries = Deliveries(worlds, http_sender, self._on_exchange)
        self._context = copy_context()
        self._loop = asyncio.get_running_loop()
        for world in worlds:
            self.world_changed(world)

    async def stop(self) -> None:
        self._loop = None
        self._changed.clear()
        self._timers.stop()
        await self._deliveries.close(DELIVERY_TIMEOUT)

    def world_changed(self, world: World) -> None:
        """Update the world's timer and deliveries soon, once for all changes until then."""
        if self._loop is not None and world not in self._changed:
            if not self._changed:
                # What comes of it, timers and deliveries, is no part of the request that changed the world.
                self._loop.call_soon(self._update, context=self._context)
            self._changed[world] = None

    def _update(self) -> None:
        changed, self._changed = self._changed, {}
        for world in changed:
            if self._worlds.has(world):
                self._timers.set(world)
                self._deliveries.update(world)
            else:
                self._timers.cancel(world)
                self._deliveries.drop(world)

    def _run_due_events(self, world: World) -> float:
        """The timers' callback; returns the least seconds until the next one."""
        if not self._worlds.has(world):
            return FAILURE_PAUSE
        if world.is_cut_off:
            return CUT_OFF_PAUSE
        try:
            more = world.run_due_events(MOST_IN_A_SLICE)
        except OurFault as fault:
            self._on_exchange(world.record("", world.state, answered_by="mockade", reason=str(fault)))
            return FAILURE_PAUSE
        return 0.0 if more and not world.is_catching_up else SHORTEST


class Service(Protocol):
    """What is started with the server and stopped at its end."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class LifespanMiddleware:
    """Does the background work between the startup and the shutdown of ASGI's lifespan."""

    def __init__(
        self, app: App, background: BackgroundWork, worlds: Worlds, service: Service | None = None
    ) -> None:
        """`service` is started before the background work and stopped after it."""
        self._app = app
        self._background = background
        self._worlds = worlds
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        await receive()
        if self.service is not None:
            await self.service.start()
        self._background.start(self._worlds, scope.get("extensions", {}).get(OWN_PORT, 0))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._background.stop()
        if self.service is not None:
            await self.service.stop()
        await send({"type": "lifespan.shutdown.complete"})
