"""What is guessed is listed: the switches of each API, and what its contract marks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.cli.assumptions import Mark, assumptions, marks
from mockade.cli.main import main
from mockade.contract.document import Document

GAME = """\
openapi: 3.0.3
info: {title: Game, version: "1"}
paths:
  /games:
    get:
      operationId: listGames
      responses:
        "404":
          description: None.
          x-provenance: assumed
          x-provenance-reason: The page lists no such answer.
components:
  schemas:
    Game: {type: object, x-provenance: observed}
"""
HANDLERS = """
from mockade.handling import Switch

behaviour = (
    Switch("full_status", 409, "No status was seen.", (409, 403)),
    Switch("is_open", True, "Nothing is public."),
    Switch("seats", 4, "Nothing is public."),
)
"""


def test_marks_come_in_the_order_of_the_file_with_their_reasons(home: Callable[..., Path]) -> None:
    spec = home(specs={"game.yaml": GAME}) / "specs" / "game.yaml"
    found = list(marks(Document(spec)))
    assert [(mark.what, mark.provenance, mark.reason) for mark in found] == [
        ("/games get 404", "assumed", "The page lists no such answer."),
        ("Game", "observed", ""),
    ]
    assert [mark.place.line for mark in found] == [8, 14]
    assert all(isinstance(mark, Mark) for mark in found)


def test_assumptions_say_what_each_guess_is_and_can_be(home: Callable[..., Path]) -> None:
    folder = home(
        specs={"game.yaml": GAME},
        fixtures={"game.yaml": "behaviour: {full_status: 403}"},
        apis={"game.py": HANDLERS},
    )
    lines = [" ".join(line.split()) for line in assumptions(load_apis(find_files(folder)), None)]
    assert "full_status 403 409, 403 No status was seen." in lines
    assert "is_open true true, false Nothing is public." in lines
    assert "seats 4 any whole number Nothing is public." in lines
    assert "/games get 404 assumed The page lists no such answer." in lines


@pytest.mark.parametrize("name", sorted(find_files()))
def test_every_switch_of_a_bundled_api_is_listed(name: str) -> None:
    result = CliRunner().invoke(main, ["apis", "--assumptions", name])
    (api,) = load_apis(find_files(names=[name])).values()
    assert result.exit_code == 0
    for switch in api.switches:
        assert any(
            line.startswith(switch.name) and switch.reason in line for line in result.stdout.splitlines()
        )


def test_assumptions_fit_a_terminal_of_80_columns() -> None:
    apis = load_apis(find_files())
    assert max(len(line) for line in assumptions(apis, 80)) <= 80
