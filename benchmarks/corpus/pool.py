"""Contracts tried two at a time, each in a child process with bounded time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.corpus.contracts import Contract
from benchmarks.processes import ROOT

LIMIT = 300.0
"""Seconds that a contract has: the largest takes one minute alone, several on a machine that is shared."""

BUNDLED_EVERY = 10
"""After how many contracts the bundled APIs are started once more."""


class Subject(NamedTuple):
    """A contract to try: the provider's name, and its file."""

    name: str
    path: Path


Result = dict[str, Any]


class Trials(NamedTuple):
    """What came of each contract, in their order, and the median start of the bundled APIs meanwhile."""

    results: list[Result]
    bundled: Result


def tried(subjects: Sequence[Subject], workers: int, report: Callable[[Result], None]) -> Trials:
    """Try each; `report` is called with each as it is over.

    The bundled APIs are started in between, since a machine is not equally quick all the time.
    """
    starts: list[Result] = []

    def one(position: int, subject: Subject) -> Result:
        if position % BUNDLED_EVERY == 0:
            starts.extend(one for one in _events(["--bundled"], LIMIT)[0] if one["event"] == "start")
        result = try_one(subject)
        report(result)
        return result

    with ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(one, range(len(subjects)), subjects))
    starts.sort(key=lambda one: one["whole_cpu"])
    return Trials(results, starts[len(starts) // 2] if starts else {})


def try_one(subject: Subject, limit: float = LIMIT) -> Result:
    events, failed, seconds = _events([str(subject.path)], limit)
    starts = [one for one in events if one["event"] == "start"]
    facts: Any = next((one for one in events if one["event"] == "contract"), {})
    end: Any = next((one for one in events if one["event"] == "end"), {})
    operations = Contract(subject.path).operations
    return {
        "name": subject.name,
        "file": subject.path.name,
        "version": facts.get("version", ""),
        "bytes": subject.path.stat().st_size,
        "operations": len(operations),
        "without_item": sum(not one.has_item for one in operations),
        "start": starts[0] if starts else None,
        "answers": [one for one in events if one["event"] == "answer"],
        "lifecycles": [one for one in events if one["event"] == "lifecycle"],
        "faults": [one for one in events if one["event"] == "fault"],
        "sent": sum(one["count"] for one in events if one["event"] == "sent"),
        "failed": failed,
        "memory": end.get("memory") or max((one["memory"] for one in starts), default=None),
        "cpu": end.get("cpu"),
        "seconds": seconds,
    }


def _events(arguments: Sequence[str], limit: float) -> tuple[list[Any], str, float]:
    """The events of a child, why it ended before its end, and how long it took."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKADE_")}
    environment = {**kept, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.corpus.worker", *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment, start_new_session=True,
        )  # fmt: skip
        failed = ""
        try:
            if child.wait(limit):
                errors.seek(0)
                last = errors.read().decode(errors="replace").strip().rpartition("\n")[2]
                failed = f"its process ended with {child.returncode}: {last[:300]}"
        except subprocess.TimeoutExpired:
            failed = f"it took more than {limit:g} s"
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        output.seek(0)
        lines = output.read().decode(errors="replace").splitlines()
        return list(_read(lines)), failed, time.monotonic() - began


def _read(lines: Sequence[str]) -> Any:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return  # the last one, cut off where the child was stopped
