"""`mockade rows`: the rows that an API starts with, as a fixture file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mockade.cli.options import (
    BAD_SETUP,
    ENVIRONMENT,
    exit_on_setup_error,
    home_option,
    print_error,
    rows_option,
    seed_option,
)


@click.command(context_settings=ENVIRONMENT)
@click.argument("name", metavar="FILE|DIR|URL|NAME")
@home_option
@seed_option
@rows_option
def rows(name: str, home: Path | None, seed: int, rows: int) -> None:
    """Write out the rows that an API starts with, as a fixture file to be edited.

    mockade rows shop --home DIR > DIR/fixtures/shop.yaml

    A file that is empty says nothing: the shell has made it when this command begins.
    """
    from mockade.catalogue.loading import load_apis
    from mockade.catalogue.selection import Selection
    from mockade.catalogue.starting.document import fixture_document
    from mockade.contract.yaml_writer import yaml_text

    with exit_on_setup_error():
        files = Selection([name], home).files()
        if len(files) > 1:
            print_error(f"{name} holds several APIs, and a fixture file belongs to one: {', '.join(files)}.")
            sys.exit(BAD_SETUP)
        apis = load_apis({stem: one.without_blank_fixture() for stem, one in files.items()})
    for stem, api in apis.items():
        plan = api.starting_plan(rows)
        click.echo(
            f"# What {stem} starts with, by mockade rows {stem}. With this file it starts with no other rows."
        )
        click.echo(yaml_text(fixture_document(plan, seed)), nl=False)
