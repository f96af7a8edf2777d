"""Stdout and stderr of a command: one that cannot be written ends it with a sentence, and no traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from mockade.errors import reason


class StreamError(Exception):
    """Stdout cannot be written: its disk is full, or whoever read it has gone.

    It is no OSError, so that what handles those of files leaves it alone. `errno` is that of the error.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(f"stdout cannot be written: {reason(error)}.")
        self.errno = error.errno


class _Stream:
    """A text stream, and the bytes below it, whose errors are handled; all else is the stream's own."""

    def __init__(self, stream: Any, handle: Callable[[OSError], object]) -> None:
        self._stream = stream
        self._handle = handle

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._stream, name)
        return _Stream(found, self._handle) if name == "buffer" else found

    def write(self, data: Any) -> Any:
        return self._tried(self._stream.write, data)

    def flush(self) -> None:
        self._tried(self._stream.flush)

    def _tried(self, method: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return method(*arguments)
        except OSError as error:
            return self._handle(error)


@contextmanager
def watched_streams() -> Iterator[None]:
    """While a command runs: a stdout that cannot be written is a StreamError, such a stderr is silent.

    A run whose words nobody can read goes on, and tells its verdict by its exit code.
    """
    former = sys.stdout, sys.stderr
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # for one that is closed
        try:
            sys.stdout = _Stream(former[0] or nowhere, _raise)
            sys.stderr = _Stream(former[1] or nowhere, lambda _: discard(former[1]))
            yield
        finally:
            sys.stdout, sys.stderr = former


def _raise(error: OSError) -> NoReturn:
    raise StreamError(error) from None


def discard(stream: Any) -> None:
    """Let nothing more be written to stdout or stderr: Python flushes both at its end, which would fail."""
    with suppress(OSError, ValueError):
        place = stream.fileno()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, place)
        os.close(nothing)
