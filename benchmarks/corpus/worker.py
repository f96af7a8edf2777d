"""Tries one contract in this process and prints an event a line: `-m benchmarks.corpus.worker FILE`."""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.corpus import starting
from benchmarks.corpus.contracts import Contract
from benchmarks.corpus.lifecycles import lifecycle
from benchmarks.corpus.paths import collections
from benchmarks.corpus.requests import Requests, in_order
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.trial import Trial
from benchmarks.corpus.verdicts import head
from mockade.errors import SetupError

MOST_MEMORY = 4 * 2**30
"""Bytes of address space that a contract may take."""


def emit(event: str, **facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}, default=str) + "\n")
    sys.stdout.flush()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    if sys.argv[1] == "--bundled":
        _start(None)
    else:
        _try(Path(sys.argv[1]).resolve())
    emit("end", memory=_peak(), cpu=time.process_time())


def _try(path: Path) -> None:
    mock = _start(path)
    contract = Contract(path)
    emit("contract", version=contract.version, bytes=path.stat().st_size, operations=len(contract.operations))
    schemas = Schemas(contract)
    requests = Requests(contract, schemas)
    trial = Trial(contract, schemas, requests, mock, emit)
    for operation in in_order(contract.operations):
        trial.ask(operation)
    emit("sent", count=trial.sent)
    if mock is not None:
        lives = Trial(contract, schemas, requests, mock.fresh(), _faults)
        for collection in collections(contract.operations):
            emit("lifecycle", **lifecycle(lives, collection))
        emit("sent", count=lives.sent)


def _faults(event: str, **facts: Any) -> None:
    """Of what is asked only to find ids, faults alone are told."""
    if event == "fault":
        emit(event, **facts)


def _start(path: Path | None) -> starting.Mock | None:
    """Start it, and emit how that went."""
    began = time.process_time()
    findings: list[Any] = []
    mock = None
    try:
        mock = starting.start(path) if path is not None else starting.start_bundled()
    except SetupError as error:
        findings = [{"rule": one.rule, "message": one.message} for one in error.findings]
    except (Exception, RecursionError) as error:
        findings = [{"rule": "crash", "message": f"{type(error).__name__}: {error}"}]
    groups: dict[tuple[str, str], int] = {}
    for one in findings:
        key = one["rule"], head(one["message"])
        groups[key] = groups.get(key, 0) + 1
    emit(
        "start",
        started=mock is not None,
        first=findings[0] if findings else None,
        findings=[{"rule": rule, "head": text, "count": count} for (rule, text), count in groups.items()],
        cpu=time.process_time() - began,
        whole_cpu=time.process_time(),
        memory=_peak(),
    )
    return mock


def _peak() -> float:
    """The most MiB that were resident. `getrusage` counts what the parent had when it forked, too."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
        if found is not None:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
