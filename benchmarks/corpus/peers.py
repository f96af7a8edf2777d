"""Prism and Scalar on the same contracts: the same requests, judged by the same code."""

from __future__ import annotations

import http.client
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import peers as bench
from benchmarks.corpus.contracts import Contract
from benchmarks.corpus.directory import HERE, MODULES
from benchmarks.corpus.pool import Result, Subject
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.verdicts import ANSWERED, FAULT, REFUSED, UNSENT, Verdict, best_judged, head
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


class Outcome(NamedTuple):
    """What came of one request."""

    method: str
    verdict: str
    why: str


def compared(subjects: Sequence[Subject], results: Sequence[Result], workers: int) -> dict[str, Any]:
    """By name, what came of the requests made for these contracts; of a peer that is missing, why."""
    of = {one["name"]: one for one in results}
    pairs = [(subject, of[subject.name]) for subject in subjects if subject.name in of]
    made = {subject.name: _made(result) for subject, result in pairs}
    table: dict[str, Any] = {
        "contracts": [subject.name for subject, _ in pairs],
        "asked": sum(map(len, made.values())),
        "gets": sum(one["method"] == "GET" for some in made.values() for one in some),
        "who": {
            "Mockade": _ours(pairs),
        },
    }
    for peer in PEERS:
        if peer.missing():
            table["who"][peer.name] = {"missing": peer.missing()}
            continue
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(lambda pair, peer=peer: asked(peer, pair[0], made[pair[0].name]), pairs))
        table["who"][peer.name] = _summed(found)
        print(f"  {peer.name}: {table['who'][peer.name]['verdicts']}", flush=True)
    return table


def _made(result: Result) -> list[Any]:
    return [one for one in result["answers"] if one.get("request")]


def _ours(pairs: Sequence[tuple[Subject, Result]]) -> dict[str, Any]:
    found = []
    for _, result in pairs:
        up = bool((result["start"] or {}).get("started"))
        outcomes = [
            Outcome(one["method"], one["verdict"] if up else UNSENT, one["why"]) for one in _made(result)
        ]
        found.append((up, outcomes))
    return _summed(found)


def _summed(found: Sequence[tuple[bool, Sequence[Outcome]]]) -> dict[str, Any]:
    outcomes = [one for _, some in found for one in some]
    lost = Counter(f"{one.verdict}: {one.why}" for one in outcomes if one.verdict not in (ANSWERED, UNSENT))
    return {
        "started": sum(up for up, _ in found),
        "verdicts": dict(Counter(one.verdict for one in outcomes)),
        "gets": dict(Counter(one.verdict for one in outcomes if one.method == "GET")),
        "reasons": dict(lost.most_common(12)),
    }


def asked(peer: Peer, subject: Subject, made: Sequence[Any]) -> tuple[bool, list[Outcome]]:
    """Send a peer what Mockade was sent: whether it starts on the contract, and what came of each."""
    contract = Contract(subject.path)
    schemas = Schemas(contract)
    operations = {one.name: one for one in contract.operations}
    with tempfile.TemporaryDirectory(prefix="mockade-corpus-") as folder:
        port = free_port()
        process = Process(
            peer.command(port, subject.path), port, Path(folder) / "log", {"NODE_ENV": "production"}
        )
        try:
            started = _is_up(process)
            until = time.monotonic() + LIMIT
            outcomes = []
            for one in made:
                if not started or time.monotonic() > until:
                    outcomes.append(Outcome(one["method"], UNSENT, ""))
                    continue
                meant = contract.alike(operations[one["operation"]])
                outcomes.append(_outcome(port, one, partial(best_judged, meant, schemas)))
        finally:
            process.stop()
    return started, outcomes


def _is_up(process: Process) -> bool:
    while time.perf_counter() - process.started < READY and process.process.poll() is None:
        try:
            ask(process.port, Work("", "", "", "", "GET", "/", {}), within=EACH)
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        return True
    return False


def _outcome(port: int, one: Any, judge: Callable[..., Verdict]) -> Outcome:
    method, request = one["method"], one["request"]
    work = Work("", "", "", "", method, request["target"], request["headers"], request["body"])
    try:
        answer = ask(port, work, within=EACH)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Outcome(method, "no answer", type(error).__name__)
    verdict = judge(answer.status, answer.headers, answer.body)
    title = _title(answer.body) if verdict.name in (REFUSED, FAULT) else ""
    return Outcome(method, verdict.name, f"{verdict.why} {title}".strip())


def _title(body: bytes) -> str:
    """What a refusal says of itself, where it is a problem document."""
    try:
        problem = json.loads(body)
    except ValueError:
        return ""
    return head(str(problem.get("title", ""))) if isinstance(problem, dict) else ""
