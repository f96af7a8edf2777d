"""Stdout and stderr that cannot be written: full, closed, or without a reader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import run
from tests.servers import TOO_LONG, environment

FULL = Path("/dev/full")
ON_A_FULL_DISK = "error stdout cannot be written: No space left on device.\n"


def mockade(*words: str, **streams: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mockade", *words]
    streams.setdefault("stderr", subprocess.PIPE)
    return subprocess.run(
        command, **streams, text=True, env=environment(), timeout=TOO_LONG, stdin=subprocess.DEVNULL
    )


@pytest.mark.skipif(not FULL.exists(), reason="This system has no device that is always full.")
@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("rows", "--help"),
        ("apis",),
        ("routes", "meshmap"),
        ("validate", "meshmap"),
        ("report", os.devnull),
        ("report", os.devnull, "--report", "json:-"),
    ],
    ids=" ".join,
)
def test_a_full_stdout_is_a_sentence_and_no_verdict(words: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        done = mockade(*words, stdout=full)
    assert done.returncode == 2
    assert done.stderr.splitlines(keepends=True)[-1] == ON_A_FULL_DISK
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_gone_is_no_verdict_either_and_told_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = mockade("routes", "meshmap", stdout=gone)
    assert (done.returncode, done.stderr) == (2, "")


@pytest.mark.skipif(os.name == "nt", reason="A shell closes them.")
@pytest.mark.parametrize("words", ["routes meshmap", f"report {os.devnull} --report text:-", "--version"])
def test_who_closes_stdout_wants_nothing_of_it(words: str) -> None:
    line = f'exec "{sys.executable}" -m mockade {words} >&-'
    done = subprocess.run(
        ["sh", "-c", line], stderr=subprocess.PIPE, text=True, env=environment(), timeout=TOO_LONG
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="This system has no device that is always full.")
def test_a_run_whose_stderr_is_full_tells_its_verdict_by_its_code() -> None:
    client = "import http.client as h, os, sys; c = h.HTTPConnection(os.environ['MOCKADE_URL'][7:])"
    client += "; c.request('GET', sys.argv[1]); c.getresponse()"
    codes = []
    for path in ("/apps", "/no"):
        with FULL.open("w") as full:
            words = ("exec", "meshmap", "-v", "--", sys.executable, "-c", client, path)
            codes.append(mockade(*words, stderr=full).returncode)
    assert codes == [0, 1]


def test_an_interrupted_command_gives_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mockade.cli.verify.identity", interrupt)
    done = run("report", "shard.ndjson")
    assert (done.exit_code, done.stderr) == (128 + signal.SIGINT, "Interrupted.\n")
