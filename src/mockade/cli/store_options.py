"""The options about the store that worlds are kept in."""

from __future__ import annotations

import click

from mockade.settings import Settings

DEFAULTS = Settings()

store_options = (
    click.option(
        "--store",
        metavar="URL",
        default=DEFAULTS.store,
        show_envvar=True,
        help="Keep all worlds in this Valkey or Redis: redis://, rediss:// (TLS) or unix://.",
    ),
    click.option(
        "--store-prefix",
        metavar="TEXT",
        default=DEFAULTS.store_prefix,
        show_default=True,
        show_envvar=True,
        help="How its keys begin: servers with the same share their worlds.",
    ),
)
"""Those that are fields of Settings."""
