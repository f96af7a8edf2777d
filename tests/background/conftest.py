"""Webhook receivers, and games whose payments are sent to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockade.background import timers as timers_module
from mockade.state import clock as clock_module
from mockade.testing import MockServer
from mockade.worlds.journal import Exchange
from tests import harness
from tests.background.loop import Loop
from tests.background.webhooks import Game
from tests.receivers import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def told() -> list[Exchange]:
    """What the server's log hears of."""
    return []


@pytest.fixture
def start(told: list[Exchange]) -> Iterator[Callable[..., MockServer]]:
    running: list[MockServer] = []

    def make(**settings: Any) -> MockServer:
        names = settings.pop("names", ("playcamp",))
        running.append(MockServer(*names, on_exchange=told.append, **settings).start())
        return running[-1]

    yield make
    for server in running:
        server.stop()


@pytest.fixture
def play(start: Callable[..., MockServer]) -> Iterator[Callable[..., Game]]:
    games: list[Game] = []

    def make(server: MockServer | None = None, world: str = "default", **settings: Any) -> Game:
        games.append(Game((server or start(**settings)).url, world))
        return games[-1]

    yield make
    for game in games:
        game.close()


@pytest.fixture
def game(play: Callable[..., Game]) -> Game:
    return play()


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    made = Loop()
    monkeypatch.setattr(timers_module.asyncio, "get_running_loop", lambda: made)
    monkeypatch.setattr(clock_module, "wall_time", lambda: harness.NOON)
    return made
