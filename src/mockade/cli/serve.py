"""`mockade serve`: serve until stopped."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from mockade import garbage
from mockade.cli.numbers import WholeNumber
from mockade.cli.options import ENVIRONMENT, PORT, exit_on_setup_error, server_options
from mockade.cli.run_options import log_option

MOST_WORKERS = 256
"""More than machines have cores: all of them are started at once, and each has 70 MiB."""


@click.command(context_settings=ENVIRONMENT)
@server_options(PORT)
@click.option(
    "--state",
    metavar="FILE",
    type=click.Path(path_type=Path),
    show_envvar=True,
    help="Keep all worlds in this file: loaded at the start, saved every few seconds and at the end.",
)
@click.option("--watch", is_flag=True, show_envvar=True, help="Reload files that change; keep what fits.")
@click.option("-v", "--verbose", is_flag=True, show_envvar=True, help="Tell of notices and changes too.")
@click.option(
    "-q",
    "--quiet",
    is_flag=True,
    show_envvar=True,
    help="Print the ready line, and a token that was made up.",
)
@log_option
@click.option(
    "--workers",
    metavar="N",
    type=WholeNumber(1, MOST_WORKERS),
    default=1,
    show_default=True,
    show_envvar=True,
    help="How many processes serve; several share their worlds in a store. SIGHUP replaces them one by one.",
)
@click.pass_context
def serve(
    context: click.Context,
    /,
    names: tuple[str, ...],
    home: Path | None,
    verbose: bool,
    quiet: bool,
    workers: int,
    **options: Any,
) -> None:
    """Serve OpenAPI documents, or the bundled APIs where none is named.

    An argument is an OpenAPI document (FILE), a folder with specs/ (DIR), the address of a document (URL), or
    the NAME of an API, bundled or of --home.
    """
    verbose, quiet = _verbosity(context, verbose, quiet)
    if workers > 1:
        from mockade.cli.worker_options import check_options

        check_options(workers, options)
        from mockade.cli.workers import supervise

        with exit_on_setup_error():
            sys.exit(supervise(workers, names, home, verbose=verbose, quiet=quiet, **options))
    garbage.pause()
    context.call_on_close(garbage.collect_as_usual)
    from mockade.cli.serving import Serving

    with exit_on_setup_error():
        serving = Serving(names, home, verbose=verbose, quiet=quiet, **options)
    with exit_on_setup_error():
        code = 0 if serving.run() else 1
    if not serving.close():
        os._exit(code)  # Python's own exit would wait for ever for whoever does not read stdout
    if code:
        sys.exit(code)


def _verbosity(context: click.Context, verbose: bool, quiet: bool) -> tuple[bool, bool]:
    """Verbose and quiet, of which only one can be meant: the command line's before the environment's."""
    if not (verbose and quiet):
        return verbose, quiet
    typed = [
        context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        for name in ("verbose", "quiet")
    ]
    if sum(typed) != 1:
        raise click.UsageError("--verbose and --quiet exclude each other.")
    return typed[0], typed[1]
