"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mockade.errors import Finding, Place, SetupError, reason, shown_path


def write_whole(path: Path, blocks: Iterable[bytes], *, replace: bool) -> None:
    """Write a file beside `path`, for its owner alone (mode 0600), and rename it once it is on the disk.

    What is there and no file, such as a pipe, is written into as the blocks come. Raises SetupError for a
    file that is there, unless it is to be replaced, and for what cannot be written; then nothing is left.
    """
    if path.is_dir():
        raise _error(path, "This is a folder.", "Name a file in it.")
    if path.exists() and not path.is_file():
        _write_into(path, blocks)
        return
    if path.exists() and not replace:
        raise _error(path, "This file is there already.", "Name another, or say --replace.")
    _write_beside(path.resolve(), blocks, replace=replace)


def _write_into(path: Path, blocks: Iterable[bytes]) -> None:
    try:
        with path.open("wb") as file:
            file.writelines(blocks)
    except OSError as error:
        raise _error(path, f"Cannot write this: {reason(error)}.", "") from None


def _write_beside(path: Path, blocks: Iterable[bytes], *, replace: bool) -> None:
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        mend = "Make its folder first." if isinstance(error, FileNotFoundError) else ""
        raise _error(path, f"Cannot write this file: {reason(error)}.", mend) from None
    try:
        with open(descriptor, "wb") as file:
            file.writelines(blocks)
            file.flush()
            os.fsync(file.fileno())
        _name(name, path, replace=replace)
    except OSError as error:
        raise _error(path, f"Cannot write this file: {reason(error)}.", "") from None
    finally:
        with suppress(OSError):
            os.unlink(name)


def _name(written: str, path: Path, *, replace: bool) -> None:
    if replace:
        os.replace(written, path)
        return
    try:
        os.link(written, path)  # unlike a rename it fails where somebody made the file meanwhile
    except FileExistsError:
        raise _error(path, "This file is there already.", "Name another, or say --replace.") from None
    except OSError:  # a file system without hard links
        os.rename(written, path)


def _error(path: Path, message: str, mend: str) -> SetupError:
    return SetupError([Finding(Place(shown_path(path)), message, mend)])
