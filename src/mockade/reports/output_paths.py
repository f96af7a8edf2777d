"""Which files a run writes: none that is another's, and none that is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.reports.formats import STDOUT, Output

Written = tuple[str, str | Path]
"""The option that names a file, and the file; `-` as text is stdout."""


def conflicts(written: Iterable[Written], read: Iterable[str | Path] = ()) -> Iterator[Finding]:
    """Each file that is read too, or that an option before it has; pipes and devices may be."""
    lost = {identity(one) for one in read if one != STDOUT and is_regular(one)}
    owners: dict[object, str] = {}
    for option, path in written:
        if path != STDOUT and not is_regular(path):
            continue
        file = STDOUT if path == STDOUT else identity(path)
        place = Place(STDOUT if path == STDOUT else shown_path(Path(path)))
        if file in lost:
            yield Finding(place, "This file is read too, and would be lost.", "Name another.")
            continue
        owner = owners.setdefault(file, option)
        if owner is not option:
            yield Finding(place, f"It is the file of {owner} too: {option} needs one of its own.")


def check_conflicts(written: Iterable[Written], read: Iterable[str | Path] = ()) -> None:
    """Raises SetupError with all `conflicts`."""
    findings = list(conflicts(written, read))
    if findings:
        raise SetupError(findings)


def identity(file: str | Path) -> object:
    """What the names of one file have in common: links of both kinds are it too."""
    try:
        found = os.stat(file)
    except OSError:
        return os.path.realpath(file)  # it is not there yet
    return (found.st_dev, found.st_ino) if found.st_ino else os.path.realpath(file)


def is_regular(path: str | Path) -> bool:
    """Whether it is a file, or will be one: a pipe or a device may be named by several."""
    return "\0" not in str(path) and (os.path.isfile(path) or not os.path.exists(path))


def report_files(outputs: Iterable[Output]) -> list[Written]:
    """The files of reports, by their options."""
    return [(f"--report {one.format}", one.file) for one in outputs if one.file]
