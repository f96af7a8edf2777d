"""The client's suite: `mockade exec meshmap -- pytest examples/meshmap`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from meshmap import MeshMap, Place, Refused


@pytest.fixture
def meshmap(world: Any) -> Iterator[MeshMap]:
    with MeshMap(world.url("meshmap"), "meshmap-demo-key") as client:
        yield client


def test_the_best_stands_first(meshmap: MeshMap) -> None:
    zoe, session = meshmap.create_player("Zoe"), meshmap.open_session("trivia")
    meshmap.join(session, zoe)
    meshmap.score(session, zoe, 999)
    assert meshmap.leaderboard("trivia", best=1) == [Place("Zoe", 999)]


def test_a_mini_game_that_is_not_there_has_no_board(meshmap: MeshMap) -> None:
    assert meshmap.leaderboard("chess") == []


def test_a_name_is_taken_once(meshmap: MeshMap) -> None:
    meshmap.create_player("Zoe")
    with pytest.raises(Refused, match="already exists"):
        meshmap.create_player("Zoe")
