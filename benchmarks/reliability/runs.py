"""The runs, by name, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.reliability import (
    clocks,
    full_disk,
    idle,
    killing,
    linearizable,
    mixed,
    read_only,
    sharing,
    slow_readers,
    store_cuts,
    store_full,
    store_killing,
    workers,
)
from benchmarks.reliability.outcome import Outcome, Scale


class Run(NamedTuple):
    title: str
    act: Callable[[Scale, Path], Outcome]
    """Does it with files in a folder of its own, and leaves no process behind."""


RUNS = {
    "kill": Run("kill -9 while saving", killing.run),
    "full-disk": Run("full disk", full_disk.run),
    "read-only": Run("folder that becomes read-only", read_only.run),
    "clocks": Run("clock jumps", clocks.run),
    "sharing": Run("servers on one state file", sharing.run),
    "idle": Run("idle connections", idle.run),
    "slow-readers": Run("slow readers", slow_readers.run),
    "mixed": Run("mixed requests", mixed.run),
    "workers-kill": Run("kill -9 of workers", workers.killed),
    "rolling": Run("rolling restarts", workers.replaced),
    "linearizability": Run("linearizability", linearizable.run),
    "store-kill": Run("kill -9 of the store", store_killing.run),
    "store-cut": Run("store that is cut off", store_cuts.run),
    "store-full": Run("store that is full", store_full.run),
}
