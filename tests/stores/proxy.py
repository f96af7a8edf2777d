"""What stands between a worker and a redis-server, and can stop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

State = Literal["forwards", "hangs", "closes"]


class Proxy:
    """Passes bytes on between its own socket and that of a server, as long as it `forwards`.

    While it `hangs` connections are taken, and nothing comes of them; while it `closes` they end at once.
    """

    def __init__(self, server: Path) -> None:
        self._server = server
        self.folder = Path(mkdtemp(prefix="mockade-proxy-"))
        self.socket = self.folder / "proxy.sock"
        self._flows = asyncio.Event()
        self._flows.set()
        self._state: State = "forwards"
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def state(self) -> State:
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self._state = state
        if state == "hangs":
            self._flows.clear()
            return
        self._flows.set()
        if state == "closes":
            self._end_all()

    def _end_all(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def start(self) -> None:
        self._listener = await asyncio.start_unix_server(self._serve, self.socket)

    async def stop(self) -> None:
        self._listener.close()
        self._end_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.socket.unlink(missing_ok=True)
        self.folder.rmdir()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._connect(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        try:
            if self._state == "closes":
                return
            await self._flows.wait()
            from_server, to_server = await asyncio.open_unix_connection(self._server)
            writers.append(to_server)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(reader, to_server))
                group.create_task(self._pass_on(from_server, writer))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            for one in writers:
                one.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError
