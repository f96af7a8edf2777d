"""When a store that was away is asked again (`stores/connection.py`)."""

from __future__ import annotations

import asyncio

import pytest

from mockade.stores import connection
from mockade.stores.connection import LONGEST_PAUSE, SHORTEST_PAUSE, StoreConnection
from mockade.stores.interface import StoreError
from mockade.stores.memory import MemoryStore


class Asked:
    """A store that is away, at times that a test sets; how often it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.count = 0
        self.is_away = True
        self.connection = StoreConnection(MemoryStore(), lambda: None)
        monkeypatch.setattr(connection, "steady_time", lambda: self.now)

    async def _question(self) -> str:
        self.count += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise StoreError("away")
        return "there"

    async def ask(self) -> str:
        return await self.connection.ask(self._question)


def test_many_who_asked_at_once_make_the_pause_no_longer_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        asked = Asked(monkeypatch)
        await asyncio.gather(*(asked.ask() for _ in range(50)), return_exceptions=True)
        assert asked.count == 50
        with pytest.raises(StoreError):
            await asked.ask()
        assert asked.count == 50, "nobody asks it in the pause"
        asked.now += SHORTEST_PAUSE
        asked.is_away = False
        assert await asked.ask() == "there"

    asyncio.run(play())


def test_a_store_that_stays_away_is_asked_more_seldom_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        asked = Asked(monkeypatch)
        for _ in range(300):  # tenths of a second
            with pytest.raises(StoreError):
                await asked.ask()
            asked.now += 0.1
        assert 30 / LONGEST_PAUSE <= asked.count < 100

    asyncio.run(play())
