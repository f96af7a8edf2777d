"""`mockade world export` and `import`: a world moves from one server to another, with all that it holds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import click

from mockade.cli.control import with_world
from mockade.cli.options import ENVIRONMENT, exit_on_setup_error
from mockade.errors import counted

_BLOCK = 64 * 1024
_LONGEST_HEAD = 16 * 1024 * 1024
"""Bytes of a first line, which holds the faults: a file of something else may be one line of any length."""

_MOVE = "`mockade world export` writes one."


@click.command("export", context_settings=ENVIRONMENT)
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@with_world
@click.option("--replace", is_flag=True, help="Write over a file that is there.")
def export_world(remote: Any, name: str, file: Path, replace: bool) -> None:
    """Write a world into FILE, - for stdout: rows, time, credentials, faults, snapshots; secrets too."""
    blocks = remote.other(name).document()
    if str(file) == "-":
        for block in blocks:
            sys.stdout.buffer.write(block)
        return
    from mockade.cli.whole_file import write_whole

    with exit_on_setup_error():
        write_whole(file, blocks, replace=replace)
    click.echo(f"The world {name!r} is in {file}, with its secrets.", err=True)


@click.command("import", context_settings=ENVIRONMENT)
@click.argument("file", type=click.File("rb"))
@click.argument("name", required=False)
@with_world
@click.option("--replace", is_flag=True, help="Take the place of a world of that name.")
def import_world(remote: Any, file: BinaryIO, name: str | None, replace: bool) -> None:
    """Make a world of FILE, - for stdin, under its own name or another; it goes on where it stopped."""
    first = file.readline(_LONGEST_HEAD)
    world = remote.other(name or _name_in(first, getattr(file, "name", "stdin")))
    made = world.move_in(chain([first], _blocks(file)), replace=replace)
    click.echo(f"The world {made['name']!r} goes on at {world.url}: {counted(made['rows'], 'row')}.")


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _name_in(first: bytes, shown: str) -> str:
    """The name in the first line of an export."""
    from mockade.worlds.registry import NAME

    try:
        head = json.loads(first)
    except (ValueError, RecursionError):
        head = None
    name = head.get("name") if isinstance(head, dict) and "mockade_world" in head else None
    if name is None:
        is_snapshot = isinstance(head, dict) and "apis" in head
        hint = "It is a snapshot: `mockade snapshot import` takes it." if is_snapshot else _MOVE
        raise click.UsageError(f"{shown} holds no exported world. {hint}")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise click.UsageError(
            f"{shown} names its world {str(name)[:100]!r}, which is no name for one: say another behind it."
        )
    return name
