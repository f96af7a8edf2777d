"""A mock whose files can be written again, for tests of what a reload does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from mockade.asgi import App, Message
from mockade.catalogue.selection import Selection
from mockade.errors import Finding
from mockade.reload.reloader import AppSwitch, Reloader
from mockade.settings import Settings
from tests.contracts import WIDGET, contract, crud
from tests.harness import Mock, exchanged

Write = Callable[..., Path]
T = TypeVar("T")

HANDLERS = """
from mockade.handling import Call, Collection, Row

collections = (Collection("widgets", holds="Widget", indexes={"size": lambda row: [row.get("size")]}),)


def get_widgets_id(call: Call, id: str) -> Row:
    call.set_event("rot", id, 60)
    return call.rows("widgets").get(id)


def rot(call: Call, key: str) -> None:
    call.rows("widgets").remove(key)


timeline = (rot,)
"""


class Live(Mock):
    """A mock of a home whose files can be written again: `live.reload(specs={…})`."""

    def __init__(self, write: Write, names: tuple[str, ...] = (), **folders: dict[str, str]) -> None:
        self.write = write
        self.home = write(**folders)
        super().__init__(*names, home=self.home)
        self.said: list[str] = []
        self.complaints: list[Finding] = []
        self.reloaded: list[object] = []
        self.switch = AppSwitch(self.apis, self.app, self.worlds)
        self.app = self.switch
        self._slow = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.switch), base_url="http://localhost"
        )
        self._reloader = Reloader(
            self.switch,
            Settings(),
            selection=Selection(names, self.home),
            on_exchange=self.told.append,
            log=self.said.append,
            log_findings=self.complaints.extend,
            on_reload=self.reloaded.append,
        )

    def reload(self, **folders: dict[str, str]) -> None:
        """Write files, and let a reload happen from beginning to end."""
        self.write(**folders)
        paths = [self.home / folder / name for folder, files in folders.items() for name in files]
        paths = paths or [self.home]

        async def happen() -> None:
            self._reloader.reload(paths, asyncio.get_running_loop())
            await asyncio.sleep(0)

        self.run(happen())

    def read_again(self, loop: asyncio.AbstractEventLoop) -> None:
        """What `reload` begins with, for a test that does something before it ends."""
        self._reloader.reload([self.home], loop)

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(what)

    def wait_for_line(self) -> None:
        """Wait until something is said."""

        async def wait() -> None:
            while not self.said:
                await asyncio.sleep(0)

        self.run(wait())

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await exchanged(self.switch, self._client.build_request(method, path, **options))

    async def slow_post(self, path: str, body: AsyncIterator[bytes]) -> httpx.Response:
        return await self._slow.post(path, content=body, headers={"content-type": "application/json"})

    def change(self, spec: str = "", fixtures: str = "", handlers: str = "") -> None:
        """Reload with other files of the API `shop`."""
        files = {"specs": {"shop.yaml": spec}, "fixtures": {"shop.yaml": fixtures}}
        folders = {folder: one for folder, one in files.items() if all(one.values())}
        self.reload(**folders, **({"apis": {"shop.py": handlers}} if handlers else {}))

    def ids(self, prefix: str = "", path: str = "/widgets") -> list[str]:
        return [row["id"] for row in self.get(f"{prefix}{path}").json()]


class Life:
    """The life of a server, as an application hears of it: `async with Life(app):`."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._told: asyncio.Queue[Message] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        life = self._app({"type": "lifespan"}, self._heard.get, self._told.put)
        self._task = asyncio.ensure_future(life)
        await self._pass("startup")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pass("shutdown")
        await self._task

    async def _pass(self, switch: str) -> None:
        await self._heard.put({"type": f"lifespan.{switch}"})
        assert await self._told.get() == {"type": f"lifespan.{switch}.complete"}


def widgets(paths: Any = None, **properties: Any) -> str:
    """The contract of widgets with other properties; a list under `required` makes them required."""
    required = properties.pop("required", [])
    schema = {
        **WIDGET,
        "required": [*WIDGET["required"], *required],
        "properties": {**WIDGET["properties"], **properties},
    }
    return contract({**crud("/widgets"), **(paths or {})}, {"Widget": schema})
