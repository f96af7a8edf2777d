"""`mockade rows`: what an API starts with, written out to be edited."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import click
import httpx
import pytest
import yaml

from mockade.catalogue import fetching
from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.router import Router
from mockade.catalogue.selection import Selection
from mockade.cli.banner import banner
from tests.cli.commands import GAME, run
from tests.harness import Mock

BUNDLED = sorted(find_files())[0]


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
    assert written.stdout.startswith(f"# What game starts with, by mockade rows game --home {folder}.")
    assert yaml.safe_load(written.stdout) == {"games": [{"id": "g1"}, {"id": "g2"}]}


@pytest.mark.parametrize(
    ("document", "words", "fixture"),
    [
        ("game.yaml", ["game.yaml"], "fixtures/game.yaml"),
        ("my api/-game.yaml", ["my api/-game.yaml"], "my api/fixtures/-game.yaml"),
        ("-game.yaml", ["./-game.yaml"], "fixtures/-game.yaml"),
        ("own/specs/game.yaml", ["own/specs/game.yaml"], "own/fixtures/game.yaml"),
        ("own/specs/game.yaml", ["own"], "own/fixtures/game.yaml"),
        ("own/specs/game.yaml", ["own/"], "own/fixtures/game.yaml"),
        ("own/specs/game.yaml", ["game", "--home", "own"], "own/fixtures/game.yaml"),
        ("own/specs/game.yaml", ["--home", "own"], "own/fixtures/game.yaml"),
        ("a/game.yaml", ["a/game.yaml", "--home", "b"], "b/fixtures/game.yaml"),
        ("specs/game.yaml", ["."], "fixtures/game.yaml"),
    ],
)
def test_the_command_of_the_start_works_as_it_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: str, words: list[str], fixture: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (Path(document).parent, Path("b/fixtures")):
        folder.mkdir(parents=True, exist_ok=True)
    Path(document).write_text(GAME, encoding="utf-8")
    home = Path(words.pop()) if "--home" in words else None
    words = [word for word in words if word != "--home"]

    def start() -> tuple[dict[str, str], Api]:
        apis = load_apis(Selection(words, home).files())
        lines = [click.unstyle(line).strip() for line in banner(apis, Router(apis).base_paths, "", rows=3)]
        told = dict(line.partition("  ")[::2] for line in lines if line.startswith(("rows", "fixtures")))
        return told, next(iter(apis.values()))

    told, _ = start()
    command = shlex.split(told["rows"].partition("to edit them: ")[2])
    assert run(*command[1:]).exit_code == 0
    assert Path(fixture).is_file()
    told, api = start()
    assert (api.fixtures.file, len(api.rows)) == (fixture, 3)
    assert "rows" not in told
    assert run("routes", *api.origin.words).exit_code == 0
    assert "There is something already." in run(*command[1:]).stderr
    Path(fixture).write_text("# mine\n", encoding="utf-8")
    told, _ = start()
    assert told["rows"].strip().startswith(f"none: {fixture} is empty")
    assert run(*command[1:]).exit_code == 0
    assert Path(fixture).read_text(encoding="utf-8").startswith("# mine\n# What ")
    assert len(start()[1].rows) == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Missing argument"),
        (("gmae",), "There is no API of this name."),
        ((BUNDLED, "--write"), f"No fixtures of {BUNDLED} would be read: name a folder for them with --home"),
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


def test_of_an_address_they_are_written_into_a_home_that_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=GAME)

    client = httpx.Client
    monkeypatch.setattr(fetching.httpx, "Client", lambda **_: client(transport=httpx.MockTransport(get)))
    monkeypatch.chdir(tmp_path)
    url = "https://x.test/game.yaml"
    apis = load_apis(Selection([url]).files())
    told = next(line for line in banner(apis, Router(apis).base_paths, "", rows=3) if "rows" in line)
    command, _, option = told.partition("to edit them: ")[2].partition(", and serve with ")
    assert option == "--home ."
    assert run(*shlex.split(command)[1:]).exit_code == 0
    (api,) = load_apis(Selection([url], Path()).files()).values()
    assert (api.fixtures.file, len(api.rows)) == ("fixtures/game.yaml", 3)
