"""The options --min-coverage and --coverage-ignore of commands that come to a verdict."""

from __future__ import annotations

import click

from mockade.cli.options import all_of


def _minimum(_context: click.Context, _option: click.Parameter, text: str) -> dict[str, float]:
    if not text:
        return {}
    from mockade.coverage.thresholds import minimum

    try:
        return minimum(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


threshold_options = all_of(
    click.option(
        "--min-coverage",
        "minimum",
        metavar="N|KIND=N,…",
        default="",
        callback=_minimum,
        envvar="MOCKADE_MIN_COVERAGE",
        show_envvar=True,
        help="Fail where less of the contracts was seen, in percent: 80 (of the operations), or "
        "statuses=60,properties=40 (docs/coverage.md).",
    ),
    click.option(
        "--coverage-ignore",
        "ignored",
        metavar="PATTERN",
        multiple=True,
        envvar="MOCKADE_COVERAGE_IGNORE",
        show_envvar=True,
        help="Leave operations out of coverage, several times if wanted: 'meshmap.*', deprecated, generated; "
        "or items: '*:statuses:*:429'.",
    ),
)
"""As `minimum` and `ignored`: what Thresholds (coverage/thresholds.py) have."""
