"""The files that a run leaves behind: the journals of all worlds, their exchanges as HAR, and the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click
import orjson

from mockade.catalogue.api import Api
from mockade.catalogue.loading import read_files
from mockade.catalogue.redaction import Redaction
from mockade.cli.log import Log
from mockade.cli.output_files import OutputFile
from mockade.control.exchanges import ExchangeSerializer
from mockade.errors import Finding, SetupError
from mockade.reports.har import HEAD, TAIL, written_entry
from mockade.reports.model import Entry
from mockade.reports.output_paths import check_conflicts
from mockade.worlds.journal import Exchange


class LogFile:
    """The log in a file, with all that `-v` tells."""

    def __init__(self, apis: Mapping[str, Api], file: OutputFile) -> None:
        self._log = Log(apis, verbose=True)
        self._file = file
        self.set_apis = self._log.set_apis
        self.close = self._file.close

    def add(self, exchange: Exchange) -> None:
        text = "".join(f"{click.unstyle(line)}\n" for line in self._log.lines(exchange))
        self._file.write(text.encode("utf-8", "backslashreplace"))


class JournalFile:
    """Entries of journals, as the control API tells them, a line each."""

    def __init__(self, path: Path) -> None:
        self._file = OutputFile(path)
        self.close = self._file.close

    def add(self, entry: Entry) -> None:
        self._file.write(orjson.dumps(entry) + b"\n")


class HarFile:
    """A HAR that is whole after each entry of a journal."""

    def __init__(self, path: Path, scheme: str = "http") -> None:
        self._scheme = scheme
        self._file = OutputFile(path, head=HEAD, tail=TAIL)
        self.close = self._file.close
        self.count = 0
        """Exchanges in it."""

    def add(self, entry: Entry) -> None:
        piece = written_entry(entry, self._scheme)
        if piece:
            self.count += self._file.write((b",\n" if self.count else b"\n") + piece)


class RunFiles:
    """The files of `exec` by what they are for. Raises SetupError with all that cannot be written."""

    def __init__(self, apis: Mapping[str, Api], **paths: Path | None) -> None:
        self._serializer = ExchangeSerializer(apis, Redaction.of(apis.values()))
        self._entries: list[JournalFile | HarFile] = []
        self._log: LogFile | None = None
        options = [(f"--{name.replace('_', '-')}", path) for name, path in paths.items() if path is not None]
        check_conflicts(options, files_of(apis))
        findings: list[Finding] = []
        for name, path in paths.items():
            if path is None:
                continue
            try:
                if name == "log":
                    self._log = LogFile(apis, OutputFile(path))
                else:
                    self._entries.append({"journal_out": JournalFile, "har": HarFile}[name](path))
            except SetupError as error:
                findings += error.findings
        if findings:
            self.close()
            raise SetupError(findings)

    def ended(self, exchange: Exchange) -> None:
        """To be called with each finished exchange."""
        if self._log is not None:
            self._log.add(exchange)

    @property
    def on_entry(self) -> Callable[[Exchange], None] | None:
        """What is to be called with each entry of a journal; None where no file wants it."""
        return self._add if self._entries else None

    def _add(self, exchange: Exchange) -> None:
        entry = self._serializer.full(exchange)
        for file in self._entries:
            file.add(entry)

    def close(self) -> list[Finding]:
        """What is missing in the files, if anything is."""
        files = [*self._entries, *([self._log] if self._log is not None else [])]
        return [finding for file in files for finding in file.close()]


def files_of(apis: Mapping[str, Api]) -> list[str | Path]:
    """The files that APIs were read from."""
    return [*read_files(apis), *(api.fixtures.file for api in apis.values())]
