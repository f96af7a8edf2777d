"""The commands about what a server holds: `world`, `state`, `snapshot`, `credential`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

import click

from mockade.cli.control import with_world
from mockade.cli.numbers import WholeNumber
from mockade.cli.options import ENVIRONMENT
from mockade.cli.world_list import find_world, list_worlds
from mockade.cli.world_moves import export_world, import_world


def _print(facts: Any) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False))


@click.group(context_settings=ENVIRONMENT)
def world() -> None:
    """List, make, fork, move and delete worlds: copies of everything that calls change."""


@world.command(context_settings=ENVIRONMENT)
@click.argument("name")
@with_world
@click.option("--seed", type=click.INT, metavar="N", help="From which its ids are drawn.")
def make(remote: Any, name: str, seed: int | None) -> None:
    """Make a world as it is at its start."""
    click.echo(remote.make(name, seed).url)


@world.command(context_settings=ENVIRONMENT)
@click.argument("name")
@with_world
@click.option("--at", type=WholeNumber(1), metavar="ID", help="As it was before that entry of the journal.")
@click.option("--snapshot", metavar="NAME", help="As it was then.")
def fork(remote: Any, name: str, at: int | None, snapshot: str | None) -> None:
    """Make the world NAME out of the one that --world names: default."""
    remote.look()
    click.echo(remote.fork(name, at, snapshot).url)


@world.command(context_settings=ENVIRONMENT)
@click.argument("name")
@with_world
def delete(remote: Any, name: str) -> None:
    """Delete a world, with its journal and snapshots."""
    remote.other(name).delete()
    click.echo(f"The world {name!r} is gone.")


for command in (list_worlds, find_world, export_world, import_world):
    world.add_command(command)


@click.command(context_settings=ENVIRONMENT)
@click.argument("collection", required=False, metavar="[API/COLLECTION[/KEY]]")
@with_world
def state(remote: Any, collection: str | None) -> None:
    """Show the rows behind the answers.

    \b
    mockade state                              how many rows each collection has
    mockade state meshmap/sessions             its rows, each as a line of JSON
    mockade state meshmap/sessions/session-1   one of them
    """
    remote.look()  # asking for its rows would make a world that is not there
    if collection is None:
        for api, counts in remote.state.collections().items():
            for name, count in counts.items():
                click.echo(f"{api}/{name}  {count}")
        return
    api, _, rest = collection.partition("/")
    name, mark, key = rest.partition("/")
    if not name:
        raise click.UsageError(
            f"{collection!r} names no collection: write API/COLLECTION, as `mockade state` does."
        )
    if mark:
        _print(remote.state.get(api, name, key))
    else:
        for row in remote.state.rows(api, name):
            _print(row)


@click.group(context_settings=ENVIRONMENT)
def snapshot() -> None:
    """Keep a world's state under a name, go back to it, and take it away as a file."""


@snapshot.command("list", context_settings=ENVIRONMENT)
@with_world
def list_snapshots(remote: Any) -> None:
    """Show the snapshots, oldest first."""
    remote.look()
    for one in remote.snapshots.list():
        click.echo(_summary(one))


def _summary(one: Mapping[str, Any]) -> str:
    return "  ".join(f"{value}" if name == "name" else f"{name} {value}" for name, value in one.items())


@snapshot.command(context_settings=ENVIRONMENT)
@click.argument("name")
@with_world
def take(remote: Any, name: str) -> None:
    """Keep the state as it is now."""
    remote.look()
    click.echo(_summary(remote.snapshots.take(name)))


@snapshot.command(context_settings=ENVIRONMENT)
@click.argument("name")
@with_world
def restore(remote: Any, name: str) -> None:
    """Go back to a snapshot."""
    remote.look()
    remote.snapshots.restore(name)
    click.echo(f"The world {remote.world!r} is as in {name!r}.")


@snapshot.command(context_settings=ENVIRONMENT)
@click.argument("name")
@with_world
@click.option(
    "-o", "--output", type=click.File("wb"), default="-", metavar="FILE", help="Where to; - is stdout."
)
@click.option("--secrets", is_flag=True, help="Write secrets, so that it can be read back whole.")
def export(remote: Any, name: str, output: BinaryIO, secrets: bool) -> None:
    """Write a snapshot as a JSON document, in the form of fixtures."""
    remote.look()
    document = remote.snapshots.get(name, secrets=secrets)
    output.write(json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n")


@snapshot.command("import", context_settings=ENVIRONMENT)
@click.argument("name")
@click.argument("file", type=click.File("rb"))
@with_world
def import_document(remote: Any, name: str, file: BinaryIO) -> None:
    """Read a document under a name; `restore` goes to it."""
    remote.look()
    try:
        document = json.loads(file.read())
    except ValueError as error:
        raise click.UsageError(
            f"{file.name} is no JSON: {error}. `mockade snapshot export` writes some."
        ) from None
    if not isinstance(document, dict):
        raise click.UsageError(f"{file.name} holds no object: `mockade snapshot export` writes one.")
    click.echo(_summary(remote.snapshots.put(name, document)))


@snapshot.command("delete", context_settings=ENVIRONMENT)
@click.argument("name")
@with_world
def delete_snapshot(remote: Any, name: str) -> None:
    """Forget a snapshot."""
    remote.look()
    remote.snapshots.delete(name)
    click.echo(f"The snapshot {name!r} is gone.")


@click.group(context_settings=ENVIRONMENT)
def credential() -> None:
    """Show who may call, and make another who may."""


@credential.command("list", context_settings=ENVIRONMENT)
@with_world
@click.option("--secrets", is_flag=True, help="Show the secrets.")
def list_credentials(remote: Any, secrets: bool) -> None:
    """Show who may call, API by API."""
    remote.look()
    for one in remote.credentials.list(secrets=secrets):
        permissions = (
            "every permission" if one.get("unrestricted") else " ".join(one["permissions"]) or "none"
        )
        refused = f"  refused: {one['refused']}" if "refused" in one else ""
        click.echo(f"{one['api']}  {one['scheme']}  {one['secret']}  {one['caller']}  {permissions}{refused}")


@credential.command(context_settings=ENVIRONMENT)
@click.argument("api")
@with_world
@click.option(
    "--scheme", metavar="NAME", help="The security scheme; the contract's first where it is left out."
)
@click.option("--secret", metavar="TEXT", help="Drawn where it is left out.")
@click.option("--caller", metavar="NAME", help="Drawn where it is left out.")
@click.option(
    "--permission", "permissions", metavar="NAME", multiple=True, help="One that it has; again for more."
)
@click.option("--like", metavar="NAME", help="As that caller has it.")
def mint(remote: Any, api: str, permissions: tuple[str, ...], **facts: Any) -> None:
    """Make a credential for an API; its secret is printed this once."""
    remote.look()
    given = {name: value for name, value in facts.items() if value is not None}
    if permissions:
        given["permissions"] = list(permissions)
    _print(remote.credentials.mint(api, **given))
