"""`mockade coverage`: what of the contracts was tried, of a running server or of saved documents."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from mockade.cli.control import with_world
from mockade.cli.coverage_options import threshold_options
from mockade.cli.options import ENVIRONMENT, exit_on_setup_error, print_warning


@click.command(context_settings=ENVIRONMENT)
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
@with_world
@click.option("--all-worlds", "merged", is_flag=True, help="Of all worlds together, those gone included.")
@click.option("--everything", is_flag=True, help="List all that was seen, and all that was not.")
@click.option("--json", "as_json", is_flag=True, help="Print the document, for another `mockade coverage`.")
@threshold_options
def coverage(
    remote: Any,
    files: tuple[Path, ...],
    merged: bool,
    everything: bool,
    as_json: bool,
    minimum: dict[str, float],
    ignored: tuple[str, ...],
) -> None:
    """Say what of the contracts was tried: seen, refused or never, each with its line.

    Of a running server's world, or of FILES that --json wrote, or `--report json`: shards of one run, merged.
    Ends with 1 where less was seen than --min-coverage asks, with 2 where that cannot be told.
    """
    from mockade.coverage.thresholds import Thresholds

    if files:
        from mockade.cli.saved_coverage import merged_files

        with exit_on_setup_error():
            found = merged_files(files)
    else:
        remote.look()  # asking would make a world that is not there
        found = remote.coverage(merged=merged)
    found, missing = Thresholds(minimum, ignored).applied(found, print_warning)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, separators=(",", ":")))
    else:
        _print(found, everything=everything)
    for shortfall in missing:
        for line in shortfall.lines():
            click.echo(line, err=True)
    sys.exit(1 if missing else 0)


def _print(document: dict[str, Any], *, everything: bool) -> None:
    from mockade.cli.coverage_lines import HEADS, totals, tree
    from mockade.cli.tables import table

    for line in table(HEADS, totals(document)):
        click.echo(line)
    if document["unread"]:
        click.echo(f"{document['unread']:,} bodies were too large: of them the media type alone counts.")
    for line in tree(document, everything=everything):
        click.echo(line)
