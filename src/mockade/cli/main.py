"""The command `mockade`: the group of all commands."""

from __future__ import annotations

import errno
import signal
import sys
from typing import Any

import click

from mockade import __version__
from mockade.cli.control import clock, journal, reset
from mockade.cli.coverage import coverage
from mockade.cli.exec import execute
from mockade.cli.faults import fault
from mockade.cli.inspect import apis, copy, routes, validate
from mockade.cli.options import BAD_SETUP, ENVIRONMENT, print_error
from mockade.cli.play import play
from mockade.cli.rows import rows
from mockade.cli.serve import serve
from mockade.cli.streams import StreamError, discard, watched_streams
from mockade.cli.verify import report, verify
from mockade.cli.worlds import GROUPS


class _Commands(click.Group):
    """What is the same however a command ends: no traceback, and no exit code that is another's verdict."""

    def main(self, *words: Any, **options: Any) -> Any:
        try:
            with watched_streams():
                try:
                    return super().main(*words, **options)
                finally:
                    sys.stdout.flush()  # what fails then is told here, and not by Python's end
        except StreamError as error:
            discard(sys.stdout)
            if error.errno != errno.EPIPE:  # a reader that has gone wants to know nothing more
                print_error(str(error))
            sys.exit(BAD_SETUP)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            context.exit(128 + signal.SIGINT)  # as a shell tells it: 1 would be a verdict


@click.group(cls=_Commands, context_settings=ENVIRONMENT)
@click.version_option(__version__, prog_name="mockade")
def main() -> None:
    """Stands in for a game backend: stateful, contract-checked, in the vendor's own words.

    Every option can also stand in the environment: --port as MOCKADE_PORT, --cors as MOCKADE_CORS.
    """


for command in (
    serve,
    execute,
    verify,
    report,
    journal,
    coverage,
    reset,
    clock,
    fault,
    *GROUPS,
    play,
    validate,
    apis,
    routes,
    rows,
    copy,
):
    main.add_command(command)
