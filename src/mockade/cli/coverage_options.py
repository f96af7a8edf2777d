"""The options --min-coverage and --coverage-ignore of commands that come to a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import click

from mockade.cli.options import all_of, print_warning


class CoverageGate(NamedTuple):
    """How much of the contracts has to be seen, and what of them is left out."""

    minimum: Mapping[str, float]
    ignored: Sequence[str]

    @property
    def is_set(self) -> bool:
        return bool(self.minimum or self.ignored)

    def applied(self, document: dict[str, Any]) -> tuple[dict[str, Any], tuple[Any, ...]]:
        """A document of coverage without what is left out, and the gates that it does not pass.

        Warns of a pattern that means nothing in it.
        """
        from mockade.coverage.editing import ignoring
        from mockade.coverage.gates import shortfalls

        left, unused = ignoring(document, self.ignored)
        for pattern in unused:
            print_warning(f"--coverage-ignore {pattern!r} leaves nothing out: nothing here is called so.")
        return left, tuple(shortfalls(left, self.minimum))

    def report(self, report: Any, document: dict[str, Any]) -> Any:
        """A report with what was covered, which fails where too little was."""
        left, missing = self.applied(document)
        return replace(report, coverage=left, shortfalls=missing, failed=report.failed or bool(missing))


def _minimum(_context: click.Context, _option: click.Parameter, text: str) -> dict[str, float]:
    if not text:
        return {}
    from mockade.coverage.gates import minimum

    try:
        return minimum(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


coverage_gate_options = all_of(
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
"""As `minimum` and `ignored`: what a CoverageGate has."""
