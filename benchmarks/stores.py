"""Worlds in a store beside worlds in the process: rates, and what a request costs one worker of two."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Mark, figure, ratio
from benchmarks.load import Load, weigh
from benchmarks.processes import Failed, Process, ask, free_port
from benchmarks.reliability.redis_server import RedisServer
from benchmarks.work import WORKS, Work

MEASURED = ("get", "get-other", "join")

Runs = dict[tuple[str, str], list[Load]]
"""By work and by who did it, what each round measured."""

ALONE, STORED, FIRST, SECOND = "in the process", "in a store", "worker 1 of 2", "worker 2 of 2"

_MARKS = (
    ("get", "GET again, a store to none: rate", 0.6, 0.8),
    ("join", "create-or-join, a store to none: rate", 0.5, 0.7),
)


@contextmanager
def _host(folder: Path, name: str, store: str = "") -> Iterator[Process]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.host", "--ports", str(port)]
    process = Process([*command, *(["--store", store] if store else [])], port, folder / f"{name}.log")
    try:
        process.first_answer(WORKS[0])
        yield process
    finally:
        process.stop()


def _fork(process: Process, name: str) -> None:
    """Make a world as full as the default one."""
    body = f'{{"name":"{name}"}}'
    headers = {"Content-Type": "application/json"}
    fork = WORKS[0]._replace(method="POST", path="/_mockade/v1/fork", headers=headers, body=body)
    answer = ask(process.port, fork, within=120.0)
    if answer.status != 201:
        raise Failed(f"The world was not forked: {answer.status}, {answer.body[:500]!r}")


def _in(world: str, work: Work) -> Work:
    return work._replace(headers={**work.headers, "X-Mockade-World": world})


def measured(rounds: int, seconds: float, folder: Path) -> Runs:
    """Each work in turn, in several rounds. Raises Failed."""
    works = [work for work in WORKS if work.name in MEASURED]
    runs: Runs = {}

    def note(work: Work, who: str, load: Load) -> None:
        runs.setdefault((work.name, who), []).append(load)
        print(f"  {work.name:<10} {who:<15} {load.rate:>9,.0f} /s, {load.cpu or 0:>7.0f} us", flush=True)

    with (
        RedisServer(folder) as store,
        _host(folder, "alone") as alone,
        _host(folder, "one", store.url) as one,
        _host(folder, "two", store.url) as two,
    ):
        for process, world in ((alone, "a"), (one, "a"), (one, "b")):
            _fork(process, world)
        for process, world in ((alone, "a"), (one, "a"), (two, "b")):
            ask(process.port, _in(world, WORKS[0]), within=120.0)  # the worker loads it
            for work in works:
                weigh(process, process.port, _in(world, work), 1.0, folder)
        for number in range(rounds):
            for work in works:
                beside = [(ALONE, alone), (STORED, one)]
                for who, process in beside if number % 2 else reversed(beside):
                    note(work, who, weigh(process, process.port, _in("a", work), seconds, folder))
                both = {FIRST: (one, "a"), SECOND: (two, "b")}
                for who, load in _at_once(both, work, seconds, folder).items():
                    note(work, who, load)
    return runs


def _at_once(
    both: dict[str, tuple[Process, str]], work: Work, seconds: float, folder: Path
) -> dict[str, Load]:
    """What each of several servers does while the others do the same in worlds of their own."""
    found: dict[str, Load] = {}

    def run(who: str, process: Process, world: str) -> None:
        own = folder / world
        own.mkdir(exist_ok=True)
        found[who] = weigh(process, process.port, _in(world, work), seconds, own)

    threads = [threading.Thread(target=run, args=(who, *one)) for who, one in both.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) < len(both):
        raise Failed("One of the workers did not do its work.")
    return found


def as_json(runs: Runs) -> list[dict[str, Any]]:
    return [
        {
            "work": work,
            "who": who,
            "rate": figure([one.rate for one in loads]).as_json(),
            "cpu_us": figure([one.cpu or 0.0 for one in loads]).as_json(),
        }
        for (work, who), loads in runs.items()
    ]


def judged(runs: Runs) -> list[dict[str, Any]]:
    found = []
    for work, title, must, aim in _MARKS:
        rates = [[one.rate for one in runs[work, who]] for who in (STORED, ALONE)]
        found.append(Mark(title, "x", must, aim).judged(ratio(*rates)))
    for work in MEASURED:
        workers = zip(runs[work, FIRST], runs[work, SECOND], strict=True)
        costs = [((one.cpu or 0.0) + (other.cpu or 0.0)) / 2 for one, other in workers]
        alone = [one.cpu or 0.0 for one in runs[work, STORED]]
        title = f"{work}, two workers to one: processor time of a request"
        found.append(Mark(title, "x", 1.15, 1.05, most=True).judged(ratio(costs, alone)))
    return found
