"""What `serve` and `exec` say of their own accord: what is being read where that takes long."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

import click

from mockade.errors import printable

PATIENCE = 2.0
"""Seconds of reading after which the start names what it reads."""


class Progress:
    """Says on stderr which file is being read, from the time on that reading takes long."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._lock = threading.Lock()
        self._current = ""
        self._said = ""
        self._due = time.monotonic() + PATIENCE
        self._timer = threading.Timer(PATIENCE, self._say)
        self._timer.daemon = True

    def __call__(self, name: str) -> None:
        """A file or address is about to be read."""
        self._current = name
        if time.monotonic() > self._due:
            self._say()

    def _say(self) -> None:
        with self._lock:
            name = self._current
            if name and name != self._said and not self._quiet:
                self._said = name
                click.echo(f"Reading {printable(name)} …", err=True)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
