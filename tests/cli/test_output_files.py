"""A file that is written as a run goes on: whole at any moment, and what is missing in it is told."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.cli.output_files import OutputFile
from mockade.errors import SetupError

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


def with_at_most(size: int, act: Callable[[], Any]) -> Any:
    """What `act` answers while no file may become larger, as on a full disk."""
    import resource  # noqa: PLC0415  # not on Windows

    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        return act()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def test_each_piece_and_the_end_are_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("what was there before, which is longer")
    file = OutputFile(path, head=b"[", tail=b"]")
    assert path.read_bytes() == b"[]"
    assert file.write(b"one")
    assert path.read_bytes() == b"[one]"
    assert file.write(b",two")
    assert file.close() == []
    assert path.read_bytes() == b"[one,two]"


@posix
def test_a_piece_for_which_there_is_no_room_is_left_out_whole_and_told(tmp_path: Path) -> None:
    path = tmp_path / "out"
    file = OutputFile(path, tail=b"]")
    assert file.write(b"one\n")
    assert not with_at_most(8, lambda: file.write(b"far too long\n"))
    assert path.read_bytes() == b"one\n]"
    assert file.write(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n]"
    (finding,) = file.close()
    assert str(finding) == f"{path}: An entry of it is missing: File too large."


def test_a_pipe_gets_the_end_when_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    file = OutputFile(path, head=b"[", tail=b"]")
    file.write(b"one")
    assert file.close() == []
    reader.join()
    assert read == [b"[one]"]


@posix
def test_a_file_that_cannot_be_written_is_told_before_anything_is(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"out: Cannot write this file: .* Make its folder first\.$"):
        OutputFile(tmp_path / "nowhere" / "out")
    with pytest.raises(SetupError, match="Cannot write this file: Is a directory"):
        OutputFile(tmp_path)
    with pytest.raises(SetupError, match="Cannot write this file: No space left"):
        OutputFile(Path("/dev/full"), head=b"[")
    with pytest.raises(SetupError, match="Cannot write this file: File too large"):
        with_at_most(0, lambda: OutputFile(tmp_path / "out"))


def test_what_is_not_written_at_all_is_told() -> None:
    file = OutputFile(Path("/dev/full"))
    assert not any([file.write(b"one\n"), file.write(b"two\n")])
    assert [str(one) for one in file.close()] == [
        "/dev/full: 2 entries of it are missing: No space left on device."
    ]
