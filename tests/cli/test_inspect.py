"""The commands that read files and serve nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.files import find_files
from tests.cli.commands import GAME, run
from tests.contracts import WIDGET, answers, body, contract, crud


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["meshmpa"], "error meshmpa: There is no API of this name. Did you mean 'meshmap'?"),
        (["--home", "nowhere"], "error nowhere: There is no such folder."),
    ],
)
@pytest.mark.parametrize("command", ["apis", "routes"])
def test_what_is_not_there_is_a_sentence(
    command: str, words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(command, *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)


def test_handlers_that_cannot_be_imported_are_reported_by_file_and_line(home: Callable[..., Path]) -> None:
    for module, line in {"import nothing_of_the_sort\n": 1, "x = 1\ndef (\n": 2}.items():
        folder = home(
            specs={"game.yaml": GAME},
            apis={"game/__init__.py": "from .rules import x\n", "game/rules.py": module},
        )
        result = run("apis", "--home", str(folder))
        assert result.exit_code == 2
        assert f"rules.py:{line}:" in result.stderr


def test_a_home_with_contracts_of_its_own_serves_those(home: Callable[..., Path]) -> None:
    result = run("apis", MOCKADE_HOME=str(home(specs={"game.yaml": GAME})))
    assert [line.split()[0] for line in result.stdout.splitlines()[2:]] == ["game"]


def test_routes_say_who_answers(home: Callable[..., Path]) -> None:
    folder = home(specs={"game.yaml": GAME}, apis={"game.py": "def list_games(call):\n    return []\n"})
    result = run("routes", "--home", str(folder))
    rows = [line.split(maxsplit=3) for line in result.stdout.splitlines()[2:]]
    assert rows == [
        ["GET", "/games", "game.listGames", "handler"],
        ["GET", "/games/{id}", "game.getGame", "shape: read games; other keys: generated"],
        ["GET", "/rules", "game.readRules", "generated: 200 text/plain"],
    ]


@pytest.mark.parametrize("fixtures", ["rowz: []\n", "widgets:\n\t- {id: a}\n", "widgets: [{id: 5}]\n"])
def test_routes_are_listed_while_fixtures_do_not_fit(home: Callable[..., Path], fixtures: str) -> None:
    folder = home(specs={"shop.yaml": contract(crud("/widgets"))}, fixtures={"shop.yaml": fixtures})
    result = run("routes", "--home", str(folder), "shop")
    assert "shape: list widgets" in result.stdout
    assert "fixtures/shop.yaml:" in result.stderr
    assert result.exit_code == 2


def test_routes_and_explanations_say_what_starts_empty_and_why(home: Callable[..., Path]) -> None:
    odd = {"type": "integer", "minimum": 2, "maximum": 1}
    row = {"type": "object", "required": ["id", "odd"], "properties": {"id": {"type": "string"}, "odd": odd}}
    folder = home(specs={"game.yaml": contract({**crud("/oddities", row), **crud("/widgets")})})
    lines = run("routes", "--home", str(folder)).stdout.splitlines()
    assert lines[-1].startswith(
        "game: The collection oddities starts empty, since no row of it could be made:"
    )
    assert not any("widgets starts empty" in line for line in lines)
    for asked, said in (
        ("get_oddities", "empty, since no row could be made: "),
        ("post_widgets", "with 3 rows"),
    ):
        lines = run("routes", "--home", str(folder), "--explain", asked).stdout.splitlines()
        (starts,) = [line.split(maxsplit=1)[1] for line in lines if line.split()[:1] == ["starts"]]
        assert starts.startswith(said)


def test_apis_counts_operations_and_names_the_files() -> None:
    lines = run("apis").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == sorted(find_files())
    assert all("specs" in line and "fixtures" in line for line in lines[2:])


def test_apis_counts_from_where_operations_are_known(home: Callable[..., Path]) -> None:
    [playcamp] = [line for line in run("apis").stdout.splitlines() if line.startswith("playcamp")]
    assert "36 handler" in playcamp
    known = re.findall(r"(\d+) (?:documented|observed|inferred|assumed)", playcamp)
    assert sum(map(int, known)) == 36
    assert "generated" not in playcamp
    assert "not served" not in playcamp
    paths = {
        "/a": {"get": answers(200, WIDGET)},
        "/b": {"get": {**answers(200, WIDGET), "x-provenance": "assumed", "operationId": "b"}},
        "/c": {"get": {**answers(200, WIDGET), "x-not-served": True}},
    }
    folder = home(specs={"game.yaml": contract(paths)}, apis={"game.py": "def b(call):\n    return {}\n"})
    assert "1 assumed, 1 generated, 1 not served" in run("apis", "--home", str(folder)).stdout


def test_routes_says_who_answers_for_rows_that_nobody_wrote(home: Callable[..., Path]) -> None:
    theme = {"type": "object", "properties": {"theme": {"type": "string", "example": "dark"}}}
    paths = {
        "/players/{id}": {"get": answers(200, WIDGET)},
        "/config": {"get": answers(200, theme), "put": {"requestBody": body(theme), **answers(200, theme)}},
    }
    folder = home(specs={"game.yaml": contract(paths)})
    told = run("routes", "--home", str(folder)).stdout
    assert "shape: read players; other keys: generated" in told
    assert "shape: read config; until it is written: example" in told
