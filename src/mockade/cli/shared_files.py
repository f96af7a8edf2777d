"""Files that several processes write to at once: one at a time, so that no line is torn."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from mockade.cli.output_files import OutputFile


class FileLock:
    """Held by one process at a time while it is entered; the system frees it where that one dies."""

    def __init__(self, descriptor: int) -> None:
        """`descriptor` is of a regular file, open for writing, of which this process closes no other one."""
        self._descriptor = descriptor

    def __enter__(self) -> None:
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        fcntl.lockf(self._descriptor, fcntl.LOCK_UN)


class SharedOutputFile(OutputFile):
    """An OutputFile of pieces of several processes; only the first of them replaces what was there."""

    mode = "ab"

    def __init__(self, path: Path, *, is_first: bool) -> None:
        self._is_first = is_first
        super().__init__(path)

    def _begin(self, head: bytes) -> None:
        if self._is_first:
            if self._is_regular:
                self._file.truncate(0)
            super()._begin(head)

    def write(self, piece: bytes) -> bool:
        if not self._is_regular:
            return super().write(piece)
        # Not FileLock: who waits for one such lock while a thread of his holds another is taken for part of a
        # deadlock. This one is of the open file, which each process has opened for itself.
        fcntl.flock(self._file.fileno(), fcntl.LOCK_EX)
        try:
            self._end = os.fstat(self._file.fileno()).st_size
            return super().write(piece)
        finally:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_UN)
