"""A redis-server of a run's own: on a socket in a folder of its own, ended by its process id."""

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
MISSING = f"Neither {' nor '.join(PROGRAMS)} is installed here."


def program() -> str | None:
    """The path of a server of Valkey or Redis; None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class RedisServer:
    """Use it in a `with`, which ends it. It keeps nothing on disk, and writes its log into `folder`.

    Raises Failed where it does not start.
    """

    def __init__(self, folder: Path) -> None:
        found = program()
        if found is None:
            raise Failed(MISSING)
        # A socket's path may have a hundred characters, which a run's own folder may have already.
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self._path = Path(self._folder.name, "socket")
        self.url = f"unix://{self._path}"
        """As `--store` takes it."""
        words = ["--port", "0", "--unixsocket", str(self._path), "--save", "", "--appendonly", "no"]
        with (folder / "redis.log").open("wb") as log:
            self.process = subprocess.Popen(
                [found, *words, "--dir", self._folder.name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if not comes_true(self._answers, within=TOO_LONG):
            self.end()
            raise Failed(f"{found} does not answer.")

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self._path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
