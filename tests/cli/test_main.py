"""The group of all commands."""

from __future__ import annotations

import re
import sys

import pytest

from mockade.cli.main import MODULES, main
from tests.servers import mockade

TOO_LONG_A_NAME = "a" * 300


@pytest.mark.skipif(sys.platform == "win32", reason="Windows says it in other words")
@pytest.mark.parametrize(
    "words",
    [
        ("serve", "meshmap", "--port", "0", "--state"),
        ("serve", "--port", "0", "--home"),
        ("copy", "meshmap"),
        ("rows", "meshmap", "--home"),
        ("world", "export", "arena"),
    ],
    ids=" ".join,
)
def test_a_path_that_the_system_refuses_is_a_sentence(words: tuple[str, ...]) -> None:
    done = mockade(*words, TOO_LONG_A_NAME)
    assert done.returncode == 2
    assert re.fullmatch(rf"error \S*{TOO_LONG_A_NAME}\S*: File name too long\. Name another\.\n", done.stderr)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_option_is_named_alike_in_the_environment(name: str) -> None:
    """MOCKADE_PORT, and not MOCKADE_SERVE_PORT as click would have it."""
    with main.make_context("mockade", [name], resilient_parsing=True) as group:
        found = main.get_command(group, name)
        assert found is not None
        command = found.make_context(name, [], parent=group, resilient_parsing=True)
        assert command.auto_envvar_prefix == "MOCKADE"
