"""The command `mockade`: the group of all commands, each loaded when it is asked for."""

from __future__ import annotations

import errno
import signal
import sys
from importlib import import_module
from typing import Any

import click

from mockade import __version__
from mockade.cli.options import BAD_SETUP, ENVIRONMENT, exit_on_setup_error, print_error
from mockade.cli.streams import StreamError, discard, watched_streams

MODULES = {
    "serve": "serve",
    "exec": "exec",
    "verify": "verify",
    "report": "verify",
    "journal": "control",
    "coverage": "coverage",
    "reset": "control",
    "clock": "control",
    "fault": "faults",
    "world": "worlds",
    "state": "worlds",
    "snapshot": "worlds",
    "credential": "worlds",
    "play": "play",
    "validate": "inspect",
    "apis": "inspect",
    "routes": "inspect",
    "rows": "rows",
    "copy": "inspect",
}
"""By command, in the order of the help, the module below `cli` that has it."""

_FUNCTIONS = {"exec": "execute"}
"""Those that are not called as their command is."""


class Commands(click.Group):
    """The commands of MODULES, each loaded when it is asked for: `serve` needs nothing of the others.

    However one ends there is no traceback, and no exit code that is another's verdict.
    """

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in MODULES:
            return None
        module = import_module(f"mockade.cli.{MODULES[name]}")
        command: click.Command = getattr(module, _FUNCTIONS.get(name, name))
        return command

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
            with exit_on_setup_error():
                return super().invoke(context)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            context.exit(128 + signal.SIGINT)  # as a shell tells it: 1 would be a verdict


@click.command(cls=Commands, context_settings=ENVIRONMENT)
@click.version_option(__version__, prog_name="mockade")
def main() -> None:
    """Stands in for a game backend: stateful, contract-checked, in the vendor's own words.

    Every option can also stand in the environment: --port as MOCKADE_PORT, --cors as MOCKADE_CORS.
    """
