"""The option --report of commands: what it writes, and what it costs those who do not ask."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import GAME, run


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "game.yaml"
    file.write_text(GAME.replace('schemas/Game"', 'schemas/Gme"'), encoding="utf-8")
    return file


def test_validate_writes_every_report_of_what_it_finds(contract: Path) -> None:
    done = run("validate", "game.yaml", "--report", "sarif", "--report", "junit:x.xml", "--report", "json:-")
    assert done.exit_code == 1
    (result, *_) = json.loads(contract.with_name("mockade.sarif").read_text())["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], physical["artifactLocation"]["uri"]) == ("ref", "game.yaml")
    assert 'type="ref"' in contract.with_name("x.xml").read_text()
    assert json.loads(done.stdout)["format"] == "mockade-report"
    assert "leads nowhere" in done.stderr, "the text makes room"


def test_github_is_told_the_line_that_is_wrong(contract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    done = run("validate", contract.name)
    assert "::error file=game.yaml,line=" in done.stderr


def test_a_file_that_cannot_be_written_is_said_before_anything_is_done(contract: Path) -> None:
    done = run("validate", contract.name, "--report", "json:game.yaml/x")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "game.yaml/x: The report cannot be written" in done.stderr


def test_a_report_that_could_not_be_written_after_all_is_no_success(
    contract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract.write_text(GAME, encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(contract / "no"))
    done = run("validate", contract.name)
    assert (done.exit_code, "The report cannot be written" in done.stderr) == (2, True)


def test_who_asks_for_no_report_loads_none() -> None:
    script = "import sys, mockade.cli.main, mockade.cli.exec_run; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {
        "junitparser",
        *(f"mockade.reports.{one}" for one in ("outputs", "junit", "sarif", "github", "json")),
    }
    assert heavy & set(loaded) == set()
