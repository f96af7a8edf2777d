"""What is large and comes in: it is read once, and has a turn to be written in, whoever else is quicker."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from mockade.catalogue.api import Api
from mockade.stores.interface import LONGEST_TURN, TURN, Answer, Commit, WorldStore
from mockade.stores.memory import MemoryStore
from tests.stores.workers import Link, Workers, comes_true

LARGE = 1_000_000
"""Bytes."""


class Late(Link):
    """A way to a store on which what is large takes longer than the turn of what is small."""

    def __init__(self, store: WorldStore) -> None:
        super().__init__(store)
        self.tries = 0

    async def commit(self, commits: list[Commit]) -> list[Answer]:
        if sum(len(change) for one in commits for change in one.changes) >= LARGE:
            self.tries += 1
            await asyncio.sleep(1.5 * TURN)
        found: list[Answer] = await self.__getattr__("commit")(commits)
        return found


def test_a_turn_is_as_long_as_what_is_to_be_written_is_large() -> None:
    def turn(size: int, *, was_overtaken: bool = True) -> float:
        return Commit("w", "epoch", 1, [b"x" * size], was_overtaken=was_overtaken).turn

    assert turn(0) == TURN
    assert TURN < turn(LARGE) < turn(4 * LARGE) < LONGEST_TURN
    assert turn(40 * LARGE) == LONGEST_TURN
    assert turn(LARGE, was_overtaken=False) == 0


def test_a_large_snapshot_comes_in_while_another_worker_changes_its_world(tally: Mapping[str, Api]) -> None:
    store = MemoryStore()

    async def play() -> None:
        async with Workers(tally, lambda: cast("WorldStore", Late(store))) as (one, other):
            await one.control("POST", "/worlds/default/snapshots", {"name": "s"}, 201)
            document = await one.control("GET", "/worlds/default/snapshots/s")
            document["apis"]["tally"]["counters"][0]["drawn"] = "x" * LARGE
            counted = 0
            is_over = False

            async def count() -> None:
                nonlocal counted
                while not is_over:
                    assert (await other.ask("POST", "/counters/c")).status_code == 200
                    counted += 1
                    await asyncio.sleep(0.01)

            async def counts() -> bool:
                return counted > 3

            counting = asyncio.ensure_future(count())
            await comes_true(counts)
            await one.control("PUT", "/worlds/default/snapshots/large", document, 201)
            is_over = True
            await counting
            assert 1 < cast("Any", one.link).tries <= 5, "others were first, and it had its turn then"
            assert (await one.ask("GET", "/counters/c")).json()["value"] == counted
            kept = await other.control("GET", "/worlds/default/snapshots/large")
            assert kept["apis"]["tally"]["counters"][0]["drawn"] == "x" * LARGE

    asyncio.run(play())
