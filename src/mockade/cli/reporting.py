"""The option --report, which all commands have that come to a verdict, and how they write what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from mockade.cli.options import BAD_SETUP, print_findings
from mockade.errors import SetupError
from mockade.reports.forms import FORMS, Output, on_github


def _outputs(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> tuple[Output, ...]:
    try:
        return tuple(map(Output.parse, values))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


report_option = click.option(
    "--report",
    "outputs",
    metavar=f"[{'|'.join(FORMS)}][:FILE]",
    multiple=True,
    callback=_outputs,
    show_envvar=True,
    help="Write a report, several times if wanted. Without FILE json, junit, sarif and html go into files of "
    "the working directory (mockade-report.json, …), and github annotates the job; - is stdout.",
)
"""As `outputs`, for `chosen_outputs` before the run and `write_reports` after it."""


def chosen_outputs(outputs: Sequence[Output]) -> tuple[list[Output], int]:
    """The reports to write, that of GitHub's Actions included, and how many exchanges they tell one by one.

    Raises SetupError with each file that cannot be written.
    """
    if not outputs and not on_github():
        return [], 0  # what writes reports takes long to load
    from mockade.reports.collector import TIMELINE
    from mockade.reports.outputs import chosen, with_timeline

    found = chosen(outputs)
    return found, TIMELINE if with_timeline(found) else 0


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
