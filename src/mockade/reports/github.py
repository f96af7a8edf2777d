"""A report for GitHub Actions: annotations of the lines of the contract, and the summary of the job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockade.errors import printable
from mockade.reports import text
from mockade.reports.coverage_tree import bars
from mockade.reports.curl import curl
from mockade.reports.issues import Issue, issues
from mockade.reports.locations import Locations
from mockade.reports.model import Report

MOST = 10
"""Annotations of each level that GitHub shows of a step."""

MOST_SUMMARY = 500_000
"""Characters of a summary: GitHub takes a mebibyte of a step, and none of what is larger."""

MOST_ROWS = 200
"""Issues that the summary lists."""

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def commands(report: Report, locations: Locations | None = None) -> Iterator[str]:
    """Workflow commands, a line each: the gravest and most frequent first."""
    locations = locations or Locations()
    by_level: dict[str, list[Issue]] = {"error": [], "warning": []}
    for one in issues(report):
        if one.severity in by_level:
            by_level[one.severity].append(one)
    for level, found in by_level.items():
        for one in _gravest(found)[:MOST]:
            yield _command(level, one, locations)


def _gravest(found: Iterable[Issue]) -> list[Issue]:
    return sorted(found, key=lambda one: (not one.fails, -one.count))


def _command(level: str, issue: Issue, locations: Locations) -> str:
    title = f"{issue.operation or 'Mockade'}: {issue.rule}"
    properties = {"title": printable(title)}
    file = locations.in_repository(issue.place.file) if issue.place.file else ""
    if file:
        place = {"file": printable(file), "line": str(issue.place.line), "col": str(issue.place.column)}
        properties = {name: value for name, value in place.items() if value != "0"} | properties
    message = f"{issue.message} {issue.mend}".rstrip()
    if issue.count > 1:
        message += f" ({issue.count:,} times)"
    if issue.place.file and not file:
        message += f" [{issue.place}]"
    said = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{_COMMANDS[level]} {said}::{_escaped(printable(message))}"


def _escaped(value: str, more: str = "") -> str:
    for one in f"%\r\n{more}":
        value = value.replace(one, f"%{ord(one):02X}")
    return value


def summary(report: Report) -> str:
    """GitHub's Markdown; what contracts and clients say is text in it, and no markup."""
    head = "❌ Mockade" if report.failed else "✅ Mockade"
    parts = [f"## {head} {report.command}\n", *(f"{_text(one)}\n" for one in text.summary(report))]
    found = _gravest(issues(report))
    if found:
        parts.append("| | what | where | times |\n|---|---|---|---|")
        parts += [_row(one) for one in found[:MOST_ROWS]]
        parts.append("")
    if len(found) > MOST_ROWS:
        parts.append(f"… and {len(found) - MOST_ROWS:,} more.\n")
    parts += _coverage(report)
    parts += _curls(found)
    kept: list[str] = []
    size = 0
    for part in parts:
        size += len(part) + 1
        if size > MOST_SUMMARY:
            kept.append("\n… the rest is too long for a summary: see the other reports.")
            break
        kept.append(part)
    return "\n".join(kept) + "\n"


def _coverage(report: Report) -> Iterator[str]:
    if report.coverage:
        yield "| coverage | seen | of | |\n|---|---|---|---|"
        for bar in bars(report.coverage["totals"]):
            yield f"| {bar.kind} | {bar.seen:,} | {bar.total:,} | {bar.percent} % |"
        yield ""


def _row(issue: Issue) -> str:
    mark = "❌" if issue.fails else "⚠️"
    what = f"{_text(issue.operation)}<br>{_text(issue.message)}" if issue.operation else _text(issue.message)
    return f"| {mark} {_code(issue.rule)} | {what} | {_code(str(issue.place))} | {issue.count:,} |"


def _curls(found: Iterable[Issue]) -> Iterator[str]:
    for one in list(found)[:MOST]:
        command = curl(one.first) if one.fails and one.first else ""
        if command:
            title = f"{_text(one.operation)}: {_text(one.rule)}"
            yield f"<details><summary>{title}</summary>\n\n<pre>{_text(command)}</pre>\n\n</details>\n"


def _text(value: str) -> str:
    """Text as Markdown and HTML both show it: signs that mean something to either are entities."""
    return "".join(
        one if one.isalnum() or one in " .,:/?=-" else f"&#{ord(one)};" for one in printable(value)
    )


def _code(value: str) -> str:
    return f"<code>{_text(value)}</code>" if value else ""
