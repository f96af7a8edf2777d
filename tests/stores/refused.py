"""Starts with a store that cannot be used."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import run


def refused(home: Path, url: str, *more: str) -> str:
    """What `mockade serve` says of a store and ends with 2."""
    result = run("serve", "--home", str(home), "--port", "0", "--store", url, *more)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert "--store: " in result.output, result.output
    return result.output
