"""`mockade exec`: run a command with a mock around it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from mockade import garbage
from mockade.cli.coverage_options import threshold_options
from mockade.cli.options import ENVIRONMENT, exit_on_setup_error, server_options
from mockade.cli.reporting import fail_on_option, report_option
from mockade.cli.run_options import har_option, journal_out_option, log_option
from mockade.reports.formats import Output


class _Wrapper(click.Command):
    """A command line with another one in it, behind `--`."""

    def parse_args(self, context: click.Context, words: list[str]) -> list[str]:
        at = words.index("--") if "--" in words else len(words)
        context.obj = words[at + 1 :]
        return super().parse_args(context, words[:at])

    def collect_usage_pieces(self, context: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(context), "-- COMMAND..."]


@click.command("exec", cls=_Wrapper, context_settings=ENVIRONMENT)
@server_options(0)
@fail_on_option
@click.option("-v", "--verbose", is_flag=True, show_envvar=True, help="Print each request, on stderr.")
@report_option
@threshold_options
@journal_out_option
@har_option
@log_option
@click.pass_context
def execute(
    context: click.Context,
    /,
    names: tuple[str, ...],
    home: Path | None,
    gates: tuple[Any, ...],
    verbose: bool,
    outputs: tuple[Output, ...],
    minimum: dict[str, float],
    ignored: tuple[str, ...],
    journal_out: Path | None,
    har: Path | None,
    log: Path | None,
    **options: Any,
) -> None:
    """Run COMMAND with a mock around it, and say whether the contract was kept.

    It finds the mock at MOCKADE_URL, each API at MOCKADE_<API>_URL, and what fixtures set under `connect:`.
    Ends with the command's code; with 1 when it passed and the contract was broken, with 2 when it or the
    mock could not be started, or a file could not be written.
    """
    garbage.pause()
    context.call_on_close(garbage.collect_as_usual)
    from mockade.cli.exec_run import ExecRun

    command = _command(context.obj)
    files = {"journal_out": journal_out, "har": har, "log": log}
    with exit_on_setup_error():
        run = ExecRun(
            names,
            home,
            gates,
            verbose=verbose,
            files=files,
            outputs=outputs,
            coverage=(minimum, ignored),
            **options,
        )
        code = run.run(command)
    sys.exit(code)


def _command(words: list[str]) -> list[str]:
    """The command to run. Raises UsageError where there is none."""
    if not words:
        raise click.UsageError("Say what to run, behind two dashes: mockade exec -- pytest")
    return words
