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
from benchmarks.corpus.contracts import Contract, Operation
from benchmarks.corpus.requests import Request, Requests, in_order
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.values import Unmade
from benchmarks.corpus.verdicts import (
    ANSWERED,
    BROKE,
    FAULT,
    REFUSED,
    UNMADE,
    UNSENT,
    Verdict,
    best_judged,
    head,
)
from mockade.errors import SetupError
from mockade.worlds.journal import Exchange

MOST_MEMORY = 4 * 2**30
"""Bytes of address space that a contract may take."""

CROSS_CHECKED = 3
"""Answers of each contract that a second implementation of JSON Schema judges too."""

GENERATED = "x-mockade-answer"
"""The header of an answer that was made up from its schema."""


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
    trial = Trial(contract, mock)
    for operation in in_order(contract.operations):
        trial.ask(operation)


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


class Trial:
    """Asks one operation after the other, and emits what came of it."""

    def __init__(self, contract: Contract, mock: starting.Mock | None) -> None:
        self._mock = mock
        self._contract = contract
        self._schemas = Schemas(contract)
        self._requests = Requests(contract, self._schemas)
        self._cross_checked = 0

    def ask(self, operation: Operation) -> None:
        facts: dict[str, Any] = {
            "operation": operation.name,
            "method": operation.method,
            "item": operation.has_item,
        }
        try:
            request = self._requests.make(operation)
        except Unmade as error:
            emit("answer", **facts, verdict=UNMADE, why=str(error))
            return
        except Exception as error:
            emit(
                "answer",
                **facts,
                verdict=UNMADE,
                why=f"the corpus failed: {type(error).__name__}: {error}"[:200],
            )
            return
        if operation.method == "GET":
            facts["request"] = {"target": request.target, "headers": request.headers}
        if self._mock is None:
            emit("answer", **facts, verdict=UNSENT, why="the contract did not start")
            return
        began = time.process_time()
        try:
            emit(
                "answer",
                **facts,
                **self._outcome(self._mock, operation, request),
                cpu=time.process_time() - began,
            )
        except Exception as error:
            emit("answer", **facts, verdict=FAULT, why=head(f"raised {type(error).__name__}: {error}"))

    def _outcome(self, mock: starting.Mock, operation: Operation, request: Request) -> dict[str, Any]:
        answer, exchange = mock.send(request)
        meant = self._contract.alike(operation)
        verdict = best_judged(meant, self._schemas, answer.status, answer.headers, answer.body)
        by = exchange.answered_by if exchange else ""
        outcome = {
            "status": answer.status,
            "by": by,
            "generated": GENERATED in answer.headers or by == "generated",
            "verdict": verdict.name,
            "why": verdict.why,
        }
        if verdict.name in (REFUSED, FAULT) and exchange is not None:
            outcome["why"] = _why(answer.status, exchange)
            outcome["full"] = (exchange.reason or "; ".join(map(str, exchange.violations)))[:400]
        if verdict.name in (ANSWERED, BROKE) and verdict.value is not None:
            self._requests.learn(operation, verdict.value)
            self._cross_check(verdict, outcome)
        return outcome

    def _cross_check(self, verdict: Verdict, outcome: dict[str, Any]) -> None:
        if verdict.schema is None or self._cross_checked >= CROSS_CHECKED:
            return
        if not self._schemas.judges(verdict.schema.pointer, "response"):
            return
        self._cross_checked += 1
        try:
            outcome["agrees"] = self._schemas.agrees(verdict.schema.pointer, verdict.value, "response")
        except Exception as error:
            outcome["agrees"] = f"{type(error).__name__}: {error}"[:200]


def _why(status: int, exchange: Exchange) -> str:
    """The first thing that was wrong, with the status and, of a violation, the part of the request."""
    if exchange.violations:
        first = exchange.violations[0]
        return f"{status} {first.where} {first.rule}: {head(first.message)}"
    return f"{status} {head(exchange.reason)}"


def _peak() -> float:
    """The most MiB that were resident. `getrusage` counts what the parent had when it forked, too."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
        if found is not None:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
