"""One run of `mockade exec`: the server around the command, what is counted and written, what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from mockade import garbage
from mockade.cli.child import execute, variables
from mockade.cli.log import Log
from mockade.cli.options import print_warning, print_warnings
from mockade.cli.progress import Progress
from mockade.cli.reporting import check_unread, chosen_outputs, conclude
from mockade.launch import prepare
from mockade.reports.collector import Collector
from mockade.reports.formats import Output
from mockade.reports.gates import Gate
from mockade.reports.model import Report, facts_of, places_in
from mockade.worlds.journal import Exchange
from mockade.worlds.registry import Worlds
from mockade.worlds.slices import at_once


class ExecRun:
    """A mock that is ready to serve. Raises SetupError with all that keeps it from being so.

    `files` are paths by what they are for, as RunFiles has them; `options` the arguments of `launch.prepare`
    beside the names and the home.
    """

    def __init__(
        self,
        names: Sequence[str],
        home: Path | None,
        gates: Sequence[Gate],
        *,
        verbose: bool,
        files: dict[str, Path | None],
        outputs: Sequence[Output],
        coverage: tuple[Mapping[str, float], Sequence[str]],
        **options: Any,
    ) -> None:
        self._coverage = coverage
        self._outputs, timeline = chosen_outputs(outputs, files)
        with Progress() as progress:
            self._launch, self._port = prepare(names, home, on_read=progress, **options)
        print_warnings(self._launch.warnings)
        self._verbose = verbose
        self._collector = Collector(gates, timeline=timeline)
        self._collection = garbage.CountedCollection()
        self._log = Log(self._launch.apis, verbose=True)
        try:
            if self._outputs:
                check_unread(self._outputs, self._launch.apis)
            self._files = self._opened(files) if any(files.values()) else None
        except BaseException:
            self._port.listener.close()
            raise

    def _opened(self, files: dict[str, Path | None]) -> Any:
        from mockade.cli.run_files import RunFiles

        return RunFiles(self._launch.apis, **files)

    def run(self, command: Sequence[str]) -> int:
        """Run the command with the mock around it, and say what came of it; returns the exit code.

        Raises SetupError where one of the two cannot be started.
        """
        launch, files = self._launch, self._files
        checks = launch.checks(files.on_entry if files is not None else None)
        app, worlds = launch.app(self._exchange_ended, checks)
        server = launch.thread(app, self._port)
        server.start()
        self._collection.start(freeze=True)
        try:
            connect = {stem: api.fixtures.connect for stem, api in launch.apis.items()}
            found = variables(self._port.url, launch.base_paths, launch.settings.token, connect)
            passed = execute(command, found)
        finally:
            server.stop()
            unwritten = files.close() if files is not None else []
        report = self._collector.report(
            "exec",
            self._log.full,
            apis=facts_of(launch.apis),
            place_of=places_in(launch.apis) if self._outputs else None,
        )
        if self._outputs or any(self._coverage):
            report = self._with_coverage(report, worlds)
        return conclude(report, self._outputs, unwritten, passed=passed)

    def _with_coverage(self, report: Report, worlds: Worlds) -> Report:
        """The report with what was tried in all worlds. What tells it takes long to load."""
        from mockade.coverage.thresholds import Thresholds
        from mockade.reports.run import apply_thresholds, coverage_document

        thresholds = Thresholds(*self._coverage)
        told = coverage_document(at_once(worlds.coverage()), self._launch.apis, thresholds)
        return apply_thresholds(replace(report, coverage=told), thresholds, print_warning)

    def _exchange_ended(self, exchange: Exchange) -> None:
        self._collection.request_ended()
        self._collector.add(exchange)
        if self._files is not None:
            self._files.ended(exchange)
        for line in self._log.lines(exchange) if self._verbose else ():
            click.echo(line, err=True)
