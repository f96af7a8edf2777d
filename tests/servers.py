"""Real servers for tests: `mockade serve` as a process of its own on a free port, stopped by its id."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import httpx

from tests.forked import CAN_FORK, Forked

SRC = Path(__file__).parents[1] / "src"
TOO_LONG = 30.0
"""Seconds after which a test that waits for a server has found a fault."""

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For `verify` of a client in a test: without it each reads this machine's certificates, for 45 ms of CPU."""

HOSTED = """
import asyncio, sys
from mockade.app import create_app
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.cli import log
from mockade.server.listener import bind, url_of
from mockade.server.uvicorn_server import run
from mockade.settings import Settings

settings = Settings(patience={patience})
listener = bind("127.0.0.1", 0)
app, _ = create_app(load_apis(find_files(names=["meshmap"])), settings)
url = url_of(listener, "127.0.0.1")
run(app, listener, lambda: print(log.READY, url, flush=True), patience=settings.patience)
"""
"""A server with less patience than `mockade serve` can be told to have."""


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without what could steer mockade, and with our source first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKADE_")}
    return {**kept, "PYTHONPATH": str(SRC), "PYTHONUNBUFFERED": "1", **changes}


def mockade(
    *words: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    patience: float = TOO_LONG,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, so many seconds at most; answers the completed process with its texts."""
    if not CAN_FORK:
        command = [sys.executable, "-m", "mockade", *words]
        return subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            cwd=cwd,
            env=environment(**(env or {})),
            timeout=patience,
            check=False,
        )
    process = Forked(list(words), environment(**(env or {})), cwd)
    out, errors = process.communicate(patience)
    return subprocess.CompletedProcess(words, process.poll() or 0, out, errors)


class Server:
    """A server process. Its lines are gathered in `lines` as they come, unless `deaf` leaves them unread."""

    def __init__(
        self,
        *words: str,
        command: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        deaf: bool = False,
        first: str = "",
    ) -> None:
        """`first` is code that its process runs before the program, where there is no other `command`."""
        self.process: Forked | subprocess.Popen[str]
        if not command and (not CAN_FORK or any(name.startswith("PYTHON") for name in env or {})):
            # Python itself reads those, once, when it starts.
            command = (sys.executable, "-m", "mockade", "serve", "--port", "0")
        if command:
            self.process = subprocess.Popen(
                [*command, *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=environment(**(env or {})),
                text=True,
                encoding="utf-8",
            )
        else:
            self.process = Forked(["serve", "--port", "0", *words], environment(**(env or {})), cwd, first)
        assert self.process.stdout is not None
        self.lines: list[str] = []
        self._more = threading.Condition()
        self._read_until_ready()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        if not deaf:
            self._reader.start()

    @classmethod
    def hosted(cls, patience: float) -> Self:
        return cls(command=[sys.executable, "-c", HOSTED.format(patience=patience)])

    def _read_until_ready(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            found = re.fullmatch(r"Mockade is ready: (http://\S+:(\d+))\n", line)
            if found:
                self.url, self.port = found[1], int(found[2])
                return
        raise AssertionError(f"The server did not start: {self.lines} {self.process.communicate()[1]}")

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._more:
                self.lines.append(line.rstrip("\n"))
                self._more.notify_all()

    def line(self, *words: str) -> str:
        """The first line, said already or soon, that has all of `words` in it."""

        def found() -> str | None:
            return next((line for line in self.lines if all(word in line for word in words)), None)

        with self._more:
            self._more.wait_for(lambda: found() is not None, TOO_LONG)
        line = found()
        assert line is not None, f"no line with {words} in {self.lines}"
        return line

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return httpx.request(method, self.url + path, timeout=TOO_LONG, verify=NO_TLS, **options)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=TOO_LONG)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """Wait for the process; its exit code and what it said on stderr."""
        assert self.process.stderr is not None
        assert self.process.stdout is not None
        complaint = self.process.stderr.read()
        code = self.process.wait(TOO_LONG)
        if self._reader.is_alive():
            self._reader.join(TOO_LONG)
        self.process.stderr.close()
        self.process.stdout.close()
        return code, complaint

    def stop(self) -> tuple[int, str]:
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        if not (self.process.stdout and self.process.stdout.closed):
            self.end()


def refuses(server: Server) -> bool:
    """Whether nobody can connect any more."""
    try:
        server.connect().close()
    except OSError:
        return True
    return False


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process, or thread, does on its own."""
    deadline = time.monotonic() + TOO_LONG
    while not holds():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


KEY = "x-app-api-key: meshmap-demo-key"
SESSIONS = "/apps/game-sessions"


def half_a_request(length: int = 20) -> bytes:
    """A POST to MeshMap's sessions whose body does not end."""
    head = f"POST {SESSIONS} HTTP/1.1\r\nHost: x\r\n{KEY}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {length}\r\n\r\n".encode() + b'{"name": '


def curl_request(line: str) -> httpx.Request:
    """The request that a curl line makes."""
    words = iter(shlex.split(line))
    assert next(words) == "curl"
    headers, body, url = {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        elif not word.startswith("-"):
            url = word
    return httpx.Request("POST" if body else "GET", url, headers=headers, content=body)


def read_all(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    chunks = []
    while chunk := connection.recv(65536):
        chunks.append(chunk)
    return b"".join(chunks)


def read_past(connection: socket.socket, mark: bytes, times: int = 1) -> bytes:
    """What comes until `mark` has come so many times; what there is when the other side closes."""
    data = b""
    while data.count(mark) < times and (chunk := connection.recv(65536)):
        data += chunk
    return data
