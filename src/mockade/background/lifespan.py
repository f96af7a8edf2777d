"""What happens in worlds without a request while a server runs: what is due happens, what waits is sent."""

from __future__ import annotations

import asyncio

from mockade.asgi import App, Receive, Scope, Send
from mockade.background.alarms import SHORTEST, Alarms
from mockade.background.deliveries import Deliveries
from mockade.background.http_sender import HttpSender
from mockade.errors import OurFault
from mockade.settings import Settings
from mockade.worlds.journal import ExchangeListener
from mockade.worlds.registry import Worlds
from mockade.worlds.world import World

AFTER_A_FAULT = 10.0
"""Seconds until a world wakes again in which something failed: it may fail for ever."""

LAST_DELIVERIES = 1.0
"""Seconds that what is on its way has once the server ends."""


class BackgroundWork:
    """Looks after each world that it hears of in `watch`, from `open` to `close`, on the loop that serves."""

    def __init__(self, settings: Settings, tell: ExchangeListener) -> None:
        self._settings = settings
        self._tell = tell
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed: dict[World, None] = {}

    def open(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._alarms = Alarms(self._wake)
        http_sender = HttpSender(self._settings.allow_webhooks)
        self._deliveries = Deliveries(worlds, http_sender, self._tell)
        self._loop = asyncio.get_running_loop()
        for world in worlds:
            self.watch(world)

    async def close(self) -> None:
        self._loop = None
        self._changed.clear()
        self._alarms.stop()
        await self._deliveries.close(LAST_DELIVERIES)

    def watch(self, world: World) -> None:
        """Look at the world soon, once however often it changes until then."""
        if self._loop is not None and world not in self._changed:
            if not self._changed:
                self._loop.call_soon(self._look)
            self._changed[world] = None

    def _look(self) -> None:
        changed, self._changed = self._changed, {}
        for world in changed:
            if self._worlds.has(world):
                self._alarms.set(world)
                self._deliveries.look(world)
            else:
                self._alarms.drop(world)
                self._deliveries.drop(world)

    def _wake(self, world: World) -> float:
        """Let what is due in a world happen; answers how long it is to sleep at least."""
        if not self._worlds.has(world):
            return AFTER_A_FAULT
        try:
            world.run_due_events()
        except OurFault as fault:
            self._tell(world.record("", world.state, answered_by="mockade", reason=str(fault)))
            return AFTER_A_FAULT
        return SHORTEST


class LifespanMiddleware:
    """Looks after the worlds for as long as the server says that it lives (ASGI's lifespan)."""

    def __init__(self, app: App, background: BackgroundWork, worlds: Worlds) -> None:
        self._app = app
        self._background = background
        self._worlds = worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        await receive()
        self._background.open(self._worlds)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._background.close()
        await send({"type": "lifespan.shutdown.complete"})
