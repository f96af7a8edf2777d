"""Players act as the time of a running server's world goes on, and wait for a server that has gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from mockade.bots import following
from mockade.bots.following import follow_time
from tests.bots.lobby import Lobby

ONE_ROOM = """\
players: {count: 1, names: [Bo], credentials: {Key: guest}}
steps: [{wait: 5s}, {operationId: createRoom, requestBody: {name: x}}]
"""

Play = Callable[..., Lobby]
Meanwhile = Callable[[], object]


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Follow the time, with a `meanwhile` in the place of each sleep; what was noted."""

    def play(lobby: Lobby, *meanwhile: Meanwhile) -> list[str]:
        happens: Iterator[Meanwhile] = iter(meanwhile)
        monkeypatch.setattr(following.time, "sleep", lambda _: next(happens)())
        notes: list[str] = []
        follow_time(lobby.players, lobby.world, lobby.remote, notes.append)
        assert list(happens) == []
        return notes

    return play


def interrupted() -> None:
    raise KeyboardInterrupt


def test_they_act_as_it_is_advanced_until_all_have_left(play: Play, follow: Callable[..., list[str]]) -> None:
    lobby = play(ONE_ROOM)
    later = partial(lobby.remote.clock.advance, "3s")
    begun, left = follow(lobby, later, later)
    assert begun.startswith("Bo play in the world 'default'")
    assert "frozen: they act as it is advanced" in begun
    assert left == "All players have left."
    assert lobby.told() == [("Bo", "createRoom", 201)]


def test_they_begin_anew_on_a_server_that_is_back_and_leave_at_ctrl_c(
    play: Play, follow: Callable[..., list[str]]
) -> None:
    lobby = play(count=1)

    def gone(is_gone: bool) -> Meanwhile:
        return lambda: setattr(lobby.connection, "is_gone", is_gone)

    first, gone_note, again = follow(
        lobby, gone(True), gone(True), gone(False), lambda: lobby.remote.clock.advance("6s"), interrupted
    )
    assert first == again
    assert "has gone; the players begin anew when it is back" in gone_note
    assert [one[1] for one in lobby.told()] == ["createRoom", "deleteRoom"]


def test_ctrl_c_ends_the_waiting_for_a_server(play: Play, follow: Callable[..., list[str]]) -> None:
    lobby = play()
    notes = follow(lobby, lambda: setattr(lobby.connection, "is_gone", True), interrupted)
    assert len(notes) == 2
