"""Entries of journals that were read elsewhere, judged as `exec` judges those of its run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.selection import Selection
from mockade.cli.options import BAD_SETUP, print_error, print_findings, print_warning
from mockade.cli.output_files import check_unread
from mockade.cli.reporting import chosen_outputs, write_reports
from mockade.cli.run_files import HarFile
from mockade.coverage.compiling import items_of
from mockade.coverage.counting import Coverage
from mockade.coverage.document import contracted, document
from mockade.coverage.items import OperationItems
from mockade.coverage.saved import SavedExchange
from mockade.errors import Finding
from mockade.reports.collector import Collector
from mockade.reports.coverage_gate import CoverageGate
from mockade.reports.forms import STDOUT, Output
from mockade.reports.gates import Gate
from mockade.reports.model import Entry, facts_of, places_in
from mockade.reports.text import lines


class Contracts:
    """The contracts of APIs that are named, else the bundled ones. Raises SetupError for what is no API."""

    def __init__(self, names: Sequence[str], home: Path | None) -> None:
        self.apis: dict[str, Api] = load_apis(Selection(names, home).files()) if names or home else {}
        """By stem, those that were asked for so far."""
        self.unknown: set[str] = set()
        """The stems of APIs of which there is no contract."""

    def find(self, stem: str) -> Api | None:
        if stem not in self.apis and stem not in self.unknown:
            files = find_files()
            if stem in files:
                self.apis |= load_apis({stem: files[stem]})
            else:
                self.unknown.add(stem)
        return self.apis.get(stem)

    def items_of(self, stem: str, operation: str) -> OperationItems | None:
        api = self.find(stem)
        return items_of(api.contract, operation) if api is not None else None


class Judging:
    """Counts entries, writes them as HAR, and reports what came of them.

    `command` is the name of the command, `journals` are the files that it reads. Raises SetupError with what
    keeps it from being done.
    """

    def __init__(
        self,
        command: str,
        gates: Sequence[Gate],
        *,
        outputs: Sequence[Output],
        har: Path | None,
        minimum: Mapping[str, float],
        ignored: Sequence[str],
        names: Sequence[str],
        home: Path | None,
        scheme: str = "http",
        journals: Sequence[str] = (),
    ) -> None:
        self._command = command
        self._contracts = Contracts(names, home)
        self._outputs, timeline = chosen_outputs(outputs, (har, *journals))
        if har is not None:
            check_unread(har, [one for one in journals if one != STDOUT])
        self._har = HarFile(har, scheme) if har is not None else None
        self._collector = Collector(gates, timeline=timeline)
        self._coverage = Coverage(self._contracts.items_of)
        self._gate = CoverageGate(minimum, ignored)

    def judge(self, entries: Iterable[Entry], served: Iterable[str] = ()) -> int:
        """Count all entries, then print and write what came of them; returns the exit code.

        `served` are the APIs that might have been asked: what of them was not is missing in the coverage.
        """
        for stem in served:
            self._contracts.find(stem)
        try:
            for entry in entries:
                self._add(entry)
        finally:
            unwritten = self._har.close() if self._har is not None else []
        return self._conclude(unwritten)

    def _add(self, entry: Entry) -> None:
        self._collector.add_entry(entry)
        self._coverage.count(SavedExchange.read(entry))
        if self._har is not None:
            self._har.add(entry)

    def _conclude(self, unwritten: Sequence[Finding]) -> int:
        apis = self._contracts.apis
        if self._gate.minimum and not apis:
            print_error("No API was asked, so that nothing can be covered. Name what was served with --api.")
            return BAD_SETUP
        for stem in sorted(self._contracts.unknown):
            print_warning(
                f"There is no contract of {stem!r} here: its operations are told without their lines, and "
                "are in no coverage. Name it with --api."
            )
        report = self._collector.report(
            self._command,
            apis=facts_of(apis),
            place_of=places_in(apis),
        )
        told = [contracted(api.contract, api.answerers) for api in apis.values()]
        report = self._gate.report(report, document(self._coverage, told), print_warning)
        is_taken = any(one.file == STDOUT for one in self._outputs)
        for line in lines(report):
            click.echo(line, err=is_taken)
        print_findings(unwritten)
        return write_reports(self._outputs, report, report.code(0) or (BAD_SETUP if unwritten else 0))
