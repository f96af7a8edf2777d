"""The voice of a running server: lines that are printed soon, whoever reads them or does not."""

from __future__ import annotations

import os
import queue
import sys
import threading

import click

BACKLOG = 10_000
"""Lines that wait for a slow reader; what comes then is counted and not shown."""

AT_ONCE = 100
"""How many of the lines that wait are printed with one write."""

LAST_WORDS = 1.0
"""Seconds that the reader has for the lines that are left when the server ends."""


class LinePrinter:
    """Prints lines from a thread of its own, so that neither a reader that has gone nor one that does not
    read (a test runner that took the ready line and left the pipe to fill) holds up the server.
    """

    def __init__(self) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue(BACKLOG)
        self._unsaid = 0
        self._thread = threading.Thread(target=self._speak, name="mockade-log", daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """Print a line soon, in the order of saying."""
        try:
            if self._unsaid:
                missing = f"({self._unsaid} lines are missing: nobody read them in time.)"
                self._lines.put_nowait(missing)
                self._unsaid = 0
            self._lines.put_nowait(text)
        except queue.Full:
            self._unsaid += 1

    def close(self) -> bool:
        """Whether all that was said has been printed, or has nobody left to read it."""
        try:
            self._lines.put(None, timeout=LAST_WORDS)
        except queue.Full:
            return False
        self._thread.join(LAST_WORDS)
        return not self._thread.is_alive()

    def _speak(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")
        heard = True
        while (text := self._lines.get()) is not None:
            lines = [text]
            # All that waits goes out in one write: under load one for each line costs more than the lines.
            while len(lines) < AT_ONCE and self._lines.qsize() and self._lines.queue[0] is not None:
                lines.append(self._lines.get_nowait() or "")
            if heard:
                heard = _printed("\n".join(lines))


def _printed(text: str) -> bool:
    """Print lines; False when nobody is there to read it."""
    try:
        click.echo(text)
    except (OSError, ValueError):
        _let_go_of_stdout()
        return False
    return True


def _let_go_of_stdout() -> None:
    """Point stdout at nothing: Python flushes it once more at its end, and would complain of the pipe."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
    except (OSError, ValueError):
        return
