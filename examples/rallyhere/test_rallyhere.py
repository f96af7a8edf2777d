"""The client's suite: `mockade exec rallyhere -- pytest examples/rallyhere`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from rallyhere import Lobby, Refused


@pytest.fixture
def lobby(world: Any) -> Iterator[Any]:
    """Makes clients: `lobby("ada")`."""
    with ExitStack() as clients:
        yield lambda token, sleep=world.sleep: clients.enter_context(
            Lobby(world.url("rallyhere"), token, sleep)
        )


def test_two_players_meet_in_one_session(lobby: Any) -> None:
    ada, ben = lobby("ada"), lobby("ben")
    assert ada.enter("casual") == ben.enter("casual")


def test_a_full_team_takes_nobody_in(lobby: Any) -> None:
    assert not lobby("ada").join("duel-full")


def test_one_waits_until_the_others_are_there(lobby: Any, world: Any) -> None:
    def sleep(seconds: float) -> None:
        world.sleep(seconds)
        waits.append(seconds)
        if len(waits) == 3:
            dov.enter("casual")

    waits: list[float] = []
    cleo, dov = lobby("cleo", sleep), lobby("dov")
    session = cleo.enter("casual")
    players = len(cleo.session(session).players)
    assert len(cleo.wait_for(session, players + 1).players) == players + 1
    assert waits == [5.0] * 3


def test_who_has_left_is_no_member(lobby: Any) -> None:
    ada = lobby("ada")
    session = ada.enter("party")
    ada.leave(session)
    with pytest.raises(Refused) as refused:
        ada.leave(session)
    assert refused.value.status == 404


def test_an_outage_is_waited_for(lobby: Any, world: Any) -> None:
    world.control(
        "POST", "faults", {"match": {"operation": "get_session_by_id"}, "do": {"status": 503}, "count": 2}
    )
    assert lobby("ada").session("casual-1").type == "casual"
