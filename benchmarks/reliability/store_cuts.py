"""A network between workers and their store that stops, or ends connections: of all of them, or of one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.proxy import State
from benchmarks.reliability.store_trial import COUNTS, LATEST, Setting, Trial

SHORTEST, LONGEST = 0.1, 5.0
"""Seconds for which nothing goes through."""

CUTS: tuple[State, ...] = ("hangs", "holds-questions", "holds-answers", "closes")

NOTE = (
    "A proxy stands before the store, and holds what goes both ways, only questions, only answers, or ends "
    "all connections: of all workers, or of one. What it held comes through afterwards."
)


def run(scale: Scale, folder: Path, counts: Sequence[int] = COUNTS, longest: float = LONGEST) -> Outcome:
    trial = Trial(folder, counts, proxied=True)
    rounds = max(1, scale.rounds // len(counts))

    def act(setting: Setting) -> None:
        for number in range(rounds):
            trial.tried["cuts"] += 1
            state = CUTS[number % len(CUTS)]
            if not cut(trial, setting, state, pause(setting.chance, longest)):
                return

    return trial.run(act, [NOTE])


def pause(chance: Random, longest: float) -> float:
    """Seconds: half of them are short."""
    return SHORTEST * float((longest / SHORTEST) ** chance.random())


def cut(trial: Trial, setting: Setting, state: State, seconds: float) -> bool:
    """One cut; whether all went on after it."""
    load, chance, proxy = setting.load, setting.chance, setting.proxy
    assert proxy is not None
    if not load.goes_on():
        trial.lost.append("Calls are not answered.")
        return False
    time.sleep(chance.uniform(0, LATEST))
    load.histories.is_out = True
    proxy.be(state, one=chance.random() < 0.5)
    # A connection that ends may do so but for a moment: others are made at once.
    time.sleep(0 if state == "closes" and chance.random() < 0.5 else seconds)
    proxy.be("forwards")
    return trial.comes_back(load)
