"""A folder that becomes read-only for a while."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.reliability import shop
from benchmarks.reliability.outages import EVERY, Outages, through
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.served import Served

OBEYING = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override")
"""Starts a command of root's without the right to write what may not be written."""

NOTE = (
    "The right to write is taken from the folder (chmod), and from root the right to write all the same: no "
    "disk can be mounted read-only as long as the server holds its lock there."
)


def run(scale: Scale, folder: Path) -> Outcome:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if sys.platform == "win32" or (is_root and shutil.which(OBEYING[0]) is None):
        return Outcome({}, [], {}, ["Left out: it needs a POSIX system, and `setpriv` for root."])
    home, kept = shop.home(folder), folder / "kept"
    kept.mkdir()

    def start() -> Served:
        prefix = OBEYING if is_root else ()
        return Served(folder, home, "--state", str(kept / "state.json"), every=EVERY, prefix=prefix)

    @contextmanager
    def read_only(_server: Served) -> Iterator[None]:
        kept.chmod(0o500)
        try:
            yield
        finally:
            kept.chmod(0o700)

    kind = Outages(start, read_only, os.strerror(errno.EACCES), kept / "state.json")
    return through(kind, max(1, scale.rounds // 10), [NOTE])
