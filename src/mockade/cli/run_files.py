"""The files that a run leaves behind: the journals of all worlds, and the log."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import orjson

from mockade.catalogue.api import Api
from mockade.catalogue.redaction import Redaction
from mockade.cli.log import Log
from mockade.cli.output_files import OutputFile
from mockade.control.exchanges import ExchangeSerializer
from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.worlds.journal import Exchange


class LogFile:
    """The log in a file, with all that `-v` tells. Raises SetupError where it cannot be written."""

    def __init__(self, apis: Mapping[str, Api], path: Path) -> None:
        self._log = Log(apis, verbose=True)
        self._file = OutputFile(path)
        self.set_apis = self._log.set_apis
        self.close = self._file.close

    def add(self, exchange: Exchange) -> None:
        text = "".join(f"{click.unstyle(line)}\n" for line in self._log.lines(exchange))
        self._file.write(text.encode("utf-8", "backslashreplace"))


class JournalFile:
    """The entries of all journals, a line each, as the control API tells them."""

    def __init__(self, apis: Mapping[str, Api], path: Path) -> None:
        self._serializer = ExchangeSerializer(apis, Redaction.of(apis.values()))
        self._file = OutputFile(path)
        self.close = self._file.close

    def add(self, exchange: Exchange) -> None:
        self._file.write(orjson.dumps(self._serializer.full(exchange)) + b"\n")


_KINDS: Mapping[str, Callable[[Mapping[str, Api], Path], LogFile | JournalFile]] = {
    "journal_out": JournalFile,
    "log": LogFile,
}


class RunFiles:
    """The files by what they are for; raises SetupError with all that cannot be written."""

    def __init__(self, apis: Mapping[str, Api], **paths: Path | None) -> None:
        self._files: dict[str, LogFile | JournalFile] = {}
        findings: list[Finding] = []
        seen: dict[str, str] = {}
        for name, path in paths.items():
            if path is None:
                continue
            try:
                _check_other(path, f"--{name.replace('_', '-')}", seen)
                self._files[name] = _KINDS[name](apis, path)
            except SetupError as error:
                findings += error.findings
        if findings:
            self.close()
            raise SetupError(findings)

    def ended(self, exchange: Exchange) -> None:
        """To be called with each finished exchange."""
        if "log" in self._files:
            self._files["log"].add(exchange)

    @property
    def on_entry(self) -> Callable[[Exchange], None] | None:
        """What is to be called with each entry of a journal; None where no file wants it."""
        return self._files["journal_out"].add if "journal_out" in self._files else None

    def close(self) -> list[Finding]:
        """What is missing in the files, if anything is."""
        return [finding for file in self._files.values() for finding in file.close()]


def _check_other(path: Path, option: str, seen: dict[str, str]) -> None:
    """Raises SetupError for a file that is another option's too; a device may be."""
    if path.exists() and not path.is_file():
        return
    other = seen.setdefault(os.path.realpath(path), option)
    if other != option:
        message = f"It is the file of {other} too: {option} needs one of its own."
        raise SetupError([Finding(Place(shown_path(path)), message)])
