"""Writes reports: files are tried before a run, for it may take long, and written after it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import click

from mockade.errors import Finding, Place, SetupError, reason
from mockade.reports import github, text
from mockade.reports.formats import STDOUT, Output, on_github
from mockade.reports.model import Report
from mockade.reports.output_paths import Written, conflicts, report_files

_WITH_TIMELINE = frozenset({"json", "html"})
"""Formats that tell the exchanges one by one."""


def chosen(
    outputs: Iterable[Output], written: Iterable[Written] = (), read: Iterable[str | Path] = ()
) -> list[Output]:
    """Those that were asked for, and GitHub's where its Actions run this.

    `written` and `read` are files of other options. Raises SetupError with each file that cannot be written,
    is another's too, or is read.
    """
    found = list(dict.fromkeys(outputs))
    if on_github() and "github" not in (one.format for one in found):
        found.append(Output("github"))
    findings = [finding for one in found for finding in _faults(one)]
    findings += conflicts([*written, *report_files(found)], read)
    if findings:
        raise SetupError(findings)
    return found


def with_timeline(outputs: Iterable[Output]) -> bool:
    """Whether one of them tells the exchanges one by one."""
    return any(one.format in _WITH_TIMELINE for one in outputs)


def write(outputs: Sequence[Output], report: Report, echo: Callable[[str], object]) -> None:
    """Write all; `echo` prints a line of what goes into no file. Raises SetupError where some could not be.

    The text that every command prints by itself is not printed again.
    """
    findings = []
    for one in outputs:
        try:
            if one.file == STDOUT:
                sys.stdout.flush()
                sys.stdout.buffer.write(rendered(one.format, report).encode())  # whatever its encoding
                sys.stdout.buffer.flush()
            elif one.file:
                Path(one.file).write_bytes(rendered(one.format, report).encode())
            elif one.format == "github":
                _tell_github(report, echo)
        except OSError as error:
            findings.append(_unwritable(one.file or os.environ.get("GITHUB_STEP_SUMMARY", ""), error))
    if findings:
        raise SetupError(findings)


def rendered(format: str, report: Report) -> str:
    """A whole report of a format, as its file has it."""
    if format == "text":
        lines = report.validation.lines if report.validation else text.lines(report)
        return "".join(f"{click.unstyle(one)}\n" for one in lines)
    if format == "github":
        return github.summary(report)
    made: str = import_module(f"mockade.reports.{format}").render(report)
    return made


def _tell_github(report: Report, echo: Callable[[str], object]) -> None:
    for line in github.commands(report):
        echo(line)
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with open(file, "a", encoding="utf-8", newline="\n") as summary:
            summary.write(github.summary(report))


def _faults(output: Output) -> Iterator[Finding]:
    """Why its file cannot be written, if it cannot; its folder is made."""
    path = Path(output.file)
    if output.file in ("", STDOUT):
        return
    try:
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        if is_new or path.is_file() or path.is_dir():  # to try a pipe would end it for who reads it
            with path.open("ab"):
                pass
        if is_new:
            path.unlink()
    except (OSError, ValueError) as error:
        yield _unwritable(output.file, error)


def _unwritable(file: str, error: Exception) -> Finding:
    return Finding(Place(file), f"The report cannot be written: {reason(error)}.", "Name another file.")
