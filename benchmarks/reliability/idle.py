"""Thousands of connections on which nothing happens: others are answered meanwhile, and all are let go."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from benchmarks.reliability import shop
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import READY, Served, comes_true
from benchmarks.reliability.waits import OtherClient

PATIENCE = 20
"""Seconds that the server waits for a request that does not come: what it does without being told."""

HOLDING = 3.0
"""Seconds for which all connections are there."""

KEPT = 200
"""Descriptors of this process and of the server for other things."""

LARGEST = 64.0
"""KiB of a connection on which nothing happens beyond which memory counts as lost."""

_REQUEST = b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % READY.path.encode()


def run(scale: Scale, folder: Path) -> Outcome:
    """Half are answered once, and stay until they hang up; the server is to let go of the silent ones."""
    allowed, notes = _allowed(scale.connections)
    patience = min(PATIENCE, 1 + allowed // 500)  # fewer are there sooner
    lost: list[str] = []
    idle: list[socket.socket] = []
    with Served(folder, shop.home(folder), "--patience", f"{patience}s").ready() as server:
        with OtherClient(server.port, READY.path) as other:
            time.sleep(0.2)
            files, before = server.open_files(), server.resident()
            try:
                for number in range(allowed):
                    idle.append(_connected(server.port, asks=number < allowed // 2))
                if server.open_files() and not comes_true(lambda: server.open_files() >= files + allowed, 30):
                    lost.append(f"Of {allowed:,} connections {server.open_files() - files:,} are there.")
                time.sleep(min(HOLDING, patience / 4))
                during = server.resident()
                for one in idle[: allowed // 2]:
                    one.close()
                let_go = comes_true(lambda: server.open_files() <= files, within=patience + 30)
            finally:
                for one in idle:
                    one.close()
        if not let_go:
            lost.append(f"The server keeps {server.open_files() - files:,} connections.")
        lost += other.lost
        after = server.resident()
        code = server.end()
    each = (during - before) * 1024 / max(1, allowed)
    if each > LARGEST and allowed > 1000:
        lost.append(f"A connection takes {each:.1f} KiB.")
    if code:
        lost.append(f"The server ended with {code}.")
    figures = {
        "another client's longest wait": str(other.longest),
        "memory a connection": f"{each:.1f} KiB",
        "resident before, during, after": f"{before:.0f}, {during:.0f}, {after:.0f} MiB",
    }
    tried = {"idle connections": allowed, "requests of another client": other.longest.count}
    return Outcome(tried, lost, figures, notes)


def _allowed(wanted: int) -> tuple[int, list[str]]:
    """How many connections this process and the server may each have, once the soft limit is the hard one."""
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return min(wanted, 400), ["Windows: 400 connections."]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 1_048_576 if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, wanted + KEPT), hard))
    allowed = min(wanted, most - KEPT)
    notes = [] if allowed == wanted else [f"The limit of open files allows {allowed:,} of {wanted:,}."]
    return allowed, notes


def _connected(port: int, *, asks: bool) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    if asks:
        connection.sendall(_REQUEST)
        connection.recv(65536)
    return connection
