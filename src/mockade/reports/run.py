"""One run whose exchanges are read from journals: counted with what they cover, and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockade.catalogue.api import Api
from mockade.coverage.compiling import items_of
from mockade.coverage.counting import Coverage
from mockade.coverage.document import CoveredApi, Detail, document
from mockade.coverage.items import OperationItems
from mockade.coverage.saved import SavedExchange
from mockade.coverage.thresholds import Thresholds
from mockade.reports.collector import Collector
from mockade.reports.gates import Gate
from mockade.reports.model import Entry, Report, facts_of, places_in


class Run:
    """Counts the entries of journals, and what they cover of the APIs that `find` has by their stems.

    `command` is what the report calls the run, `thresholds` what its coverage is held against,
    `timeline` as in Collector.
    """

    def __init__(
        self,
        command: str,
        gates: Sequence[Gate],
        find: Callable[[str], Api | None],
        thresholds: Thresholds,
        *,
        timeline: int = 0,
    ) -> None:
        self._command = command
        self._thresholds = thresholds
        self._find = find
        self._collector = Collector(gates, timeline=timeline)
        self._coverage = Coverage(self._items_of)

    def add(self, entry: Entry) -> None:
        self._collector.add_entry(entry)
        self._coverage.count(SavedExchange.read(entry))

    def report(self, apis: Mapping[str, Api], empty: Iterable[str] = ()) -> Report:
        """The report so far, with what was covered of these APIs, if there are any; `empty` as in Report."""
        return self._collector.report(
            self._command,
            apis=facts_of(apis),
            place_of=places_in(apis),
            coverage=coverage_document(self._coverage, apis, self._thresholds) if apis else None,
            empty=empty,
        )

    def _items_of(self, stem: str, operation: str) -> OperationItems | None:
        api = self._find(stem)
        return items_of(api.contract, operation) if api is not None else None


def _nothing(_api: str, _operation: str) -> None:
    return None


def coverage_document(coverage: Coverage, apis: Mapping[str, Api], thresholds: Thresholds) -> dict[str, Any]:
    """The document of what was counted of some APIs, to be held against thresholds.

    The items of operations that nobody asked are in it only where a pattern means items: a large contract has
    hundreds of thousands.
    """
    detail: Detail = "all" if thresholds.leave_out_items else "asked"
    return document(coverage, [CoveredApi.of(one.contract, one.answerers) for one in apis.values()], detail)


def apply_thresholds(report: Report, thresholds: Thresholds, warn: Callable[[str], object]) -> Report:
    """A report that fails where its coverage does not reach the thresholds, and says where."""
    if report.coverage is None and not thresholds.minimum:
        return report
    left, missing = thresholds.applied(dict(report.coverage or document(Coverage(_nothing), ())), warn)
    return replace(report, coverage=left, shortfalls=missing, failed=report.failed or bool(missing))
