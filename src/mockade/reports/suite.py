"""The report of a test suite: what the worlds of its tests received, of one process or of several."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence

from mockade.catalogue.api import Api
from mockade.coverage.thresholds import Thresholds
from mockade.reports.collector import TIMELINE
from mockade.reports.formats import Output
from mockade.reports.gates import Gate
from mockade.reports.merging import merged
from mockade.reports.model import Entry, Report
from mockade.reports.outputs import chosen, with_timeline, write
from mockade.reports.run import Run, apply_thresholds

NO_THRESHOLDS = Thresholds()


class SuiteReport:
    """Collects journals, and writes what was asked for. Raises SetupError for files that cannot be written.

    `is_part` says that another process writes, to which `packed` goes; `thresholds` is how much it wants
    covered.
    """

    def __init__(
        self,
        outputs: Iterable[Output],
        gates: Sequence[Gate],
        *,
        thresholds: Thresholds = NO_THRESHOLDS,
        is_part: bool = False,
    ) -> None:
        asked = list(outputs)
        self._is_asked = bool(asked)
        self._thresholds = thresholds
        self._outputs = asked if is_part else chosen(asked)
        self._apis: dict[str, Api] = {}
        timeline = TIMELINE if with_timeline(self._outputs) else 0
        self._run = Run("pytest", gates, self._apis.get, thresholds, timeline=timeline)
        self._parts: list[Report] = []

    def served(self, apis: Mapping[str, Api]) -> None:
        """These APIs are what the journals to come are about."""
        self._apis.update(apis)

    def add(self, entries: Iterable[Entry]) -> None:
        for one in entries:
            self._run.add(one)

    def packed(self) -> bytes:
        """The report of this process for `add_packed` of another, which trusts it."""
        return pickle.dumps(self._run.report(self._apis))

    def add_packed(self, packed: bytes) -> None:
        self._parts.append(pickle.loads(packed))

    def write(self, echo: Callable[[str], object]) -> bool:
        """Write what was asked for; what was not asked for only where there is something to tell.

        Tells of what is missing in the coverage, and returns whether it is enough.
        Raises SetupError where a file could not be written after all.
        """
        report = apply_thresholds(
            merged([self._run.report(self._apis), *self._parts]), self._thresholds, echo
        )
        for line in (line for shortfall in report.shortfalls for line in shortfall.lines()):
            echo(line)
        if self._is_asked or report.operations:
            write(self._outputs, report, _own_lines(echo))
        return not report.shortfalls


def _own_lines(write_line: Callable[[str], object]) -> Callable[[str], object]:
    """Writes lines, the first on one of its own: with `-q` the line of pytest's progress is still open."""
    breaks = iter(("\n",))
    return lambda line: write_line(f"{next(breaks, '')}{line}")
