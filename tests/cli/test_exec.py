"""`mockade exec`: a command with a mock around it.

Holds `cli/exec_run.py` too.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import GAME, run
from tests.servers import mockade

CLIENT = Path(__file__).parents[2] / "docs" / "examples" / "client"


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """A copy of the example client, to be changed."""
    return Path(shutil.copytree(CLIENT, tmp_path / "client", ignore=shutil.ignore_patterns("__pycache__")))


def around_its_tests(folder: Path, *words: str) -> Any:
    tests = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:schemathesis",
        str(folder),
    ]
    return mockade("exec", "rallyhere", *words, "--", *tests, cwd=folder)


def test_the_example_client_keeps_the_contract(client: Path) -> None:
    done = around_its_tests(client)
    assert done.returncode == 0, done.stdout
    assert re.fullmatch(
        r"Mockade: \d+ requests, and the contract was kept\.\n"
        r"Mockade: 1 request refused as documented \(403: 1\)\.\n",
        done.stderr,
    )


def test_a_bug_that_no_test_of_the_client_notices_is_red_with_the_line_of_the_contract(client: Path) -> None:
    file = client / "lobby.py"
    planted = file.read_text(encoding="utf-8").replace("refresh_ttl=true", "refresh_ttl=yes")
    file.write_text(planted, encoding="utf-8")
    done = around_its_tests(client)
    assert "3 passed" in done.stdout
    assert done.returncode == 1
    assert "1 exchange broke the contract" in done.stderr
    assert re.search(
        r"query /refresh_ttl: Expected boolean.*\[.*specs/rallyhere\.yaml:\d+:\d+\]", done.stderr
    )


def test_a_command_that_sends_no_request_is_reported() -> None:
    done = mockade("exec", "meshmap", "--", sys.executable, "-c", "pass", env={"MOCKADE_PORT": "1"})
    assert (done.returncode, done.stderr) == (
        0,
        "Mockade: no request came. Did the command use MOCKADE_URL?\n",
    )


def test_a_path_that_the_contract_does_not_have_breaks_it(tmp_path: Path) -> None:
    asking = """
import os, urllib.error, urllib.request
try:
    urllib.request.urlopen(os.environ["MOCKADE_URL"] + "/apps/game-sesions")
except urllib.error.HTTPError as refusal:
    refusal.close()
"""
    report = tmp_path / "report.json"
    done = mockade("exec", "meshmap", "--report", f"json:{report}", "--", sys.executable, "-c", asking)
    assert done.returncode == 1
    assert "No operation at GET /apps/game-sesions. The nearest is GET /apps/game-" in done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["failed"], found["requests"], found["groups"][0]["kind"]) == (True, 1, "violation")
    assert [one["name"] for one in found["apis"]] == ["meshmap"]
    assert found["timeline"]["exchanges"][0]["request"]["path"] == "/apps/game-sesions"


def test_a_kill_loses_nothing_of_the_files(tmp_path: Path) -> None:
    killing = """
import os, signal, urllib.request
for _ in range(3):
    try:
        urllib.request.urlopen(os.environ["MOCKADE_URL"] + "/nothing")
    except OSError as refusal:
        refusal.close()
os.kill(os.getppid(), signal.SIGKILL)
"""
    files = ("--journal-out", "out.ndjson", "--log", "log")
    done = mockade("exec", "meshmap", *files, "--", sys.executable, "-c", killing, cwd=tmp_path)
    assert done.returncode < 0
    assert (tmp_path / "out.ndjson").read_bytes().count(b"\n") == 3
    assert (tmp_path / "log").read_text().count("GET /nothing 404") >= 2


def test_files_that_cannot_be_written_are_told_before_the_command_runs(tmp_path: Path) -> None:
    files = ("--journal-out", str(tmp_path / "no" / "x"), "--log", str(tmp_path / "no" / "y"))
    done = run("exec", "meshmap", *files, "--", "touch", str(tmp_path / "ran"))
    assert done.exit_code == 2
    assert done.stderr.count("Cannot write this file: No such file or directory.") == 2
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("command", ["exec", "validate", "report", "har"])
def test_no_report_is_written_over_a_contract_that_is_read(tmp_path: Path, command: str) -> None:
    file = tmp_path / "game.yaml"
    file.write_text(GAME, encoding="utf-8")
    (tmp_path / "empty.ndjson").touch()
    words = {
        "exec": ["exec", str(file), "--report", f"json:{file}", "--", "true"],
        "validate": ["validate", str(file), "--report", f"json:{file}"],
        "har": ["report", str(tmp_path / "empty.ndjson"), "--api", str(file), "--har", str(file)],
        "report": ["report", str(tmp_path / "empty.ndjson"), "--api", str(file), "--report", f"json:{file}"],
    }
    done = run(*words[command])
    assert (done.exit_code, "This file is read too, and would be lost." in done.stderr) == (2, True)
    assert file.read_text(encoding="utf-8") == GAME


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("exec", "rallyhere"), "behind two dashes"),
        (("exec", "rallyhere", "--"), "behind two dashes"),
        (("exec", "ralyhere", "--", "true"), "Did you mean 'rallyhere'?"),
        (("exec", "meshmap", "--", "no-such-command"), "Cannot run this command"),
        (("exec", "--report", "xml", "--", "true"), "there is no report 'xml'"),
        (("exec", "meshmap", "--report", "json:/", "--", "true"), "/: The report cannot be written"),
        (("exec", "--fail-on", "x", "--", "true"), "--fail-on"),
        (("exec", "--fail-on", "never", "--fail-on", "fault", "--", "true"), "never leaves nothing"),
    ],
)
def test_our_users_mistakes_end_with_2(words: tuple[str, ...], message: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert message in done.stderr
