"""A worker as the supervisor sees it: a process with a socket to it, whose stderr is passed on by lines."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import IO, Any

from mockade.workers.link import RETIRE, received

LAST_LINES = 20
"""Lines of a worker's stderr that are kept to be told again."""

_stderr = threading.Lock()


class WorkerProcess:
    """A process that was given its order, and what is known of it."""

    def __init__(self, number: int, command: Sequence[str], order: bytes, descriptors: Sequence[int]) -> None:
        """Start `command` with the worker's number and the socket's descriptor behind it. Raises OSError.

        `order` is the first that it reads from the socket; `descriptors` are open in it under their numbers.
        """
        self.number = number
        self.report: dict[str, Any] | None = None
        """What it said when it was ready to serve; None until then."""
        self._ready_at = 0.0
        self.is_heard = True
        """Whether it may say something yet."""
        self._heard = b""
        self.socket, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                [*command, str(number), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno(), *descriptors],
                process_group=0,  # a terminal's Ctrl-C comes to the supervisor alone
            )
        except BaseException:
            self.socket.close()
            raise
        finally:
            theirs.close()
        self.pid = self._process.pid
        self.last_lines: deque[bytes] = deque(maxlen=LAST_LINES)
        self._forwarding = threading.Thread(target=self._forward, args=(self._process.stderr,), daemon=True)
        self._forwarding.start()
        self._send(order)
        self.socket.setblocking(False)

    def _forward(self, stderr: IO[bytes]) -> None:
        with stderr:
            for line in stderr:
                self.last_lines.append(line)
                print_error_bytes(line)

    def listen(self) -> None:
        """Take in what it said."""
        try:
            heard = received(self.socket, 65536)
        except BlockingIOError:
            return
        self.is_heard = bool(heard)
        self._heard += heard
        if self.report is None and self._heard.endswith(b"\n"):
            self.report = json.loads(self._heard)
            self._ready_at = time.monotonic()

    @property
    def is_ready(self) -> bool:
        return self.report is not None

    @property
    def served(self) -> float | None:
        """The seconds since it was ready; None where it is not."""
        return time.monotonic() - self._ready_at if self.is_ready else None

    def code(self) -> int | None:
        """Its exit code, -n where signal n killed it; None while it lives."""
        code = self._process.poll()
        if code is not None:
            self._forwarding.join(1.0)
            self.socket.close()
        return code

    def said(self) -> list[str]:
        """The last lines that it said on stderr."""
        return b"".join(self.last_lines).decode("utf-8", "backslashreplace").splitlines()

    def retire(self) -> None:
        """Tell it to end once all who are connected know that they have to connect again."""
        self._send(RETIRE)

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def _send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError:
            return  # it is dead, of which its exit code tells more


def print_error_bytes(line: bytes) -> None:
    """Write a line to stderr in one piece; where nobody reads it, it is lost."""
    with _stderr:
        try:
            sys.stderr.flush()
            os.write(sys.stderr.fileno(), line)
        except (OSError, ValueError):
            return
