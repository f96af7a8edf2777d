"""Schemathesis reads each bundled contract, asks what it can think of, and finds nothing.

MOCKADE_FUZZ multiplies the budget; with it all operations go through the coverage phase, else one in 24.
The seed is fixed and the clock stands: a run is the same each time.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from mockade.catalogue.files import find_files
from tests.published import REASONS
from tests.servers import environment

ROOT = Path(__file__).parents[1]
FUZZ = float(os.environ.get("MOCKADE_FUZZ", "1"))
EXAMPLES = max(1, round(FUZZ))
"""For each operation, and for sequences of operations."""


def test_schemathesis_finds_nothing() -> None:
    """One process asks all: what it loads first takes longer than asking a small contract."""
    command = [sys.executable, "-m", "tests.inquiry", *find_files(), str(EXAMPLES)]
    # Its order of asking goes by sets of strings here and there.
    env = environment(PYTHONHASHSEED="0")
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_each_reason_to_leave_a_finding_is_on_the_page() -> None:
    page = (ROOT / "docs" / "published.md").read_text(encoding="utf-8")
    assert set(REASONS) == set(re.findall(r"^\| ([^|]+?) \| `", page, re.MULTILINE))
