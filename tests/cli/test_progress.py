"""What is said while reading takes long."""

from __future__ import annotations

import time

import pytest

from mockade.cli import progress
from mockade.cli.progress import Progress


def test_what_is_read_quickly_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as reading:
        reading("openapi.yaml")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("quiet", "told"), [(False, "Reading slow.yaml …\nReading slower.yaml …\n"), (True, "")]
)
def test_what_takes_long_is_told_on_stderr_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, quiet: bool, told: str
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with Progress(quiet=quiet) as reading:
        reading("quick.yaml")
        reading("slow.yaml")
        time.sleep(0.3)
        reading("slower.yaml")
        reading("slower.yaml")
    assert capsys.readouterr() == ("", told)
