"""A redis-server of a run's or a bench's own: on a socket in a folder of its own, ended by its process id."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from benchmarks.processes import Failed
from benchmarks.reliability.served import TOO_LONG, comes_true

PROGRAMS = ("valkey-server", "redis-server")
MISSING = f"Neither {' nor '.join(PROGRAMS)} is installed here: apt-get install redis-server."


def program() -> str | None:
    """The path of a server of Valkey or Redis; None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def version() -> str:
    """Which it is, such as `redis-server 7.0.15`; empty where there is none."""
    found = program()
    if found is None:
        return ""
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    number = next((word[2:] for word in told.split() if word.startswith("v=")), "")
    return f"{Path(found).name} {number}".strip()


class RedisServer:
    """Use it in a `with`, which ends it. It keeps nothing on disk if not told to, and logs into `folder`.

    Raises Failed where it does not start.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        found = program()
        if found is None:
            raise Failed(MISSING)
        self._program = found
        self._options = options
        self._log = folder / "redis.log"
        # A socket's path may have a hundred characters, which a run's own folder may have already.
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self.socket = Path(self._folder.name, "socket")
        self.url = f"unix://{self.socket}"
        """As `--store` takes it."""
        self.start()

    def start(self) -> None:
        """Start it, again where it was killed, and wait until it answers. Raises Failed."""
        words = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [self._program, *words, "--dir", self._folder.name, *self._options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if not comes_true(self._answers, within=TOO_LONG):
            self.end()
            raise Failed(f"{self._program} does not answer.")

    def _answers(self) -> bool:
        try:
            return self.ask("PING") == "PONG"
        except OSError:
            return False

    def ask(self, *words: str) -> str:
        """What it answers in one line: a status, a number or an error. Raises OSError."""
        return self._asked(*words).partition("\r\n")[0][1:]

    def _asked(self, *words: str) -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(TOO_LONG)
            connection.connect(str(self.socket))
            parts = [f"*{len(words)}", *(part for word in words for part in (f"${len(word)}", word))]
            connection.sendall("".join(f"{part}\r\n" for part in parts).encode())
            return connection.recv(65536).decode()

    def fact(self, name: str) -> str:
        """What INFO says of `name`. Raises OSError, and KeyError where it says nothing."""
        told = self._asked("INFO")
        return dict(line.partition(":")[::2] for line in told.splitlines())[name]

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
