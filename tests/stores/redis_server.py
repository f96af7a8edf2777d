"""A redis-server of the tests' own, on a socket in a folder of theirs."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import pytest
import redis

from tests.balancers import free_ports

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")

needs_redis = pytest.mark.skipif(
    PROGRAM is None, reason="no redis-server or valkey-server is here (Debian: apt install redis-server)"
)


class RedisServer:
    """A server that keeps nothing on disk unless it is told to."""

    def __init__(self, *options: str, listens: bool = False, configuration: Path | None = None) -> None:
        """It has a `port` besides its socket where it `listens`. A Sentinel needs a `configuration`."""
        # Not pytest's folder: the path of a socket has 107 bytes at most.
        self.folder = Path(mkdtemp(prefix="mockade-redis-"))
        self.socket = self.folder / "redis.sock"
        self._configuration = configuration
        self.options: Sequence[str] = options
        self.port = free_ports(1)[0] if listens else 0
        self.start()

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start it, again if need be, and wait until it answers."""
        assert PROGRAM is not None
        self.process = subprocess.Popen(
            [
                PROGRAM,
                *([str(self._configuration)] if self._configuration else []),
                "--port",
                str(self.port),
                "--unixsocket",
                self.socket,
                "--dir",
                self.folder,
                "--save",
                "",
                *self.options,
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, "redis-server ended at once"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket))
        try:
            return bool(client.ping())
        except redis.exceptions.RedisError:
            return False
        finally:
            client.close()

    def kill(self) -> None:
        """As by a power cut."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
