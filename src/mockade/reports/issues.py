"""What a report finds fault with, in one form: groups of exchanges, and findings about files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from mockade.coverage.thresholds import Shortfall
from mockade.errors import Finding, Place, Severity
from mockade.reports.exchange_lines import NOT_THE_REQUEST
from mockade.reports.gates import Kind
from mockade.reports.model import Entry, Group, Report
from mockade.validation.report import fails

SEVERITIES: Mapping[Kind, Severity] = {
    "violation": "error",
    "fault": "error",
    "notice": "warning",
    "unanswered": "warning",
    "limitation": "info",
    "refused": "info",
    "generated": "info",
}
"""How grave a kind is that fails nothing; what fails the run is an error."""

TITLES: Mapping[Kind, str] = {
    "violation": "Broke the contract",
    "fault": "The mock is at fault",
    "notice": "Legal, but suspicious",
    "unanswered": "Nobody answers (501)",
    "limitation": "The mock cannot do this",
    "refused": "Refused as documented",
    "generated": "Generated from the schema",
}

_QUIET = frozenset({"refused", "generated"})
"""Kinds that are no issue: an API is as it says."""

_NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, or looks like it."""

    kind: Kind | Literal["finding", "shortfall", "empty"]
    """A finding is about a file, a shortfall about coverage, empty about a run or a shard without a request;
    the others are about exchanges."""
    rule: str
    severity: Severity
    message: str
    """A sentence, with the place in the exchange before it where there is one."""
    fails: bool
    identity: tuple[str, ...]
    """What stays the same while lines move and values change."""
    place: Place = _NOWHERE
    """In the contract, or in another file: of the rule, else of the operation; without a file for neither."""
    api: str = ""
    operation: str = ""
    """With its API; the request's method and path where there was none. Empty for a finding."""
    is_known: bool = False
    """Whether there was an operation."""
    count: int = 1
    first: Entry | None = None
    """The first exchange."""
    mend: str = ""
    more: tuple[str, ...] = ()
    """Lines about it."""


def issues(report: Report) -> Iterator[Issue]:
    """All of a report but what was refused as documented, and what was generated."""
    places = {(one.api, one.operation): one.contract for one in report.operations}
    for group in report.groups:
        if group.kind not in _QUIET:
            yield _of_exchanges(group, places.get((group.api, group.operation), ""))
    yield from map(_of_coverage, report.shortfalls)
    for sentence in report.emptiness:
        yield _of_nothing(sentence, fails="empty" in report.gates)
    least = report.validation.fail_on if report.validation else "error"
    alike: dict[tuple[str, str, str], int] = {}
    for one in report.findings:
        kind = one.place.file, one.rule, one.message
        alike[kind] = alike.get(kind, 0) + 1
        yield _of_file(one, alike[kind], fails(one, least))


def _of_exchanges(group: Group, operation: str) -> Issue:
    """`operation` is where the contract has the operation."""
    at = f"{group.where} {group.pointer}".rstrip()
    message = group.message or f"{TITLES[group.kind]}."
    return Issue(
        group.kind,
        group.rule,
        severity="error" if group.fails else SEVERITIES[group.kind],
        message=f"{at}: {message}" if at else message,
        fails=group.fails,
        identity=(group.kind, group.rule, group.name, group.place),
        place=Place.parse(group.contract or operation),
        api=group.api,
        operation=group.name,
        is_known=bool(group.operation),
        count=group.count,
        first=group.first,
        mend=NOT_THE_REQUEST if group.kind == "fault" else "",
    )


def _of_coverage(shortfall: Shortfall) -> Issue:
    sentence, *missing = shortfall.lines()
    return Issue(
        "shortfall",
        f"coverage/{shortfall.kind}",
        severity="error",
        message=sentence.removesuffix(" Missing:"),
        fails=True,
        identity=("shortfall", shortfall.kind),
        place=Place.parse(shortfall.missing[0].line) if shortfall.missing else _NOWHERE,
        more=tuple(line.strip() for line in missing),
    )


def _of_nothing(sentence: str, *, fails: bool) -> Issue:
    return Issue(
        "empty",
        "empty",
        severity="error" if fails else "warning",
        message=f"{sentence[:1].upper()}{sentence[1:]}",
        fails=fails,
        identity=("empty", sentence),
        mend="Did the client use the mock's URL?",
    )


def _of_file(finding: Finding, number: int, is_failing: bool) -> Issue:
    """`number` counts equal findings in a file, which differ in nothing but their lines."""
    return Issue(
        "finding",
        finding.rule,
        finding.severity,
        finding.message,
        fails=is_failing,
        identity=(finding.rule, finding.message, str(number)),
        place=finding.place,
        mend=finding.mend,
    )
