"""The group of all commands."""

from __future__ import annotations

import pytest

from mockade.cli.main import MODULES, main


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_option_is_named_alike_in_the_environment(name: str) -> None:
    """MOCKADE_PORT, and not MOCKADE_SERVE_PORT as click would have it."""
    with main.make_context("mockade", [name], resilient_parsing=True) as group:
        found = main.get_command(group, name)
        assert found is not None
        command = found.make_context(name, [], parent=group, resilient_parsing=True)
        assert command.auto_envvar_prefix == "MOCKADE"
