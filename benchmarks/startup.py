"""From the start of a process to its first answer, and what it weighs then and after much work."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import given
from benchmarks.load import drive
from benchmarks.peers import MOCKADE, Files, Peer
from benchmarks.processes import Process, free_port
from benchmarks.work import Work

EXEC = "mockade exec -- true"

PATIENCE = 60.0
"""Seconds after which a slow peer has been sent enough requests to be weighed."""


def stock_mockade(log: Path) -> Process:
    """`mockade serve` as its users start it: all three APIs and nothing else."""
    port = free_port()
    return Process([sys.executable, "-m", "mockade", "serve", "--quiet", "--port", str(port)], port, log)


def starter(peer: Peer, files: dict[str, Files], folder: Path) -> Callable[[], Process]:
    """Starts Mockade with all three APIs, a peer with RallyHere's alone."""
    log = folder / f"{peer.name}-start.log"
    if peer is MOCKADE:
        return lambda: stock_mockade(log)
    return lambda: peer.start(free_port(), files[given.APIS[0]], log)


def starts(
    peers: Sequence[Peer], files: dict[str, Files], work: Work, number: int, folder: Path
) -> dict[str, list[float]]:
    """By peer, seconds from each start to the first good answer; interleaved.

    Everybody is started once before: what a first start compiles (Python's bytecode, say) and reads from the
    disk is there for the ones that count.
    """
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for turn in range(number + 1):
        for peer in peers:
            process = starter(peer, files, folder)()
            try:
                took = process.first_answer(work)
            finally:
                process.stop()
            if turn:
                found[peer.name].append(took)
                print(f"  start {turn} {peer.name:<28} {took:>8.3f} s", flush=True)
    return found


def short_runs(
    peer: Peer, files: dict[str, Files], work: Work, number: int, folder: Path
) -> dict[str, list[float]]:
    """Seconds of `mockade exec -- true`, and of a peer that is started, asked once and stopped; in turns.

    The command sends no request: all of it is what `exec` costs. As with starts, the first turn is left out.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKADE_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)

    def run_exec() -> None:
        command = [sys.executable, "-m", "mockade", "exec", "--", "true"]
        subprocess.run(command, env=kept, stderr=subprocess.DEVNULL, check=True)

    def run_peer() -> None:
        process = starter(peer, files, folder)()
        try:
            process.first_answer(work)
        finally:
            process.stop()

    found: dict[str, list[float]] = {EXEC: [], peer.name: []}
    for turn in range(number + 1):
        for name, run in ((EXEC, run_exec), (peer.name, run_peer)):
            began = time.perf_counter()
            run()
            took = time.perf_counter() - began
            if turn:
                found[name].append(took)
                print(f"  run {turn} {name:<30} {took:>8.3f} s", flush=True)
    return found


def weights(
    peers: Sequence[Peer], files: dict[str, Files], work: Work, requests: int, folder: Path
) -> dict[str, tuple[float, float, int]]:
    """By peer, resident MiB after the first answer, those after many requests, and how many these were."""
    found = {}
    for peer in peers:
        process = starter(peer, files, folder)()
        try:
            process.first_answer(work)
            rest = process.memory()
            sent, enough = 0, time.perf_counter() + PATIENCE
            while sent < requests and time.perf_counter() < enough:
                sent += drive(process.port, work, 2, folder).requests
            found[peer.name] = (rest, process.memory(), sent)
        finally:
            process.stop()
        print(f"  memory {peer.name:<28} {rest:>6.0f} MiB, then {found[peer.name][1]:>6.0f} MiB", flush=True)
    return found
