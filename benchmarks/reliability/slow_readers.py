"""Clients that ask for large answers and hardly read: others are answered, and memory is bounded."""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

from benchmarks.reliability import shop
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import READY, Served, comes_true
from benchmarks.reliability.waits import OtherClient

ROWS, SIZE = 300, 27_000
"""Rows of an answer, and bytes of each: more than what the system takes of an answer (4 MB)."""

JOURNAL = 1
"""Entries of the journal, which holds on to answers: few readers do not come to its bound in one wave."""

WAVES = 3
"""How often the clients come, read a little, and go: what the first leaves behind must not grow."""

READING = 0.02
"""Seconds for which a wave reads, for each of its readers."""

PAUSE = 0.05
"""Seconds between two KiB of a reader's."""

GROWTH = 1.25
"""How much more than after the first wave may be resident after the last."""

NOTE = (
    "The readers come one after the other, each once the one before it has the head of its answer. The "
    f"journal holds {JOURNAL} entry here; by default it keeps 32 MiB of answers a world. "
    "What is resident after the waves is what the allocator keeps for the next such answers."
)
_REQUEST = b"GET /widgets HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Key: %b\r\n\r\n" % shop.KEY["X-Key"].encode()


def run(scale: Scale, folder: Path) -> Outcome:
    readers = max(2, scale.connections // 100)
    lost: list[str] = []
    peaks, rests = [], []
    home = shop.home(folder, ROWS, SIZE)
    with Served(folder, home, "--journal", str(JOURNAL)).ready() as server:
        before, files = server.resident(), server.open_files()
        with OtherClient(server.port, READY.path) as other:
            for _ in range(WAVES):
                peaks.append(_wave(server, readers, lost))
                if not comes_true(lambda: server.open_files() <= files + 1, within=30):
                    lost.append(f"The server keeps {server.open_files() - files:,} connections.")
                time.sleep(0.3)
                rests.append(server.resident())
        lost += other.lost
        if server.end():
            lost.append("The server did not end with 0.")
    whole = ROWS * SIZE * readers / 2**20
    if max(peaks) - before > 2 * whole + 100:
        lost.append(f"{max(peaks):.0f} MiB were resident, for answers of {whole:.0f} MiB.")
    if rests[-1] > GROWTH * rests[0]:
        lost.append(f"Each wave leaves memory behind: {', '.join(f'{one:.0f}' for one in rests)} MiB.")
    figures = {
        "another client's longest wait": str(other.longest),
        "resident before, at most, after": f"{before:.0f}, {max(peaks):.0f}, {rests[-1]:.0f} MiB",
        "their answers": f"{whole:.0f} MiB",
    }
    tried = {"slow readers": readers * WAVES, "requests of another client": other.longest.count}
    return Outcome(tried, lost, figures, [NOTE])


def _wave(server: Served, readers: int, lost: list[str]) -> float:
    """Some clients ask, read a KiB now and then, and hang up; the MiB that were resident at most."""
    connections = []
    peak = 0.0
    try:
        for _ in range(readers):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
            connection.settimeout(60)
            connection.connect(("127.0.0.1", server.port))
            connection.sendall(_REQUEST)
            connections.append(connection)
            if not connection.recv(1024).startswith(b"HTTP/1.1 200"):
                lost.append("A slow reader was not answered with 200.")
            connection.setblocking(False)
        last = time.monotonic() + READING * readers
        while time.monotonic() < last:
            for connection in connections:
                with contextlib.suppress(BlockingIOError):
                    connection.recv(1024)
            peak = max(peak, server.resident())
            time.sleep(PAUSE)
    finally:
        for connection in connections:
            connection.close()
    return peak
