"""Options about the files of a run, apart from what writes them, which is loaded only when one is wanted."""

from __future__ import annotations

from pathlib import Path

import click

from mockade.cli.options import Decorator

_FILE = click.Path(dir_okay=False, path_type=Path)


def file_option(name: str, text: str) -> Decorator:
    return click.option(name, metavar="FILE", type=_FILE, show_envvar=True, help=text)


journal_out_option = file_option(
    "--journal-out", "Write the journals of all worlds, an entry a line (NDJSON), each as it comes."
)

har_option = file_option("--har", "Write each exchange into this file too, as HAR 1.2.")

log_option = file_option("--log", "Write what -v prints into this file too.")
