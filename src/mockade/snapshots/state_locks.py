"""The locks of a state file, which keep it for one server."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from mockade.errors import SetupError, reason

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class StateLocks:
    """Holds a state file by its name and by itself until it is closed; those of a killed process end with it.

    By its name, with a file beside it: each save replaces the file. By itself, as a hard link is another name
    of the same file: two servers would each replace their own of it.
    """

    def __init__(self, path: Path, error: Callable[[str, str], SetupError]) -> None:
        """Raises `error`, of a message and what to do, where the file is held or nothing can be written."""
        self._error = error
        self._path = path.with_name(f".{path.name}.lock")
        self._by_name = self._acquire()
        self._itself: int | None = None
        try:
            self.hold(path)
        except BaseException:
            self.close()
            raise

    def _acquire(self) -> int:
        """The descriptor of the locked file beside the state file."""
        while True:
            try:
                file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise self._error(
                    f"Nothing can be written in its folder: {reason(error)}.", "Name another folder."
                ) from None
            try:
                _lock(file)
            except OSError:
                os.close(file)
                raise self._error(
                    "Another server holds this file.", "Stop that one, or name another file for this one."
                ) from None
            with contextlib.suppress(OSError):
                if os.path.samestat(os.fstat(file), os.stat(self._path)):
                    return file
            os.close(file)  # its owner has just released and removed it

    def hold(self, path: Path) -> None:
        """Hold what is, or is about to be, the state file, in the place of what was."""
        if sys.platform == "win32":  # there a lock would keep the file from being read and replaced
            return
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:
            return  # there is none yet, or reading it will tell what is wrong
        if self._itself is not None and os.path.samestat(os.fstat(file), os.fstat(self._itself)):
            os.close(file)
            return
        try:
            _lock(file)
        except OSError:
            os.close(file)
            raise self._error(
                "Another server holds this file, under another name (a hard link).",
                "Stop that one, or name another file for this one.",
            ) from None
        self._release()
        self._itself = file

    def _release(self) -> None:
        if self._itself is not None:
            os.close(self._itself)
            self._itself = None

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._by_name)
        self._release()
