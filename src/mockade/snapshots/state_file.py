"""The file that keeps worlds over a restart: replaced atomically, and locked by one server."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from mockade.catalogue.api import Api
from mockade.contract.normalizer import Normalizer
from mockade.contract.reading import DEEPEST, nests_deeply, parse
from mockade.contract.validators import Validator
from mockade.errors import Finding, Place, SetupError, reason, shown_path
from mockade.snapshots.reader import InvalidDocument, read_document
from mockade.snapshots.state_locks import StateLocks
from mockade.snapshots.writer import VERSION, document, json_pieces
from mockade.state.state import State
from mockade.worlds.registry import NAME
from mockade.worlds.slices import at_once

PAUSE = 0.001
"""Seconds between two pieces, for requests that need the interpreter."""

MOST_SHOWN = 100
"""Findings in a file that are shown."""

_MEND = "It is left as it is: mend it, serve what it was made with, or move it away to start anew."
_LEVELS = 8
"""Levels of nesting of a state file above a row."""


class SavedWorld(NamedTuple):
    """What a state file keeps of a world."""

    state: State
    snapshots: Mapping[str, State]


SavedWorlds = Mapping[str, SavedWorld]
"""By name."""


class StateFile:
    """A state file, locked by this process until it is closed; the lock of a killed process ends with it.

    Raises SetupError when another process has locked it, or when it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.display_path = shown_path(path)
        self._path = path.resolve()
        self._new = self._path.with_name(f".{self._path.name}.new")
        """The new content until the rename; the next start removes one that a killed process left."""
        self._check_path()
        self._locks = StateLocks(self._path, self._error)
        with contextlib.suppress(OSError):
            self._new.unlink()

    def _error(self, message: str, mend: str) -> SetupError:
        return SetupError([Finding(Place(self.display_path), message, mend, "state")])

    def _check_path(self) -> None:
        folder = self._path.parent
        if not folder.is_dir():
            raise self._error("There is no folder for this file.", f"Make it first: mkdir -p {folder}")
        if self._path.exists() and not self._path.is_file():
            raise self._error("This is no file.", "Name one: --state state.json")
        if self._path.exists() and not os.access(self._path, os.W_OK):
            raise self._error("This file may not be written.", "Name another, or give the right to it.")

    def exists(self) -> bool:
        return self._path.exists()

    def load(
        self, apis: Mapping[str, Api], defaults: State, schema: tuple[Validator, Normalizer]
    ) -> dict[str, SavedWorld]:
        """The worlds in it, none where there is no file; a single document is read as the default world.

        `schema` is that of a document. Raises SetupError with all findings for a file that is incomplete, no
        state file, or does not fit the APIs that are served.
        """
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._error(f"Cannot read this file: {reason(error)}.", _MEND) from None
        reading = _StateFileReader(self.display_path, apis, defaults, schema)
        worlds = reading.worlds(self._parse(raw))
        if reading.findings:
            *shown, last = reading.findings[:MOST_SHOWN]
            more = len(reading.findings) - MOST_SHOWN
            mend = (
                f"{last.mend} There are {more:,} faults more. {_MEND}" if more > 0 else f"{last.mend} {_MEND}"
            )
            raise SetupError([*shown, last._replace(mend=mend.lstrip())])
        return worlds

    def _parse(self, raw: bytes) -> Any:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
        if not raw.strip():
            raise self._error("This file is empty.", _MEND)
        if not raw.lstrip().startswith(b"{"):
            try:
                return parse(Path("state.yaml"), raw.decode(), self.display_path)
            except UnicodeDecodeError:
                raise self._error("This file is not UTF-8 text.", _MEND) from None
        if nests_deeply(raw, DEEPEST + _LEVELS):
            raise self._error(f"This is nested more than {DEEPEST + _LEVELS} levels deep.", _MEND)
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            place = Place(self.display_path, error.lineno, error.colno)
            message = f"This is torn, or no JSON: {error.msg}."
            raise SetupError([Finding(place, message, _MEND, "state")]) from None

    def save(self, worlds: SavedWorlds, apis: Mapping[str, Api], *, pause: float = 0.0) -> None:
        """Replace the file atomically, sleeping `pause` seconds between two pieces. Raises OSError."""
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
        except FileNotFoundError:
            mode = 0o600
        try:
            self._write(worlds, apis, mode, pause)
            self._locks.hold(self._new)
            os.replace(self._new, self._path)
        except BaseException:
            with contextlib.suppress(OSError, SetupError):
                self._new.unlink()
                self._locks.hold(self._path)
            raise
        _sync_folder(self._path.parent)

    def _write(self, worlds: SavedWorlds, apis: Mapping[str, Api], mode: int, pause: float) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._new.unlink()
        descriptor = os.open(
            self._new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
        )
        with open(descriptor, "wb", buffering=1024 * 1024) as file:
            for piece in _pieces(worlds, apis):
                file.write(piece)
                if pause:
                    time.sleep(pause)
            file.flush()
            os.fsync(file.fileno())
        self._new.chmod(mode)

    def close(self) -> None:
        """Release it."""
        self._locks.close()


def _sync_folder(folder: Path) -> None:
    """Make a rename durable, where the system can sync a folder."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _pieces(worlds: SavedWorlds, apis: Mapping[str, Api]) -> Iterator[bytes]:
    yield b'{"mockade":%d,"worlds":' % VERSION
    yield from _documents({name: saved.state for name, saved in worlds.items()}, apis)
    yield b',\n"snapshots":{'
    between = b"\n"
    for name, saved in worlds.items():
        if saved.snapshots:
            yield between + orjson.dumps(name) + b":"
            yield from _documents(saved.snapshots, apis)
            between = b",\n"
    yield b"}}\n"


def _documents(states: Mapping[str, State], apis: Mapping[str, Api]) -> Iterator[bytes]:
    yield b"{"
    between = b"\n"
    for name, state in states.items():
        yield between + orjson.dumps(name) + b":"
        yield from json_pieces(at_once(document(state, apis, None)), b"\n")
        between = b",\n"
    yield b"}"


class _StateFileReader:
    """Reads a state file's data as worlds and collects the findings."""

    def __init__(
        self, shown: str, apis: Mapping[str, Api], defaults: State, schema: tuple[Validator, Normalizer]
    ) -> None:
        self._shown = shown
        self._apis = apis
        self._defaults = defaults
        self._schema = schema
        self.findings: list[Finding] = []

    def worlds(self, data: Any) -> dict[str, SavedWorld]:
        if isinstance(data, dict) and "apis" in data:
            state = self._state(data)
            return {"default": SavedWorld(state, {})} if state else {}
        if not isinstance(data, dict) or not isinstance(data.get("worlds"), dict):
            self._add(
                "This is no state file of Mockade's, nor a snapshot: it has neither `worlds` nor `apis`."
            )
            return {}
        if data.get("mockade") != VERSION or isinstance(data["mockade"], bool):
            found = f"is of version {data['mockade']!r}" if "mockade" in data else "does not say its version"
            self._add(f"This file {found}; this Mockade reads `mockade: {VERSION}`.")
            return {}
        unknown = sorted(data.keys() - {"mockade", "worlds", "snapshots"})
        if unknown or not _is_nested(data.get("snapshots", {})):
            what = f"it has {unknown[0]!r}" if unknown else "`snapshots` is no object of objects"
            self._add(f"This is no state file of Mockade's: {what}.")
            return {}
        kept: dict[str, SavedWorld] = {}
        snapshots = data.get("snapshots", {})
        for name in {**data["worlds"], **snapshots}:
            state = (
                self._state(data["worlds"][name], "worlds", name)
                if name in data["worlds"]
                else self._defaults
            )
            for one in snapshots.get(name, {}):
                if not NAME.fullmatch(one):
                    self._add(f"/snapshots/{name}: {one!r} is no name for a snapshot.")
            states = {
                one: self._state(document, "snapshots", name, one)
                for one, document in snapshots.get(name, {}).items()
            }
            if state is not None:
                kept[name] = SavedWorld(
                    state, {one: found for one, found in states.items() if found is not None}
                )
        return kept

    def _add(self, message: str, mend: str = "") -> None:
        self.findings.append(Finding(Place(self._shown), message, mend, "state"))

    def _state(self, document: Any, *path: str) -> State | None:
        validator, normalizer = self._schema
        violations = validator.violations(document, "body", path)
        if not violations:
            try:
                return at_once(read_document(normalizer.fill(document), self._apis, self._defaults, path))
            except InvalidDocument as error:
                violations = list(error.violations)
        for violation in violations:
            at = f"{violation.pointer}: " if violation.pointer else ""
            # The keyword in our own contract says no more than the sentence; an API's is worth a look.
            mend = f"The contract says so at {violation.place}." if violation.place else ""
            self._add(f"{at}{violation.message}", mend)
        return None


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(member, dict) for member in value.values())
