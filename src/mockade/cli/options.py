"""Options and types of values that commands share, and how a mistake ends a command."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mockade.cli.numbers import WholeNumber
from mockade.cli.option_values import hosts, origins, traffic_rules
from mockade.cli.store_options import store_options
from mockade.errors import Finding, Place, SetupError, printable, reason
from mockade.settings import GENERATED, MOST_ROWS, REFUSED, TOKEN, UNANSWERED, WARNED, Settings
from mockade.state.clock import duration, seconds_of

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]

PORT = 6464
BAD_SETUP = 2
"""The exit code for our user's mistakes: a file to mend, a port that is taken, a server that is not there."""

# Every command says it for itself: click would put the command's name between, as in MOCKADE_SERVE_PORT.
ENVIRONMENT = {"auto_envvar_prefix": "MOCKADE", "help_option_names": ["-h", "--help"]}


@contextmanager
def exit_on_setup_error() -> Iterator[None]:
    """On a SetupError, or an OSError of a file, print what is wrong and exit with 2, without a traceback."""
    try:
        yield
    except SetupError as error:
        print_findings(error.findings)
        sys.exit(BAD_SETUP)
    except OSError as error:
        if error.filename is None:
            raise  # it is about no file that somebody could mend
        print_findings([Finding(Place(os.fsdecode(error.filename)), f"{reason(error)}.", "Name another.")])
        sys.exit(BAD_SETUP)


def print_findings(findings: Sequence[Finding]) -> None:
    for finding in findings:
        print_error(str(finding))
    if len(findings) > 1:
        click.echo(f"{len(findings)} things to mend.", err=True)


def print_warnings(findings: Sequence[Finding]) -> None:
    for finding in findings:
        print_warning(str(finding))


def print_warning(sentence: str) -> None:
    click.echo(f"{click.style('warning', fg='yellow', bold=True)} {printable(sentence)}", err=True)


def print_error(sentence: str) -> None:
    click.echo(f"{click.style('error', fg='red', bold=True)} {printable(sentence)}", err=True)


def seconds(text: str | float) -> float:
    """Seconds of a duration (1h30m) or of a plain number. Raises BadParameter when it is neither."""
    if isinstance(text, float):  # an option's default
        return text
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    try:
        return duration(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}, or seconds.") from None


def some_seconds(text: str | float) -> float:
    """Seconds, as `seconds` reads them, that are more than none."""
    found = seconds(text)
    if not found:
        raise click.BadParameter("it has to be more than 0.")
    return found


def moment(text: str) -> str:
    """An RFC 3339 date-time, as it was written. Raises BadParameter when it is none."""
    try:
        seconds_of(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}: write 2026-01-05T12:00:00Z.") from None
    return text


DEFAULTS = Settings()


def server_options(port: int) -> Decorator:
    """The arguments of a command that serves; `port` is the default one."""
    return all_of(names_argument, home_option, _host, _port(port), *_SERVER_SETTINGS)


def all_of(*decorators: Decorator) -> Decorator:
    """One decorator for several; the first comes first in the help."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def token_option(text: str) -> Decorator:
    """`text` is what the token does for the command."""
    return click.option(
        "--token", metavar="TEXT", default="", callback=_sendable, show_envvar=True, help=text
    )


def _sendable(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value and not TOKEN.fullmatch(value):
        raise click.BadParameter("a header carries letters, digits and signs of ASCII only, and no spaces.")
    return value


names_argument = click.argument("names", metavar="[FILE|DIR|URL|NAME]...", nargs=-1)

home_option = click.option(
    "--home",
    metavar="DIR",
    type=click.Path(path_type=Path),
    show_envvar=True,
    help="A folder with specs/, fixtures/, apis/, laid over the bundled files one by one.",
)

_host = click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    show_envvar=True,
    help="Where to listen.",
)


def _port(default: int) -> Decorator:
    """Where the default is 0, a free port, the environment's is not read: it means the port of `serve`."""
    return click.option(
        "-p",
        "--port",
        metavar="N",
        type=WholeNumber(0, 65535),
        default=default,
        show_default=True,
        show_envvar=bool(default),
        allow_from_autoenv=bool(default),
        help="0 takes a free one.",
    )


seed_option = click.option(
    "--seed",
    metavar="N",
    type=WholeNumber(-(2**63), 2**63 - 1),
    default=DEFAULTS.seed,
    show_default=True,
    show_envvar=True,
    help="Where ids, rows and chance come from: the same seed and requests get the same answers.",
)

rows_option = click.option(
    "--rows",
    metavar="N",
    type=WholeNumber(0, MOST_ROWS),
    default=DEFAULTS.rows,
    show_default=True,
    show_envvar=True,
    help="How many rows collections start with where no fixture file says which; 0 for none.",
)

_SERVER_SETTINGS = (
    seed_option,
    click.option(
        "--strict",
        is_flag=True,
        show_envvar=True,
        help="Refuse undeclared query parameters, headers and body properties.",
    ),
    click.option(
        "--closed",
        is_flag=True,
        show_envvar=True,
        help="Do not start where the fixtures hold no credentials for a security scheme; it would take any.",
    ),
    click.option(
        "--strict-contract",
        is_flag=True,
        show_envvar=True,
        help="Do not start with a contract that has slips; else what is wrong in it is left out.",
    ),
    click.option(
        "--unanswered",
        type=click.Choice([GENERATED, UNANSWERED]),
        default=DEFAULTS.unanswered,
        show_default=True,
        show_envvar=True,
        help="What operations answer that have no handler, shape and example: a made-up body, or 501.",
    ),
    click.option(
        "--requests",
        type=click.Choice([REFUSED, WARNED]),
        default=DEFAULTS.requests,
        show_default=True,
        show_envvar=True,
        help="Whether a request that breaks the contract is refused, or let through and told.",
    ),
    rows_option,
    click.option(
        "--max-body",
        metavar="BYTES",
        type=WholeNumber(1),
        default=DEFAULTS.max_body,
        show_default=True,
        show_envvar=True,
        help="The largest request body.",
    ),
    click.option(
        "--patience",
        metavar="DURATION",
        type=some_seconds,
        default=DEFAULTS.patience,
        show_default="20s",
        show_envvar=True,
        help="How long a request's head, and each next piece of its body, may take to come.",
    ),
    click.option(
        "--cors",
        metavar="ORIGIN",
        multiple=True,
        callback=origins,
        show_envvar=True,
        show_default="pages of localhost, 127.0.0.1 and [::1]",
        help="Let pages of this origin call the APIs, * of all, none of nobody; may be given again.",
    ),
    click.option(
        "--allow-webhooks",
        metavar="HOST",
        multiple=True,
        callback=hosts,
        show_envvar=True,
        help="Send webhooks to this host too, not to this machine alone; may be given again.",
    ),
    token_option(
        "What the control API asks for; beyond loopback one is made up and printed if none is given."
    ),
    click.option(
        "--worlds",
        metavar="N",
        type=WholeNumber(1),
        default=DEFAULTS.worlds,
        show_default=True,
        show_envvar=True,
        help="How many worlds there may be.",
    ),
    click.option(
        "--idle",
        metavar="DURATION",
        type=seconds,
        default=DEFAULTS.idle,
        show_default="1h",
        show_envvar=True,
        help="After how long a world that nobody uses goes (90, 30s, 1h30m); 0 lets none go.",
    ),
    click.option(
        "--journal",
        metavar="N",
        type=WholeNumber(0),
        default=DEFAULTS.journal,
        show_default=True,
        show_envvar=True,
        help="How many entries a world's journal keeps; 0 keeps none.",
    ),
    click.option(
        "--ignore",
        metavar="RULE[:OPERATION]",
        multiple=True,
        callback=traffic_rules,
        show_envvar=True,
        help="Tell no notice of this rule (docs/ci.md), of an operation or of all; may be given again.",
    ),
    *store_options,
)
"""The options that are fields of Settings."""
