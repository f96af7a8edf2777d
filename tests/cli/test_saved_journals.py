"""Saved journals: each bad line is told with its file and its number."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path

import orjson
import pytest

from mockade.catalogue.redaction import Redaction
from mockade.cli.saved_journals import MOST_TOLD, SavedJournals
from mockade.control.exchanges import ExchangeSerializer
from mockade.errors import SetupError
from tests.reports.runs import BROKEN, DUE_FAULT

LINES = [orjson.dumps(ExchangeSerializer({}, Redaction()).full(one)) for one in (BROKEN, DUE_FAULT)]


def read(*texts: bytes, folder: Path) -> SavedJournals:
    files = [folder / f"{number}.ndjson" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text)
    return SavedJournals(map(str, files))


def test_files_are_read_in_their_order_with_or_without_a_last_line_break(tmp_path: Path) -> None:
    saved = read(b"\n".join(LINES), b"", b"\r\n \n" + LINES[0] + b"\r\n", folder=tmp_path)
    assert [entry["request"] is not None for entry in saved] == [True, False, True]
    assert saved.cut == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"nothing", "This is no line of JSON"),
        (b"[1]", "This is no entry of a journal: Expected object"),
        (b'{"log": {"version": "1.2"}}', "This is no entry of a journal: /id: 'id' is required"),
        (LINES[0].replace(b'"engine"', b'"me"'), "This is no entry of a journal: /answered_by"),
        (LINES[0][:-1], "This is no line of JSON"),
        (
            LINES[0].replace(b'"id":1,', b'"id":-1,'),
            "/id: -1 must be at least 1.",
        ),
        (
            LINES[0].replace(b'"where":"body"', b'"where":"soul"'),
            "/violations/0/where",
        ),
        (
            LINES[0].replace(b'"path":', b'"way":'),
            "/request/path: 'path' is required",
        ),
        (b"\xff\xfe", "This is no line of JSON"),
        (b'{"a": "\\ud800"}', "This is no line of JSON"),
        (b"[" * 500 + b"]" * 500, "This is no entry of a journal: it nests deeper"),
        (b"[" * 100_000, "This is no line of JSON"),
    ],
)
def test_a_bad_line_is_told_behind_the_good_ones(tmp_path: Path, line: bytes, message: str) -> None:
    saved = iter(read(LINES[0] + b"\n", LINES[0] + b"\n" + line + b"\n" + LINES[1] + b"\n", folder=tmp_path))
    assert len(list(islice(saved, 3))) == 3
    with pytest.raises(SetupError) as caught:
        next(saved)
    (finding,) = caught.value.findings
    assert (Path(finding.place.file).name, finding.place.line) == ("1.ndjson", 2)
    assert message in finding.message


def test_a_line_that_a_kill_cut_off_is_no_entry_and_is_noted(tmp_path: Path) -> None:
    saved = read(LINES[0] + b"\n" + LINES[1][:50], folder=tmp_path)
    assert len(list(saved)) == 1
    assert [place.line for place in saved.cut] == [2]


def test_an_entry_that_stands_there_twice_is_told_unless_its_world_was_made_again(tmp_path: Path) -> None:
    second = LINES[0].replace(b'"id":1,', b'"id":2,')
    assert len(list(read(b"\n".join([LINES[0], LINES[0], second, LINES[0]]), folder=tmp_path))) == 4
    assert len(list(read(second, second, folder=tmp_path))) == 2, "shards have the same worlds"
    with pytest.raises(SetupError, match="ndjson:3:1: #2 of the world 'default' stands here a second time"):
        list(read(b"\n".join([LINES[0], second, second]) + b"\n", folder=tmp_path))


def test_what_editors_and_shells_do_to_a_file_is_read_or_told(tmp_path: Path) -> None:
    assert len(list(read(b"\xef\xbb\xbf" + LINES[0] + b"\r\n", folder=tmp_path))) == 1
    for text, message in (
        (gzip.compress(LINES[0]), "This file is compressed (gzip)."),
        (LINES[0].decode().encode("utf-16"), "This file is text in UTF-16, and UTF-8 is read here."),
    ):
        with pytest.raises(SetupError) as caught:
            list(read(LINES[0], text, folder=tmp_path))
        assert [one.message for one in caught.value.findings] == [message]


def test_of_very_many_bad_lines_the_first_are_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        list(read(b"x\n" * 1000, folder=tmp_path))
    assert len(caught.value.findings) == MOST_TOLD


def test_all_files_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="This cannot be read: No such file or directory") as caught:
        list(SavedJournals([str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path)]))
    assert len(caught.value.findings) == 3
