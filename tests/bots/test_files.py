"""A script lies among the fixtures of its API or family, bundled, in a home, or beside a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.bots.contracts import Contracts
from mockade.bots.files import default_script, load_contracts, played_files
from mockade.bots.reading import read_script
from mockade.bots.roster import check_count
from mockade.catalogue.files import PLAY, bundled, find_files
from mockade.errors import SetupError
from tests.bots.lobby import LOBBY, SCRIPT, Lobby
from tests.harness import Mock

FAMILY = "family: acme\n"


def test_the_script_of_an_api_is_found_by_its_stem(home: Callable[..., Path]) -> None:
    folder = home(specs={"lobby.yaml": LOBBY}, fixtures={"lobby.play.yml": SCRIPT})
    for word, given in (("lobby", folder), (folder / "specs" / "lobby.yaml", None), (folder, None)):
        name, files = played_files(word, given)
        assert default_script(name, files).resolve() == (folder / "fixtures" / "lobby.play.yml").resolve()
    assert find_files(folder).keys() == {"lobby"}


def test_the_script_of_a_family_has_its_name_and_calls_all_its_apis(home: Callable[..., Path]) -> None:
    other = LOBBY.replace("Room", "Hall").replace("rooms", "halls")
    folder = home(
        specs={"lobby.yaml": LOBBY, "halls.yaml": other},
        fixtures={"lobby.yaml": FAMILY, "halls.yaml": FAMILY, "acme.play.yaml": SCRIPT},
    )
    name, files = played_files("acme", folder)
    assert (name, files.keys()) == ("acme", {"lobby", "halls"})
    assert default_script(name, files).name == "acme.play.yaml"
    contracts = load_contracts(files)
    assert [contracts.operation(word).api for word in ("createRoom", "halls.createHall")] == [
        "lobby",
        "halls",
    ]
    with pytest.raises(SetupError, match=r"Several APIs are in this folder: halls, lobby. Name one of them"):
        played_files(folder, None)


def test_an_operation_that_two_apis_have_is_named_with_its_api(home: Callable[..., Path]) -> None:
    folder = home(
        specs={"lobby.yaml": LOBBY, "hall.yaml": LOBBY.replace("/rooms", "/halls")},
        fixtures={"lobby.yaml": FAMILY, "hall.yaml": FAMILY},
    )
    contracts = load_contracts(played_files("acme", folder)[1])
    with pytest.raises(ValueError, match=r"say hall\.createRoom or lobby\.createRoom"):
        contracts.operation("createRoom")
    assert contracts.operation("hall.createRoom").path == "/halls"


def test_the_bundled_script_serves_a_home_that_has_none(home: Callable[..., Path]) -> None:
    folder = home(fixtures={"rallyhere.yaml": "templates: []"})
    name, files = played_files("rallyhere", folder)
    assert default_script(name, files) == bundled("fixtures") / "rallyhere.play.yaml"


def test_an_api_without_a_script_is_told_what_to_do(home: Callable[..., Path]) -> None:
    folder = home(specs={"lobby.yaml": LOBBY}, fixtures={"lobbie.play.yaml": SCRIPT})
    name, files = played_files("lobby", folder)
    message = (
        r"lobby.play.yaml: There is no script for the players of lobby. .*Did you mean 'lobbie.play.yaml'"
    )
    with pytest.raises(SetupError, match=message):
        default_script(name, files)


@pytest.mark.parametrize("path", sorted(bundled("fixtures").glob(f"*{PLAY}.*")), ids=lambda path: path.stem)
def test_a_bundled_script_is_played_for_long_and_again_without_breaking_a_contract(
    path: Path, make_mock: Callable[..., Mock]
) -> None:
    name, files = played_files(path.stem.removesuffix(PLAY), None)
    mock = make_mock(*files)
    contracts = Contracts({stem: mock.apis[stem].contract for stem in files})
    for minutes in (4, 4):
        lobby = Lobby(mock, read_script(path, contracts), contracts, seed=5)
        acts = lobby.players.advance(f"{minutes}m")
        assert {act.player for act in acts} == set(lobby.players.names)
        lobby.players.leave()
    assert lobby.notes == []
    assert not [one for one in mock.told if one.violations or one.answered_by == "mockade"]
    assert name == path.stem.removesuffix(PLAY)


def test_a_player_of_rallyhere_accepts_the_invitation_of_whoever_plays_with_them(
    make_mock: Callable[..., Mock],
) -> None:
    name, files = played_files("rallyhere", None)
    mock = make_mock(*files)
    contracts = Contracts({stem: mock.apis[stem].contract for stem in files})
    script = check_count(read_script(default_script(name, files), contracts), 1)
    lobby = Lobby(mock, script, contracts, seed=1)
    lobby.players.advance("16s")
    client = {"client_version": "1.0.0", "client_settings": {"platform": "Steam", "input": "gamepad"}}
    made = mock.post("/session/v1/session", token="ada", json={"session_type": "party", **client}).json()
    party, bo = f"/session/v1/session/{made['session_id']}", lobby.players["Bo"].outputs["me"]
    invited = mock.post(f"{party}/player/{bo}", token="ada", json={"status": "invited", "team_id": 0})
    assert invited.status_code == 200
    lobby.players.advance("10s")
    players = mock.get(party, token="ada").json()["teams"][0]["players"]
    assert [(one["player_uuid"], one["status"]) for one in players][1:] == [(bo, "member")]
    lobby.players.leave()
    assert len(mock.get(party, token="ada").json()["teams"][0]["players"]) == 1
    assert lobby.told()[-1] == ("Bo", "logout", 200)


def test_a_player_of_rallyhere_plays_on_when_time_leaps_past_its_token(
    make_mock: Callable[..., Mock],
) -> None:
    name, files = played_files("rallyhere", None)
    mock = make_mock(*files)
    contracts = Contracts({stem: mock.apis[stem].contract for stem in files})
    script = check_count(read_script(default_script(name, files), contracts), 1)
    lobby = Lobby(mock, script, contracts, seed=1)
    lobby.players.advance("20s")
    lobby.world.advance(61 * 60)
    lobby.players.act(lobby.world.now())
    assert [note.endswith("it begins anew.") for note in lobby.notes] == [True]
    assert ("login", 200) in [(act.operation, act.status) for act in lobby.players.advance("16s")]
