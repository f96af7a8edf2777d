"""Journals that were saved as NDJSON, read line by line; what is no entry is told with its line."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from mockade.contract.json_text import nests_deeply
from mockade.contract.validators import Validator
from mockade.contract.yaml_reader import DEEPEST
from mockade.control import control_api
from mockade.control.call import component
from mockade.errors import Finding, Place, SetupError, reason, shown_path
from mockade.reports.model import Entry

STDIN = "-"

MOST_TOLD = 20
"""Bad lines that are told; reading stops there."""


class SavedJournals:
    """The entries of files, one after the other; `-` is stdin. A last line that was cut off is no entry."""

    def __init__(self, files: Iterable[str]) -> None:
        self._files = list(files)
        self.cut: list[Place] = []
        """Where files end in the middle of an entry, when all was read."""
        self.empty: list[str] = []
        """The names of files without a request, when all was read."""
        self._validator: Validator = component(control_api(""), "Exchange")[0]

    def __iter__(self) -> Iterator[Entry]:
        """Raises SetupError behind the last, with each line that is no entry and file that cannot be read."""
        findings: list[Finding] = []
        for file in self._files:
            name = "stdin" if file == STDIN else shown_path(Path(file))
            try:
                with _opened(file) as stream:
                    first = _text(stream.readline(), Place(name))
                    asked = False
                    for entry in self._entries(name, chain([first], stream), findings):
                        asked = asked or entry["request"] is not None
                        yield entry
                if not asked:
                    self.empty.append(name)
            except SetupError as error:
                findings += error.findings
            except OSError as error:
                message = f"This cannot be read: {reason(error)}."
                findings.append(Finding(Place(name), message))
            if len(findings) >= MOST_TOLD:
                break
        if findings:
            raise SetupError(findings)

    def _entries(self, name: str, lines: Iterable[bytes], findings: list[Finding]) -> Iterator[Entry]:
        before = b""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = Place(name, number, 1)
            try:
                entry = self._entry(line, place)
                # Of a world that was made again there may be the same, but then it begins at #1.
                if line == before and entry["id"] > 1:
                    twice = f"#{entry['id']} of the world {entry['world']!r} stands here a second time."
                    raise _no_entry(place, twice)
            except SetupError as error:
                if not line.endswith(b"\n") and line.startswith(b"{") and not _is_json(line):
                    self.cut.append(place)
                    continue
                findings += error.findings
                if len(findings) >= MOST_TOLD:
                    return
                continue
            before = line
            yield entry

    def _entry(self, line: bytes, place: Place) -> Entry:
        """The entry in a line. Raises SetupError for what is none."""
        try:
            entry: Any = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _no_entry(
                place, f"This is no line of JSON ({error.msg}, at character {error.pos + 1})."
            ) from None
        if nests_deeply(line, DEEPEST + _AROUND):
            raise _no_entry(place, "This is no entry of a journal: it nests deeper than any.")
        violations = self._validator.violations(entry, "response")
        if violations:
            first = violations[0]
            at = f"{first.pointer}: " if first.pointer else ""
            raise _no_entry(place, f"This is no entry of a journal: {at}{first.message}")
        found: Entry = entry
        return found


_GZIP = b"\x1f\x8b"

_AROUND = 8
"""Levels of an entry around the bodies and rows in it."""


def _no_entry(place: Place, message: str) -> SetupError:
    mend = "A journal is what --journal-out and `GET /_mockade/v1/journal?format=ndjson` write."
    return SetupError([Finding(place, message, mend)])


def _text(first: bytes, place: Place) -> bytes:
    """The first line without a byte order mark. Raises SetupError where it is no text in UTF-8."""
    if first.startswith(_GZIP):
        mend = "Unpack it first: `gunzip -c FILE | mockade report -`."
        raise SetupError([Finding(place, "This file is compressed (gzip).", mend)])
    if first.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        mend = "PowerShell's `>` writes such: use --journal-out, or `Out-File -Encoding utf8`."
        raise SetupError([Finding(place, "This file is text in UTF-16, and UTF-8 is read here.", mend)])
    return first.removeprefix(BOM_UTF8)


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == STDIN:
        yield sys.stdin.buffer
        return
    with open(file, "rb") as stream:
        yield stream
