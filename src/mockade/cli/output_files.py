"""Files that a run writes as its exchanges come: opened before it begins, and whole at any moment of it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Literal

from mockade.errors import Finding, Place, SetupError, reason, shown_path


class OutputFile:
    """A file of pieces, each of which is in it when `write` returns: whoever kills the process loses none.

    It replaces what was there. A piece that cannot be written is left out whole, and counted. `tail` stands
    behind the last piece: in a regular file at any moment, in a pipe once it is closed. Raises SetupError
    where the file cannot be opened, or has no room.
    """

    mode: Literal["wb", "ab"] = "wb"

    def __init__(self, path: Path, *, head: bytes = b"", tail: bytes = b"") -> None:
        self._path = path
        self._tail = tail
        self._end = 0
        """Bytes before the tail."""
        self._missing = 0
        self._why = ""
        try:
            self._file = path.open(self.mode, buffering=0)
            self._is_regular = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
            self._begin(head)
        except (OSError, ValueError) as error:
            mend = "Make its folder first." if isinstance(error, FileNotFoundError) else ""
            raise SetupError([self._finding(f"Cannot write this file: {reason(error)}.", mend)]) from None

    def _begin(self, head: bytes) -> None:
        try:
            if self._is_regular and not head:
                self._write(b"\n")  # a full disk is told now, and not after the run
                self._cut()
            else:
                self._append(head)
        except OSError:
            self._file.close()
            raise

    def write(self, piece: bytes) -> bool:
        """Whether it could be written."""
        try:
            self._append(piece)
        except OSError as error:
            self._missing += 1
            self._why = reason(error)
            with suppress(OSError):
                self._cut()
            return False
        return True

    def close(self) -> list[Finding]:
        """What is wrong with the file, if anything is."""
        if self._tail and not self._is_regular:
            self.write(self._tail)
        self._file.close()
        if not self._missing:
            return []
        many = "An entry of it is" if self._missing == 1 else f"{self._missing:,} entries of it are"
        return [self._finding(f"{many} missing: {self._why}.")]

    def _append(self, piece: bytes) -> None:
        if self._is_regular:
            self._file.seek(self._end)
            self._write(piece + self._tail)
            self._end += len(piece)
        else:
            self._write(piece)

    def _cut(self) -> None:
        """Drop what stands behind the last whole piece, and end the file."""
        if self._is_regular:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            self._write(self._tail)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            count = self._file.write(rest)
            if count is None:
                raise BlockingIOError("its reader does not read")
            rest = rest[count:]

    def _finding(self, message: str, mend: str = "") -> Finding:
        return Finding(Place(shown_path(self._path)), message, mend)
