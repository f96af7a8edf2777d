"""A mock in this process, spoken to over its ASGI interface, without sockets or threads."""

from __future__ import annotations

import asyncio
import atexit
import copy
import os
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Self, cast

import httpx

from mockade.app import app_on, create_app, served_apis
from mockade.asgi import App
from mockade.background.lifespan import BackgroundWork, LifespanMiddleware
from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.contract.contract import Contract
from mockade.control import control_api
from mockade.settings import Settings
from mockade.state.clock import Clock
from mockade.state.state import State
from mockade.stores.interface import WorldStore
from mockade.stores.memory import MemoryStore
from mockade.stores.redis.store import RedisStore
from mockade.stores.worker import StoreWorker
from mockade.worlds.journal import Exchange, ExchangeListener
from mockade.worlds.registry import Worlds
from mockade.worlds.world import World
from tests.servers import NO_TLS
from tests.stores.redis_server import RedisServer

STORE = os.environ.get("MOCKADE_TEST_STORE", "")
"""The store that mocks keep their worlds in, `memory` or `redis`: promises hold there too (`make stores`)."""

NOON = 1_767_614_400.0
"""2026-01-05T12:00:00.000Z, where the clock of most tests stands."""


@cache
def bundled(names: tuple[str, ...]) -> dict[str, Api]:
    """Bundled APIs, loaded once: nothing changes them."""
    return load_apis(find_files(names=names))


def new_store() -> WorldStore:
    """An empty store of the kind that is tested."""
    if STORE == "memory":
        return MemoryStore()
    return RedisStore(_redis_server().url, f"test-{secrets.token_hex(6)}")


@cache
def _redis_server() -> RedisServer:
    server = RedisServer()
    atexit.register(server.stop)
    return server


class ReusedApp:
    """An application without its worlds, used by one mock after the other.

    Building it takes longer than most tests. It holds nothing that requests change: that is in worlds.
    """

    def __init__(self, apis: Mapping[str, Api], settings: Settings) -> None:
        self.settings = settings
        self._served = served_apis(apis, settings)
        self._worlds = Worlds(self._served, settings)
        self._on_exchange: ExchangeListener
        self._app = app_on(self._served, self._worlds, settings, lambda exchange: self._on_exchange(exchange))

    def start(
        self, on_exchange: ExchangeListener, on_entry: ExchangeListener | None = None
    ) -> tuple[App, Worlds]:
        """As `create_app`: everything that requests or time can change is new."""
        self._on_exchange = on_exchange
        background = BackgroundWork(self.settings, on_exchange)
        self._worlds.__init__(self._served, self.settings, background.world_changed, on_entry)  # type: ignore[misc]
        return LifespanMiddleware(self._app, background, self._worlds), self._worlds

    def end(self) -> Worlds:
        """The worlds as they are, which the next mock will not touch."""
        return copy.copy(self._worlds)


class SharedApis:
    """APIs that several mocks serve, for nothing changes them, and the applications that no mock uses."""

    def __init__(self, apis: Mapping[str, Api]) -> None:
        self.apis = apis
        self._idle: defaultdict[Settings, list[ReusedApp]] = defaultdict(list)

    def take(self, settings: Settings) -> ReusedApp:
        idle = self._idle[settings]
        return idle.pop() if idle else ReusedApp(self.apis, settings)

    def give_back(self, app: ReusedApp) -> None:
        self._idle[app.settings].append(app)


@cache
def shared_bundled(names: tuple[str, ...]) -> SharedApis:
    return SharedApis(bundled(names))


@dataclass(frozen=True)
class HomeFiles:
    """What a home says, wherever it is; tests of one module often serve the same to each of their cases."""

    home: Path = field(compare=False)
    names: tuple[str, ...]
    is_closed: bool
    contents: frozenset[tuple[str, bytes]]

    @classmethod
    def read(cls, home: Path, names: tuple[str, ...], *, closed: bool) -> Self | None:
        """None where it says more than files can: handlers are code, and a path may lead out of the home."""
        files = [path for path in home.rglob("*") if path.is_file()]
        contents = frozenset((str(path.relative_to(home)), path.read_bytes()) for path in files)
        if any(name.startswith("apis") or b"../" in data for name, data in contents):
            return None
        return cls(home, names, closed, contents)

    def load(self) -> Mapping[str, Api]:
        return load_apis(find_files(self.home, self.names), closed=self.is_closed)


@lru_cache(maxsize=32)
def shared_of_home(files: HomeFiles) -> SharedApis:
    return SharedApis(files.load())


async def exchanged(app: App, request: httpx.Request) -> httpx.Response:
    """What an application answers.

    httpx's own transport does the same in three times the time, most of it in a search for event loops that
    are not installed.
    """
    body = await request.aread() if isinstance(request.stream, httpx.AsyncByteStream) else request.read()
    is_sent, is_over = False, asyncio.Event()
    status, headers, parts = 0, [], []

    async def receive() -> dict[str, Any]:
        nonlocal is_sent
        if is_sent:
            await is_over.wait()
            return {"type": "http.disconnect"}
        is_sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], message.get("headers", [])
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b"") if request.method != "HEAD" else b"")
            if not message.get("more_body", False):
                is_over.set()

    url = request.url
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.split(b"?")[0],
        "query_string": url.query,
        "server": (url.host, url.port),
        "client": ("127.0.0.1", 123),
        "root_path": "",
    }
    await app(scope, receive, send)
    assert is_over.is_set()
    return httpx.Response(status, headers=headers, content=b"".join(parts), request=request)


class Mock:
    """A server in a box: `mock.get("/path", token="ada")`. Its clock stands at NOON until it is moved."""

    def __init__(
        self,
        *names: str,
        home: Path | None = None,
        frozen: bool = True,
        on_entry: ExchangeListener | None = None,
        anew: bool = True,
        **settings: Any,
    ) -> None:
        """The files of a `home` are loaded `anew`, or once for all mocks whose homes say the same."""
        closed = bool(settings.get("closed"))
        files = HomeFiles.read(home, names, closed=closed) if home and not anew else None
        shared = None if home else shared_bundled(names)
        if files is not None:
            shared = shared_of_home(files)
        self.apis: Mapping[str, Api] = (
            shared.apis if shared else load_apis(find_files(home, names), closed=closed)
        )
        self.told: list[Exchange] = []
        self._runner = asyncio.Runner()
        self._store_worker: StoreWorker | None = None
        self._shared = shared if not STORE else None
        self._lent = self._shared.take(Settings(**settings)) if self._shared else None
        if STORE:
            self._serve_from_store(on_entry, Settings(**settings))
        elif self._lent:
            self.app, self.worlds = self._lent.start(self.told.append, on_entry)
        else:
            self.app, self.worlds = create_app(
                self.apis, Settings(**settings), self.told.append, on_entry=on_entry
            )
        if frozen:
            self.world.state = self.world.state._replace(clock=Clock.frozen(NOON))
        if self._store_worker is not None:
            self._runner.run(self._store_worker.settled(self._store_worker.worlds.default))
        self._client = httpx.Client(base_url="http://localhost", verify=NO_TLS)

    def _serve_from_store(self, on_entry: ExchangeListener | None, settings: Settings) -> None:
        self.app, self.worlds = create_app(
            self.apis, settings, self.told.append, on_entry=on_entry, store=new_store()
        )
        assert isinstance(self.app, LifespanMiddleware)
        self._store_worker = cast("StoreWorker", self.app.service)
        self._runner.run(self._store_worker.start())

    @property
    def own(self) -> Contract:
        """The control API's contract."""
        return control_api("").contract

    @property
    def world(self) -> World:
        return self.worlds.default

    @property
    def state(self) -> State:
        return self.world.state

    @property
    def last(self) -> Exchange:
        """The newest exchange that the recorder told of."""
        return self.told[-1]

    def advance(self, seconds: float) -> None:
        """Move the world's clock."""
        self.world.state = self.state._replace(clock=self.state.clock.advanced(seconds))

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        headers: Any = None,
        **options: Any,
    ) -> httpx.Response:
        """One request; `token` is sent as a bearer token."""
        sent = httpx.Headers(headers)
        if token:
            sent["authorization"] = f"Bearer {token}"
        request = self._client.build_request(method, path, headers=sent, **options)
        return self._runner.get_loop().run_until_complete(exchanged(self.app, request))

    def at_once(
        self, method: str, path: str, token: str, bodies: Sequence[Any], headers: Any = None
    ) -> list[httpx.Response]:
        """What requests with these bodies are answered that are all on their way before one is answered."""
        headers = {"authorization": f"Bearer {token}"} if headers is None else headers
        sent = [self._client.build_request(method, path, headers=headers, json=body) for body in bodies]

        async def all_of_them() -> list[httpx.Response]:
            return await asyncio.gather(*(exchanged(self.app, one) for one in sent))

        return self._runner.get_loop().run_until_complete(all_of_them())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> httpx.Response:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> httpx.Response:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", path, **options)

    def close(self) -> None:
        if self._store_worker is not None:
            self._runner.run(self._store_worker.stop())
        self._runner.close()
        if self._lent and self._shared:
            self.worlds = self._lent.end()
            self._shared.give_back(self._lent)
            self._lent = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def fault_at(mock: Mock, do: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make a rule of the default world; as the control API tells it."""
    answer = mock.post("/_mockade/v1/faults", json={"do": do, **more})
    assert answer.status_code == 201, answer.text
    rule: dict[str, Any] = answer.json()
    return rule
