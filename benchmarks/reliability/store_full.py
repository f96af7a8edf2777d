"""A store whose memory is full for a while: it is read, takes no changes, and takes them again afterwards."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.processes import Failed, ask
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import CONTROL, READY, Client, comes_true
from benchmarks.reliability.store_trial import COUNTS, LATEST, Setting, Trial

FILLER = 400_000
"""Bytes of a world that is deleted to make room; the limit takes half of them away."""

LONGEST = 1.0
"""Seconds for which the store stays full."""

NOTE = (
    "`maxmemory` is set to less than the store holds, with `noeviction`. Room is made by a higher limit, or "
    "by deleting a world. Refused changes must not be there afterwards."
)


def run(scale: Scale, folder: Path, counts: Sequence[int] = COUNTS) -> Outcome:
    trial = Trial(folder, counts)
    rounds = max(1, scale.rounds // 2 // len(counts))

    def act(setting: Setting) -> None:
        for number in range(rounds):
            trial.tried["times full"] += 1
            if not _filled(trial, setting, f"filler{number}", deletes=number % 2 == 1):
                return

    return trial.run(act, [NOTE])


def _filled(trial: Trial, setting: Setting, filler: str, *, deletes: bool) -> bool:
    """Once full and back; whether all went on after it."""
    load, store, chance = setting.load, setting.store, setting.chance
    load.histories.stays = True  # none can be made while it is full
    _make(setting, filler)
    if not load.goes_on():
        trial.lost.append("Calls are not answered.")
        return False
    time.sleep(chance.uniform(0, LATEST))
    store.ask("CONFIG", "SET", "maxmemory", str(int(store.fact("used_memory")) - FILLER // 2))
    refused = load.refused("full")
    if not comes_true(lambda: load.refused("full") > refused):
        trial.lost.append("A full store took every change.")
    if (status := ask(setting.server.port, READY).status) != 200:
        trial.lost.append(f"With a full store /ready is {status}.")
    answered = load.answered
    time.sleep(chance.uniform(0, LONGEST))
    trial.tried["reads while it was"] += load.answered - answered
    if deletes:
        _delete(setting, filler)
        trial.comes_back(load)
    store.ask("CONFIG", "SET", "maxmemory", "0")
    load.histories.stays = False
    return trial.comes_back(load)


def _make(setting: Setting, world: str) -> None:
    """A world that fills memory."""
    row = {"id": "filler", "value": 0, "drawn": "x" * FILLER}
    with Client(setting.server.port) as client:
        client.ask("PUT", f"{CONTROL}/worlds/{world}/state/tally/registers/filler", row)


def _delete(setting: Setting, world: str) -> None:
    with Client(setting.server.port) as client:
        answer = client.ask("DELETE", f"{CONTROL}/worlds/{world}")
    if answer.status != 204:
        raise Failed(f"A world of a full store is not deleted: {answer.status}, {answer.body[:300]!r}")
