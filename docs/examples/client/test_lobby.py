"""The client's own tests: `mockade exec -- pytest docs/examples/client`."""

from __future__ import annotations

import os

import pytest
from lobby import Lobby, Refused


@pytest.fixture
def url() -> str:
    return os.environ["MOCKADE_RALLYHERE_URL"]


def test_two_players_meet_in_one_session(url: str) -> None:
    cleo, dov = Lobby(url, "cleo"), Lobby(url, "dov")
    session = cleo.enter("casual")
    before = cleo.players(session)
    assert dov.enter("casual") == session
    assert cleo.players(session) == before + 1


def test_a_full_team_refuses(url: str) -> None:
    with pytest.raises(Refused) as refused:
        Lobby(url, "ada").join("duel-full", team=0)
    assert refused.value.code == "team_full"


def test_a_session_is_kept_alive(url: str) -> None:
    ben = Lobby(url, "ben")
    session = ben.enter("party")
    ben.keep_alive(session)
    assert ben.players(session) == 1
