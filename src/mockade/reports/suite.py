"""The report of a test suite: what the worlds of its tests received, of one process or of several."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence

from mockade.catalogue.api import Api
from mockade.coverage.compiling import items_of
from mockade.coverage.counting import Coverage
from mockade.coverage.document import contracted, document
from mockade.coverage.items import OperationItems
from mockade.coverage.saved import SavedExchange
from mockade.reports.collector import TIMELINE, Collector
from mockade.reports.coverage_gate import CoverageGate
from mockade.reports.forms import Output
from mockade.reports.gates import Gate
from mockade.reports.merging import merged
from mockade.reports.model import Entry, Report, facts_of, places_in
from mockade.reports.outputs import chosen, with_timeline, write

NO_GATE = CoverageGate({}, ())


class SuiteReport:
    """Collects journals, and writes what was asked for. Raises SetupError for files that cannot be written.

    `is_part` says that another process writes, to which `packed` goes; `gate` is how much it wants covered.
    """

    def __init__(
        self,
        outputs: Iterable[Output],
        gates: Sequence[Gate],
        *,
        gate: CoverageGate = NO_GATE,
        is_part: bool = False,
    ) -> None:
        asked = list(outputs)
        self._is_asked = bool(asked)
        self._gate = gate
        self._outputs = asked if is_part else chosen(asked)
        self._collector = Collector(gates, timeline=TIMELINE if with_timeline(self._outputs) else 0)
        self._apis: dict[str, Api] = {}
        self._coverage = Coverage(self._items_of)
        self._parts: list[Report] = []

    def served(self, apis: Mapping[str, Api]) -> None:
        """These APIs are what the journals to come are about."""
        self._apis |= apis

    def add(self, entries: Iterable[Entry]) -> None:
        for one in entries:
            self._collector.add_entry(one)
            self._coverage.count(SavedExchange.read(one))

    def packed(self) -> bytes:
        """The report of this process for `add_packed` of another, which trusts it."""
        return pickle.dumps(self._report())

    def add_packed(self, packed: bytes) -> None:
        self._parts.append(pickle.loads(packed))

    def write(self, echo: Callable[[str], object]) -> bool:
        """Write what was asked for; what was not asked for only where there is something to tell.

        Tells of what is missing in the coverage, and returns whether it is enough.
        Raises SetupError where a file could not be written after all.
        """
        report = merged([self._report(), *self._parts])
        if report.coverage is not None:
            report = self._gate.report(report, report.coverage, echo)
        for line in (line for shortfall in report.shortfalls for line in shortfall.lines()):
            echo(line)
        if self._is_asked or report.operations:
            write(self._outputs, report, _own_lines(echo))
        return not report.shortfalls

    def _report(self) -> Report:
        apis = self._apis
        covered = document(self._coverage, [contracted(one.contract, one.answerers) for one in apis.values()])
        return self._collector.report(
            "pytest",
            apis=facts_of(apis),
            place_of=places_in(apis),
            coverage=covered if apis else None,
        )

    def _items_of(self, api: str, operation: str) -> OperationItems | None:
        served = self._apis.get(api)
        return items_of(served.contract, operation) if served is not None else None


def _own_lines(write_line: Callable[[str], object]) -> Callable[[str], object]:
    """Writes lines, the first on one of its own: with `-q` the line of pytest's progress is still open."""
    breaks = iter(("\n",))
    return lambda line: write_line(f"{next(breaks, '')}{line}")
