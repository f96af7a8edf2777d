"""Several reports as one: those of processes that shared one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from mockade.coverage.editing import merged as merged_coverage
from mockade.reports.collector import TIMELINE
from mockade.reports.model import Entry, Group, OperationCount, Report


def merged(reports: Sequence[Report]) -> Report:
    """Their union, of one at least. Groups are known again by what they are about, not by their first."""
    timeline = sorted((entry for one in reports for entry in one.timeline), key=_moment)
    coverage = [one.coverage for one in reports if one.coverage is not None]
    return replace(
        reports[0],
        failed=_is_failed(reports),
        requests=sum(one.requests for one in reports),
        kinds=_sums(one.kinds for one in reports),
        refused=dict(sorted(_sums(one.refused for one in reports).items())),
        groups=_groups(reports),
        left_out=_sums(one.left_out for one in reports),
        operations=_operations(reports),
        timeline=tuple(timeline[-TIMELINE:]),
        earlier=sum(one.earlier for one in reports) + len(timeline[:-TIMELINE]),
        apis=tuple({api.name: api for one in reports for api in one.apis}.values()),
        coverage=merged_coverage(map(dict, coverage)) if coverage else None,
    )


def _is_failed(reports: Sequence[Report]) -> bool:
    """A process that asked nothing is no empty run where others did."""
    if not any(one.requests for one in reports):
        return any(one.failed for one in reports)
    return any(one.failed for one in reports if one.requests or one.kinds)


def _moment(entry: Entry) -> tuple[str, str, int]:
    return entry["time"], entry["world"], entry["id"]


_Key = TypeVar("_Key")


def _sums(counts: Iterable[Mapping[_Key, int]]) -> dict[_Key, int]:
    found: Counter[_Key] = Counter()
    for one in counts:
        found.update(one)
    return dict(found)


def _groups(reports: Sequence[Report]) -> tuple[Group, ...]:
    found: dict[tuple[str, ...], Group] = {}
    for report in reports:
        for one in report.groups:
            key = one.kind, one.rule, one.api, one.name, one.where, one.place
            other = found.get(key)
            found[key] = replace(other, count=other.count + one.count) if other is not None else one
    return tuple(found.values())


def _operations(reports: Sequence[Report]) -> tuple[OperationCount, ...]:
    found: dict[tuple[str, str], OperationCount] = {}
    for report in reports:
        for one in report.operations:
            into = found.setdefault((one.api, one.operation), OperationCount(one.api, one.operation))
            into.requests += one.requests
            into.statuses = _sums((into.statuses, one.statuses))
            into.kinds = _sums((into.kinds, one.kinds))
            into.contract = into.contract or one.contract
    return tuple(found.values())
