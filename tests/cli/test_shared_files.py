"""What several processes write is whole: lines of stdout, and pieces of a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_output_files import with_at_most
from tests.servers import environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")

PRINTS = """
import os, sys
from mockade.cli.printer import LinePrinter
from mockade.cli.shared_files import FileLock

open(sys.argv[1] + sys.argv[2], "w").close()
while not all(os.path.exists(sys.argv[1] + word) for word in "ab"):
    pass
with open(sys.argv[1], "w") as lock:
    printer = LinePrinter(FileLock(lock.fileno()))
    for _ in range(300):
        printer.print(sys.argv[2] * 9000)
    while printer._lines.qsize():
        pass
    printer.close()
"""


def test_lines_that_a_pipe_does_not_take_at_once_are_not_torn(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    lock = tmp_path / "lock"
    processes = [
        subprocess.Popen([sys.executable, "-c", PRINTS, str(lock), word], stdout=writing, env=environment())
        for word in "ab"
    ]
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        lines = pipe.read().splitlines()
    assert [one.wait() for one in processes] == [0, 0]
    assert sorted(lines) == ["a" * 9000] * 300 + ["b" * 9000] * 300


def test_pieces_of_several_stand_behind_each_other_and_the_first_clears_the_file(tmp_path: Path) -> None:
    from mockade.cli.shared_files import SharedOutputFile  # noqa: PLC0415  # there is none on Windows

    path = tmp_path / "out"
    path.write_text("what was there before")
    first = SharedOutputFile(path, is_first=True)
    assert path.read_bytes() == b""
    assert first.write(b"one\n")
    other = SharedOutputFile(path, is_first=False)
    assert other.write(b"two\n")
    assert first.write(b"three\n")
    assert path.read_bytes() == b"one\ntwo\nthree\n"
    assert not with_at_most(16, lambda: other.write(b"far too long\n"))
    assert path.read_bytes() == b"one\ntwo\nthree\n", "a piece without room is left out whole"
    assert first.write(b"4\n")
    assert path.read_bytes() == b"one\ntwo\nthree\n4\n"
    assert [len(one.close()) for one in (first, other)] == [0, 1]


def test_a_device_takes_pieces_too() -> None:
    from mockade.cli.shared_files import SharedOutputFile  # noqa: PLC0415  # there is none on Windows

    file = SharedOutputFile(Path(os.devnull), is_first=True)
    assert file.write(b"one\n")
    assert file.close() == []
