"""A command with a mock around it: its environment, its exit code, and the verdict on the contract."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockade.cli.child import MOST_KEPT, Verdict, execute, variables
from mockade.contract.violations import Violation
from mockade.errors import SetupError
from mockade.worlds.journal import Exchange
from tests.servers import mockade

WRONG = Violation("body", ("a",), "type", "Expected a string.")


def exchange(**facts: object) -> Exchange:
    return Exchange("GET", "/x", "default", **{"id": 1, **facts})  # type: ignore[arg-type]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_command_finds_the_mocks_urls_in_its_environment(tmp_path: Path) -> None:
    told = variables("http://127.0.0.1:1", {"meshmap": [""], "my-shop.v2": ["", "/api"]}, "hush")
    assert told == {
        "MOCKADE_URL": "http://127.0.0.1:1",
        "MOCKADE_MESHMAP_URL": "http://127.0.0.1:1",
        "MOCKADE_MY_SHOP_V2_URL": "http://127.0.0.1:1/api",
        "MOCKADE_TOKEN": "hush",
    }
    out = tmp_path / "out"
    code = f"import os; open({str(out)!r}, 'w').write(os.environ['MOCKADE_URL'])"
    assert execute(python(code), told) == 0
    assert out.read_text() == "http://127.0.0.1:1"


@pytest.mark.parametrize("code", [0, 1, 7])
def test_a_commands_own_code_is_kept(code: int) -> None:
    assert execute(python(f"raise SystemExit({code})"), {}) == code


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_command_that_a_signal_ended_says_which() -> None:
    assert execute(python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), {}) == 128 + 9


def test_a_command_that_cannot_be_started_is_our_users_mistake() -> None:
    with pytest.raises(SetupError, match="Cannot run this command"):
        execute(["no-such-command-anywhere"], {})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_passes_through_and_the_command_decides_what_it_means() -> None:
    child = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
    child += "print('up', flush=True)\ntime.sleep(60)"
    host = f"import sys\nfrom mockade.cli.child import execute\nsys.exit(execute({python(child)!r}, {{}}))"
    source = str(Path(__file__).parents[2] / "src")
    process = subprocess.Popen(
        python(host), stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": source}, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 5
    process.stdout.close()


def test_what_breaks_the_contract_or_is_a_bug_of_ours_counts() -> None:
    verdict = Verdict()
    for one in (
        exchange(violations=[WRONG]),
        exchange(answered_by="mockade", status=500),
        exchange(notices=[WRONG]),
        exchange(answered_by="fault", status=503),
        exchange(id=0, violations=[WRONG]),
        exchange(),
    ):
        verdict.add(one)
    assert verdict.count == 2


@pytest.mark.parametrize(
    ("fail_on", "passed", "code"),
    [("violation", 0, 1), ("violation", 3, 3), ("never", 0, 0), ("notice", 0, 1), ("never", 3, 3)],
)
def test_a_broken_contract_fails_a_command_that_passed(fail_on: str, passed: int, code: int) -> None:
    verdict = Verdict(fail_on)  # type: ignore[arg-type]
    assert verdict.code(passed) == passed
    verdict.add(exchange(violations=[WRONG]))
    assert verdict.code(passed) == code


def test_what_nobody_asked_for_is_no_request() -> None:
    verdict = Verdict()
    verdict.add(Exchange("", "", "default", id=1, answered_by="timeline"))
    assert (verdict.requests, verdict.count) == (0, 0)


def test_notices_count_when_they_are_to() -> None:
    verdict = Verdict("notice")
    verdict.add(exchange(notices=[WRONG]))
    assert verdict.code(0) == 1


def test_of_very_many_the_first_are_kept_and_all_are_counted() -> None:
    verdict = Verdict()
    for _ in range(MOST_KEPT + 5):
        verdict.add(exchange(violations=[WRONG]))
    assert (len(verdict.faulty), verdict.count) == (MOST_KEPT, MOST_KEPT + 5)


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
    assert re.fullmatch(r"Mockade: \d+ requests, and the contract was kept\.\n", done.stderr)


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


def test_a_command_that_never_came_is_told_so() -> None:
    done = mockade("exec", "meshmap", "--", sys.executable, "-c", "pass", env={"MOCKADE_PORT": "1"})
    assert (done.returncode, done.stderr) == (
        0,
        "Mockade: no request came. Did the command use MOCKADE_URL?\n",
    )


def test_a_path_that_the_contract_does_not_have_breaks_it() -> None:
    asking = """
import os, urllib.error, urllib.request
try:
    urllib.request.urlopen(os.environ["MOCKADE_URL"] + "/apps/game-sesions")
except urllib.error.HTTPError as refusal:
    refusal.close()
"""
    done = mockade("exec", "meshmap", "--", sys.executable, "-c", asking)
    assert done.returncode == 1
    assert "No operation at GET /apps/game-sesions. The nearest is GET /apps/game-" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("exec", "rallyhere"), "behind two dashes"),
        (("exec", "rallyhere", "--"), "behind two dashes"),
        (("exec", "ralyhere", "--", "true"), "Did you mean 'rallyhere'?"),
        (("exec", "meshmap", "--", "no-such-command"), "Cannot run this command"),
        (("exec", "--fail-on", "x", "--", "true"), "--fail-on"),
    ],
)
def test_our_users_mistakes_end_with_2(words: tuple[str, ...], told: str) -> None:
    done = mockade(*words)
    assert done.returncode == 2
    assert told in done.stderr
