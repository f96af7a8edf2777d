"""A report as text: the sums, then each group of what fails by its first exchange, then notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from mockade.contract.violations import violation_line
from mockade.errors import counted, printable
from mockade.reports import exchange_lines
from mockade.reports.gates import FAILED_BY, failing
from mockade.reports.model import Group, Report

MOST_NOTICED = 5
"""Groups of notices that are printed where notices fail nothing."""


def lines(report: Report) -> Iterator[str]:
    """Coloured where the terminal has colours; nothing in it steers a terminal otherwise."""
    yield from sums(report)
    told = failing(report.gates) | {"violation", "fault"}
    for groups in _by_first(one for one in report.groups if one.fails or one.kind in told):
        yield from _exchange(groups)
    left_out = sum(count for kind, count in report.left_out.items() if kind in told)
    if left_out:
        yield f"… and {left_out:,} more."
    yield from _notices(report)
    for shortfall in report.shortfalls:
        yield from shortfall.lines()


def summary(report: Report) -> list[str]:
    """The sums alone, those of `validate` too, without colours."""
    lines = sums(report) if report.validation is None else report.validation.lines[-1:]
    return [click.unstyle(one) for one in lines]


def sums(report: Report) -> Iterator[str]:
    broken, faults = report.kinds.get("violation", 0), report.kinds.get("fault", 0)
    hint = " Did the command use MOCKADE_URL?" if report.command == "exec" else ""
    for sentence in report.emptiness:
        yield f"Mockade: {printable(sentence)}{hint}"
    if report.requests and not (broken or faults):
        yield f"Mockade: {counted(report.requests, 'request')}, and the contract was kept."
    if broken:
        yield f"Mockade: {counted(broken, 'exchange')} broke the contract."
    if faults:
        yield f"Mockade: the mock itself was at fault in {faults:,}."
    besides = list(_besides(report))
    if besides:
        yield f"Mockade: {', '.join(besides)}."
    if report.failed and not any(one.fails and one.kind in ("violation", "fault") for one in report.groups):
        empty = ["empty"] if "empty" in report.gates and report.emptiness else []
        met = [*empty, *_gates_met(report), *(f"coverage of {one.words}" for one in report.shortfalls)]
        if met:
            yield f"Mockade: the run fails all the same, on {', '.join(met)}."


def _gates_met(report: Report) -> Iterator[str]:
    """The gates that something of a kept group fails."""
    fails = [one for one in report.groups if one.fails]
    for gate in report.gates:
        if any(gate in FAILED_BY[one.kind] or one.rule.endswith(f"/{gate}") for one in fails):
            yield gate


def _besides(report: Report) -> Iterator[str]:
    """What is no breach, and may all the same be none of what the client's author expects."""
    kinds = report.kinds
    if report.refused:
        statuses = ", ".join(f"{status}: {count:,}" for status, count in report.refused.items())
        yield f"{counted(kinds['refused'], 'request')} refused as documented ({statuses})"
    if kinds.get("unanswered"):
        yield f"{kinds['unanswered']:,} that nobody answers (501)"
    if kinds.get("generated"):
        yield f"{counted(kinds['generated'], 'answer')} generated from the schema"
    if kinds.get("notice"):
        yield f"{kinds['notice']:,} with notices"
    if kinds.get("limitation"):
        yield f"{kinds['limitation']:,} beyond what the mock can do"


def _by_first(groups: Iterable[Group]) -> list[list[Group]]:
    """Those with the same first exchange together."""
    found: dict[int, list[Group]] = {}
    for group in groups:
        found.setdefault(id(group.first), []).append(group)
    return list(found.values())


def _exchange(groups: list[Group]) -> Iterator[str]:
    first = groups[0].first
    yield exchange_lines.dated_head(first)
    for part in (exchange_lines.violations, exchange_lines.notices, exchange_lines.changes):
        yield from part(first)
    for group in groups:
        if group.count > 1:
            at = f" at {group.where} {group.place}".rstrip() if len(groups) > 1 and group.where else ""
            yield f"    … and {group.count - 1:,} more like it{printable(at)}."


def _notices(report: Report) -> Iterator[str]:
    groups = [one for one in (*report.of("notice"), *report.of("limitation")) if not one.fails]
    for group in groups[:MOST_NOTICED]:
        yield f"  {printable(group.name)}: {group.count:,}"
        found = {"where": group.where, "pointer": group.pointer, "message": group.message}
        yield f"    notice: {printable(violation_line({**found, 'contract': group.contract}))}"
    if len(groups) > MOST_NOTICED:
        where = "-v prints all" if report.command == "exec" else "the other reports have all"
        yield f"  … and {counted(len(groups) - MOST_NOTICED, 'more kind')} of notices: {where}."
