"""`mockade serve`, but for how often it saves, and for a machine's clock that the run moves.

Called with the seconds between two looks for changes, a file that holds by how many seconds the machine's
clock is off (a double; `-` for none), and the words of mockade's command line.
"""

from __future__ import annotations

import functools
import mmap
import struct
import sys
import time
from pathlib import Path

from mockade.__main__ import main
from mockade.background import autosave

OFFSET = struct.Struct("d")


def move_clock(file: Path) -> None:
    """Let `time.time` be off by what the file says; the monotonic clock goes on, as it would."""
    with file.open("rb") as opened:
        offset = mmap.mmap(opened.fileno(), OFFSET.size, access=mmap.ACCESS_READ)
    machine = time.time
    time.time = lambda: machine() + float(OFFSET.unpack_from(offset)[0])


if __name__ == "__main__":
    every, moved, *sys.argv[1:] = sys.argv[1:]
    autosave.AutoSave = functools.partial(autosave.AutoSave, every=float(every))  # type: ignore[assignment,misc]
    if moved != "-":
        move_clock(Path(moved))
    main()
