"""Nothing that a contract says steers the terminal that it is shown in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.router import Router
from mockade.cli.banner import banner
from mockade.cli.log import Log
from mockade.cli.main import main
from mockade.cli.progress import Progress
from mockade.errors import printable
from tests.harness import Mock

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\x7f"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def folder(home: Callable[..., Path]) -> Path:
    """A home whose contract has such text wherever one may stand, and a slip that tells some of it."""
    schema = {"type": "object", "properties": {EVIL: {"type": "strin"}}}
    operation = {
        "operationId": f"get{EVIL}",
        "security": [{f"Key{EVIL}": []}],
        "responses": {"200": {"description": EVIL, "content": {"application/json": {"schema": schema}}}},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": f"Shop{EVIL}", "version": "1"},
        "servers": [{"url": f"/v{EVIL}"}],
        "paths": {f"/shop{EVIL}": {"get": operation}},
        "components": {
            "securitySchemes": {f"Key{EVIL}": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }
    fixtures = {"credentials": {f"Key{EVIL}": {"secret": {"caller": f"ada{EVIL}"}}}}
    return home(specs={"shop.json": json.dumps(document)}, fixtures={"shop.yaml": json.dumps(fixtures)})


def test_the_banner_and_the_log_steer_nothing(folder: Path, make_mock: Callable[..., Mock]) -> None:
    apis = load_apis(find_files(folder))
    lines = list(banner(apis, Router(apis).base_paths, "http://host:1"))
    mock = make_mock(home=folder)
    mock.get("/shop", headers={"x-key": "secret"})
    mock.get("/elsewhere")
    log = Log(mock.apis, verbose=True)
    lines += [line for exchange in mock.told for line in log.lines(exchange)]
    assert not STEERING.search("\n".join(map(click.unstyle, lines)))
    assert any("evil" in line for line in lines)


@pytest.mark.parametrize(
    "words",
    [
        ("apis",),
        ("apis", "--assumptions"),
        ("routes",),
        ("validate",),
        ("validate", "--format", "json"),
    ],
    ids=" ".join,
)
def test_no_command_steers_the_terminal(folder: Path, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*words, "--home", str(folder)])
    text = click.unstyle(result.output)
    assert not STEERING.search(text), ascii(text)


def test_what_is_read_is_named_without_steering(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    progress._due = 0.0
    progress(f"a{EVIL}.yaml")
    assert not STEERING.search(capsys.readouterr().err)


def test_text_of_other_scripts_is_shown_as_it_is() -> None:
    for text in ("Größe", "ペット\u3000ストア", "a\u00a0b", "🎲"):
        assert printable(text) == text
