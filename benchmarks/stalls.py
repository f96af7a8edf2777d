"""How long another client waits while somebody reads or writes a whole state: the longest of its waits."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.figures import Mark, figure
from benchmarks.growth import BY_NAME, hosts
from benchmarks.processes import Failed
from benchmarks.reliability.waits import OtherClient

CONTROL = "/_mockade/v1"
PLAYED = 10_000
"""Requests before, so that the journal is full."""

WITHIN = 600.0
"""Seconds that a call may take."""

YAML = {"Content-Type": "application/yaml"}
JSON = {"Content-Type": "application/json"}


class Control(NamedTuple):
    """A call of the control API, and the status that it is answered with."""

    name: str
    method: str
    path: str
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = JSON


class Waited(NamedTuple):
    """What a call took in all, and the longest wait of the other client meanwhile, in milliseconds."""

    name: str
    took_ms: float
    longest_ms: float
    bytes: int


def measured(sessions: int, folder: Path) -> list[Waited]:
    """Each call in turn, in a world of so many sessions. Raises Failed for a wrong answer of anybody."""
    with hosts(folder, [sessions]) as (_, (port,)):
        reading = BY_NAME["get"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN)
        for _ in range(PLAYED):
            connection.request("GET", reading.path, headers=reading.headers)
            connection.getresponse().read()
        documents: dict[str, bytes] = {}
        waits = []
        for call in _calls(documents):
            with OtherClient(port, reading.path, reading.headers) as other:
                time.sleep(0.05)
                began = time.perf_counter()
                connection.request(call.method, f"{CONTROL}{call.path}", call.body or None, call.headers)
                answer = connection.getresponse()
                body = answer.read()
                took = time.perf_counter() - began
                time.sleep(0.05)
            if answer.status != call.status or other.lost:
                raise Failed(f"{call.name}: {answer.status}, {body[:500]!r} {other.lost[:1]}")
            documents[call.name] = body
            waits.append(Waited(call.name, took * 1000, other.longest.seconds * 1000, len(body)))
            print(
                f"  {call.name:<28} {took * 1000:>9,.0f} ms, longest wait {waits[-1].longest_ms:>9,.1f} ms",
                flush=True,
            )
        connection.close()
    return waits


def _calls(documents: dict[str, bytes]) -> Iterator[Control]:
    """What is asked, in order; `documents` has what was answered before, by the names of the calls."""
    yield Control("no call", "GET", "/health")
    yield Control("take snapshot", "POST", "/snapshots", 201, b'{"name":"s"}')
    for name, query in (("JSON", ""), ("JSON, secrets", "?secrets=true"), ("YAML", "?format=yaml")):
        yield Control(f"GET snapshot, {name}", "GET", f"/snapshots/s{query}")
    yield Control("PUT snapshot, JSON", "PUT", "/snapshots/p", 201, documents["GET snapshot, JSON, secrets"])
    yield Control("PUT snapshot, YAML", "PUT", "/snapshots/p", 200, documents["GET snapshot, YAML"], YAML)
    yield Control("GET state", "GET", "/state")
    yield Control("GET rows, 10,000", "GET", "/state/rallyhere/sessions?limit=10000")
    yield Control("GET journal, 10,000", "GET", "/journal?limit=10000")
    yield Control("GET journal, NDJSON", "GET", "/journal?limit=10000&format=ndjson")
    yield Control("search, all match", "POST", "/journal/find", 200, b"{}")
    yield Control("search, none matches", "POST", "/journal/find", 200, b'{"path":"/nowhere"}')
    yield Control("fork", "POST", "/fork", 201, b'{"name":"f"}')
    yield Control("restore", "POST", "/snapshots/p/restore")
    yield Control("clock past all due", "POST", "/clock/advance", 200, b'{"by":"24000d"}')
    yield Control("delete snapshot", "DELETE", "/snapshots/p", 204)
    yield Control("delete world", "DELETE", "/worlds/f", 204)
    yield Control("reset", "POST", "/reset")


def as_json(waits: list[Waited]) -> list[dict[str, Any]]:
    return [one._asdict() for one in waits]


def judged(waits: list[Waited]) -> list[dict[str, Any]]:
    mark = Mark("longest wait of another client in any control call", "ms", 100, 20, most=True)
    return [mark.judged(figure([max(one.longest_ms for one in waits)]))]
