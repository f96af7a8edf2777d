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
import time
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, ClassVar, NoReturn

CAN_FORK = sys.platform != "win32"

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "mockade.cli.main",
        "mockade.app",
        "mockade.launch",
        "mockade.cli.serve",
        "mockade.cli.serving",
        "mockade.cli.banner",
        "mockade.control",
        "mockade.snapshots.reader",
        "mockade.coverage.compiling",
        "mockade.coverage.responses",
        "uvicorn.lifespan.on",
        "uvicorn.loops.uvloop",
        "yaml",
        "tests.forked",
    ]
)


class ForkedProcess:
    """A process while it runs: what is needed of `subprocess.Popen`, under the same names."""

    def __init__(
        self,
        words: Sequence[str],
        env: Mapping[str, str],
        cwd: Path | None,
        out: Connection,
        errors: Connection,
        first: str,
    ) -> None:
        """Be `python -m` with these words, after the code `first`."""
        self._args = words
        given = (list(words), dict(env), os.fspath(cwd or Path.cwd()), out, errors, first)
        self._process = _CONTEXT.Process(target=_run, args=given, daemon=True)
        self._process.start()
        out.close()
        errors.close()
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


class Forked(ForkedProcess):
    """A command of the program, whose texts are read from pipes.

    `first` is code that its process runs before the program.
    """

    def __init__(self, words: list[str], env: Mapping[str, str], cwd: Path | None, first: str = "") -> None:
        out, out_end = _CONTEXT.Pipe(duplex=False)
        errors, errors_end = _CONTEXT.Pipe(duplex=False)
        super().__init__(["mockade", *words], env, cwd, out_end, errors_end, first)
        self.stdout = _text_of(out)
        self.stderr = _text_of(errors)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Both texts, read to their ends at once, and the process waited for."""
        with ThreadPoolExecutor(1) as pool, self.stdout, self.stderr:
            errors = pool.submit(self.stderr.read)
            out = self.stdout.read()
            self.wait(timeout)
            return out, errors.result()


class ForkedModules:
    """What the benches need of `subprocess`: what runs one of our modules is forked, with its workers."""

    DEVNULL, PIPE, TimeoutExpired = subprocess.DEVNULL, subprocess.PIPE, subprocess.TimeoutExpired
    run = staticmethod(subprocess.run)

    @staticmethod
    def Popen(command: Sequence[str], **options: Any) -> ForkedProcess | subprocess.Popen[bytes]:
        python, flag, *words = command
        if python != sys.executable or flag != "-m" or not CAN_FORK:
            return subprocess.Popen(command, **options)
        ends = (Connection(os.dup(options[name].fileno()), readable=False) for name in ("stdout", "stderr"))
        first = f"import os\nos.setsid()\n{FORKING}"
        process = ForkedProcess(words, options["env"], options.get("cwd"), *ends, first)
        with suppress(ProcessLookupError):  # where it has ended
            while process.poll() is None and os.getpgid(process.pid) != process.pid:
                time.sleep(0.001)  # as with subprocess, who has it may signal its group
        return process


def _text_of(end: Connection) -> IO[str]:
    file = os.fdopen(os.dup(end.fileno()), encoding="utf-8")
    end.close()
    return file


def _run(
    words: list[str], env: Mapping[str, str], folder: str, out: Connection, errors: Connection, first: str
) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    for end, number in ((out, 1), (errors, 2)):
        os.dup2(end.fileno(), number)
        end.close()
    exec(first, {})
    _be(*words)


def _be(module: str, *words: str) -> None:
    """Be `python -m` with these words."""
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", buffering=1)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


FORKING = "from tests.forked import fork_workers\nfork_workers()\n"
"""Code that a process runs first whose workers are to be forked from it."""


def fork_workers() -> None:
    """Have the supervisor of this process fork its workers, whose modules it has already."""
    from mockade.workers import process  # noqa: PLC0415  # Windows has no such

    process.subprocess = ForkedWorker  # type: ignore[attr-defined]


class ForkedWorker:
    """What a supervisor needs of `subprocess`."""

    DEVNULL, PIPE = subprocess.DEVNULL, subprocess.PIPE

    def __init__(self, command: list[str], *, pass_fds: Sequence[int], **_: object) -> None:
        """`command` ends in the module and its two arguments."""
        reading, writing = os.pipe()
        self._code: int | None = None
        self.pid = os.fork()
        if not self.pid:
            _end_as_worker(command, writing, pass_fds)
        os.close(writing)
        self.stderr = os.fdopen(reading, "rb")

    Popen: ClassVar[type[ForkedWorker]]

    def poll(self) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


ForkedWorker.Popen = ForkedWorker


def _end_as_worker(command: list[str], errors: int, kept: Sequence[int]) -> NoReturn:
    """Be what the command starts, in a process of its own with the files and signals of one."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(errors, 2)
        first = 3
        for one in [*sorted(kept), os.sysconf("SC_OPEN_MAX")]:
            os.closerange(first, one)
            first = one + 1
        _be(*command[-3:])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
