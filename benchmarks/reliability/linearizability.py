"""Histories of registers and counters, while workers are killed and their store is cut off."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.store_cuts import CUTS, cut, pause
from benchmarks.reliability.store_trial import COUNTS, LATEST, Setting, Trial
from benchmarks.reliability.workers import processes

LONGEST = 2.0
"""Seconds for which the store is not reached."""

KILLS = 0.5
"""The share of outages that are kills of a worker."""

NOTE = (
    "Judged are a register (read, set, compared and set) and a counter of each world, and what is there at "
    "the end with them. A change without an answer may have been done or not."
)


def run(scale: Scale, folder: Path, counts: Sequence[int] = COUNTS, longest: float = LONGEST) -> Outcome:
    trial = Trial(folder, counts, proxied=True, breaks=True)
    rounds = max(1, 2 * scale.rounds // len(counts))

    def act(setting: Setting) -> None:
        for _ in range(rounds):
            if setting.chance.random() < KILLS:
                went_on = _killed(trial, setting)
            else:
                trial.tried["cuts"] += 1
                went_on = cut(trial, setting, setting.chance.choice(CUTS), pause(setting.chance, longest))
            if not went_on:
                return

    return trial.run(act, [NOTE])


def _killed(trial: Trial, setting: Setting) -> bool:
    """One kill of a worker; whether all went on after it."""
    serving = processes(setting.server, setting.count)
    if len(serving) < setting.count:
        trial.lost.append(f"Only {len(serving)} workers serve: {setting.server.said()[-500:]}")
        return False
    time.sleep(setting.chance.uniform(0, LATEST))
    trial.tried["kills"] += 1
    os.kill(setting.chance.choice(sorted(serving)), signal.SIGKILL)
    return trial.comes_back(setting.load)
