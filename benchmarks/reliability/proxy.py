"""What stands between workers and a redis-server, and can stop: in a loop, or as a process of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal, Self

from benchmarks.processes import ROOT, Failed

State = Literal["forwards", "hangs", "holds-questions", "holds-answers", "closes"]
Direction = Literal["questions", "answers"]

HOLDS: dict[Direction, tuple[State, State]] = {
    "questions": ("hangs", "holds-questions"),
    "answers": ("hangs", "holds-answers"),
}
"""In which states bytes stay where they are, on their way to the server and from it."""

_CREDENTIALS = struct.Struct("3i")
"""Of who has the other end of a socket: process, user, group."""


class Proxy:
    """Passes bytes on between its own socket and that of a server, as long as it `forwards`.

    While it `hangs` connections are taken, and nothing comes of them; with `holds-questions` nothing comes to
    the server, and with `holds-answers` nothing from it. What was held goes on its way afterwards. While it
    `closes` connections end at once.
    """

    def __init__(self, server: Path) -> None:
        self._server = server
        self.folder = Path(mkdtemp(prefix="mockade-proxy-"))
        self.socket = self.folder / "proxy.sock"
        self._state: State = "forwards"
        self._changed = asyncio.Event()
        self._only = 0
        self._tasks: dict[asyncio.Task[None], int] = {}

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def clients(self) -> set[int]:
        """The processes that are connected; -1 where the system does not tell."""
        return set(self._tasks.values())

    @property
    def state(self) -> State:
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self.be(state)

    def be(self, state: State, only: int = 0) -> None:
        """Take a state: towards all, or `only` towards one of the `clients`."""
        self._state, self._only = state, only
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        if state == "closes":
            self._end_all()

    def lead_to(self, server: Path) -> None:
        """Be before another server from now on."""
        self._server = server
        self._end_all()

    def _end_all(self) -> None:
        for task, client in self._tasks.items():
            if self._concerns(client):
                task.cancel()

    def _concerns(self, client: int) -> bool:
        return self._only in (0, client)

    async def start(self) -> None:
        self._listener = await asyncio.start_unix_server(self._serve, self.socket)

    async def stop(self) -> None:
        self._listener.close()
        self._only = 0
        self._end_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.socket.unlink(missing_ok=True)
        self.folder.rmdir()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _process(writer.get_extra_info("socket"))
        task = asyncio.ensure_future(self._connect(client, reader, writer))
        self._tasks[task] = client
        task.add_done_callback(lambda task: self._tasks.pop(task, None))

    async def _connect(self, client: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        try:
            if self._state == "closes" and self._concerns(client):
                return
            await self._flows("questions", client)
            from_server, to_server = await asyncio.open_unix_connection(self._server)
            writers.append(to_server)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on("questions", client, reader, to_server))
                group.create_task(self._pass_on("answers", client, from_server, writer))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            for one in writers:
                one.transport.abort()

    async def _flows(self, direction: Direction, client: int) -> None:
        while self._state in HOLDS[direction] and self._concerns(client):
            await self._changed.wait()

    async def _pass_on(
        self, direction: Direction, client: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(65536):
            await self._flows(direction, client)
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError


def _process(connection: socket.socket) -> int:
    """Who has the other end of a local socket; -1 where the system does not tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return -1
    process, _, _ = _CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size))
    return int(process)


class ProxyProcess:
    """A proxy in a process of its own, which no client of a run slows down. Use it in a `with`.

    Raises Failed where it does not start.
    """

    def __init__(self, server: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(server)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            start_new_session=True,
        )
        self.url = self._said()
        """As `--store` takes it."""

    def be(self, state: State, *, one: bool = False) -> None:
        """Take a state: towards all, or towards `one` of those who are connected."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{state} {int(one)}\n")
        self._process.stdin.flush()
        self._said()

    def _said(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise Failed("The proxy before the store has ended.")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # it ends with its input


async def _serve(server: Path) -> None:
    proxy = Proxy(server)
    await proxy.start()
    print(proxy.url, flush=True)
    loop = asyncio.get_running_loop()
    try:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            state, one = line.split()
            proxy.be(state, min(proxy.clients, default=0) if int(one) else 0)
            print(state, flush=True)
    finally:
        await proxy.stop()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
