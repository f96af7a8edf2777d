"""A folder that cannot be written for a while: the server goes on, says so, and saves again afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from benchmarks.reliability import shop
from benchmarks.reliability.outcome import Longest, Outcome
from benchmarks.reliability.served import Client, Served, comes_true

EVERY = 0.02
"""Seconds between two looks for changes."""

ROWS = 5
"""Rows that are written before each outage, and during it."""

SIZE = 5000
MOST_ROWS = 100
"""Beyond them the oldest are deleted, so that the file stays small."""

AGAIN = "The state is saved there again."
AT_THE_END = "What changed since the last save is lost."


class Outages(NamedTuple):
    """A kind of outage: how a server is started, what an outage of it is, and the reason it has to tell."""

    start: Callable[[], Served]
    outage: Callable[[Served], AbstractContextManager[None]]
    reason: str
    file: Path


class _Through:
    """One server after the other through outages."""

    def __init__(self, kind: Outages) -> None:
        self.kind = kind
        self.lost: list[str] = []
        self.written: dict[str, dict[str, str]] = {}
        self.count = 0
        self.answers = Longest()

    def write(self, client: Client) -> None:
        for _ in range(ROWS):
            self.count += 1
            row = shop.row(self.count, SIZE)
            self._expect(client, "PUT", f"{shop.ROWS}/{row['id']}", 201, row)
            self._expect(client, "GET", f"/widgets/{row['id']}", 200)
            self.written[row["id"]] = row
        while len(self.written) > MOST_ROWS:
            oldest = next(iter(self.written))
            self._expect(client, "DELETE", f"/widgets/{oldest}", 204)
            del self.written[oldest]

    def _expect(self, client: Client, method: str, path: str, status: int, body: object = None) -> None:
        answer = client.ask(method, path, body)
        self.answers.add(0.0)
        if answer.status != status:
            self.lost.append(f"{method} {path}: {answer.status} in the place of {status}.")

    def all_saved(self) -> bool:
        return shop.saved(self.kind.file) == self.written

    def check(self, good: bool, sentence: str) -> None:
        if not good:
            self.lost.append(sentence)

    def outage(self, server: Served, client: Client) -> None:
        """Rows are saved; then none can be, for a while; then all are."""
        self.write(client)
        self.check(comes_true(self.all_saved), "What was written before an outage was not saved.")
        before = dict(self.written)
        again = server.said().count(AGAIN)
        with self.kind.outage(server):
            self.write(client)
            told = f"cannot be saved there: {self.kind.reason}"
            self.check(
                comes_true(lambda: server.said().count(told) > again), f"An outage was not told as {told!r}."
            )
            self.check(shop.saved(self.kind.file) == before, "The file lost what it had before an outage.")
        self.check(comes_true(lambda: server.said().count(AGAIN) > again), "Saving again was not told.")
        self.check(comes_true(self.all_saved), "What was written during an outage was never saved.")

    def last_outage(self, server: Served, client: Client) -> None:
        """The server is told to stop while nothing can be saved: it says what is lost, and fails."""
        before = dict(self.written)
        with self.kind.outage(server):
            self.write(client)
            code = server.end()
            self.check(code == 1, f"A server that could not save ended with {code}.")
            self.check(AT_THE_END in server.said(), "A server that could not save did not say so at the end.")
            self.check(shop.saved(self.kind.file) == before, "The file lost what it had before the end.")
        self.written = before


def through(kind: Outages, rounds: int, notes: list[str]) -> Outcome:
    """So many outages of one server, one more that it is stopped in, and a restart."""
    trial = _Through(kind)
    try:
        with kind.start().ready() as server, Client(server.port, shop.KEY) as client:
            for _ in range(rounds):
                trial.outage(server, client)
            trial.last_outage(server, client)
        with kind.start().ready() as server, Client(server.port) as client:
            trial.check(shop.served(client) == trial.written, "A restart did not bring back what was saved.")
            trial.check(server.end() == 0, "The server after the outages did not end with 0.")
    except shop.Torn as torn:
        trial.lost.append(str(torn))
    tried = {"outages": rounds + 1, "rows written": trial.count, "requests": trial.answers.count}
    return Outcome(tried, trial.lost, {"told as": kind.reason}, notes)
