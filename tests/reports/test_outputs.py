"""Where reports go: formats and files, tried before a run and written after it.

Holds `reports/formats.py` and `reports/output_paths.py` too.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mockade.errors import SetupError
from mockade.reports.formats import FORMATS, Output
from mockade.reports.outputs import chosen, rendered, with_timeline, write
from mockade.reports.validated import of_validation
from mockade.validation.report import ValidationResult
from tests.reports.runs import BROKEN, hostile, reported


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of the test's own, where no CI runs."""
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("json", Output("json", "mockade-report.json")),
        ("junit:a/b.xml", Output("junit", "a/b.xml")),
        ("junit:C:\\x\\r.xml", Output("junit", "C:\\x\\r.xml")),
        ("sarif:-", Output("sarif", "-")),
        ("text", Output("text")),
    ],
)
def test_a_format_is_followed_by_its_file(text: str, output: Output) -> None:
    assert Output.parse(text) == output


@pytest.mark.parametrize(("text", "said"), [("jnit", "Did you mean 'junit'?"), ("json:", "has to follow")])
def test_what_is_no_format_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        Output.parse(text)


def test_files_are_tried_before_the_run_and_left_as_they_were(elsewhere: Path) -> None:
    (elsewhere / "old.json").write_text("old")
    (elsewhere / "folder").mkdir()
    assert len(chosen([Output("json", "old.json"), Output("junit", "new/x.xml")])) == 2
    assert ((elsewhere / "old.json").read_text(), list((elsewhere / "new").iterdir())) == ("old", [])
    with pytest.raises(SetupError) as caught:
        chosen(
            [Output("github", "folder"), Output("json", "a\0b"), Output("sarif", "x"), Output("junit", "./x")]
        )
    assert [one.message for one in caught.value.findings] == [
        "The report cannot be written: Is a directory.",
        "The report cannot be written: embedded null byte.",
        "It is the file of --report sarif too: --report junit needs one of its own.",
    ]


def test_no_report_goes_where_something_else_is_or_goes(elsewhere: Path) -> None:
    (elsewhere / "journal.ndjson").write_text("{}\n")
    with pytest.raises(SetupError) as caught:
        chosen(
            [Output("json", "./journal.ndjson"), Output("json", "-"), Output("sarif", "-")],
            [("--har", Path("x.har"))],
            ["journal.ndjson"],
        )
    assert [one.place.file for one in caught.value.findings] == ["journal.ndjson", "-"]
    for outputs in ([Output("json", "x.har")], [Output("json", "r"), Output("sarif", "./r")]):
        with pytest.raises(SetupError, match=r"It is the file of --(har|report json) too: --report "):
            chosen(outputs, [("--har", Path("x.har"))])


def test_no_report_goes_to_another_name_of_a_file(elsewhere: Path) -> None:
    for name in ("journal", "x.har"):
        (elsewhere / name).write_text("{}\n")
        (elsewhere / f"{name}.linked").hardlink_to(elsewhere / name)
        (elsewhere / f"{name}.named").symlink_to(elsewhere / name)
    for suffix in ("linked", "named"):
        with pytest.raises(SetupError, match="This file is read too"):
            chosen([Output("json", f"journal.{suffix}")], (), ["journal"])
        with pytest.raises(SetupError, match="It is the file of --har too"):
            chosen([Output("json", f"x.har.{suffix}")], [("--har", Path("x.har"))])


def test_a_pipe_is_not_tried_for_that_would_end_it(elsewhere: Path) -> None:
    os.mkfifo(elsewhere / "pipe")
    assert chosen([Output("json", "pipe"), Output("sarif", "pipe")])


def test_github_is_told_by_itself_where_its_actions_run(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(elsewhere / "summary"))
    (elsewhere / "summary").write_text("before\n")
    told: list[str] = []
    outputs = chosen([])
    write(outputs, reported(BROKEN), told.append)
    assert [line.partition(" ")[0] for line in told] == ["::error"]
    assert (elsewhere / "summary").read_text(encoding="utf-8").startswith("before\n## ❌ Mockade exec")
    assert chosen([Output("github", "x.md")]) == [Output("github", "x.md")]


def test_all_are_written_though_one_cannot_be(elsewhere: Path) -> None:
    (elsewhere / "folder").mkdir()
    with pytest.raises(SetupError, match="folder: The report cannot be written"):
        write([Output("json", "folder"), Output("json", "x.json")], reported(BROKEN), print)
    assert json.loads((elsewhere / "x.json").read_text(encoding="utf-8"))["failed"]


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_made_of_every_report_and_is_utf_8(format: str) -> None:
    for report in (reported(), hostile(), of_validation(ValidationResult(), "error")):
        assert rendered(format, report) == rendered(format, report)
        rendered(format, report).encode()


def test_only_what_tells_exchanges_one_by_one_needs_them_kept() -> None:
    assert [format for format in FORMATS if with_timeline([Output(format)])] == ["json", "html"]
