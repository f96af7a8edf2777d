"""The program for tests, in processes forked from one that has its modules already.

A process of its own runs `python -m mockade` for each: its arguments, environment, folder, signals and exit
are those of a command. Only the importing is done once, which is most of what a short command takes.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

CAN_FORK = sys.platform != "win32"

_CONTEXT = multiprocessing.get_context("forkserver" if CAN_FORK else "spawn")
if CAN_FORK:
    _CONTEXT.set_forkserver_preload(
        ["mockade.cli.main", "mockade.app", "mockade.launch", "mockade.cli.serve", "uvicorn", "yaml"]
    )


class Forked:
    """A command while it runs: what a test needs of `subprocess.Popen`, under the same names."""

    def __init__(self, words: list[str], env: Mapping[str, str], cwd: Path | None) -> None:
        out, out_end = _CONTEXT.Pipe(duplex=False)
        errors, errors_end = _CONTEXT.Pipe(duplex=False)
        folder = os.fspath(cwd or Path.cwd())
        self._args = words
        self._process = _CONTEXT.Process(
            target=_run, args=(words, dict(env), folder, out_end, errors_end), daemon=True
        )
        self._process.start()
        out_end.close()
        errors_end.close()
        self.stdout = _text_of(out)
        self.stderr = _text_of(errors)
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._args, timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.exitcode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Both texts, read to their ends at once, and the process waited for."""
        with ThreadPoolExecutor(1) as pool, self.stdout, self.stderr:
            errors = pool.submit(self.stderr.read)
            out = self.stdout.read()
            self.wait(timeout)
            return out, errors.result()


def _text_of(end: Connection) -> IO[str]:
    file = os.fdopen(os.dup(end.fileno()), encoding="utf-8")
    end.close()
    return file


def _run(words: list[str], env: Mapping[str, str], folder: str, out: Connection, errors: Connection) -> None:
    """Be `python -m mockade` with these words."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    for end, number in ((out, 1), (errors, 2)):
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", buffering=1)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1)
    sys.argv = ["mockade", *words]
    runpy.run_module("mockade", run_name="__main__", alter_sys=True)
