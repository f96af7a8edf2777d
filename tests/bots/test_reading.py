"""A script is read whole, and all that is wrong with it is told at its line.

Holds `bots/steps.py`, `bots/roster.py`, `bots/checks.py`, `bots/script.py`, `bots/findings.py` and
`bots/contracts.py` too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mockade.bots.contracts import Contracts
from mockade.bots.files import load_contracts
from mockade.bots.reading import read_script
from mockade.bots.script import Call, Repeat, Wait, calls
from mockade.catalogue.files import PLAY, bundled, find_files
from mockade.catalogue.selection import Selection
from mockade.errors import SetupError
from tests.bots.lobby import SCRIPT, script_in

PLAYERS = "players: {credentials: {Key: guest}}\n"


def test_a_script_is_read_as_it_was_written(tmp_path: Path, contracts: Contracts) -> None:
    script = script_in(tmp_path, SCRIPT, contracts)
    wait, repeat = script.steps
    assert wait == Wait(1.0, 5.0)
    assert isinstance(repeat, Repeat)
    assert repeat.times is None
    assert [one.operation.id for one in calls(script.steps)] == ["createRoom", "deleteRoom"]
    (created, _) = calls(script.steps)
    assert isinstance(created, Call)
    assert (created.media_type, created.expects(201), created.expects(400)) == (
        "application/json",
        True,
        False,
    )
    assert [script.roster.name(number) for number in (1, 2, 3)] == ["Bo", "Cy", "player-3"]
    assert script.apis == {"lobby"}


@pytest.mark.parametrize("path", sorted(bundled("fixtures").glob(f"*{PLAY}.*")), ids=lambda path: path.stem)
def test_the_bundled_scripts_fit_their_contracts(path: Path) -> None:
    files = Selection([path.stem.removesuffix(PLAY)]).files()
    assert calls(read_script(path, load_contracts(files)).steps)
    assert files.keys() <= find_files().keys()


BAD = [
    ("- 1", "1:1", "A script is an object. Begin with `players:` and `steps:`."),
    ("step: []\nsteps: [{wait: 1s}]", "1:1", "A script has no member 'step'. Did you mean 'steps'?"),
    ("players: 2", "1:1", "`steps` is a list of steps."),
    ("steps: []", "1:1", "`steps` is a list of steps."),
    ("players: many\nsteps: [{wait: 1s}]", "1:1", "`players` is their number, or an object."),
    ("players: {cuont: 2}\nsteps: [{wait: 1s}]", "1:11", "no member 'cuont'. Did you mean 'count'?"),
    ("players: {count: 0}\nsteps: [{wait: 1s}]", "1:11", "a number from 1 to 1,000"),
    ("players: {count: true}\nsteps: [{wait: 1s}]", "1:11", "a number from 1 to 1,000"),
    ("players: {names: Bo}\nsteps: [{wait: 1s}]", "1:11", "`names` is a list of names"),
    ("players: {names: [Bo, Bo]}\nsteps: [{wait: 1s}]", "1:23", "Two players are called 'Bo'."),
    (
        "players: {names: [Bo, player-2]}\nsteps: [{wait: 1s}]",
        "1:23",
        "is how players are called who have no name",
    ),
    ('players: {credentials: {Key: "a\\nb"}}\nsteps: [{wait: 1s}]', "1:25", "it holds a control character"),
    (PLAYERS + "steps: [{operationId: listRooms, expect: []}]", "2:34", "'[]' is no status"),
    ("steps: [{operationId: [listRooms]}]", "1:10", "No operation is called"),
    (
        "players: {credentials: [x]}\nsteps: [{wait: 1s}]",
        "1:11",
        "`credentials` are secrets by security scheme.",
    ),
    ("players: {credentials: {Kee: x}}\nsteps: [{wait: 1s}]", "1:25", "'Kee'. Did you mean 'Key'?"),
    (
        "players: {credentials: {Key: 7}}\nsteps: [{wait: 1s}]",
        "1:25",
        "a secret of all, a list with one each",
    ),
    (
        "players: {credentials: {Key: {mint: {lik: ada}}}}\nsteps: [{wait: 1s}]",
        "1:38",
        "not minted with 'lik'. Did you mean 'like'?",
    ),
    ("steps: [{wait: 1s}]", "1:1", "No step calls anything."),
    ("steps: [7]", "1:9", "A step is an object that says one thing to do."),
    ("steps: [{}]", "1:9", "A step is an object that says one thing to do."),
    ("steps: [{operation: listRooms}]", "1:9", "Did you mean 'operationId'?"),
    (
        "steps: [{wait: 1s, pick: {}}]",
        "1:9",
        "A step is an object that says one thing to do. This one says 2: wait, pick.",
    ),
    ("steps: [{wait: 1s, steps: []}]", "1:20", "A step with `wait` has no member 'steps'."),
    ("steps: [{wait: soon}]", "1:10", "'soon' is no duration"),
    ("steps: [{wait: 9s..3s}]", "1:10", "'9s..3s' is no time to wait."),
    ("steps: [{wait: 1s..2s..3s}]", "1:10", "is no time to wait."),
    ("steps: [{chance: 30%, steps: [{wait: 1s}]}]", "1:10", "'30%' is no probability"),
    ("steps: [{chance: 1.5, steps: [{wait: 1s}]}]", "1:10", "1.5 is no probability"),
    ("steps: [{chance: 0.5}]", "1:9", "`steps` is a list of steps."),
    ("steps: [{repeat: often, steps: [{wait: 1s}]}]", "1:10", "'often' is no number of times"),
    ("steps: [{repeat: forever, steps: [{wait: 0s..5s}]}]", "1:10", "would go on for ever in one moment"),
    (
        "steps: [{repeat: forever, steps: [{chance: 0.5, steps: [{wait: 5s}]}]}]",
        "1:10",
        "would go on for ever in one moment",
    ),
    ("steps: [{repeat: forever, steps: [{wait: 1s}]}, {wait: 1s}]", "1:49", "This is never done"),
    ("steps: [{if: listRooms, steps: [{wait: 1s}]}]", "1:10", "'listRooms' is no expression"),
    (
        "steps: [{if: $statusCode == OK, steps: [{wait: 1s}]}]",
        "1:10",
        "'OK' is nothing to compare with",
    ),
    ("steps: [{if: $outputs.x, steps: [{wait: 1s}]}]", "1:10", "No step gives an output 'x'."),
    ("steps: [{forEach: $others, steps: [{wait: 1s}]}]", "1:9", "`forEach` needs a name for each item."),
    ("steps: [{pick: {one: others}}]", "1:17", "'others' is no expression"),
    ("steps: [{set: [one]}]", "1:10", "`set` is an object"),
    ("steps: [{set: {one: $player.nmae}}]", "1:16", "Did you mean 'name'?"),
    ("steps: [{set: {one: $now-soon}}]", "1:16", "'soon' is no duration"),
    ("steps: [{wait: 1s}]\nleave: [{repeat: 2, steps: [{wait: 1s}]}]", "2:1", "`leave` has no `wait`"),
    (
        "steps: [{operationId: listRoms}]",
        "1:10",
        "No operation is called 'listRoms'. Did you mean 'listRooms'?",
    ),
    (
        "steps: [{operationId: listRooms}]",
        "1:10",
        "listRooms asks for a credential, and the players have none",
    ),
    (
        PLAYERS + "steps: [{operationId: listRooms, parameters: {limt: 3}}]",
        "2:47",
        "listRooms has no parameter 'limt'. Did you mean 'limit'?",
    ),
    (
        PLAYERS + "steps: [{operationId: listRooms, parameters: {limit: 0}}]",
        "2:47",
        "0 must be at least 1.  [",
    ),
    (PLAYERS + "steps: [{operationId: getRoom}]", "2:9", "getRoom needs the path parameter 'id'."),
    (PLAYERS + "steps: [{operationId: createRoom}]", "2:9", "createRoom needs a `requestBody`."),
    (
        PLAYERS + "steps: [{operationId: listRooms, requestBody: {}}]",
        "2:34",
        "listRooms takes no body. Leave it out.",
    ),
    (
        PLAYERS + "steps: [{operationId: createRoom, requestBody: {name: $player.name, seats: 0}}]",
        "2:69",
        "0 must be at least 1.  [",
    ),
    (
        PLAYERS + "steps: [{operationId: createRoom, requestBody: {seats: $player.number}}]",
        "2:35",
        "'name' is required.",
    ),
    (PLAYERS + "steps: [{operationId: listRooms, expect: [2OO]}]", "2:34", "'2OO' is no status"),
    (
        PLAYERS + "steps: [{operationId: listRooms, outputs: {all: $response.bdy}}]",
        "2:44",
        "'$response.bdy' is no expression",
    ),
    (
        PLAYERS
        + "steps: [{operationId: getRoom, parameters: {id: $outputs.rom}, outputs: {room: $statusCode}}]",
        "2:45",
        "No step gives an output 'rom'. Did you mean 'room'?",
    ),
    (
        PLAYERS + "steps: [{operationId: listRooms, credentials: {Kee: $statusCode}}]",
        "2:48",
        "Did you mean 'Key'?",
    ),
    ("steps: [{wait: 1s\n", "2:1", "This is not YAML"),
]


@pytest.mark.parametrize(("text", "at", "message"), BAD)
def test_what_is_wrong_is_told_with_its_place_and_what_to_write(
    tmp_path: Path, contracts: Contracts, text: str, at: str, message: str
) -> None:
    with pytest.raises(SetupError) as failed:
        script_in(tmp_path, text, contracts)
    told = [str(one) for one in failed.value.findings]
    assert any(f"lobby.play.yaml:{at}: " in one and message in one for one in told), told


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_file(
    tmp_path: Path, contracts: Contracts
) -> None:
    with pytest.raises(SetupError) as failed:
        script_in(
            tmp_path, "players: {count: 0}\nsteps: [{wait: soon}, {operationId: x}]\nmore: 1", contracts
        )
    assert [one.place.line for one in failed.value.findings] == [1, 2, 2, 3]


def test_more_players_than_secrets_is_told(tmp_path: Path, contracts: Contracts) -> None:
    text = "players: {credentials: {Key: [a, b]}}\nsteps: [{operationId: listRooms}]"
    assert script_in(tmp_path, text, contracts, 2).roster.count == 2
    with pytest.raises(SetupError, match="3 play, and there are 2 secrets of Key"):
        script_in(tmp_path, text, contracts, 3)
