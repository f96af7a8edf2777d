"""Players act on the world's clock, in the same order each time, and leave.

Holds `bots/player.py`, `bots/served_world.py` and `bots/lines.py` too.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from mockade.bots.lines import line
from mockade.bots.player import Act, ScriptFailure
from mockade.bots.players import ServerGone
from mockade.client.http import ControlError
from tests.bots.lobby import SCRIPT, Lobby
from tests.harness import NOON

Play = Callable[..., Lobby]
ONE = "players: {names: [Bo], credentials: {Key: guest}}\nsteps:\n"
FAILING = ONE + "- {operationId: getRoom, parameters: {id: none}}\n- wait: 1m\n"


def test_the_same_seed_sends_the_same_requests_in_the_same_order(play: Play) -> None:
    def played(seed: int) -> list[Act]:
        lobby = play(seed=seed)
        return [one._replace(outputs={}) for one in lobby.players.advance("5m")]

    first = played(7)
    assert len(first) > 20
    assert {one.player for one in first} == {"Bo", "Cy"}
    assert played(7) == first
    assert played(8) != first


def test_while_the_clock_stands_nothing_moves_and_what_is_due_comes_in_order(play: Play) -> None:
    lobby = play()
    players = lobby.players
    players.start()
    players.act(NOON)
    players.act(NOON)
    assert players.acts == []
    players.act(NOON + 60)  # noticed late, as by a command whose clock was advanced elsewhere
    moments = [one.moment for one in players.acts]
    assert moments == sorted(moments)
    assert NOON < moments[0] < moments[-1] <= NOON + 60
    stepped = play().players
    stepped.advance(60)
    assert lobby.told() == [(one.player, one.operation, one.status) for one in stepped.acts]


def test_each_act_happens_at_its_moment_of_the_worlds_time(play: Play) -> None:
    lobby = play()
    lobby.players.advance("1m")
    times = [entry["time"] for entry in lobby.remote.journal.entries() if entry["request"]]
    shown = [line(act).partition("  ")[0] for act in lobby.players.acts]
    assert times == shown
    assert lobby.remote.clock.get()["now"] == "2026-01-05T12:01:00.000Z"


def test_a_clock_that_is_set_back_takes_what_is_due_with_it(play: Play) -> None:
    players = play().players
    players.start()
    players.act(NOON)
    due = players.next_due
    players.act(NOON - 3600)
    assert due is not None
    assert players.next_due == due - 3600


def test_who_is_in_leaves_as_the_script_says(play: Play) -> None:
    lobby = play()
    lobby.players.advance("6s")
    assert lobby.told()[-1][1:] == ("createRoom", 201)
    lobby.players.leave()
    assert [one for one in lobby.told() if one[1] == "deleteRoom"]
    assert lobby.remote.state.rows("lobby", "rooms") == []
    lobby.players.leave()
    assert lobby.players.next_due is None


def test_players_end_with_leaving_and_then_have_nothing_to_do(play: Play) -> None:
    steps = "- {operationId: createRoom, requestBody: {name: x}, outputs: {room: $response.body#/id}}\n"
    lobby = play(ONE + steps + SCRIPT[SCRIPT.index("leave:") :])
    lobby.players.advance("1s")
    assert lobby.told() == [("Bo", "createRoom", 201), ("Bo", "deleteRoom", 204)]
    assert lobby.players.next_due is None


def test_what_a_player_draws_takes_and_knows_of_others(play: Play) -> None:
    text = """\
players: {count: 3, credentials: {Key: {mint: {caller: somebody}}}}
steps:
- wait: 1s
- {operationId: createRoom, requestBody: {name: "{$player.name}"}, outputs: {room: $response.body#/id}}
- wait: 1s
- pick: {friend: $others}
- operationId: getRoom
  parameters: {id: $outputs.friend#/room}
  outputs: {name: $response.body#/name}
- if: $outputs.name != $player.name
  steps: [{set: {met: $outputs.friend#/name}}]
  else: [{set: {met: nobody}}]
- pick: {map: [Harbour, "$player.name"], none: []}
- chance: 0
  steps: [{set: {met: nobody}}]
- operationId: listRooms
  outputs: {all: $response.body}
- set: {count: 0}
- forEach: $outputs.all
  as: one
  steps: [{operationId: getRoom, parameters: {id: $outputs.one#/id}}]
- repeat: 2
  steps: [{operationId: listRooms, parameters: {limit: 1}}]
- wait: 1m
"""
    lobby = play(text)
    lobby.players.advance("5s")
    players = lobby.players
    for name in ("player-1", "player-2", "player-3"):
        assert players[name].outputs["met"] == players[name].outputs["name"] != name
        operations = [one.operation for one in players.acts if one.player == name]
        assert operations == ["createRoom", "getRoom", "listRooms", *["getRoom"] * 3, *["listRooms"] * 2]
        assert players[name].caller == "somebody"
        assert players[name].outputs["map"] in ("Harbour", name)
        assert players[name].outputs["none"] is None
    with pytest.raises(LookupError, match="Did you mean 'player-1'"):
        players["player1"]


def test_a_script_that_cannot_go_on_says_what_was_sent_what_was_answered_and_why(play: Play) -> None:
    lobby = play(FAILING)
    with pytest.raises(ScriptFailure) as failed:
        lobby.players.advance("1s")
    text = str(failed.value)
    assert "lobby.play.yaml:3:4: Bo's getRoom was answered 404, where 2XX or 304 is expected.\n" in text
    assert "\n  sent: GET /rooms/none\n  answered: 404" in text
    assert "\n  why: " in text


@pytest.mark.parametrize(
    "step", ['"{$outputs.a}{$outputs.a}"', "[$outputs.a, $outputs.a]", "{b: $outputs.a, c: $outputs.a}"]
)
def test_a_value_that_doubles_each_time_is_told_before_it_fills_the_memory(
    play: Play, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr("mockade.bots.expressions.MOST_KEPT", 1 << 20)
    lobby = play(
        ONE + f"- operationId: listRooms\n- set: {{a: x}}\n- repeat: 60\n  steps:\n  - set: {{a: {step}}}\n"
    )
    with pytest.raises(
        ScriptFailure, match=r"play\.yaml:7:5: Bo cannot keep a: it is larger than 1 MB\. Keep less"
    ):
        lobby.players.advance("1s")


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            "- {operationId: listRooms, outputs: {one: $response.body#/0}}\n"
            "- {operationId: getRoom, parameters: {id: $outputs.one#/id}}\n",
            r"Bo cannot call getRoom: \$outputs.one#/id has no value here\.",
        ),
        (
            "- {operationId: listRooms, credentials: {Key: $response.body#/0}}\n",
            r"listRooms gave Bo no Key: there is no \$response.body#/0 in its answer\.",
        ),
    ],
)
def test_a_value_that_no_answer_gave_is_told(play: Play, steps: str, message: str) -> None:
    with pytest.raises(ScriptFailure, match=message):
        play(ONE + steps).players.advance("1s")


def test_whoever_keeps_going_begins_anew_a_while_later(play: Play) -> None:
    lobby = play(FAILING, keep_going=True)
    lobby.players.advance("21s")
    assert len(lobby.notes) == 3
    assert lobby.notes[0].endswith("Bo begins anew in 10 seconds of the world's time.")


def test_who_comes_too_late_for_what_it_had_begins_anew_once(play: Play) -> None:
    steps = """\
- {operationId: createRoom, requestBody: {name: x}, outputs: {room: $response.body#/id}}
- wait: 1m
- {operationId: getRoom, parameters: {id: $outputs.room}}
- wait: 1h
"""
    lobby = play(ONE + steps)
    players = lobby.players
    for now in (NOON, NOON + 3600):  # noticed late, as by a command whose clock was advanced elsewhere
        if players.next_due is None:
            players.start()
        players.act(now)
        (room,) = lobby.remote.state.rows("lobby", "rooms")
        assert lobby.mock.delete(f"/rooms/{room['id']}", headers={"x-key": "guest"}).status_code == 204
    assert [one[1] for one in lobby.told()] == ["createRoom", "createRoom"]
    (note,) = lobby.notes
    assert note.endswith("The clock was advanced past what Bo had: it begins anew.")
    with pytest.raises(ScriptFailure, match="answered 404"):
        players.act(NOON + 3660)


def test_players_begin_anew_in_a_world_that_was_reset(play: Play) -> None:
    lobby = play()
    lobby.players.advance("1m")
    lobby.remote.ask("POST", "/reset")
    lobby.remote.clock.freeze("2026-01-05T12:00:00Z")
    lobby.players.advance("1m")
    assert lobby.notes == ["The world was reset: the players begin anew."]


def test_a_world_that_is_reset_while_they_act_is_gone_on_with_at_its_own_time(play: Play) -> None:
    lobby = play()
    lobby.players.advance("1m")
    lobby.remote.ask("POST", "/reset")
    lobby.remote.clock.freeze("2026-01-05T12:00:00Z")
    lobby.players.act(NOON + 3600)  # as it was when they looked
    assert lobby.notes == ["The world was reset: the players begin anew."]
    assert lobby.players.next_due is not None
    assert NOON < lobby.players.next_due < NOON + 10


def test_a_reset_is_noticed_though_every_answer_is_one_that_the_script_expects(play: Play) -> None:
    steps = "- operationId: createRoom\n  requestBody: {name: x}\n  outputs: {room: $response.body#/id}\n"
    steps += "- repeat: forever\n  steps:\n  - operationId: getRoom\n"
    steps += "    parameters: {id: $outputs.room}\n    expect: [200, 404]\n"
    lobby = play(ONE + steps + "  - wait: 5s\n")
    lobby.players.advance("7s")
    lobby.remote.ask("POST", "/reset")
    lobby.remote.clock.freeze("2026-01-05T12:00:00Z")
    lobby.players.advance("7s")
    assert lobby.notes == ["The world was reset: the players begin anew."]
    assert [one[1] for one in lobby.told()].count("createRoom") == 2
    assert {one[2] for one in lobby.told()} == {200, 201}


def test_the_shortest_wait_that_is_repeated_takes_time(play: Play) -> None:
    steps = "- repeat: forever\n  steps: [{wait: 0.1ms}, {operationId: createRoom, requestBody: {name: x}}]\n"
    assert 5 <= len(play(ONE + steps).players.advance("5ms")) <= 6


def test_a_server_that_goes_is_told_and_the_players_begin_anew_when_it_is_back(play: Play) -> None:
    lobby = play()
    lobby.players.advance("1m")
    lobby.connection.is_gone = True
    with pytest.raises(ServerGone):
        lobby.players.act(NOON + 120)
    lobby.connection.is_gone = False
    lobby.players.start()
    assert len(lobby.players.advance("1m")) > 4


def test_players_begin_anew_in_a_world_that_was_made_anew_and_say_so_once(play: Play) -> None:
    lobby = play()
    lobby.players.advance("1m")
    other = play()  # another server at the same address: its journal begins anew
    lobby.mock, lobby.connection.ask = other.mock, other.connection.ask  # type: ignore[method-assign]
    lobby.players.advance("2m")
    assert lobby.notes == ["The world was made anew: the players begin anew."]


def test_a_credential_that_is_not_made_is_told_at_its_line(play: Play) -> None:
    text = "players: {credentials: {Key: {mint: {like: nobody}}}}\nsteps: [{operationId: listRooms}]"
    with pytest.raises(
        ScriptFailure, match=r"lobby.play.yaml:1:25: No such credential is made: lobby has no"
    ):
        play(text).players.start()


def test_a_server_of_another_contract_is_told(play: Play) -> None:
    lobby = play()
    served = lobby.connection.ask("GET", "/apis")["apis"]
    served[0]["operations"] = [{"operation": "makeRoom", "method": "POST", "path": "/rooms"}]
    lobby.connection.ask = lambda *_, **__: {"apis": served}  # type: ignore[method-assign]
    with pytest.raises(ControlError, match="has no createRoom at POST /rooms: it is of another contract"):
        type(lobby.world)(lobby.remote, lobby.players._script, ["lobby"])
    served[0]["name"] = "hall"
    with pytest.raises(
        ControlError, match=r"serves hall, and not lobby. Start it with `mockade serve lobby`"
    ):
        type(lobby.world)(lobby.remote, lobby.players._script, ["lobby"])


def test_a_line_shows_what_a_player_keeps_and_no_secret() -> None:
    act = Act(NOON, "Bo", "users", "login", 200, {"id": 7, "access_token": "x", "all": [], "long": "y" * 99})
    assert line(act) == (
        "2026-01-05T12:00:00.000Z  Bo  login 200  id=7  access_token=[redacted]  long=" + "y" * 40 + "…"
    )


def test_an_answer_that_does_not_come_is_told_and_no_server_that_is_gone(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_lobby: Lobby, _request: httpx.Request) -> None:
        raise httpx.RemoteProtocolError("peer closed connection")

    monkeypatch.setattr(Lobby, "_answer", cut)
    players = play().players
    message = r"Bo's createRoom was not answered: RemoteProtocolError: peer closed connection\."
    with pytest.raises(ScriptFailure, match=message):
        players.advance("10s")


def test_what_was_answered_is_never_read_as_an_expression(play: Play) -> None:
    steps = """\
- {operationId: createRoom, requestBody: {name: "$$player.name"}, outputs: {room: $response.body}}
- {pick: {name: $outputs.room}}
- {operationId: createRoom, requestBody: {name: $outputs.room#/name}, outputs: {again: $response.body#/name}}
"""
    lobby = play(ONE + steps)
    lobby.players.advance("1s")
    assert lobby.players["Bo"].outputs["again"] == "$player.name"
    lobby = play(
        ONE
        + steps.replace("$$player.name", "$$$bo").replace(" $outputs.room#/name", ' "{$outputs.room#/name}"')
    )
    lobby.players.advance("1s")
    assert lobby.players["Bo"].outputs["again"] == "$$bo"
