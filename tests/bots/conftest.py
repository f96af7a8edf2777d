"""What tests of players share: the lobby, served, and its contract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.bots.contracts import Contracts
from tests.bots.lobby import FIXTURES, LOBBY, SCRIPT, Lobby, lobby_contracts, script_in
from tests.harness import Mock


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Contracts:
    return lobby_contracts(tmp_path_factory.mktemp("lobby"))


@pytest.fixture
def play(
    tmp_path: Path, contracts: Contracts, home: Callable[..., Path], make_mock: Callable[..., Mock]
) -> Callable[..., Lobby]:
    """Players in a lobby of their own, at noon: `play(script, count=2, seed=7)`."""

    def start(text: str = SCRIPT, count: int | None = None, **options: Any) -> Lobby:
        folder = home(specs={"lobby.yaml": LOBBY}, fixtures={"lobby.yaml": FIXTURES})
        script = script_in(tmp_path, text, contracts, count)
        return Lobby(make_mock(home=folder), script, contracts, **options)

    return start
