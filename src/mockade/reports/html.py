"""A report as one HTML file that asks no network: to be read, kept and sent on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, StrictUndefined

from mockade.contract.location import ENDINGS
from mockade.contract.violations import violation_line
from mockade.errors import Place, printable
from mockade.reports import text
from mockade.reports.coverage_tree import coverage_tree
from mockade.reports.curl import curl
from mockade.reports.exchange_lines import (
    change_verb,
    changed_collection,
    differences,
    own_reason,
    value_text,
)
from mockade.reports.gates import KINDS
from mockade.reports.issues import TITLES, Issue, issues
from mockade.reports.model import Entry, OperationCount, Report
from mockade.validation.report import frame, read_lines
from mockade.worlds.journal import request_target
from mockade.worlds.registry import DEFAULT

MOST_SHOWN = 4_000
"""Characters of a body, a traceback or a new row that are shown."""

MOST_FIELDS = 60
"""Changed fields of a row that are shown."""

MOST_VALUE = 400
"""Characters of a changed value that are shown."""

MOST_FINDINGS = 500
"""Findings about files that are shown of one severity."""

_HERE = Path(__file__).parent


class Detail(NamedTuple):
    """A text behind a title, and how much of it is not shown."""

    title: str
    text: str
    more: str = ""


class Problem(NamedTuple):
    """An issue with what helps to mend it."""

    issue: Issue
    place: str
    frame: list[str]
    curl: str
    exchange: dict[str, Any] | None
    anchor: str
    """Of its exchange in the timeline; empty where it is not in there."""


def render(report: Report) -> str:
    frames = Frames()
    anchors = {_key(one): f"x{at}" for at, one in enumerate(report.timeline, 1)}
    by_kind: dict[str, list[Problem]] = {}
    for one in issues(report):
        kind = one.kind if one.kind != "finding" else one.severity
        by_kind.setdefault(kind, []).append(_problem(one, frames, anchors))
    sections = [
        (kind, title, by_kind[kind][:MOST_FINDINGS], len(by_kind[kind][MOST_FINDINGS:]), _left(report, kind))
        for kind, title in _TITLES.items()
        if kind in by_kind
    ]
    page: str = _template().render(
        style=(_HERE / "report.css").read_text(encoding="utf-8"),
        report=report,
        sums=[one.removeprefix("Mockade: ") for one in text.summary(report)],
        figures=_figures(report),
        sections=sections,
        quiet=[one for one in report.groups if one.kind in ("refused", "generated")],
        titles=TITLES,
        operations=_operations(report),
        coverage=coverage_tree(report.coverage) if report.coverage else None,
        timeline=[(f"x{at}", _exchange(one)) for at, one in enumerate(report.timeline, 1)],
    )
    return page


_TITLES = {
    **{kind: TITLES[kind] for kind in ("violation", "fault", "notice", "unanswered", "limitation")},
    "empty": "Nothing was asked",
    "shortfall": "Too little was tried",
    "error": "Errors",
    "warning": "Warnings",
    "info": "Style",
}


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_visible, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((_HERE / "report.html.jinja").read_text(encoding="utf-8"))


def _visible(value: Any) -> Any:
    """Every text as it is shown: what turns the reading around, is invisible or no UTF-8, as escapes."""
    return "\n".join(map(printable, value.split("\n"))) if type(value) is str else value


def _figures(report: Report) -> list[tuple[str, int, str]]:
    """What is counted, how often, and a class of the style where it is more than nothing."""
    if report.validation is not None:
        by = [one.severity for one in report.findings]
        counts = [("errors", by.count("error"), "bad"), ("warnings", by.count("warning"), "odd")]
        return [("contracts", report.validation.contracts, ""), *counts, ("style", by.count("info"), "")]
    words = {"violation": "broke the contract", "fault": "faults of the mock", "notice": "with notices"}
    words |= {
        "unanswered": "unanswered",
        "limitation": "limits of the mock",
        "refused": "refused as documented",
        "generated": "generated",
    }
    classes = {"violation": "bad", "fault": "bad", "notice": "odd", "unanswered": "odd"}
    counted = [(words[kind], report.kinds.get(kind, 0), classes.get(kind, "")) for kind in KINDS]
    return [("requests", report.requests, ""), *counted]


def _left(report: Report, kind: str) -> int:
    """Exchanges of a kind whose groups were not kept."""
    return sum(count for one, count in report.left_out.items() if one == kind)


def _operations(report: Report) -> list[tuple[str, int, list[tuple[int, int]]]]:
    """Each operation, its requests, and how often it had which status; the most asked first."""
    rows = [
        (_operation_name(one), one.requests, sorted(one.statuses.items()))
        for one in report.operations
        if one.requests
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _operation_name(one: OperationCount) -> str:
    return f"{one.api}.{one.operation}" if one.operation else f"no operation of {one.api or 'any API'}"


def _problem(issue: Issue, frames: Frames, anchors: Mapping[tuple[str, int], str]) -> Problem:
    first = issue.first
    return Problem(
        issue,
        str(issue.place) if issue.place.file else "",
        frames.of(issue.place),
        curl(first) if first else "",
        _exchange(first) if first else None,
        anchors.get(_key(first), "") if first else "",
    )


def _key(entry: Entry) -> tuple[str, int]:
    return entry["world"], entry["id"]


def _exchange(entry: Entry) -> dict[str, Any]:
    request, response = entry["request"], entry["response"] or {}
    status = response.get("status") or 0
    return {
        "id": entry["id"],
        "time": entry["time"],
        "world": entry["world"] if entry["world"] != DEFAULT else "",
        "method": request["method"] if request else "",
        "target": request_target(request) if request else "",
        "status": status or "---",
        "class": "good" if 0 < status < 400 else "odd" if 0 < status < 500 else "bad",
        "who": ".".join(word for word in (entry["api"], entry["operation"]) if word),
        "by": entry["answered_by"],
        "caller": entry["caller"] or "",
        "said": list(_said(entry)),
        "changes": [_change(one, entry["api"]) for one in entry["changes"]],
        "details": list(_details(entry)),
        "left_out": entry.get("left_out", {}).get("changes", 0),
    }


def _said(entry: Entry) -> Iterator[tuple[str, str]]:
    """The class of the style, and the line, of all that is said of an exchange."""
    reason = own_reason(entry)
    if reason:
        yield "", reason
    for kind, found in (("bad", entry["violations"]), ("odd", entry["notices"])):
        for one in found:
            yield kind, violation_line(one)


def _change(change: Mapping[str, Any], api: str | None) -> dict[str, Any]:
    before, after = change["before"], change["after"]
    fields = []
    if before is not None and after is not None:
        fields = [
            (one.at, value_text(one.before, MOST_VALUE), value_text(one.after, MOST_VALUE))
            for one in differences(before, after)
        ]
    whole = after if before is None else before if after is None else None
    return {
        "verb": change_verb(change),
        "name": changed_collection(change, api),
        "key": change["key"],
        "fields": fields[:MOST_FIELDS],
        "more": len(fields[MOST_FIELDS:]),
        "whole": _shortened("", whole) if whole is not None else None,
    }


def _details(entry: Entry) -> Iterator[Detail]:
    """Heads and bodies of request and answer, as far as they were kept."""
    for part in ("request", "response"):
        told = entry[part] or {}
        if told.get("headers"):
            yield Detail(
                f"{part} headers", "\n".join(f"{name}: {value}" for name, value in told["headers"].items())
            )
        left_out = entry.get("left_out", {}).get(f"{part}_body")
        if left_out:
            yield Detail(f"{part} body", "", f"{left_out:,} bytes, too many to be kept")
        elif told.get("body") is not None:
            yield _shortened(f"{part} body", told["body"])
    if entry["traceback"]:
        yield _shortened("traceback", entry["traceback"])


def _shortened(title: str, value: Any) -> Detail:
    whole = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    more = f"{len(whole) - MOST_SHOWN:,} more characters" if len(whole) > MOST_SHOWN else ""
    return Detail(title, whole[:MOST_SHOWN], more)


class Frames:
    """Lines of contracts around places. Each file is read once; one that is not here has no lines."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}

    def of(self, place: Place) -> list[str]:
        if not place.line or not place.file.lower().endswith(ENDINGS):  # a journal may name any file
            return []
        if place.file not in self._files:
            self._files[place.file] = self._read(Path(place.file))
        return list(frame(place, self._files[place.file]))

    def _read(self, file: Path) -> list[str]:
        try:
            return read_lines(file) if file.is_file() else []
        except (OSError, ValueError):
            return []
