"""Workers and their store under load: what every outage of the store is tried on, and how it is judged."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.reliability import tally
from benchmarks.reliability.histories import Load
from benchmarks.reliability.outcome import Longest, Outcome
from benchmarks.reliability.proxy import ProxyProcess
from benchmarks.reliability.redis_server import MISSING, RedisServer, program
from benchmarks.reliability.served import CONTROL, Served
from benchmarks.reliability.waits import OtherClient
from benchmarks.reliability.workers import telling

COUNTS = (2, 4)
"""How many workers there are, half of the rounds each."""

CALLERS = 8

SAFE = ("--appendonly", "yes", "--appendfsync", "always")
"""Options of a store that has on its disk what it has answered."""

WITHIN = {"call": 1.0, "control": 2.5}
"""Seconds in which each call is answered, whatever the store does.

The control API asks several questions, and waits a second for entries of the journal that are on their way.
"""

LATEST = 0.5
"""Seconds after which an outage comes at the latest, once all goes well again."""

MOST_TOLD = 20
"""So many of the things that clients lost are told where the workers have ended."""


class Setting(NamedTuple):
    """What an outage is made of."""

    count: int
    """How many workers there are."""
    store: RedisServer
    proxy: ProxyProcess | None
    server: Served
    load: Load
    chance: Random


class Trial:
    """What comes of a store's outages, with each number of workers.

    `breaks` says that connections of clients may end, as when workers are killed.
    """

    def __init__(
        self, folder: Path, counts: Sequence[int] = COUNTS, *, proxied: bool = False, breaks: bool = False
    ):
        self._folder = folder
        self._counts = counts
        self._proxied = proxied
        self._breaks = breaks
        self.lost: list[str] = []
        self.tried: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.back = Longest()
        """Waits for all clients to be answered again."""
        self._longest = {kind: Longest() for kind in WITHIN}
        self._machine = Longest()

    def run(self, act: Callable[[Setting], None], notes: Sequence[str] = ()) -> Outcome:
        """`act` does to each setting what it is tried on."""
        if program() is None:
            return Outcome({}, [], {}, [MISSING])
        home = telling(tally.home(self._folder), "tally")
        for count in self._counts:
            before = len(self.lost)
            self._with(count, home, act)
            self.lost[before:] = [f"{count} workers: {one}" for one in self.lost[before:]]
        figures = {
            "a call's longest wait": str(self._longest["call"]),
            "of the control API": str(self._longest["control"]),
        }
        if not self._breaks:
            figures["of one that asks for no world, meanwhile"] = str(self._machine)
        if self.back.count:
            figures["longest until all are answered again"] = str(self.back)
        figures["503 while the store was away"] = f"{self.refused['away']:,}"
        if self.refused["full"]:
            figures["while it was full"] = f"{self.refused['full']:,}"
        figures["while nothing was amiss"] = f"{self.refused['slow']:,}"
        if self._breaks:
            figures["connections that ended"] = f"{self.refused['broken']:,}"
        workers = f"Workers: {' and '.join(map(str, self._counts))}, with {CALLERS} clients."
        return Outcome(dict(self.tried), self.lost, figures, [workers, *notes])

    def _with(self, count: int, home: str, act: Callable[[Setting], None]) -> None:
        with ExitStack() as stack:
            store = stack.enter_context(RedisServer(self._folder, *SAFE))
            proxy = stack.enter_context(ProxyProcess(store.socket)) if self._proxied else None
            url = proxy.url if proxy is not None else store.url
            words = [home, "--workers", str(count), "--store", url, "--journal", "100"]
            server = stack.enter_context(Served(self._folder, *words)).ready()
            load = Load(server.port, CALLERS, seed=count * CALLERS, may_break=self._breaks)
            setting = Setting(count, store, proxy, server, load, Random(count))
            if self._breaks:
                with load:
                    act(setting)
            else:
                with OtherClient(server.port, f"{CONTROL}/health") as other, load:
                    act(setting)
                self.lost += other.lost
                self._machine.add(other.longest.seconds)
            self._judge(server, load)

    def _judge(self, server: Served, load: Load) -> None:
        code = server.process.poll()
        if code is not None:
            self.lost += [f"They ended with {code}: {server.said()[-1500:]}", *load.lost[:MOST_TOLD]]
            return
        self.lost += load.judged()
        code = server.end()
        if code or "Traceback" in server.said():
            self.lost.append(f"They end with {code}: {server.said()[-1500:]}")
        self.tried["calls"] += load.answered
        self.tried["of them for something to happen later"] += load.histories.promised
        self.tried["histories"] += len(load.histories.seen)
        for why in ("away", "full", "slow"):
            self.refused[why] += load.refused(why)
        self.refused["broken"] += load.broken
        for kind, within in WITHIN.items():
            seconds = load.longest(kind)
            self._longest[kind].add(seconds)
            if not self._breaks and seconds > within + 2 * self._machine.seconds:
                self.lost.append(f"A {kind} waited for {seconds:.1f} s.")

    def comes_back(self, load: Load) -> bool:
        """Whether all clients are answered again, which is measured."""
        began = time.perf_counter()
        is_back = load.goes_on()
        self.back.add(time.perf_counter() - began)
        load.histories.is_out = False
        if not is_back:
            self.lost.append("After an outage calls are not answered.")
        return is_back
