"""Kill -9 of the store itself, and its restart, while clients of several workers read and change."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.processes import ask
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import READY, comes_true
from benchmarks.reliability.store_trial import COUNTS, LATEST, Setting, Trial

LONGEST = 3.0
"""Seconds for which the store is away at most; mostly it is much less."""

NOTE = "The store runs with `appendonly yes` and `appendfsync always`."


def run(scale: Scale, folder: Path, counts: Sequence[int] = COUNTS, longest: float = LONGEST) -> Outcome:
    trial = Trial(folder, counts)
    rounds = max(1, scale.rounds // len(counts))

    def act(setting: Setting) -> None:
        for _ in range(rounds):
            trial.tried["kills"] += 1
            if not _killed(trial, setting, longest):
                return

    return trial.run(act, [NOTE])


def _killed(trial: Trial, setting: Setting, longest: float) -> bool:
    """One kill; whether all went on after it."""
    load, chance = setting.load, setting.chance
    if not load.goes_on():
        trial.lost.append("Calls are not answered.")
        return False
    time.sleep(chance.uniform(0, LATEST))
    load.histories.is_out = True
    setting.store.kill()
    refused = load.refused("away")
    if not comes_true(lambda: load.refused("away") > refused):
        trial.lost.append("Without a store no call was refused.")
    if ask(setting.server.port, READY).status != 503:
        trial.lost.append("Without a store a worker said that it is ready.")
    time.sleep(chance.random() ** 3 * longest)
    setting.store.start()
    return trial.comes_back(load)
