"""Which options of `serve` go with `--workers N`."""

from __future__ import annotations

import sys
from typing import Any

import click

STORE = "redis://127.0.0.1:6379/0"


def check_options(workers: int, options: dict[str, Any]) -> None:
    """Raises UsageError for options that make no sense for several processes, and where one is missing."""
    if sys.platform == "win32":
        raise click.UsageError("--workers needs POSIX's signals and sockets: on Windows, serve with one.")
    if options["state"] is not None:
        raise click.UsageError(
            f"--state keeps the worlds of one process, not of --workers {workers}: keep them in a --store."
        )
    if options["watch"]:
        raise click.UsageError(
            f"--watch changes one process, not --workers {workers}: send SIGHUP to this one (kill -HUP) once "
            "files have changed, which replaces the workers one by one."
        )
    if not options.get("store"):
        raise click.UsageError(
            f"--workers {workers} needs a store, or each worker would have worlds of its own. Start one "
            f"(redis-server, or valkey-server), and serve with --store {STORE} as well."
        )
