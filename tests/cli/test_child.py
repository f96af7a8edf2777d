"""The child process of `exec`, and the verdict on its requests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mockade.cli.child import execute, variables
from mockade.errors import SetupError


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_command_finds_the_mocks_urls_in_its_environment(tmp_path: Path) -> None:
    environment = variables("http://127.0.0.1:1", {"meshmap": [""], "my-shop.v2": ["", "/api"]}, "hush")
    assert environment == {
        "MOCKADE_URL": "http://127.0.0.1:1",
        "MOCKADE_MESHMAP_URL": "http://127.0.0.1:1",
        "MOCKADE_MY_SHOP_V2_URL": "http://127.0.0.1:1/api",
        "MOCKADE_TOKEN": "hush",
    }
    out = tmp_path / "out"
    code = f"import os; open({str(out)!r}, 'w').write(os.environ['MOCKADE_URL'])"
    assert execute(python(code), environment) == 0
    assert out.read_text() == "http://127.0.0.1:1"


def test_a_command_that_knows_nothing_of_us_finds_what_the_fixtures_say() -> None:
    lines = {"shop": ["SHOP_URL={url}", "-shop={url}", "MOCKADE_URL=elsewhere"]}
    environment = variables("http://127.0.0.1:1", {"shop": ["", "/api"]}, connect=lines)
    assert environment == {
        "SHOP_URL": "http://127.0.0.1:1/api",
        "MOCKADE_URL": "http://127.0.0.1:1",
        "MOCKADE_SHOP_URL": "http://127.0.0.1:1/api",
    }


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
@pytest.mark.parametrize(
    ("ends", "deaf", "code"),
    [("lambda *_: sys.exit(5)", 20, 5), ("signal.SIG_IGN", 0.1, 128 + 9)],
    ids=["the command decides what it means", "a deaf command is killed"],
)
def test_a_signal_passes_through(ends: str, deaf: float, code: int) -> None:
    command = f"import signal, sys, time\nsignal.signal(signal.SIGTERM, {ends})\n"
    command += "print('up', flush=True)\ntime.sleep(60)"
    host = f"import sys\nfrom mockade.cli import child\nchild.DEAF = {deaf}\n"
    host += f"sys.exit(child.execute({python(command)!r}, {{}}))"
    source = str(Path(__file__).parents[2] / "src")
    process = subprocess.Popen(
        python(host), stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": source}, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == code
    process.stdout.close()
