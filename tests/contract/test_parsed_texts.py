"""Large contracts are read once, and what is kept of them is what reading gives.

Holds `contract/kept_files.py` too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mockade.contract import kept_files, parsed_texts
from mockade.contract.reading import Tolerated, parse

PADDING = "# ".ljust(parsed_texts.LEAST, "x") + "\n"
VALUES = "1, 1.0, -0.0, 1.5e3, yes, 2026-01-01, '0123', 0123, null, ~, 9007199254740993, 36893488147419103232"
TEXT = f"{PADDING}a: {{b: [{VALUES}], é: ''}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(kept_files.SWITCH, str(tmp_path / "kept"))
    return tmp_path / "kept"


def read(text: str) -> Any:
    return parse(Path("x.yaml"), text, "x.yaml", Tolerated())


def test_what_is_kept_is_what_was_read(folder: Path) -> None:
    first = read(TEXT)
    assert len(list(folder.iterdir())) == 1
    assert repr(read(TEXT)) == repr(first)


@pytest.mark.usefixtures("folder")
def test_a_text_that_is_kept_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read(TEXT)
    monkeypatch.setattr("mockade.contract.reading.Data", None)
    assert read(TEXT)["a"]["b"][0] == 1


def test_another_text_and_another_reader_have_files_of_their_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(TEXT)
    assert read(TEXT.replace("1.5e3", "7"))["a"]["b"][3] == 7
    monkeypatch.setattr(parsed_texts, "_reader", lambda: b"another")
    read(TEXT)
    assert len(list(folder.iterdir())) == 3


@pytest.mark.parametrize(
    "line",
    [
        "a: 1\na: 2",  # is told at each start
        "a: !Ref b",
        "a: 1e999",
    ],
)
def test_what_json_cannot_say_and_what_is_told_is_not_kept(folder: Path, line: str) -> None:
    read(PADDING + line)
    assert not list(folder.glob("*.json"))


def test_a_small_text_and_what_our_user_wrote_are_not_kept(folder: Path) -> None:
    read("a: 1")
    parse(Path("x.yaml"), TEXT, "x.yaml")
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff"])
def test_a_file_that_was_spoilt_is_written_anew(folder: Path, content: bytes) -> None:
    read(TEXT)
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert read(TEXT)["a"]["b"][0] == 1
    assert file.stat().st_size > 20


def test_where_nothing_can_be_written_the_text_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(kept_files.SWITCH, str(tmp_path / "file" / "below"))
    assert read(TEXT)["a"]["b"][0] == 1


def test_a_folder_that_cannot_be_written_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_names: object) -> None:
        raise PermissionError

    read(TEXT)
    for name in ("utime", "replace"):
        monkeypatch.setattr(os, name, refuse)
    read(TEXT.replace("1.5e3", "7"))
    assert len(list(folder.iterdir())) == 1
    monkeypatch.setattr("mockade.contract.reading.Data", None)
    assert read(TEXT)["a"]["b"][0] == 1


def test_what_others_have_in_the_folder_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_files, "MOST", 1)
    folder.mkdir()
    for name in ("package.json", "game.json"):
        (folder / name).write_text("{}")
        os.utime(folder / name, (0, 0))
    read(TEXT)
    read(TEXT.replace("1.5e3", "7"))
    assert {"package.json", "game.json"} < {file.name for file in folder.iterdir()}
    assert len(list(folder.iterdir())) == 3


def test_nothing_is_kept_where_that_is_turned_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept_files.SWITCH, "off")
    monkeypatch.chdir(tmp_path)
    read(TEXT)
    assert not list(tmp_path.iterdir())


def test_the_texts_that_were_used_last_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_files, "MOST", 2)
    texts = [f"{PADDING}a: {number}" for number in range(3)]
    for age, text in zip((30, 20), texts, strict=False):
        read(text)
        for file in folder.glob("*.json"):
            os.utime(file, (file.stat().st_atime - age, file.stat().st_mtime - age))
    read(texts[0])  # used again
    read(texts[2])
    assert len(list(folder.iterdir())) == 2
    monkeypatch.setattr("mockade.contract.reading.Data", None)
    assert [read(texts[0]), read(texts[2])] == [{"a": 0}, {"a": 2}]
