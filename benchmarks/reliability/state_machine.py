"""RallyHere's state machine of the tests, with each step at any of two workers that share a store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.processes import ROOT
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.redis_server import MISSING, program

TEST = "tests/stores/test_rallyhere.py::test_the_core_holds_whichever_worker_is_asked"
STEPS = 150
"""Of each run at most."""

RUNS = 16
"""Of the machine, for a budget (MOCKADE_FUZZ) of 1."""

FEWEST = 3
"""Runs: the first of Hypothesis's has no step."""

MOST_TOLD = 6000
"""Characters of what pytest says of a failure."""

NOTE = (
    "Chosen by Hypothesis, with a seed; both workers are in one process, each with its own way to the store."
)


def run(scale: Scale, folder: Path) -> Outcome:
    if program() is None:
        return Outcome({}, [], {}, [MISSING])
    if find_spec("hypothesis") is None or find_spec("pytest") is None:
        return Outcome({}, [], {}, ["It needs what developing needs: `make test` installs it."])
    runs = max(FEWEST, scale.rounds)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--hypothesis-seed=7"]
    tests = subprocess.Popen(
        [*command, f"--basetemp={folder / 'tests'}", f"{TEST}[redis]"],
        cwd=ROOT,
        env={**os.environ, "MOCKADE_FUZZ": str(runs / RUNS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = tests.communicate()
    except BaseException:
        tests.send_signal(signal.SIGINT)  # it ends what it started
        tests.wait()
        raise
    lost = [] if tests.returncode == 0 and "1 passed" in said else [said[-MOST_TOLD:]]
    tried = {"runs": runs, "steps at most": STEPS * runs}
    return Outcome(tried, lost, {}, [NOTE])
