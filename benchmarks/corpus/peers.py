"""Prism and Scalar on the same contracts: the same GETs, judged by the same code."""

from __future__ import annotations

import http.client
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import peers as bench
from benchmarks.corpus.contracts import Contract
from benchmarks.corpus.directory import HERE, MODULES
from benchmarks.corpus.pool import Result, Subject
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.verdicts import ANSWERED, FAULT, REFUSED, UNSENT, best_judged, head
from benchmarks.processes import Process, ask, free_port
from benchmarks.work import Work

READY = 60.0
"""Seconds that a peer has to answer at all."""

LIMIT = 120.0
"""Seconds that it has for a contract."""

EACH = 10.0
"""Seconds that it has for an answer."""


class Peer(NamedTuple):
    name: str
    command: Callable[[int, Path], list[str]]
    needs: Path
    install: str

    def missing(self) -> str:
        there = shutil.which("node") and self.needs.exists()
        return "" if there else f"not installed ({self.install})"


PRISM = Peer(
    bench.PRISM.name,
    lambda port, contract: bench.PRISM.command(port, bench.Files(contract, contract, contract)),
    bench.MODULES / ".bin" / "prism",
    bench.PRISM.install,
)
SCALAR = Peer(
    "Scalar",
    lambda port, contract: ["node", str(HERE / "scalar.mjs"), str(port), str(contract)],
    MODULES / "@scalar" / "mock-server",
    "make corpus",
)
PEERS = (PRISM, SCALAR)


def compared(subjects: Sequence[Subject], results: Sequence[Result], workers: int) -> dict[str, Any]:
    """By name, what came of the GETs of these contracts; of a peer that is missing, why."""
    of = {one["name"]: one for one in results}
    pairs = [(subject, of[subject.name]) for subject in subjects if subject.name in of]
    gets = {subject.name: _gets(result) for subject, result in pairs}
    table: dict[str, Any] = {
        "contracts": [subject.name for subject, _ in pairs],
        "gets": sum(map(len, gets.values())),
        "who": {
            "Mockade": _ours(pairs),
        },
    }
    for peer in PEERS:
        if peer.missing():
            table["who"][peer.name] = {"missing": peer.missing()}
            continue
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(lambda pair, peer=peer: asked(peer, pair[0], gets[pair[0].name]), pairs))
        table["who"][peer.name] = _summed(found)
        print(f"  {peer.name}: {table['who'][peer.name]['verdicts']}", flush=True)
    return table


def _gets(result: Result) -> list[Any]:
    return [one for one in result["answers"] if one.get("request")]


def _ours(pairs: Sequence[tuple[Subject, Result]]) -> dict[str, Any]:
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    started = 0
    for _, result in pairs:
        up = bool((result["start"] or {}).get("started"))
        started += up
        for one in _gets(result):
            verdicts[one["verdict"] if up else UNSENT] += 1
            if up and one["verdict"] != ANSWERED:
                reasons[f"{one['verdict']}: {one['why']}"] += 1
    return {"started": started, "verdicts": dict(verdicts), "reasons": dict(reasons.most_common(12))}


def _summed(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for one in found:
        verdicts.update(one["verdicts"])
        reasons.update(one["reasons"])
    return {
        "started": sum(one["started"] for one in found),
        "verdicts": dict(verdicts),
        "reasons": dict(reasons.most_common(12)),
    }


def asked(peer: Peer, subject: Subject, gets: Sequence[Any]) -> dict[str, Any]:
    """Start a peer on a contract and send it the GETs that Mockade was sent."""
    contract = Contract(subject.path)
    schemas = Schemas(contract)
    operations = {one.name: one for one in contract.operations}
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="mockade-corpus-") as folder:
        port = free_port()
        process = Process(
            peer.command(port, subject.path), port, Path(folder) / "log", {"NODE_ENV": "production"}
        )
        try:
            started = _is_up(process)
            until = time.monotonic() + LIMIT
            for get in gets:
                if not started or time.monotonic() > until:
                    verdicts[UNSENT] += 1
                    continue
                meant = contract.alike(operations[get["operation"]])
                name, why = _verdict(
                    port, get, lambda *answer, meant=meant: best_judged(meant, schemas, *answer)
                )
                verdicts[name] += 1
                if name != ANSWERED:
                    reasons[f"{name}: {why}"] += 1
        finally:
            process.stop()
    return {"started": started, "verdicts": dict(verdicts), "reasons": dict(reasons)}


def _is_up(process: Process) -> bool:
    while time.perf_counter() - process.started < READY and process.process.poll() is None:
        try:
            ask(process.port, _work("/", {}), within=EACH)
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        return True
    return False


def _verdict(port: int, get: Any, judge: Callable[..., Any]) -> tuple[str, str]:
    request = get["request"]
    try:
        answer = ask(port, _work(request["target"], request["headers"]), within=EACH)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return "no answer", type(error).__name__
    verdict = judge(answer.status, answer.headers, answer.body)
    return verdict.name, f"{verdict.why} {_title(answer.body)}".strip() if verdict.name in (
        REFUSED,
        FAULT,
    ) else verdict.why


def _title(body: bytes) -> str:
    """What a refusal says of itself, where it is a problem document."""
    try:
        problem = json.loads(body)
    except ValueError:
        return ""
    return head(str(problem.get("title", ""))) if isinstance(problem, dict) else ""


def _work(target: str, headers: dict[str, str]) -> Work:
    return Work("", "", "", "", "GET", target, headers)
