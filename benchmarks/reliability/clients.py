"""Clients of several workers: each writes rows of its own, and knows which of them were answered."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any

from benchmarks.processes import Answer
from benchmarks.reliability import shop
from benchmarks.reliability.outcome import Longest
from benchmarks.reliability.served import Client

KEPT = 10
"""Requests over one connection, before another leads to whichever worker accepts it."""

SLOW_STORE = b"does not answer within"
"""In a 503: the store was too slow for what a call may take, as on a loaded machine; nothing was done."""


class Writer(threading.Thread):
    """Creates rows, changes each once, and reads it, until it is told to stop.

    `insists` asks again where a connection ended without an answer, as when its worker was killed; else that
    counts as lost. All ask again where the store was too slow, which has nothing to do with the workers.
    """

    def __init__(self, port: int, name: str, *, insists: bool, pause: float = 0.0) -> None:
        super().__init__(daemon=True)
        self._name = name
        self._port = port
        self._insists = insists
        self._pause = pause
        self._over = threading.Event()
        self._client = self._connected()
        self._asked = 0
        self.rows: dict[str, dict[str, str]] = {}
        """By id, each row as it was when it was answered last."""
        self.lost: list[str] = []
        self.again = 0
        """Requests that were sent again since their connection had ended."""
        self.slow = 0
        """Those that the store was too slow for."""
        self.longest = Longest()

    def stop(self) -> None:
        self._over.set()
        self.join()
        self._client.close()

    def run(self) -> None:
        number = 0
        while not self._over.wait(self._pause):
            number += 1
            row = {"id": f"{self._name}-{number}", "name": "new"}
            if self._asked_for("POST", "/widgets", row, 201, 409):
                self.rows[row["id"]] = row
            changed = {**row, "name": "changed"}
            if self._asked_for("PUT", f"/widgets/{row['id']}", changed, 200):
                self.rows[row["id"]] = changed
            found = self._asked_for("GET", f"/widgets/{row['id']}", None, 200)
            if found and json.loads(found.body) != self.rows.get(row["id"]):
                self.lost.append(f"{row['id']} is not read as it was answered: {found.body!r}.")

    def _asked_for(self, method: str, path: str, body: Any, status: int, if_again: int = 0) -> Answer | None:
        """The answer, which is to have a status, or another if it was sent before; None where it has not."""
        started = time.perf_counter()
        for attempt in range(100):
            answer = self._answered(method, path, body)
            if answer is not None and answer.status == 503 and SLOW_STORE in answer.body:
                self.slow += 1
                continue
            if answer is not None:
                self.longest.add(time.perf_counter() - started)
                if answer.status in (status, if_again if attempt else status):
                    return answer
                self.lost.append(f"{method} {path}: {answer.status}, {answer.body[:200]!r}")
                return None
            if not self._insists:
                break
            self.again += 1
        self.lost.append(f"{method} {path}: no answer.")
        return None

    def _answered(self, method: str, path: str, body: Any) -> Answer | None:
        self._asked += 1
        try:
            if self._asked % KEPT == 0:
                self._client.close()
            return self._client.ask(method, path, body)
        except (OSError, http.client.HTTPException):
            self._client.close()
            return None

    def _connected(self) -> Client:
        return Client(self._port, shop.KEY)


def compared(writers: list[Writer], port: int) -> list[str]:
    """What is lost of the rows that were answered."""
    with Client(port) as client:
        there = shop.served(client)
    lost = [one for writer in writers for one in writer.lost]
    for writer in writers:
        wrong = [key for key, row in writer.rows.items() if there.get(key) != row]
        if wrong:
            lost.append(f"{len(wrong)} rows are not as they were answered, such as {wrong[0]}.")
    sent = {key for writer in writers for key in writer.rows}
    if len(there.keys() - sent) > len(writers):  # one each may have come to an end without an answer
        lost.append(f"{len(there.keys() - sent)} rows are there that nobody was told of.")
    return lost
