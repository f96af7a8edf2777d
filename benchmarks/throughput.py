"""Mockade and the peers side by side: every work in turn, in several interleaved rounds."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import given
from benchmarks.figures import Figure, figure, ratio
from benchmarks.load import CONNECTIONS, Load, drive, weigh
from benchmarks.peers import MOCKADE, Files, Peer
from benchmarks.processes import Failed, Process, ask, free_port
from benchmarks.work import WORKS, Work

RESET = WORKS[0]._replace(method="POST", path="/_mockade/v1/reset", headers={})

PATIENCE = 8.0
"""Seconds after which a slow peer is as warm as it gets."""

WIDE = 64
"""Connections at which the tail is measured besides."""

Runs = dict[tuple[str, str], list[Load]]
"""By work and peer, what each round measured."""


class Tail(NamedTuple):
    """Latencies of one work at a number of connections, in milliseconds, and p99 to p50."""

    work: str
    connections: int
    p50: Figure
    p99: Figure
    p99_to_p50: Figure
    most: Figure

    def as_json(self) -> dict[str, Any]:
        figures = {
            name: value.as_json() for name, value in self._asdict().items() if isinstance(value, Figure)
        }
        return {"work": self.work, "connections": self.connections, **figures}


class Field:
    """All who is measured, up and answering; whoever cannot be started is in `missing`, with the reason."""

    def __init__(self, peers: Sequence[Peer], folder: Path) -> None:
        self.folder = folder
        self.missing: dict[str, str] = {}
        self._processes: list[Process] = []
        self._by_peer_and_api: dict[tuple[str, str], Process] = {}
        self.present: list[Peer] = []
        try:
            nothing = Files(folder, folder, folder)
            mockade = self._start(MOCKADE, nothing, "all")
            mockade.first_answer(WORKS[0])
            self.works, self.answers = given.recorded(mockade)
            self.files = given.written(self.answers, folder)
            for peer in peers:
                self._take(peer, mockade)
        except BaseException:
            # Nobody else knows of those that are up already, and an interrupt does not reach them.
            self.close()
            raise

    def _start(self, peer: Peer, files: Files, api: str) -> Process:
        process = peer.start(free_port(), files, self.folder / f"{peer.name}-{api}.log")
        self._processes.append(process)
        return process

    def _take(self, peer: Peer, mockade: Process) -> None:
        self.missing.update({peer.name: peer.missing()} if peer.missing() else {})
        if peer.name in self.missing:
            return
        works = [work for work in self.works if work.name in peer.works]
        started: dict[str, Process] = {given.APIS[0]: mockade} if peer is MOCKADE else {}
        try:
            for work in works:
                api = given.APIS[0] if peer.one_for_all else work.api
                if api not in started:
                    started[api] = self._start(peer, self.files[api], api)
                    started[api].first_answer(work.numbered(0))
                self._by_peer_and_api[peer.name, work.api] = started[api]
        except Failed as failure:
            self.missing[peer.name] = f"does not start: {failure}"
            for process in started.values():
                process.stop()
            return
        self.present.append(peer)

    def able(self, work: Work) -> list[Peer]:
        return [peer for peer in self.present if work.name in peer.works]

    def able_works(self, peer: Peer) -> list[Work]:
        return [work for work in self.works if work.name in peer.works]

    def process(self, peer: Peer, work: Work) -> Process:
        return self._by_peer_and_api[peer.name, work.api]

    def close(self) -> None:
        for process in self._processes:
            process.stop()


@contextmanager
def field(peers: Sequence[Peer], folder: Path) -> Iterator[Field]:
    found = Field(peers, folder)
    try:
        yield found
    finally:
        found.close()


def rounds(there: Field, number: int, seconds: float, warm: int) -> Runs:
    """Warm everybody up, then let each work of each round go through all, another first each time."""
    for work in there.works:
        for peer in there.able(work):
            process = there.process(peer, work)
            if peer is MOCKADE:
                ask(process.port, RESET)  # the other works change the session, and with it its tag
            print(f"  warm up {work.name:>10} {peer.name}", flush=True)
            _warm_up(process, work, warm, there.folder)
    runs: Runs = {}
    for turn in range(number):
        for work in there.works:
            able = there.able(work)
            first = turn % len(able)
            for peer in able[first:] + able[:first]:
                process = there.process(peer, work)
                if peer is MOCKADE:
                    ask(process.port, RESET)
                load = weigh(process, process.port, work, seconds, there.folder)
                if peer is MOCKADE and work.method != "GET" and load.requests > work.wraps:
                    raise Failed(f"{work.title}: all {work.wraps:,} numbers were sent, and some again")
                runs.setdefault((work.name, peer.name), []).append(load)
                print(f"  round {turn + 1} {work.name:>10} {peer.name:<28} {load.rate:>9,.0f}/s", flush=True)
    return runs


def tails(there: Field, number: int, seconds: float, runs: Runs) -> list[Tail]:
    """How long the slowest of Mockade's answers take beside the usual one, at WIDE connections too."""
    found = []
    for work in there.able_works(MOCKADE):
        process = there.process(MOCKADE, work)
        wide = []
        for _ in range(number):
            ask(process.port, RESET)
            wide.append(weigh(process, process.port, work, seconds, there.folder, WIDE))
        print(f"  at {WIDE} connections {work.name:>10}", flush=True)
        for connections, loads in ((CONNECTIONS, runs[work.name, MOCKADE.name]), (WIDE, wide)):
            found.append(
                Tail(
                    work.title,
                    connections,
                    figure([load.p50 for load in loads]),
                    figure([load.p99 for load in loads]),
                    figure([load.p99 / load.p50 for load in loads]),
                    figure([load.most for load in loads]),
                )
            )
    return found


def _warm_up(process: Process, work: Work, requests: int, folder: Path) -> None:
    """What compiles as it runs wants so many requests, not seconds; who is slow has PATIENCE.

    The status is looked at here: wrk does not tell a 304 from a 200, nor a 422 from a 500.
    """
    status = ask(process.port, work.numbered(0)).status
    if status != work.status:
        raise Failed(f"{work.method} {work.path}: {status} in the place of {work.status}.")
    enough = time.perf_counter() + PATIENCE
    while requests > 0 and time.perf_counter() < enough:
        requests -= drive(process.port, work, 1, folder).requests


def rates(runs: Runs, work: str, peer: Peer) -> list[float]:
    return [load.rate for load in runs.get((work, peer.name), ())]


def cost(loads: Sequence[Load]) -> dict[str, float] | None:
    """Microseconds of processor time for a request; None where that cannot be told."""
    known = [load.cpu for load in loads if load.cpu is not None]
    return figure(known).as_json() if known else None


def against(runs: Runs, work: str, peer: Peer) -> Figure | None:
    """Mockade's rate to a peer's; None when one of them was not measured."""
    ours, theirs = rates(runs, work, MOCKADE), rates(runs, work, peer)
    return ratio(ours, theirs) if ours and theirs else None


def told(there: Field, runs: Runs) -> list[dict[str, Any]]:
    """One record for each work of each peer."""
    return [
        {
            "work": work.title,
            "name": work.name,
            "peer": peer.name,
            "rate": figure(rates(runs, work.name, peer)).as_json(),
            "p50_ms": figure([load.p50 for load in runs[work.name, peer.name]]).as_json(),
            "p99_ms": figure([load.p99 for load in runs[work.name, peer.name]]).as_json(),
            "cpu_us": cost(runs[work.name, peer.name]),
            "mockade_to_it": (against(runs, work.name, peer) or figure([1.0])).as_json(),
        }
        for work in there.works
        for peer in there.present
        if (work.name, peer.name) in runs
    ]
