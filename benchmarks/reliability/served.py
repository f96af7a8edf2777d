"""Servers of a run: started as a user would, asked over one connection, and ended by their process id."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from benchmarks.processes import Answer, Process, free_port
from benchmarks.work import Work
from mockade.background.autosave import INTERVAL

CONTROL = "/_mockade/v1"
READY = Work("ready", "", "", "", "GET", f"{CONTROL}/ready", {})
TOO_LONG = 60.0
"""Seconds after which something that should happen soon is taken for lost."""

_numbers = itertools.count(1)


class Served(Process):
    """`mockade serve WORDS` on a free port. Use it in a `with`, which kills it at the end."""

    def __init__(
        self,
        folder: Path,
        *words: str,
        every: float | None = None,
        moved: Path | None = None,
        prefix: Sequence[str] = (),
        port: int = 0,
        output: Path | None = None,
    ) -> None:
        """`every` and `moved` are what `hurried` takes; stderr goes to a file in `folder`."""
        port = port or free_port()
        mockade = ["-m", "mockade"]
        if every is not None or moved is not None:
            hurried = [str(INTERVAL if every is None else every), str(moved or "-")]
            mockade = ["-m", f"{__package__}.hurried", *hurried]
        command = [*prefix, sys.executable, *mockade, "serve", "--port", str(port), *words]
        super().__init__(command, port, folder / f"server-{next(_numbers)}.log", output=output)

    def ready(self) -> Self:
        """Wait until it serves; it is killed where that fails or is interrupted. Raises Failed."""
        try:
            self.first_answer(READY)
        except BaseException:
            self.kill()
            raise
        return self

    def said(self) -> str:
        """What it said on stderr until now."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def resident(self) -> float:
        """Resident MiB of the process."""
        status = Path(f"/proc/{self.process.pid}/statm")
        if status.exists():
            return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        return self.memory()

    def open_files(self) -> int:
        """How many descriptors it has open; 0 where the system does not tell."""
        folder = Path(f"/proc/{self.process.pid}/fd")
        return len(list(folder.iterdir())) if folder.exists() else 0

    def kill(self) -> None:
        """SIGKILL, as kill -9 or the system in need of memory would."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(TOO_LONG)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()


class Client:
    """One kept connection to a server. Raises OSError or HTTPException when nobody answers."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TOO_LONG)
        self._headers = headers or {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {**self._headers, **headers}
        data = None
        if body is not None:
            data = json.dumps(body)
            sent["Content-Type"] = "application/json"
        self._connection.request(method, path, data, sent)
        response = self._connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def comes_true(check: Callable[[], bool], within: float = TOO_LONG) -> bool:
    """Whether something is so within some seconds."""
    last = time.monotonic() + within
    while not check():
        if time.monotonic() > last:
            return False
        time.sleep(0.005)
    return True
