"""The same calls as the world grows: sessions, worlds, the journal, connections."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.figures import figure, ratio
from benchmarks.load import CONNECTIONS, Load, drive, weigh
from benchmarks.processes import STARTING, Process, ask, free_port
from benchmarks.throughput import RESET, cost
from benchmarks.work import NUMBER, WORKS, Work

BY_NAME = {work.name: work for work in WORKS}
SEEDING = 1800.0
"""Seconds that laying the sessions of the largest world may take."""


class Scale(NamedTuple):
    """How far the world grows, how often it is measured, and for how long each time."""

    sessions: Sequence[int]
    worlds: Sequence[int]
    connections: Sequence[int]
    rounds: int
    seconds: float


FULL = Scale((10, 1_000, 100_000, 1_000_000), (1, 100, 1_000), (1, 4, 16, 64, 256), 3, 3)
QUICK = Scale((10, 1_000, 10_000), (1, 100, 1_000), (1, 16, 64, 256), 1, 1)


class Point(NamedTuple):
    """One measured spot: `axis` and `at` say where; the work is sent to `port`."""

    axis: str
    at: str
    work: Work
    process: Process
    port: int
    connections: int = CONNECTIONS
    reset: bool = True


@contextmanager
def hosts(
    folder: Path, sizes: Sequence[int] = (), journal: int | None = None, report: Path | None = None
) -> Iterator[tuple[Process, list[int]]]:
    """Mockade, with a port for each size, or one where none of the sessions are."""
    ports = [free_port() for _ in sizes or (0,)]
    command = [sys.executable, "-m", "benchmarks.host", "--ports", ",".join(map(str, ports))]
    command += ["--sizes", ",".join(map(str, sizes))] if sizes else []
    command += ["--journal", str(journal)] if journal is not None else []
    command += ["--report", str(report)] if report else []
    process = Process(command, ports[-1], folder / "growth.log")
    try:
        process.first_answer(WORKS[0], within=SEEDING if sizes else STARTING)
        yield process, ports
    finally:
        process.stop()


def session_read(size: int) -> Work:
    """A read of one session after the other, each of which renews its time."""
    return BY_NAME["get-timed"]._replace(path=f"/session/v1/session/s-{NUMBER}", wraps=size)


def in_worlds(work: Work, count: int) -> Work:
    """The work in so many worlds, one after the other."""
    return work._replace(path=f"/@w-{NUMBER}{work.path}", wraps=count)


def measured(points: Sequence[Point], scale: Scale, folder: Path) -> list[dict[str, Any]]:
    """Each point's loads, interleaved; `to_first` compares with the first point of the axis and work."""
    loads: dict[int, list[Load]] = {number: [] for number in range(len(points))}
    for turn in range(-1, scale.rounds):
        for number, point in enumerate(points):
            if point.reset:
                ask(point.port, RESET)
            load = weigh(point.process, point.port, point.work, scale.seconds, folder, point.connections)
            if turn >= 0:
                loads[number].append(load)
                where = f"{point.axis} {point.at}"
                print(
                    f"  round {turn + 1} {where:<24} {point.work.name:<10} {load.rate:>9,.0f}/s", flush=True
                )
    first: dict[tuple[str, str], list[Load]] = {}
    return [_record(point, loads[number], first) for number, point in enumerate(points)]


def _record(point: Point, loads: list[Load], first: dict[tuple[str, str], list[Load]]) -> dict[str, Any]:
    compared = first.setdefault((point.axis, point.work.name), loads)
    rates = [load.rate for load in loads]
    return {
        "axis": point.axis,
        "at": point.at,
        "name": point.work.name,
        "work": point.work.title,
        "rate": figure(rates).as_json(),
        "p50_ms": figure([load.p50 for load in loads]).as_json(),
        "p99_ms": figure([load.p99 for load in loads]).as_json(),
        "p99_to_p50": figure([load.p99 / load.p50 for load in loads]).as_json(),
        "cpu_us": cost(loads),
        "to_first": ratio(rates, [load.rate for load in compared]).as_json(),
        "rates": rates,
    }


def sessions(scale: Scale, folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The records by number of sessions, and what the sessions cost inside the process."""
    report = folder / "weighed.jsonl"
    with hosts(folder, scale.sessions, report=report) as (process, ports):
        points = [
            Point("sessions", f"{size:,}", work, process, port)
            for size, port in zip(scale.sessions, ports, strict=True)
            for work in (session_read(size), BY_NAME["join"], BY_NAME["playtime"])
        ]
        records = measured(points, scale, folder)
        inside = [json.loads(line) for line in report.read_text().splitlines()]
        for one, port in zip(inside, ports, strict=True):
            one["reset_over_http_ms"] = drive(port, RESET, 1, folder, connections=1).p50
    return records, inside


def others(scale: Scale, folder: Path) -> list[dict[str, Any]]:
    """The records by number of worlds, with and without a journal, and by number of connections."""
    reads, records = BY_NAME["get"], BY_NAME["playtime"]
    with hosts(folder) as (process, (port,)), hosts(folder, journal=0) as (other, (without,)):
        worlds = [
            Point("worlds", f"{count:,}", in_worlds(reads, count), process, port, reset=False)
            for count in scale.worlds
        ]
        journal = [
            Point("journal", name, work, *where)
            for work in (reads, BY_NAME["join"], records)
            for name, where in (("on", (process, port)), ("off", (other, without)))
        ]
        connections = [
            Point("connections", str(count), work, process, port, count)
            for count in scale.connections
            for work in (reads, records)
        ]
        return measured([*connections, *journal, *worlds], scale, folder)
