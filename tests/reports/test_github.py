"""GitHub: annotations of lines in the repository, and a summary in which nothing is markup but ours."""

from __future__ import annotations

import re
from pathlib import Path

from mockade.errors import Finding, Place
from mockade.reports import github
from mockade.reports.locations import Locations
from mockade.reports.validated import of_validation
from mockade.validation.report import ValidationResult
from tests.reports.runs import exchange, hostile, reported, violation


def test_an_annotation_stands_at_the_file_as_the_repository_has_it() -> None:
    findings = [
        Finding(Place("specs/a.yaml", 3, 5), "100% wrong:\nno.", "Mend it.", "ref"),
        Finding(Place("/elsewhere/b.yaml", 1, 2), "Odd.", "", "nullable", "warning"),
        Finding(Place("specs/a.yaml", 1, 1), "Style.", "", "rows", "info"),
    ]
    report = of_validation(ValidationResult(1, findings), "error")
    assert list(github.commands(report, Locations(Path.cwd()))) == [
        "::error file=specs/a.yaml,line=3,col=5,title=Mockade%3A ref::100%25 wrong:\\nno. Mend it.",
        "::warning title=Mockade%3A nullable::Odd. [/elsewhere/b.yaml:1:2]",
    ]


def test_no_more_annotations_than_github_shows_and_the_most_frequent_first() -> None:
    many = [exchange(violations=[violation(f"n{at}")], status=400) for at in range(30)]
    commands = list(github.commands(reported(*many, many[17])))
    assert len(commands) == github.MOST
    assert "n17. (2 times)" in commands[0]


def test_what_others_wrote_is_text() -> None:
    report = hostile()
    for command in github.commands(report):
        assert command.count("::") >= 2
        assert not re.search(r"[\r\n\x00\x1b]", command)
    summary = github.summary(report)
    assert "<script" not in summary
    assert "&#60;script&#62;" in summary
    assert not re.search(r"[\r\x00\x1b]", summary)
    rows = [line for line in summary.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in rows[1:]} == {5}, "nothing of it ends a cell"
    summary.encode()


def test_a_summary_is_never_longer_than_github_takes() -> None:
    report = reported(*[exchange(violations=[violation("x" * 9000 + str(at))]) for at in range(70)])
    summary = github.summary(report)
    assert len(summary.encode()) < 1024 * 1024
    assert summary.endswith("see the other reports.\n")
