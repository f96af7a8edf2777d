"""The command `mockade`: the group of all commands."""

from __future__ import annotations

import click

from mockade import __version__
from mockade.cli.control import clock, journal, reset
from mockade.cli.coverage import coverage
from mockade.cli.exec import execute
from mockade.cli.faults import fault
from mockade.cli.inspect import apis, copy, routes, validate
from mockade.cli.options import ENVIRONMENT
from mockade.cli.play import play
from mockade.cli.rows import rows
from mockade.cli.serve import serve
from mockade.cli.verify import report, verify
from mockade.cli.worlds import GROUPS


@click.group(context_settings=ENVIRONMENT)
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
