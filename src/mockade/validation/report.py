"""What validation found: as text with the lines that it is about, or as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from mockade.errors import Finding

UNREADABLE = frozenset({"read", "syntax", "version"})
"""Rules of findings about files that could not be read at all."""


@dataclass(slots=True)
class Report:
    """What was found, and in how many contracts."""

    contracts: int = 0
    findings: list[Finding] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    """Operations that nobody answers yet: no fault, but good to know."""

    @property
    def code(self) -> int:
        """The exit code: 2 when something could not be read, 1 when something does not agree, else 0."""
        if any(finding.rule in UNREADABLE for finding in self.findings):
            return 2
        return 1 if any(finding.severity == "error" for finding in self.findings) else 0

    def as_data(self) -> dict[str, Any]:
        """The report as `--format json` prints it."""
        rows = [
            {
                "file": one.place.file,
                "line": one.place.line,
                "column": one.place.column,
                "rule": one.rule,
                "severity": one.severity,
                "message": one.message,
                "mend": one.mend,
            }
            for one in self.findings
        ]
        return {"contracts": self.contracts, "findings": rows, "unanswered": self.unanswered}


_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def lines(report: Report) -> Iterator[str]:
    """The report as text: each finding with the lines that it is about, then the sum."""
    for one in report.findings:
        rule = click.style(one.rule, fg=_COLOURS[one.severity])
        yield f"{click.style(str(one.place), bold=True)}: {one.message} [{rule}]"
        for line in code_frame(one):
            yield f"    {line}"
        if one.mend:
            yield f"    {one.mend}"
        yield ""
    if report.unanswered:
        yield f"Nobody answers yet (501): {', '.join(report.unanswered)}."
        yield ""
    contracts = f"{report.contracts} contract{'s' * (report.contracts != 1)}"
    count = sum(finding.severity == "error" for finding in report.findings)
    if count:
        yield f"{count} finding{'s' * (count != 1)}" + (f" in {contracts}." if report.contracts else ".")
    elif report.contracts == 1:
        yield "1 contract agrees with its examples, fixtures and handlers."
    else:
        yield f"{contracts} agree with their examples, fixtures and handlers."


WIDEST = 100
"""Characters of a line that a code frame shows: a contract may be one line of a megabyte."""


def code_frame(finding: Finding) -> Iterator[str]:
    """The line a finding is about with its neighbours, and a mark under the place; nothing without a line."""
    place = finding.place
    if not place.line:
        return
    try:
        text = Path(place.file).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return
    column = max(place.column, 1)
    cut = max(0, column - WIDEST // 2) if column > WIDEST else 0
    first = max(1, place.line - 1)
    for number in range(first, min(len(text), place.line + 1) + 1):
        mark = ">" if number == place.line else " "
        # A tab would be wider than the mark below knows.
        yield f"{mark} {number:5} | {text[number - 1].replace(chr(9), ' ')[cut : cut + WIDEST]}".rstrip()
        if number == place.line and place.column:
            yield f"        | {' ' * (column - 1 - cut)}^"
