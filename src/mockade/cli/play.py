"""`mockade play`: scripted players in a world of a running server."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import click

from mockade.cli.control import with_world
from mockade.cli.numbers import WholeNumber
from mockade.cli.options import ENVIRONMENT, exit_on_setup_error, home_option, print_error
from mockade.cli.waits import interrupted_by
from mockade.errors import printable

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""What ends it."""

FAILED = 1
"""The exit code for a script that could not go on."""


@click.command(context_settings=ENVIRONMENT)
@click.argument("name", metavar="FILE|DIR|URL|NAME")
@with_world
@home_option
@click.option(
    "--script",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What the players do; NAME.play.yaml among the API's fixtures where it is left out.",
)
@click.option(
    "--players", "count", metavar="N", type=WholeNumber(1, 1000), help="How many; as the script says."
)
@click.option(
    "--seed",
    metavar="N",
    type=WholeNumber(-(2**63), 2**63 - 1),
    default=0,
    show_default=True,
    show_envvar=True,
    help="Where chance comes from: the same seed, script and world get the same requests.",
)
@click.option("--keep-going", is_flag=True, help="A player who cannot go on begins anew a while later.")
@click.option("--check", is_flag=True, help="Only hold the script against the contract; no server is asked.")
@click.option("-q", "--quiet", is_flag=True, help="Print no line for each act.")
def play(
    remote: Any,
    /,
    name: str,
    home: Path | None,
    script: Path | None,
    count: int | None,
    check: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Let scripted players join in: they call the API as clients do, on the world's clock, until Ctrl-C.

    What is named is an API or a family of them, as `mockade serve` takes it. Ends with 1 where the script
    cannot go on, with 2 where it is wrong or there is no server that serves the API.
    """
    from mockade.bots.files import default_script, load_contracts, played_files
    from mockade.bots.reading import read_script
    from mockade.bots.roster import check_count

    with exit_on_setup_error():
        meant, files = played_files(name, home)
        path = script or default_script(meant, files)
        contracts = load_contracts(files)
        read = check_count(read_script(path, contracts), count)
    if check:
        click.echo(printable(f"{read.file} fits {', '.join(sorted(read.apis))}."))
        return
    served_by = [name, *(("--home", str(home)) if home else ())]
    _run(remote, read, contracts, served_by, quiet=quiet, **options)


def _run(
    remote: Any, script: Any, contracts: Any, served_by: list[str], *, quiet: bool, **options: Any
) -> None:
    """Play until all have left, until a signal, or until the script cannot go on."""
    from mockade.bots.following import follow_time
    from mockade.bots.player import ScriptFailure
    from mockade.bots.players import Players, ignore
    from mockade.bots.served_world import ServedWorld

    world = ServedWorld(remote, script, served_by)
    players = Players(
        script, contracts, world, on_act=ignore if quiet else _print_act, on_note=_print_note, **options
    )
    try:
        with interrupted_by(*_SIGNALS):
            follow_time(players, world, remote, _print_note)
    except ScriptFailure as failure:
        first, *others = str(failure).splitlines()
        print_error(first)
        _print_note("\n".join(others))
        sys.exit(FAILED)
    finally:
        world.close()


def _print_act(act: Any) -> None:
    from mockade.bots.lines import line

    click.echo(printable(line(act)))


def _print_note(sentence: str) -> None:
    for one in sentence.splitlines():
        click.echo(printable(one), err=True)
