"""`mockade world list` and `find`: which worlds there are, on one server or on several."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import click

from mockade.cli import control
from mockade.cli.options import (
    BAD_SETUP,
    ENVIRONMENT,
    PORT,
    all_of,
    print_error,
    print_warning,
    token_option,
)
from mockade.errors import counted

NOT_FOUND = 1
"""The exit code where no server has a world."""

_servers = all_of(
    click.option(
        "--url",
        "urls",
        metavar="URL",
        multiple=True,
        default=(f"http://127.0.0.1:{PORT}",),
        show_default=True,
        envvar="MOCKADE_URL",
        show_envvar=True,
        help="Where a server is; may be given again, to ask several.",
    ),
    token_option("What the servers were given, or printed, as their token."),
    click.option("--json", "as_json", is_flag=True, help="Print each world as a line of JSON."),
)


class _Answer(NamedTuple):
    """What one server said, or why it did not."""

    url: str
    worlds: Sequence[Mapping[str, Any]]
    error: str = ""


@click.command("list", context_settings=ENVIRONMENT)
@_servers
def list_worlds(urls: Sequence[str], token: str, as_json: bool) -> None:
    """Show the worlds, the one used last at the end; with --url again those of several servers.

    A server that does not answer is told, the others are shown all the same, and the exit code is 2. A world
    that several servers have is told too: each of them has one of its own.
    """
    answers = _asked(urls, token, lambda remote: remote.worlds())
    several = len(answers) > 1
    for answer in answers:
        for world in answer.worlds:
            if as_json:
                _print_json(answer.url, world)
            else:
                click.echo(_line(world) + (f", at {answer.url}" if several else ""))
    _warn_of_twins(answers)
    _end(answers)


@click.command("find", context_settings=ENVIRONMENT)
@click.argument("name")
@_servers
def find_world(name: str, urls: Sequence[str], token: str, as_json: bool) -> None:
    """Show which server has a world, as the URL of it there. The exit code is 1 where none has it."""
    answers = _asked(urls, token, lambda remote: _there(remote.other(name)))
    holders = [answer for answer in answers if answer.worlds]
    for answer in holders:
        if as_json:
            _print_json(answer.url, answer.worlds[0])
        else:
            click.echo(f"{answer.url}/@{name}")
    _warn_of_twins(answers)
    _end(answers)
    if not holders:
        print_error(f"No server has a world {name!r}.")
        sys.exit(NOT_FOUND)


def _there(remote: Any) -> list[Mapping[str, Any]]:
    """The world, if it is there."""
    from mockade.client.remote import ControlError

    try:
        return [remote.look()]
    except ControlError as error:
        if error.status == 404:
            return []
        raise


def _asked(
    urls: Sequence[str], token: str, ask: Callable[[Any], Sequence[Mapping[str, Any]]]
) -> list[_Answer]:
    """What each server says, all asked at once: one that hangs holds up no other."""
    from mockade.client.remote import ControlError, Remote, parted

    def answer(url: str) -> _Answer:
        base = parted(url)[0].rstrip("/")
        try:
            return _Answer(base, ask(Remote(base, "", token, control.GREETING)))
        except ControlError as error:
            return _Answer(base, (), str(error) if base in str(error) else f"{base}: {error}")

    different = list(dict.fromkeys(urls))
    with ThreadPoolExecutor(max_workers=min(len(different), 32)) as threads:
        return list(threads.map(answer, different))


def _line(world: Mapping[str, Any]) -> str:
    return (
        f"{world['name']}  seed {world['seed']}, {counted(world['rows'], 'row')}, {world['clock']['now']}, "
        f"{world['exchanges']} in its journal"
    )


def _print_json(url: str, world: Mapping[str, Any]) -> None:
    click.echo(json.dumps({"server": url, **world}, ensure_ascii=False, separators=(",", ":")))


def _warn_of_twins(answers: Sequence[_Answer]) -> None:
    """Tell of worlds of one name that are not the same: servers of one store share theirs."""
    from mockade.client.remote import DEFAULT

    journals: dict[str, dict[str, str]] = {}
    for answer in answers:
        for world in answer.worlds:
            journals.setdefault(world["name"], {}).setdefault(world["journal"], answer.url)
    for name, urls in journals.items():
        if len(urls) > 1 and name != DEFAULT:
            where = ", ".join(urls.values())
            print_warning(
                f"The world {name!r} is on {len(urls)} servers, each has its own: {where}. "
                f"Delete what is too much: mockade world delete {name} --url URL"
            )


def _end(answers: Sequence[_Answer]) -> None:
    """End with code 2 where a server did not answer, having told which."""
    missing = [one.error for one in answers if one.error]
    for error in missing:
        print_error(error)
    if missing:
        sys.exit(BAD_SETUP)
