"""The runs, by name, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.reliability import (
    clocks,
    full_disk,
    idle,
    joins,
    killing,
    linearizability,
    mixed,
    read_only,
    sharing,
    slow_readers,
    state_machine,
    store_cuts,
    store_full,
    store_killing,
    webhooks,
    workers,
)
from benchmarks.reliability.outcome import Outcome, Scale

TABLES = {"server": "What one server lost", "stores": "What workers with a store lost"}
"""The tables of the page, by what their runs are called together."""


class Run(NamedTuple):
    title: str
    act: Callable[[Scale, Path], Outcome]
    """Does it with files in a folder of its own, and leaves no process behind."""
    table: str = "server"


RUNS = {
    "kill": Run("kill -9 while saving", killing.run),
    "full-disk": Run("full disk", full_disk.run),
    "read-only": Run("folder that becomes read-only", read_only.run),
    "clocks": Run("clock jumps", clocks.run),
    "sharing": Run("servers on one state file", sharing.run),
    "idle": Run("idle connections", idle.run),
    "slow-readers": Run("slow readers", slow_readers.run),
    "mixed": Run("mixed requests", mixed.run),
    "workers-kill": Run("kill -9 of workers", workers.killed, "stores"),
    "rolling": Run("rolling restarts", workers.replaced, "stores"),
    "linearizability": Run("linearizability", linearizability.run, "stores"),
    "webhooks": Run("webhooks", webhooks.run, "stores"),
    "state-machine": Run("RallyHere's state machine", state_machine.run, "stores"),
    "joins": Run("joins for few places", joins.run, "stores"),
    "store-kill": Run("kill -9 of the store", store_killing.run, "stores"),
    "store-cut": Run("store that is cut off", store_cuts.run, "stores"),
    "store-full": Run("store that is full", store_full.run, "stores"),
}


def chosen(words: Sequence[str]) -> list[str]:
    """The names of the runs that are meant by names of runs and tables; all where there are none.

    Raises ValueError with one that is neither.
    """
    names: list[str] = []
    for word in words or TABLES:
        names += [name for name, run in RUNS.items() if word in (name, run.table) and name not in names]
        if word not in {*RUNS, *TABLES}:
            raise ValueError(word)
    return names
