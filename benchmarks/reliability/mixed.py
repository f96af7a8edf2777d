"""Many mixed requests: every answer is the one that it has to be, and memory stays flat."""

from __future__ import annotations

import selectors
import socket
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.reliability import shop
from benchmarks.reliability.mixture import Requests, Sent
from benchmarks.reliability.outcome import Longest, Outcome, Scale
from benchmarks.reliability.served import TOO_LONG, Served

CONNECTIONS = 16
SAMPLES = 100
"""How often resident memory is looked at."""

ENOUGH = 100_000
"""Requests from which on growth is judged: by then the journal holds as many entries as it may."""

GROWTH = 5.0
"""Percent by which memory may grow over the last half."""

MOST_TOLD = 20


class _Answer(NamedTuple):
    status: int
    body: bytes


class _Connection:
    """A connection with one request under way at a time."""

    def __init__(self, number: int, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TOO_LONG)
        self._requests = Requests(number)
        self._data = b""

    def send(self) -> None:
        self.sent: Sent = self._requests.next()
        self.at = time.perf_counter()
        self.socket.sendall(self.sent.data)

    def receive(self) -> _Answer | None:
        """The answer, once it is whole. Raises ConnectionError where the server hangs up."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("The server hung up.")
        self._data += piece
        head, end, body = self._data.partition(b"\r\n\r\n")
        if not end:
            return None
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        if len(body) < length:
            return None
        self._data = b""
        return _Answer(int(head[9:12]), body)


class _Trial:
    def __init__(self, server: Served, requests: int) -> None:
        self.server = server
        self.requests = requests
        self.lost: list[str] = []
        self.counts: dict[str, int] = {}
        self.statuses: dict[int, int] = {}
        self.longest = Longest()
        self.resident: list[float] = []
        self.answered = 0

    def run(self) -> None:
        connections = [_Connection(number, self.server.port) for number in range(CONNECTIONS)]
        with selectors.DefaultSelector() as selector:
            try:
                for one in connections:
                    selector.register(one.socket, selectors.EVENT_READ, one)
                    one.send()
                while self.answered < self.requests:
                    ready = selector.select(TOO_LONG)
                    if not ready:
                        self.lost.append(f"No answer for {TOO_LONG:.0f} s.")
                        return
                    for key, _ in ready:
                        if self.answered < self.requests:
                            self._read(key.data)
            except OSError as error:
                self.lost.append(f"After {self.answered:,} answers: {error!r}")
            finally:
                for one in connections:
                    one.socket.close()

    def _read(self, connection: _Connection) -> None:
        answer = connection.receive()
        if answer is None:
            return
        sent = connection.sent
        self.longest.add(time.perf_counter() - connection.at)
        self.answered += 1
        self.counts[sent.kind] = self.counts.get(sent.kind, 0) + 1
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if answer.status != sent.status or sent.within not in answer.body:
            line = sent.data.partition(b"\r\n")[0].decode()
            told = answer.body[:150].decode(errors="replace")
            self.lost.append(f"{line}: {answer.status} in the place of {sent.status}: {told}")
        if self.answered % max(1, self.requests // SAMPLES) == 0:
            self.resident.append(self.server.resident())
        connection.send()


def run(scale: Scale, folder: Path) -> Outcome:
    with Served(folder, shop.home(folder)).ready() as server:
        trial = _Trial(server, scale.requests)
        started = time.perf_counter()
        trial.run()
        took = time.perf_counter() - started
        code = server.end()
    lost = trial.lost[:MOST_TOLD]
    if len(trial.lost) > MOST_TOLD:
        lost.append(f"And {len(trial.lost) - MOST_TOLD:,} more.")
    if code:
        lost.append(f"The server ended with {code}.")
    growth, grown = _growth(trial.resident)
    if growth > GROWTH and scale.requests >= ENOUGH:
        lost.append(f"Memory grew by {growth:.1f} % over the last half.")
    mix = ", ".join(f"{name} {count:,}" for name, count in sorted(trial.counts.items()))
    figures = {
        "growth of the last half": grown,
        "longest wait": str(trial.longest),
        "requests a second": f"{trial.answered / took:,.0f}",
    }
    notes = [f"Of them: {mix}.", _statuses(trial.statuses)]
    return Outcome({"requests": trial.answered}, lost, figures, notes)


def _statuses(counts: dict[int, int]) -> str:
    return "Statuses: " + ", ".join(f"{status} {count:,}" for status, count in sorted(counts.items())) + "."


def _growth(resident: list[float]) -> tuple[float, str]:
    """By how many percent memory grew over the last half, and in words: of a tenth of the samples."""
    if len(resident) < 20:
        return 0.0, "too short to tell"
    half, tenth = len(resident) // 2, len(resident) // 10
    begin, end = median(resident[half : half + tenth]), median(resident[-tenth:])
    growth = (end - begin) / begin * 100
    return growth, f"{growth:+.1f} % ({begin:.0f} to {end:.0f} MiB)"
