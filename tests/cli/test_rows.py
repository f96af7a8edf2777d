"""`mockade rows`: what an API starts with, written out to be edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.cli.commands import GAME, run
from tests.harness import Mock


def test_it_can_be_sent_into_the_fixture_file_that_the_shell_has_just_made(home: Callable[..., Path]) -> None:
    folder = home(specs={"game.yaml": GAME})
    with Mock(home=folder, seed=7, rows=4) as alive:
        served = alive.get("/games").json()
    home(fixtures={"game.yaml": ""})
    written = run("rows", "game", "--home", str(folder), "--seed", "7", "--rows", "4")
    assert written.exit_code == 0
    home(fixtures={"game.yaml": written.stdout})
    with Mock(home=folder) as edited:
        assert edited.get("/games").json() == served
    assert len(served) == 4


def test_what_fixtures_say_is_written_as_it_is(home: Callable[..., Path]) -> None:
    folder = home(specs={"game.yaml": GAME}, fixtures={"game.yaml": 'games: {repeat: 2, like: {id: "g{n}"}}'})
    written = run("rows", str(folder))
    assert written.stdout.startswith("# What game starts with, by mockade rows game.")
    assert yaml.safe_load(written.stdout) == {"games": [{"id": "g1"}, {"id": "g2"}]}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Missing argument"),
        (("gmae",), "There is no API of this name."),
        (("--rows", "1001", "game"), "1001 is not in the range 0<=x<=1000."),
        (("home",), "home holds several APIs, and a fixture file belongs to one: game, other."),
    ],
)
def test_what_cannot_be_written_is_a_sentence(
    home: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    sentence: str,
) -> None:
    home(specs={"game.yaml": GAME, "other.yaml": GAME})
    monkeypatch.chdir(tmp_path)
    result = run("rows", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
