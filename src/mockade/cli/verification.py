"""Entries of journals that were read elsewhere, verified as `exec` does those of its run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.catalogue.selection import Selection
from mockade.cli.options import print_warning
from mockade.cli.reporting import check_unread, chosen_outputs, conclude
from mockade.cli.run_files import HarFile
from mockade.coverage.thresholds import Thresholds
from mockade.errors import Finding
from mockade.reports.formats import STDOUT, Output
from mockade.reports.gates import Gate
from mockade.reports.model import Entry
from mockade.reports.run import Run, apply_thresholds


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


class Verification:
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
        self._contracts = Contracts(names, home)
        self._outputs, timeline = chosen_outputs(outputs, {"har": har}, journals)
        check_unread(self._outputs, self._contracts.apis, har, journals)
        self._har = HarFile(har, scheme) if har is not None else None
        self._thresholds = Thresholds(minimum, ignored)
        self._run = Run(command, gates, self._contracts.find, self._thresholds, timeline=timeline)

    def verify(
        self,
        entries: Iterable[Entry],
        served: Iterable[str] = (),
        empty: Collection[str] = (),
    ) -> int:
        """Count all entries, then print and write what came of them; returns the exit code.

        `served` are the APIs that might have been asked: what of them was not is missing in the coverage;
        `empty` has the names of journals without a request when all were read.
        """
        for stem in served:
            self._contracts.find(stem)
        try:
            for entry in entries:
                self._add(entry)
        finally:
            unwritten = self._har.close() if self._har is not None else []
        return self._conclude(unwritten, empty)

    def _add(self, entry: Entry) -> None:
        self._run.add(entry)
        if self._har is not None:
            self._har.add(entry)

    def _conclude(self, unwritten: Sequence[Finding], empty: Collection[str]) -> int:
        for stem in sorted(self._contracts.unknown):
            print_warning(
                f"There is no contract of {stem!r} here: its operations are told without their lines, and "
                "are in no coverage. Name it with --api."
            )
        report = apply_thresholds(
            self._run.report(self._contracts.apis, empty), self._thresholds, print_warning
        )
        is_taken = any(one.file == STDOUT for one in self._outputs)
        return conclude(report, self._outputs, unwritten, to_stderr=is_taken)
