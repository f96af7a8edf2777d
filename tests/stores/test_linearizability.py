"""Reads of worlds that several workers share are as of one place: histories, and who judges them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from itertools import count
from random import Random
from typing import Any

import pytest

from benchmarks.reliability.linearizability_checker import Operation, first_wrong, is_linearizable
from mockade.catalogue.api import Api
from mockade.stores.rounds import Rounds
from mockade.stores.shared_world import CONFIRMED, SharedWorld
from tests.stores.workers import Stores, Worker, Workers

ROUNDS = 30
"""Operations of each client."""


def test_answers_that_one_place_could_have_given_are_found_to_be_so() -> None:
    history = [
        Operation("write", 0, 5, 1),
        Operation("read", 1, 2, 0),
        Operation("read", 3, 4, 1),
        Operation("write", 6, math.inf, 2),
        Operation("read", 7, 8, 1),
        Operation("read", 9, 10, 2),
        Operation("count", 11, 12, 3),
        Operation("count", 11, math.inf, None),
        Operation("read", 13, 14, 4),
        Operation("swap", 15, 16, 9, expected=4),
        Operation("refused", 17, 18, 9, expected=4),
        Operation("swap", 19, math.inf, 7, expected=9),
        Operation("read", 20, 21, 9),
        Operation("refused", 22, 23, 7, expected=9),
    ]
    assert is_linearizable(history)
    assert first_wrong(history) is None
    assert is_linearizable([])


@pytest.mark.parametrize(
    "history",
    [
        [Operation("write", 0, 1, 1), Operation("read", 2, 3, 0)],
        [Operation("write", 0, 9, 1), Operation("read", 1, 2, 1), Operation("read", 3, 4, 0)],
        [Operation("count", 0, 3, 1), Operation("count", 1, 2, 1)],
        [Operation("count", 0, 1, 1), Operation("count", 2, 3, 3)],
        [Operation("read", 0, 1, 7)],
        [Operation("write", 0, math.inf, 1), Operation("read", 1, 2, 1), Operation("read", 3, 4, 0)],
        [Operation("swap", 0, 1, 5, expected=0), Operation("swap", 0, 2, 6, expected=0)],
        [Operation("refused", 0, 1, 0, expected=0)],
        [Operation("swap", 0, math.inf, 5, expected=3), Operation("read", 1, 2, 5)],
    ],
    ids=["stale", "back", "twice", "lost", "invented", "undone", "both", "for-nothing", "too-early"],
)
def test_answers_that_no_one_place_could_have_given_are_found_out(history: list[Operation]) -> None:
    assert not is_linearizable(history)
    assert first_wrong(history) in history


def test_a_thousand_changes_without_an_answer_are_judged_at_once() -> None:
    lost = [Operation("write", number, math.inf, 1000 + number) for number in range(500)]
    swaps = [Operation("swap", number, math.inf, 2000 + number, expected=0) for number in range(500)]
    assert is_linearizable([*lost, *swaps, Operation("read", 600, 601, 0), Operation("read", 602, 603, 1007)])
    assert not is_linearizable([*lost, *swaps, Operation("read", 600, 601, 7)])
    counts = [Operation("count", number, math.inf, None) for number in range(1000)]
    assert is_linearizable([*counts, Operation("read", 1001, 1002, 700)])
    early = [*counts, Operation("read", 500, 501, 503)]
    assert not is_linearizable(early)
    due = [Operation("count", number, 1001, None) for number in range(1000)]
    assert is_linearizable([*due, Operation("read", 500, 501, 100), Operation("read", 1002, 1003, 1000)])
    assert not is_linearizable([*due, Operation("read", 1002, 1003, 999)])
    assert first_wrong([Operation("read", 0, 1, 0), *early]) == early[-1]


class Client:
    """Reads, writes and counts in some worlds, each time at any of the workers."""

    def __init__(self, workers: Workers, ticks: count[int], values: count[int], seed: int) -> None:
        self._workers = workers
        self._ticks = ticks
        self._values = values
        self._chance = Random(seed)
        self._tags: dict[str, tuple[str, int]] = {}
        self.seen: list[tuple[str, Operation]] = []
        self.unchanged = 0
        """How many reads were answered by 304."""

    async def act(self, rounds: int) -> None:
        for _ in range(rounds):
            worker = self._workers[self._chance.randrange(len(self._workers))]
            path = self._chance.choice(("/@a", "/@b")) + self._chance.choice(("/registers/r", "/counters/c"))
            if self._chance.random() < 0.6:
                await self._read(worker, path)
            else:
                await self._change(worker, path)

    async def _read(self, worker: Worker, path: str) -> None:
        tag, known = self._tags.get(path, ("", 0))
        headers = {"If-None-Match": tag} if tag and self._chance.random() < 0.5 else {}
        began = next(self._ticks)
        answer = await worker.ask("GET", path, headers=headers)
        assert answer.status_code in (200, 304), answer.text
        value = known if answer.status_code == 304 else answer.json()["value"]
        self.unchanged += answer.status_code == 304
        self._tags[path] = answer.headers["etag"], value
        self.seen.append((path, Operation("read", began, next(self._ticks), value)))

    async def _change(self, worker: Worker, path: str) -> None:
        began = next(self._ticks)
        if "registers" in path:
            answer = await worker.ask("PUT", path, json={"value": next(self._values)})
        else:
            answer = await worker.ask("POST", path)
        assert answer.status_code == 200, answer.text
        kind = "write" if "registers" in path else "count"
        self.seen.append((path, Operation(kind, began, next(self._ticks), answer.json()["value"])))


async def played(tally: Mapping[str, Api], stores: Stores, many: int) -> list[Client]:
    ticks, values = count(1), count(1)
    async with Workers(tally, stores, many) as workers:
        clients = [Client(workers, ticks, values, seed) for seed in range(6)]
        await asyncio.gather(*(one.act(ROUNDS) for one in clients))
        return clients


def histories(clients: list[Client]) -> dict[str, list[Operation]]:
    """By the path of what was read and changed."""
    found: dict[str, list[Operation]] = {}
    for client in clients:
        for path, operation in client.seen:
            found.setdefault(path, []).append(operation)
    assert sum(map(len, found.values())) == len(clients) * ROUNDS
    return found


@pytest.mark.parametrize("many", [2, 3])
def test_reads_and_writes_over_several_workers_are_linearizable(
    tally: Mapping[str, Api], stores: Stores, many: int
) -> None:
    clients = asyncio.run(played(tally, stores, many))
    assert sum(one.unchanged for one in clients) > 0, "some answers were 304"
    for path, history in histories(clients).items():
        assert is_linearizable(history), path


def test_reads_that_nothing_was_asked_for_would_be_found_out(
    tally: Mapping[str, Api], stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm = Rounds.confirm

    async def unchecked(self: Rounds, world: SharedWorld, arrived: float, **more: Any) -> int:
        return CONFIRMED if world.is_confirmed else await confirm(self, world, arrived, **more)

    monkeypatch.setattr(Rounds, "confirm", unchecked)
    clients = asyncio.run(played(tally, stores, 2))
    assert not all(map(is_linearizable, histories(clients).values()))
