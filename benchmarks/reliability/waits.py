"""Another client of a server that is under load: how long it waits for its answers."""

from __future__ import annotations

import http.client
import threading
import time
from typing import Self

from benchmarks.reliability.outcome import Longest
from benchmarks.reliability.served import Client

PAUSE = 0.01
"""Seconds between two of its requests."""


class OtherClient:
    """Asks for one path again and again, in a thread, for as long as the `with` lasts."""

    def __init__(self, port: int, path: str, headers: dict[str, str] | None = None) -> None:
        self.longest = Longest()
        self.lost: list[str] = []
        self._port, self._path, self._headers = port, path, headers or {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def _ask(self) -> None:
        with Client(self._port, self._headers) as client:
            while not self._over.wait(PAUSE):
                started = time.perf_counter()
                try:
                    status = client.ask("GET", self._path).status
                except (OSError, http.client.HTTPException) as error:
                    self.lost.append(f"Another client got no answer: {error!r}.")
                    return
                self.longest.add(time.perf_counter() - started)
                if status != 200:
                    self.lost.append(f"Another client was answered {status}.")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
