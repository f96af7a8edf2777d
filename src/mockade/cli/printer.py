"""Prints the lines of a running server from a thread, so that a slow reader of stdout does not block it."""

from __future__ import annotations

import errno
import queue
import sys
import threading
from contextlib import AbstractContextManager, nullcontext

import click

from mockade.cli.streams import StreamError, discard

BACKLOG = 10_000
"""Lines that wait for a slow reader; further ones are dropped and counted."""

BATCH = 100
"""Waiting lines that are printed with one write."""

CLOSE_TIMEOUT = 1.0
"""Seconds that the reader has for the remaining lines when the server ends."""


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""How writing fails that may succeed later, where stdout is a file."""


class LinePrinter:
    """Lines are queued and printed by a thread: a closed stdout, or a reader that stopped reading (a test
    runner that took the ready line and left the pipe to fill), does not hold up the server.
    """

    def __init__(self, lock: AbstractContextManager[None] | None = None) -> None:
        """`lock` is held while lines are written, where other processes print there too."""
        self._lock = lock or nullcontext()
        self._lines: queue.Queue[str | None] = queue.Queue(BACKLOG)
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="mockade-log", daemon=True)
        self._thread.start()

    def print(self, text: str) -> None:
        """Queue a line; lines are printed in order."""
        try:
            if self._dropped:
                missing = f"({self._dropped} lines are missing: nobody read them in time.)"
                self._lines.put_nowait(missing)
                self._dropped = 0
            self._lines.put_nowait(text)
        except queue.Full:
            self._dropped += 1

    def close(self) -> bool:
        """Print what is queued. Returns whether all of it was printed, or stdout is closed."""
        try:
            self._lines.put(None, timeout=CLOSE_TIMEOUT)
        except queue.Full:
            return False
        self._thread.join(CLOSE_TIMEOUT)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")
        is_open, missing = True, 0
        while (text := self._lines.get()) is not None:
            lines = [text]
            # In one write: under load a write for each line costs more than the lines.
            while len(lines) < BATCH and self._lines.qsize() and self._lines.queue[0] is not None:
                lines.append(self._lines.get_nowait() or "")
            if is_open:
                with self._lock:
                    is_open, missing = _printed(lines, missing)
        if missing:
            discard(sys.stdout)


def _printed(lines: list[str], missing: int) -> tuple[bool, int]:
    """Print lines, and how many are missing; whether stdout is open, and how many are missing now."""
    told = [f"(Up to {missing} lines are missing: the disk was full.)"] if missing else []
    try:
        click.echo("\n".join([*told, *lines]))
    except (OSError, ValueError, StreamError) as error:
        if getattr(error, "errno", None) in FULL:
            return True, missing + len(lines)
        discard(sys.stdout)
        return False, 0
    return True, 0
