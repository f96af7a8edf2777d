"""What validation found: as text with the lines that it is about, or as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from mockade.contract.slips import RANKS
from mockade.errors import Finding, Place, Severity, counted, printable
from mockade.validation.answers import Answers

UNREADABLE = frozenset({"read", "syntax", "url", "version"})
"""Rules of findings about files and addresses that could not be read at all."""

SECOND_OPINION = "second-opinion"
"""The rule of findings that only other libraries have."""


@dataclass(slots=True)
class ValidationResult:
    """What was found, and in how many contracts."""

    contracts: int = 0
    findings: list[Finding] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)
    others: tuple[str, ...] = ()
    """The libraries that were asked for a second opinion."""

    @property
    def added(self) -> int:
        """How many findings are the other libraries' alone."""
        return sum(one.rule == SECOND_OPINION for one in self.findings)

    def code(self, fail_on: Severity = "error") -> int:
        """The exit code: 2 when something could not be read, 1 on findings as grave as `fail_on`, else 0."""
        if any(one.rule in UNREADABLE and one.severity == "error" for one in self.findings):
            return 2
        return 1 if any(fails(finding, fail_on) for finding in self.findings) else 0

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
        return {
            "contracts": self.contracts,
            "findings": rows,
            "operations": self.answers.operations,
            "generated": self.answers.generated,
            "unanswered": self.answers.unanswered,
            "second_opinion": {"asked": self.others, "added": self.added} if self.others else None,
        }


def fails(finding: Finding, fail_on: Severity) -> bool:
    """Whether a finding is as grave as `fail_on`."""
    return RANKS[finding.severity] <= RANKS[fail_on]


_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


MOST_ALIKE = 5
"""Findings of one kind in one file that are listed each; of more only the first."""


def lines(report: ValidationResult) -> Iterator[str]:
    """The report as text: each finding with the lines that it is about, then the sum."""
    for one, *others in _grouped(report.findings):
        rule = click.style(one.rule, fg=_COLOURS[one.severity])
        severity = f"{one.severity}: " if one.severity != "error" else ""
        place = click.style(printable(str(one.place)), bold=True)
        yield f"{place}: {severity}{printable(one.message)} [{rule}]"
        for line in code_frame(one):
            yield f"    {printable(line)}"
        if one.mend:
            yield f"    {printable(one.mend)}"
        if others:
            at = ", ".join(f"{other.place.line}:{other.place.column}" for other in others[:MOST_ALIKE])
            more = ", …" if len(others) > MOST_ALIKE else ""
            yield f"    And {len(others)} more of this kind, at {at}{more}"
        yield ""
    yield from _answer_lines(report.answers)
    if report.others:
        yield f"{' and '.join(report.others)} were asked as well: they add {_count(report.added)}."
    yield _sum(report)


def _grouped(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """The findings each, those of one kind together where they are many."""
    kinds: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        kind = one.message if one.rule in _OF_NAMES else _NAMES.sub("", one.message)
        kinds.setdefault((one.place.file, one.rule, one.severity, kind), []).append(one)
    for group in kinds.values():
        yield from [group] if len(group) > MOST_ALIKE else ([one] for one in group)


_OF_NAMES = frozenset({"openapi", "misspelt", "keyword"})
"""Rules whose findings are about a name: those of another name are of another kind."""

_NAMES = re.compile(r"'[^']*'|\"[^\"]*\"|\{[^{}]*\}|\S*[/\d]\S*|\bcalled \S+|^[^:]*: ")
"""What differs between findings of one kind: names, paths, numbers."""


def _count(findings: int) -> str:
    return f"{counted(findings, 'finding') if findings else 'no findings'}"


def _sum(report: ValidationResult) -> str:
    contracts = counted(report.contracts, "contract")
    counts = {one: sum(finding.severity == one for finding in report.findings) for one in RANKS}
    total = len(report.findings)
    if counts["error"] == total > 0:
        parts = ""
    else:
        parts = ", ".join(
            f"{count:,} info" if severity == "info" else counted(count, severity)
            for severity, count in counts.items()
            if count
        )
        parts = f" ({parts})" if parts else ""
    if counts["error"] or counts["warning"]:
        text = f"{counted(total, 'finding')}{parts}"
        return f"{text} in {contracts}." if report.contracts else f"{text}."
    agree = "agrees with its" if report.contracts == 1 else "agree with their"
    return f"{contracts} {agree} examples, fixtures and handlers{parts}."


def _answer_lines(answers: Answers) -> Iterator[str]:
    """How many operations are generated, and which nobody answers."""
    if answers.generated:
        yield f"Generated from the schema: {len(answers.generated)} of {answers.operations} operations."
    if answers.unanswered:
        named = ", ".join(answers.unanswered[:MOST_NAMED])
        more = f" and {len(answers.unanswered) - MOST_NAMED} more" * (len(answers.unanswered) > MOST_NAMED)
        yield f"Nobody answers yet (501): {printable(named)}{more}."
    if answers.generated or answers.unanswered:
        yield ""


MOST_NAMED = 40
"""Operations without an answer that are named."""

WIDEST = 100
"""Characters of a line that a code frame shows: a contract may be one line of a megabyte."""


def code_frame(finding: Finding) -> Iterator[str]:
    """The line a finding is about with its neighbours, and a mark under the place; nothing without a line."""
    place = finding.place
    if place.line:
        with suppress(OSError):
            yield from frame(place, read_lines(Path(place.file)))


def read_lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8-sig", errors="replace").splitlines()


def frame(place: Place, text: Sequence[str]) -> Iterator[str]:
    """The line of a place with its neighbours, of all lines of its file, and a mark under the place."""
    column = max(place.column, 1)
    cut = max(0, column - WIDEST // 2) if column > WIDEST else 0
    first = max(1, place.line - 1)
    for number in range(first, min(len(text), place.line + 1) + 1):
        mark = ">" if number == place.line else " "
        # A tab would be wider than the mark below knows.
        yield f"{mark} {number:5} | {text[number - 1].replace(chr(9), ' ')[cut : cut + WIDEST]}".rstrip()
        if number == place.line and place.column:
            yield f"        | {' ' * (column - 1 - cut)}^"
