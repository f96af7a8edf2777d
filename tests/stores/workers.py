"""Several workers in one process, each an application with a way of its own to a store that they share."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from random import Random
from typing import Any, Self, cast

import httpx

from mockade.app import create_app
from mockade.asgi import App, Message
from mockade.background.lifespan import LifespanMiddleware
from mockade.catalogue.api import Api
from mockade.settings import Settings
from mockade.state.clock import Clock
from mockade.stores.interface import StoreError, WorldStore
from mockade.stores.memory import MemoryStore
from mockade.stores.redis.store import RedisStore
from mockade.stores.worker import StoreWorker
from mockade.worlds.journal import Exchange
from tests.harness import NOON, exchanged
from tests.servers import NO_TLS, TOO_LONG
from tests.stores.redis_server import RedisServer

V1 = "/_mockade/v1"

Stores = Callable[[], WorldStore]
"""Makes a worker's own store; all of them keep the same worlds."""


class Link:
    """A worker's way to a store, in which questions meet those of other workers, and which can be cut."""

    def __init__(self, store: WorldStore, chance: Random | None = None) -> None:
        self._store = store
        self._chance = chance
        self.is_cut = False
        self.loses_answers = False
        """Whether the store does what it is asked, and nobody hears of it."""
        self.refuses = ""
        """The question that comes to nothing, while others are answered."""
        self.cut_by = ""
        """The question that the store does as it is asked, and whose answer is lost: it is cut then."""
        self.breaks = ""
        """The question at which the client of the store has a bug."""

    def __getattr__(self, name: str) -> Any:
        question = getattr(self._store, name)
        if name == "close" or not inspect.iscoroutinefunction(question):
            return question

        async def asked(*arguments: Any) -> Any:
            await self._travel()
            if name == self.refuses:
                raise StoreError("The store is away.")
            if name == self.breaks:
                raise RuntimeError("The handler is closed.")
            answer = await question(*arguments)
            if self.loses_answers or name == self.cut_by:
                self.is_cut = True
            await self._travel()
            return answer

        return asked

    async def _travel(self) -> None:
        for _ in range(self._chance.randrange(4) if self._chance is not None else 0):
            await asyncio.sleep(0)
        if self.is_cut:
            raise StoreError("The store is away.")


def in_memory(seed: int = 0) -> Stores:
    """A store of this process, to which questions and answers travel for a while by chance."""
    store, chance = MemoryStore(), Random(seed)
    return lambda: cast("WorldStore", Link(store, chance))


class PatientRedisStore(RedisStore):
    """Waits for a store that is slow because the machine has other things to do."""

    def _asking(self, patience: float = TOO_LONG) -> AbstractAsyncContextManager[None]:
        return super()._asking(max(patience, TOO_LONG))


def in_redis(server: RedisServer, prefix: str) -> Stores:
    """Worlds of their own in a redis-server, with connections of its own for each worker."""
    return lambda: cast("WorldStore", Link(PatientRedisStore(server.url, prefix)))


class Worker:
    """An application whose lifespan has begun, so that its timers run and its webhooks are sent."""

    def __init__(self, apis: Mapping[str, Api], store: WorldStore, settings: Settings) -> None:
        self.link = cast("Link", store)
        self.told: list[Exchange] = []
        self.app, self.worlds = create_app(apis, settings, self.told.append, store=store)
        self.store_worker = cast("StoreWorker", cast("LifespanMiddleware", self.app).service)
        self._client = httpx.Client(base_url="http://localhost", verify=NO_TLS)
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()

    async def start(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
        run = cast("App", self.app)(scope, self._to_app.get, self._from_app.put)
        self._lifespan = asyncio.ensure_future(cast("Awaitable[None]", run))
        await self._exchange("lifespan.startup")

    async def stop(self) -> None:
        if self._lifespan.done():
            return
        await self._exchange("lifespan.shutdown")
        await self._lifespan

    async def _exchange(self, kind: str) -> None:
        self._to_app.put_nowait({"type": kind})
        answered = asyncio.ensure_future(self._from_app.get())
        await asyncio.wait([answered, self._lifespan], return_when=asyncio.FIRST_COMPLETED)
        if not answered.done():
            answered.cancel()
            await self._lifespan  # raises what was wrong

    async def ask(
        self, method: str, path: str, *, token: str = "", headers: Any = None, **options: Any
    ) -> httpx.Response:
        sent = httpx.Headers(headers)
        if token:
            sent["authorization"] = f"Bearer {token}"
        return await exchanged(self.app, self._client.build_request(method, path, headers=sent, **options))

    async def control(self, method: str, path: str, body: Any = None, status: int = 0) -> Any:
        """What the control API answers, which has to be a success, or that status."""
        options = {} if body is None else {"json": body}
        answer = await self.ask(method, f"{V1}{path}", **options)
        assert answer.status_code == status if status else answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def journal(self, world: str = "default") -> list[dict[str, Any]]:
        """All that its journal keeps, as this worker tells it."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["id"] if found else 0
            path = f"/worlds/{world}/journal?after={after}&limit=1000"
            page = (await self.control("GET", path))["exchanges"]
            if not page:
                return found
            found += page


class Workers:
    """So many workers; used in an `async with`. The clock of `default` stands at NOON, if `frozen`."""

    def __init__(
        self,
        apis: Mapping[str, Api],
        stores: Stores,
        count: int = 2,
        *,
        frozen: bool = True,
        **settings: Any,
    ) -> None:
        self._frozen = frozen
        self.all: Sequence[Worker] = [Worker(apis, stores(), Settings(**settings)) for _ in range(count)]

    def __getitem__(self, at: int) -> Worker:
        return self.all[at]

    def __len__(self) -> int:
        return len(self.all)

    def __iter__(self) -> Iterator[Worker]:
        return iter(self.all)

    async def __aenter__(self) -> Self:
        for one in self.all:
            await one.start()
        if self._frozen:
            first = self[0].worlds.default
            first.state = first.state._replace(clock=Clock.frozen(NOON))
            while not await first.settled():
                await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self.all:
            with suppress(StoreError):
                await one.stop()


async def comes_true(check: Callable[[], Awaitable[bool]], within: float = 60.0) -> None:
    """Wait until something is so."""
    deadline = asyncio.get_running_loop().time() + within
    while not await check():
        assert asyncio.get_running_loop().time() < deadline, "it does not come true"
        await asyncio.sleep(0.01)
