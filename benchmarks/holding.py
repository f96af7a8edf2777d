"""What a worker holds, and what its calls and a balancer before it cost: `make bench-worker`.

The figures of docs/scaling.md. Ends with 2 where it cannot be measured.
"""

from __future__ import annotations

import argparse
import http.client
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.load import weigh
from benchmarks.processes import ROOT, Failed, Process, free_port
from benchmarks.work import Work

API = "meshmap"
KEY = {"x-app-api-key": "meshmap-demo-key"}
READ = Work("GET", "GET", API, "", "GET", "/apps/game-sessions/session-open", dict(KEY))
CREATE = Work(
    "POST",
    "POST",
    API,
    "",
    "POST",
    "/apps/game-sessions",
    {**KEY, "Content-Type": "application/json"},
    '{"name":"One"}',
    201,
)
READY = Work("ready", "ready", "", "", "GET", "/_mockade/v1/ready", {})
HAPROXY = ROOT / "examples" / "scaling" / "haproxy.cfg"
_PORTS = ("6471", "6472", "6473", "6474")


class Held(NamedTuple):
    """Resident bytes that one more of something takes."""

    name: str
    bytes: float


@contextmanager
def worker(folder: Path, *options: str) -> Iterator[Process]:
    port = free_port()
    command = [sys.executable, "-m", "mockade", "serve", API, "--port", str(port), "--quiet", *options]
    process = Process(command, port, folder / "worker.log")
    try:
        process.first_answer(READY)
        yield process
    finally:
        process.stop()


@contextmanager
def balancer(folder: Path, workers: list[int]) -> Iterator[Process]:
    """HAProxy before workers; fewer than four stand for several each."""
    port = free_port()
    text = HAPROXY.read_text(encoding="utf-8").replace("6464", str(port))
    for number, shown in enumerate(_PORTS):
        text = text.replace(shown, str(workers[number % len(workers)]))
    file = folder / "haproxy.cfg"
    file.write_text(text, encoding="utf-8")
    found = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if not found:
        raise Failed("There is no haproxy: apt-get install haproxy, or --no-balancer.")
    process = Process([found, "-f", str(file)], port, folder / "haproxy.log")
    try:
        process.first_answer(READY)
        yield process
    finally:
        process.stop()


def send(port: int, works: Iterator[Work]) -> None:
    """Send one after the other over one connection. Raises Failed at any other status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for work in works:
        connection.request(work.method, work.path, work.body or None, work.headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != work.status:
            raise Failed(f"{work.method} {work.path}: {answer.status} {body[:300]!r}")
    connection.close()


def in_world(work: Work, number: int) -> Work:
    return work._replace(path=f"/@w{number}{work.path}")


def held(folder: Path, worlds: int, rows: int, calls: int) -> Iterator[Held]:
    """What a process, a world that was only read, one that was played in, rows and journal entries take."""
    options = ["--worlds", str(2 * worlds + 2), "--idle", "0"]
    with worker(folder, *options, "--journal", "0") as process:
        send(process.port, iter([READ, CREATE]))
        before = process.memory()
        yield Held("process", before * 2**20)
        send(process.port, (in_world(READ, number) for number in range(worlds)))
        after = process.memory()
        yield Held("world that was only read, no journal", (after - before) * 2**20 / worlds)
        before = after
        send(process.port, (in_world(CREATE, number) for number in range(worlds) for _ in range(4)))
        yield Held("and four rows made in it", (process.memory() - before) * 2**20 / worlds)
    with worker(folder, *options, "--journal", "0") as process:
        send(process.port, iter([READ, CREATE]))
        before = process.memory()
        send(process.port, (CREATE for _ in range(rows)))
        yield Held("1,000 rows of one world", (process.memory() - before) * 2**20 / rows * 1000)
    for name, work in (("reads", READ), ("creates, with their rows,", CREATE)):
        with worker(folder, *options) as process:
            send(process.port, iter([READ, CREATE]))
            before = process.memory()
            send(process.port, (work for _ in range(calls)))
            taken = (process.memory() - before) * 2**20 / calls * 1000
            yield Held(f"1,000 {name} in the journal", taken)


class Cost(NamedTuple):
    """Microseconds of processor time for one request: the worker's, and the balancer's where there is one."""

    name: str
    worker: float
    balancer: float | None = None


def costs(folder: Path, seconds: float, *, balanced: bool) -> Iterator[Cost]:
    with worker(folder) as process:
        for work in (READ, CREATE):
            load = weigh(process, process.port, work, seconds, folder)
            yield Cost(f"{work.name} at the worker", load.cpu or 0.0)
        if not balanced:
            return
        with balancer(folder, [process.port]) as front:
            for work in (READ, CREATE):
                before = process.cpu() or 0.0
                load = weigh(front, front.port, work, seconds, folder)
                spent = ((process.cpu() or 0.0) - before) / load.requests * 1e6
                yield Cost(f"{work.name} through HAProxy", spent, load.cpu)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-worker ARGS='…'", description=__doc__)
    parser.add_argument("--worlds", type=int, default=5_000, metavar="N", help="worlds that are made")
    parser.add_argument(
        "--rows", type=int, default=20_000, metavar="N", help="rows that are made in one world"
    )
    parser.add_argument("--calls", type=int, default=5_000, metavar="N", help="reads that the journal keeps")
    parser.add_argument("--seconds", type=float, default=5, metavar="N", help="how long calls are weighed")
    parser.add_argument("--no-balancer", action="store_true", help="leave HAProxy out")
    parser.add_argument("--no-costs", action="store_true", help="leave calls out, and so wrk")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, suppress(BrokenPipeError):
        folder = Path(name)
        try:
            for one in held(folder, asked.worlds, asked.rows, asked.calls):
                print(json.dumps({"holds": one.name, "KiB": round(one.bytes / 1024, 1)}), flush=True)
            if not asked.no_costs:
                for cost in costs(folder, asked.seconds, balanced=not asked.no_balancer):
                    told = {"call": cost.name, "worker_us": round(cost.worker)}
                    told |= {} if cost.balancer is None else {"balancer_us": round(cost.balancer)}
                    print(json.dumps(told), flush=True)
        except (Failed, OSError) as error:
            print(error, file=sys.stderr)
            sys.exit(2)


if __name__ == "__main__":
    main()
