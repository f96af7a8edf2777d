"""The commands that control a running server: `journal`, `reset`, `clock`."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from mockade.cli.options import (
    BAD_SETUP,
    ENVIRONMENT,
    PORT,
    all_of,
    exit_on_setup_error,
    moment,
    print_error,
    print_findings,
    seconds,
    token_option,
)
from mockade.cli.run_options import file_option
from mockade.cli.waits import interrupted_by, interrupted_waits
from mockade.errors import counted

POLL = 0.25
"""Seconds before a journal that is followed is asked for again."""

GREETING = 5.0
"""Seconds that a server has to say that it is there."""


def _together(_context: click.Context, _option: click.Parameter, urls: tuple[str, ...]) -> str:
    """As MOCKADE_URL has several: the last one alone would be an answer of who was not asked."""
    return " ".join(urls)


_world_options = all_of(
    click.option(
        "--url",
        metavar="URL",
        multiple=True,
        callback=_together,
        default=(f"http://127.0.0.1:{PORT}",),
        show_default=True,
        show_envvar=True,
        help="Where the server is; with /@NAME at its end it names the world too.",
    ),
    click.option(
        "--world",
        metavar="NAME",
        default="",
        show_envvar=True,
        help="The world that is meant; default where neither this nor the URL names one.",
    ),
    token_option("What the server was given, or printed, as its token."),
)


def with_world(command: Callable[..., None]) -> Callable[..., None]:
    """Pass a command the Remote of its --url, --world and --token; a ControlError ends it with code 2."""

    @wraps(command)
    def connected(url: str, world: str, token: str, **others: Any) -> None:
        from mockade.client.remote import ControlError, Remote

        try:
            with interrupted_waits():
                command(Remote(url, world, token, GREETING), **others)
        except ControlError as error:
            print_error(str(error))
            sys.exit(BAD_SETUP)

    return _world_options(connected)


@click.command(context_settings=ENVIRONMENT)
@with_world
def reset(remote: Any) -> None:
    """Bring a world back to its start: rows, time, seed and faults. Its journal goes on."""
    remote.look()  # resetting would make a world that is not there
    state = remote.reset()
    click.echo(
        f"The world {state['name']!r} is as at its start: {counted(state['rows'], 'row')}, "
        f"{_clock_words(state['clock'])}."
    )


@click.command(context_settings=ENVIRONMENT)
@with_world
@click.option("-f", "--follow", is_flag=True, help="Go on as it grows, until Ctrl-C.")
@click.option("--violations", is_flag=True, help="Only what broke the contract.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print each entry as a line of JSON, with headers and bodies."
)
@file_option("--har", "Write the exchanges into this file instead, as HAR 1.2.")
def journal(remote: Any, follow: bool, violations: bool, as_json: bool, har: Path | None) -> None:
    """Show what was asked of a world, who answered, what changed, and why it was refused."""
    if har is None:
        _show_journal(remote, _print_json if as_json else _print_lines, follow=follow, violations=violations)
        return
    if as_json:
        raise click.UsageError("--json and --har exclude each other.")
    from mockade.cli.run_files import HarFile

    with exit_on_setup_error():
        file = HarFile(har, "https" if remote.url.startswith("https:") else "http")
    try:
        _show_journal(remote, file.add, follow=follow, violations=violations)
    finally:
        unwritten = file.close()
        print_findings(unwritten)
    click.echo(f"{counted(file.count, 'exchange')} in {har}.", err=True)
    if unwritten:
        sys.exit(BAD_SETUP)


def _show_journal(
    remote: Any, show: Callable[[Mapping[str, Any]], None], *, follow: bool, violations: bool
) -> None:
    from mockade.client.follow import follow as follow_journal

    if follow:
        with _until_interrupted():
            for one in follow_journal(remote, lambda: time.sleep(POLL)):
                if isinstance(one, str):
                    click.echo(one, err=True)
                elif one["violations"] or not violations:
                    show(one)
        return
    remote.look()  # reading the journal would make a world that is not there
    empty = True
    for entry in remote.journal.entries(violations=True if violations else None):
        show(entry)
        empty = False
    if empty:
        what = "nothing that broke the contract" if violations else "nothing"
        click.echo(f"The journal of {remote.world!r} holds {what}.", err=True)


def _print_json(entry: Mapping[str, Any]) -> None:
    click.echo(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))


def _print_lines(entry: Mapping[str, Any]) -> None:
    from mockade.reports.exchange_lines import lines

    for line in lines(entry):
        click.echo(line)


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """Ctrl-C ends following, without a failure."""
    try:
        with interrupted_by(signal.SIGINT):
            yield
    except KeyboardInterrupt:
        return


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 1_000_000:
        raise click.BadParameter(f"{text!r} is no number above 0, up to 1000000.")
    return rate


_VALUES: dict[str, tuple[Callable[[str], Any], str]] = {
    "advance": (seconds, "a duration, such as 30s"),
    "set": (moment, "a time, such as 2026-01-05T12:00:00Z"),
    "freeze": (moment, ""),
    "rate": (_rate, "a number: seconds of the world in one of the machine's"),
}
"""By action of the clock, the parser of its value, and what is missing without it; empty if optional."""


@click.command(context_settings=ENVIRONMENT)
@with_world
@click.argument("action", type=click.Choice(["show", *_VALUES, "real"]), default="show")
@click.argument("value", required=False)
def clock(remote: Any, action: str, value: str | None) -> None:
    """Show or move a world's time; what is due by then happens.

    \b
    mockade clock                    what time it is, and how it goes on
    mockade clock advance 30s        go forward (90, 250ms, 1h30m)
    mockade clock set TIME           go on from there
    mockade clock freeze [TIME]      stand still
    mockade clock rate N             go N times as fast
    mockade clock real               agree with the machine's clock
    """
    argument = _value(action, value)
    remote.look()  # asking its clock, or setting it, would make a world that is not there
    state = {
        "show": lambda: remote.clock.get(),
        "advance": lambda: remote.clock.advance(argument),
        "set": lambda: remote.clock.set(argument),
        "freeze": lambda: remote.clock.freeze(argument),
        "rate": lambda: remote.clock.set(rate=argument),
        "real": lambda: remote.clock.real(),
    }[action]()
    click.echo(_clock_words(state))


def _value(action: str, value: str | None) -> Any:
    """The parsed value of an action. Raises UsageError when it is missing or not allowed."""
    if action not in _VALUES:
        if value is not None:
            raise click.UsageError(f"`clock {action}` takes no value, and got {value!r}.")
        return None
    parse, needed = _VALUES[action]
    if value is None and needed:
        raise click.UsageError(f"`clock {action}` needs {needed}.")
    return None if value is None else parse(value)


def _clock_words(clock: Mapping[str, Any]) -> str:
    """`2026-01-05T12:00:00.000Z, frozen`."""
    if clock["mode"] == "frozen":
        return f"{clock['now']}, frozen"
    rate = clock["rate"]
    return f"{clock['now']}, running" + (f" at {rate:g} seconds a second" if rate != 1 else "")
