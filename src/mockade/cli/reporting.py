"""The options --fail-on and --report of commands that come to a verdict, and how reports are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from mockade.cli.options import BAD_SETUP, print_findings
from mockade.errors import Finding, SetupError
from mockade.reports.formats import FORMATS, Output, on_github
from mockade.reports.gates import DEFAULT_GATES, GATES, Gate


def _outputs(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> tuple[Output, ...]:
    try:
        return tuple(map(Output.parse, values))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _gates(_context: click.Context, _option: click.Parameter, values: tuple[Gate, ...]) -> tuple[Gate, ...]:
    if "never" in values and len(values) > 1:
        raise click.BadParameter("never leaves nothing for another to say.")
    return values


report_option = click.option(
    "--report",
    "outputs",
    metavar=f"[{'|'.join(FORMATS)}][:FILE]",
    multiple=True,
    callback=_outputs,
    envvar="MOCKADE_REPORT",
    show_envvar=True,
    help="Write a report, several times if wanted. Without FILE json, junit, sarif and html go into files of "
    "the working directory (mockade-report.json, …), and github annotates the job; - is stdout.",
)
"""As `outputs`, for `chosen_outputs` before the run and `write_reports` after it."""


fail_on_option = click.option(
    "--fail-on",
    "gates",
    type=click.Choice(GATES),
    multiple=True,
    callback=_gates,
    default=DEFAULT_GATES,
    show_default=True,
    envvar="MOCKADE_FAIL_ON",
    show_envvar=True,
    help="What fails it, several times if wanted: a notice is what the contract does not declare, and "
    "counts violations too; unanswered is a 501; a fault is the mock's own, a limitation what it cannot do; "
    "empty is a run without a request; the others are notices of one rule (docs/ci.md).",
)
"""As `gates`."""


def chosen_outputs(
    outputs: Sequence[Output],
    written: Mapping[str, Path | None] = MappingProxyType({}),
    read: Iterable[str | Path] = (),
) -> tuple[list[Output], int]:
    """The reports to write, that of GitHub's Actions included, and how many exchanges they tell one by one.

    `written` are the files of other options, by their names, `read` what is read. Raises SetupError with each
    file that cannot be written, is another's too, or is read.
    """
    if not outputs and not on_github():
        return [], 0  # what writes reports takes long to load
    from mockade.reports.collector import TIMELINE
    from mockade.reports.outputs import chosen, with_timeline

    others = [(f"--{name.replace('_', '-')}", file) for name, file in written.items() if file is not None]
    found = chosen(outputs, others, read)
    return found, TIMELINE if with_timeline(found) else 0


def check_unread(
    outputs: Sequence[Output], apis: Mapping[str, Any], har: Path | None = None, read: Iterable[str] = ()
) -> None:
    """Raises SetupError for each report, or HAR, that would be written over a file that the run reads.

    That is `read`, and what the APIs were read from.
    """
    from mockade.cli.run_files import files_of
    from mockade.reports.output_paths import check_conflicts, report_files

    others = [("--har", har)] if har is not None else []
    check_conflicts([*others, *report_files(outputs)], [*read, *files_of(apis)])


def conclude(
    report: Any,
    outputs: Sequence[Output],
    unwritten: Sequence[Finding],
    *,
    passed: int = 0,
    to_stderr: bool = True,
) -> int:
    """Print what came of a run, and write its reports, also where nobody can read what is printed.

    `unwritten` is what is missing in its files, `passed` the exit code of the command in it. Returns the exit
    code.
    """
    from mockade.reports.text import lines

    try:
        for line in lines(report):
            click.echo(line, err=to_stderr)
        print_findings(unwritten)
    finally:
        code = write_reports(outputs, report, report.code(passed) or (BAD_SETUP if unwritten else 0))
    return code


def write_reports(outputs: Sequence[Output], report: Any, code: int) -> int:
    """Write what was asked for.

    Returns the exit code: `code`, but 2 where that is 0 and a file could not be written.
    """
    if not outputs:
        return code
    from mockade.reports.outputs import write

    try:
        write(outputs, report, lambda line: click.echo(line, err=True))
    except SetupError as error:
        print_findings(error.findings)
        return code or BAD_SETUP
    return code
