"""`mockade rows`: the rows that an API starts with, as a fixture file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mockade.catalogue.files import Origin, is_blank_file
from mockade.cli.options import (
    BAD_SETUP,
    ENVIRONMENT,
    exit_on_setup_error,
    home_option,
    print_error,
    rows_option,
    seed_option,
)
from mockade.errors import Finding, Place, SetupError, printable, reason, shown_path
from mockade.hints import shell_line


@click.command(context_settings=ENVIRONMENT)
@click.argument("name", metavar="FILE|DIR|URL|NAME")
@home_option
@seed_option
@rows_option
@click.option(
    "--write", is_flag=True, help="Write them into the fixture file that the API is served with from then on."
)
def rows(name: str, home: Path | None, seed: int, rows: int, write: bool) -> None:
    """Write out the rows that an API starts with, as a fixture file to be edited.

    mockade rows game.yaml --write

    Without --write they are printed. A fixture file that is empty says nothing of them: a shell that is to
    write it has made it when this command begins.
    """
    from mockade.catalogue.loading import load_apis
    from mockade.catalogue.selection import Selection
    from mockade.catalogue.starting.document import fixture_document
    from mockade.contract.yaml_writer import yaml_text

    with exit_on_setup_error():
        if write and home is not None:
            _make_folder(home / "fixtures")
        files = Selection([name], home).files()
        if name in files:  # it may be a family's name too
            files = {name: files[name]}
        if len(files) > 1:
            print_error(f"{name} holds several APIs, and a fixture file belongs to one: {', '.join(files)}.")
            sys.exit(BAD_SETUP)
        apis = load_apis({stem: one.without_blank_fixture() for stem, one in files.items()})
    ((stem, api),) = apis.items()
    if write and not api.origin.has_fixtures:
        print_error(f"No fixtures of {name} would be read: name a folder for them with --home DIR.")
        sys.exit(BAD_SETUP)
    command = shell_line(["mockade", "rows", *api.origin.words])
    text = (
        f"# What {stem} starts with, by {printable(command)}. With this file it starts with no other rows.\n"
    )
    text += yaml_text(fixture_document(api.starting_plan(rows), seed))
    if not write:
        click.echo(text, nl=False)
        return
    with exit_on_setup_error():
        click.echo(_written(files[stem].fixture, api.origin, text))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(path: Path, error: OSError) -> SetupError:
    return SetupError(
        [Finding(Place(shown_path(path)), f"Cannot write there: {reason(error)}.", rule="read")]
    )


def _written(fixture: Path | None, origin: Origin, text: str) -> str:
    """Write a fixture file in which no more than comments stand; answers what was done."""
    path = fixture or Path(origin.fixture)
    serve = shell_line(["mockade", "serve", *origin.words])
    if path.exists() and not is_blank_file(path):
        mend = (
            "Nothing was written: without --write the rows are printed. Edit that file, or remove it first."
        )
        raise SetupError([Finding(Place(shown_path(path)), "There is something already.", mend, "read")])
    _make_folder(path.parent)
    try:
        with path.open("a", encoding="utf-8") as file:  # behind the comments that may stand there
            file.write(text)
    except OSError as error:
        raise _unwritable(path, error) from None
    return f"Written: {shown_path(path)}. It is read by: {serve}"
