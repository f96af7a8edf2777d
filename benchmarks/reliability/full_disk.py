"""A disk that is full for a while."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.reliability import shop
from benchmarks.reliability.outages import EVERY, Outages, through
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import Served

SIZE = "4m"
FEW = 16 * 1024
"""Bytes that a file may have where a limit stands for the disk: fewer than the state has."""


def run(scale: Scale, folder: Path, mounting: bool = True) -> Outcome:
    """On a small disk of its own where one may be mounted, else with a limit to the size of files."""
    rounds = max(1, scale.rounds // 10)
    home = shop.home(folder)
    disk = folder / "disk"
    disk.mkdir()
    if mounting and _mount(disk):
        try:
            return through(_small_disk(folder, disk, home), rounds, [_ON_A_DISK])
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    if sys.platform != "linux":
        return Outcome({}, [], {}, ["Left out: it needs Linux, or the right to mount."])
    return through(_limited(folder, disk, home), rounds, [_WITH_A_LIMIT])


_ON_A_DISK = (
    f"The disk is a tmpfs of {SIZE[:-1]} MiB that another file fills to the last byte; the server prints its "
    "lines into a file there too."
)
_WITH_A_LIMIT = "Nothing may be mounted here: RLIMIT_FSIZE, set from outside, stands for the disk."


def _mount(disk: Path) -> bool:
    if sys.platform != "linux":
        return False
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(disk)]
    try:
        return subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _small_disk(folder: Path, disk: Path, home: str) -> Outages:
    file, filler = disk / "state.json", disk / "filler"

    def start() -> Served:
        return Served(folder, home, "--state", str(file), every=EVERY, output=disk / "lines")

    @contextmanager
    def full(_server: Served) -> Iterator[None]:
        with filler.open("wb", buffering=0) as opened:
            for size in (65536, 1):  # to the last byte
                try:
                    while opened.write(bytes(size)) == size:
                        pass
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
        yield
        filler.unlink()

    return Outages(start, full, os.strerror(errno.ENOSPC), file)


def _limited(folder: Path, disk: Path, home: str) -> Outages:
    import resource  # noqa: PLC0415  # not on Windows

    file = disk / "state.json"

    def start() -> Served:
        return Served(folder, home, "--state", str(file), every=EVERY)

    @contextmanager
    def full(server: Served) -> Iterator[None]:
        before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (FEW, before[1]))
        yield
        if server.process.poll() is None:
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)

    return Outages(start, full, os.strerror(errno.EFBIG), file)
