"""How long a large contract takes to load: by Mockade's contract layer, Prism's, and openapi-backend's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers import FASTIFY, MODULES, PRISM
from benchmarks.processes import ROOT, Failed

LIMIT = 600
"""Seconds after which loading is given up."""

LONG = 10
"""Seconds after which once is enough."""

_MOCKADE = """
import sys, time
from pathlib import Path
from mockade.contract.contract import Contract

began = time.perf_counter()
contract = Contract.load(Path(sys.argv[1]))  # kept: freeing it is no part of loading
print(time.perf_counter() - began, len(contract.operations))
"""

_PRISM = """
const { getHttpOperationsFromSpec } = require(process.argv[1] + "/@stoplight/prism-cli/dist/operations.js");
const began = performance.now();
getHttpOperationsFromSpec(process.argv[2])
  .then((operations) => console.log((performance.now() - began) / 1000, operations.length));
"""

_FASTIFY = """
const { OpenAPIBackend } = require(process.argv[1] + "/openapi-backend");
const began = performance.now();
new OpenAPIBackend({ definition: process.argv[2], ajvOpts: { strict: false } })
  .init()
  .then((api) => console.log((performance.now() - began) / 1000, api.router.getOperations().length));
"""


def loaders() -> dict[str, list[str]]:
    """By name, the command that loads the contract named after it, and prints seconds and operations."""
    found = {"Mockade": [sys.executable, "-c", _MOCKADE]}
    if not PRISM.missing():
        found[PRISM.name] = ["node", "-e", _PRISM, str(MODULES)]
    if not FASTIFY.missing():
        found["openapi-backend"] = ["node", "-e", _FASTIFY, str(MODULES)]
    return found


def loads(contract: Path, number: int) -> tuple[dict[str, list[float]], dict[str, str]]:
    """By name, seconds of each load, each in a process of its own; and why some could not load it at all."""
    found: dict[str, list[float]] = {}
    failed: dict[str, str] = {}
    for turn in range(number):
        for name, command in loaders().items():
            if name in failed or max(found.get(name, [0])) > LONG:
                continue
            try:
                seconds, operations = _once([*command, str(contract)])
            except Failed as failure:
                failed[name] = str(failure)
                print(f"  {name:<16} cannot load it: {failure}", flush=True)
                continue
            found.setdefault(name, []).append(seconds)
            print(f"  load {turn + 1} {name:<16} {seconds:>8.3f} s for {operations} operations", flush=True)
    return found, failed


def _once(command: Sequence[str]) -> tuple[float, int]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NODE_ENV": "production"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, timeout=LIMIT, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"it takes longer than {LIMIT:g} s.") from None
    words = done.stdout.split()
    if done.returncode or len(words) != 2:
        raise Failed(_why(done.stderr or done.stdout)[:300])
    if words[1] == "0":
        raise Failed("it says nothing against it, and finds no operation in it.")
    return float(words[0]), int(words[1])


def _why(said: str) -> str:
    """The line that names the error; in a traceback lines of source stand before it, indented."""
    lines = said.strip().splitlines() or ["it said nothing"]
    return next((line for line in lines if re.match(r"[\w.]*Error\b", line)), lines[-1]).removeprefix(
        "mockade.errors.SetupError: "
    )
