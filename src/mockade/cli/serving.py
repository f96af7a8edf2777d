"""One run of `mockade serve`: the server with its log, its reloads and its state file."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from mockade import garbage
from mockade.catalogue.api import Api
from mockade.catalogue.files import unserved_specs
from mockade.catalogue.loading import read_files
from mockade.catalogue.selection import Selection
from mockade.cli.banner import banner
from mockade.cli.log import READY, TOKEN, Log
from mockade.cli.options import print_findings, print_warnings
from mockade.cli.printer import LinePrinter
from mockade.cli.progress import Progress
from mockade.errors import printable
from mockade.launch import prepare
from mockade.worlds.journal import Exchange, ignore


class Sharing(NamedTuple):
    """What is other for a process that serves on a port, and prints, beside others."""

    printer: LinePrinter
    retiring: threading.Event
    """As `Launch.run` has it."""
    is_first: bool
    """Whether it tells what all would tell."""
    ready: Callable[[Sequence[str]], None]
    """Called when requests are accepted, with the lines of the banner, for somebody else to print."""


class Serving:
    """A server that is ready to run. Raises SetupError with all that keeps it from being so.

    `options` are the arguments of `launch.prepare` beside the names and the home.
    """

    def __init__(
        self,
        names: Sequence[str],
        home: Path | None,
        *,
        state: Path | None,
        watch: bool,
        verbose: bool,
        quiet: bool,
        log: Path | None,
        sharing: Sharing | None = None,
        **options: Any,
    ) -> None:
        self._sharing = sharing
        # Before the files are read: what changes while they are read is a change.
        self._watcher = _watcher(Selection(names, home)) if watch else None
        is_first = sharing is None or sharing.is_first
        with Progress(quiet=quiet or not is_first) as progress:
            self._launch, self._port = prepare(names, home, on_read=progress, **options)
        if is_first:
            print_warnings(self._launch.warnings)
            if not (names or home or quiet):
                for line in unserved_specs():
                    click.echo(printable(line), err=True)
        self._quiet = quiet
        self._collection = garbage.CountedCollection()
        self._printer = sharing.printer if sharing is not None else LinePrinter()
        self._log = Log(self._launch.apis, verbose=verbose)
        self._log_file = self._opened_log(log, state) if log is not None else None
        self._checks = self._launch.checks()
        self._app, self._worlds = self._launch.app(self._exchange_ended, self._checks)
        if self._watcher is not None:
            self._watcher.follow(read_files(self._launch.apis))
            self._app, self._reload = self._reloading(self._watcher.follow)
        self._autosave = self._loaded(state) if state is not None else None

    def _opened_log(self, path: Path, state: Path | None) -> Any:
        from mockade.cli.output_files import OutputFile
        from mockade.cli.run_files import LogFile, files_of
        from mockade.reports.output_paths import check_conflicts

        read = [*files_of(self._launch.apis), *([state] if state is not None else [])]
        check_conflicts([("--log", path)], read)
        if self._sharing is None:
            return LogFile(self._launch.apis, OutputFile(path))
        from mockade.cli.shared_files import SharedOutputFile

        return LogFile(self._launch.apis, SharedOutputFile(path, is_first=self._sharing.is_first))

    def _reloading(self, follow: Callable[[Iterable[Path]], None]) -> tuple[Any, Any]:
        """The application that changes with the files, and what reads them again."""
        from mockade.reload.reloader import AppSwitch, Reloader

        switch = AppSwitch(self._launch.apis, self._app, self._worlds)
        reloader = Reloader(
            switch,
            self._launch.settings,
            selection=self._launch.selection,
            on_exchange=self._exchange_ended,
            log=ignore if self._quiet else self._printer.print,
            log_findings=print_findings,
            log_warnings=print_warnings,
            on_read=follow,
            on_reload=self._follow_apis,
        )
        return switch, reloader.reload

    def _follow_apis(self, apis: Mapping[str, Api]) -> None:
        self._checks.set_apis(apis)
        self._log.set_apis(apis)
        if self._log_file is not None:
            self._log_file.set_apis(apis)

    def _loaded(self, state: Path) -> Any:
        """The worlds of a state file, to be saved there again."""
        from mockade.background.autosave import AutoSave

        return AutoSave(state, self._worlds, lambda: self._worlds.served.apis)

    def run(self) -> bool:
        """Serve until SIGINT, SIGTERM or SIGHUP. Returns whether all that was to be written could be."""
        try:
            retiring = self._sharing.retiring if self._sharing is not None else None
            if self._sharing is None:
                _stop_on_hangup()
            self._launch.run(self._app, self._port, self._started, retiring)
        finally:
            self._collection.stop()
            if self._watcher is not None:
                self._watcher.stop()
            saved = self._autosave is None or self._autosave.close()
            unwritten = self._log_file.close() if self._log_file is not None else []
        print_findings(unwritten)
        return saved and not unwritten

    def close(self) -> bool:
        """Returns whether all lines were printed; False where stdout is full and nobody reads it."""
        return self._printer.close()

    def _exchange_ended(self, exchange: Exchange) -> None:
        self._collection.request_ended()
        if self._log_file is not None:
            self._log_file.add(exchange)
        for line in () if self._quiet else self._log.lines(exchange):
            self._printer.print(line)

    def _started(self) -> None:
        self._collection.start(asyncio.get_running_loop(), freeze=self._watcher is None)
        if self._autosave is not None:
            self._autosave.start()
        if self._sharing is not None:
            self._sharing.ready(list(self._banner()) if self._sharing.is_first else [])
            return
        for line in self._banner():
            self._printer.print(line)
        if self._launch.generated_token:
            self._printer.print(f"{TOKEN} {self._launch.generated_token}")
        self._printer.print(f"{READY} {self._port.url}")
        if self._watcher is not None:
            self._watcher.start(self._reload)

    def _banner(self) -> Iterable[str]:
        if self._quiet:
            return ()
        rows = self._launch.settings.rows
        return banner(self._launch.apis, self._launch.base_paths, self._port.url, rows=rows)


def _watcher(selection: Selection) -> Any:
    from mockade.reload.watcher import Watcher

    return Watcher(*selection.watched())


def _stop_on_hangup() -> None:
    """End as by SIGTERM when the terminal is closed, so that the state is saved; not under nohup.

    It holds for the rest of the process. To the supervisor of several it says something else (`Supervisor`).
    """
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is not None and signal.getsignal(hangup) == signal.SIG_DFL:
        signal.signal(hangup, lambda *_: signal.raise_signal(signal.SIGTERM))
