"""The file that holds worlds over a restart: whole at any moment, and written by one server alone."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from mockade.catalogue.api import Api
from mockade.contract.normalize import Normalizer
from mockade.contract.reading import DEEPEST, nests_deeply, parse
from mockade.contract.validators import Validator
from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.snapshots.reader import InvalidDocument, read_document
from mockade.snapshots.writer import VERSION, json_pieces
from mockade.state.state import State
from mockade.worlds.registry import NAME

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


BREATH = 0.001
"""Seconds between two pieces in which requests have the interpreter to themselves."""

MOST_SHOWN = 100
"""Faults of a file that are told."""

_MEND = "It is left as it is: mend it, serve what it was made with, or move it away to start anew."
_ROOM = 8
"""Levels that a state file nests around a row."""


class Kept(NamedTuple):
    """What is kept of a world."""

    state: State
    snapshots: Mapping[str, State]


Worlds = Mapping[str, Kept]


class StateFile:
    """A state file, held by this process until it is closed. A killed process's hold ends with it.

    Raises SetupError when it is held by another one, or lies where nothing can be written.
    """

    def __init__(self, path: Path) -> None:
        self.shown = shown_path(path)
        self._path = path.resolve()
        self._new = self._path.with_name(f".{self._path.name}.new")
        """What is being written; a killed process leaves it behind, and the next save begins it anew."""
        self._refuse_place()
        self._lock_path = self._path.with_name(f".{self._path.name}.lock")
        self._lock = self._held()
        with contextlib.suppress(OSError):
            self._new.unlink()

    def _complaint(self, message: str, mend: str) -> SetupError:
        return SetupError([Finding(Place(self.shown), message, mend, "state")])

    def _refuse_place(self) -> None:
        folder = self._path.parent
        if not folder.is_dir():
            raise self._complaint("There is no folder for this file.", f"Make it first: mkdir -p {folder}")
        if self._path.exists() and not self._path.is_file():
            raise self._complaint("This is no file.", "Name one: --state state.json")
        if self._path.exists() and not os.access(self._path, os.W_OK):
            raise self._complaint("This file may not be written.", "Name another, or give the right to it.")

    def _held(self) -> int:
        """The lock, as long as it stays open: a file of its own, as each save puts a new state file there."""
        while True:
            try:
                file = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise self._complaint(
                    f"Nothing can be written in its folder: {error.strerror}.", "Name another folder."
                ) from None
            try:
                _lock(file)
            except OSError:
                os.close(file)
                raise self._complaint(
                    "Another server holds this file.", "Stop that one, or name another file for this one."
                ) from None
            with contextlib.suppress(OSError):
                if os.path.samestat(os.fstat(file), os.stat(self._lock_path)):
                    return file
            os.close(file)  # whoever held it has just let go of it, and taken it away

    def exists(self) -> bool:
        return self._path.exists()

    def load(
        self, apis: Mapping[str, Api], first: State, form: tuple[Validator, Normalizer]
    ) -> dict[str, Kept]:
        """The worlds in it, none where there is no file; a lone document is the default world's.

        `form` is that of a document. Raises SetupError for a file that is torn, foreign, or does not fit what
        is served, with all reasons.
        """
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._complaint(f"Cannot read this file: {error.strerror}.", _MEND) from None
        reading = _Reading(self.shown, apis, first, form)
        worlds = reading.worlds(self._parsed(raw))
        if reading.findings:
            *shown, last = reading.findings[:MOST_SHOWN]
            more = len(reading.findings) - MOST_SHOWN
            mend = (
                f"{last.mend} There are {more:,} faults more. {_MEND}" if more > 0 else f"{last.mend} {_MEND}"
            )
            raise SetupError([*shown, last._replace(mend=mend.lstrip())])
        return worlds

    def _parsed(self, raw: bytes) -> Any:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
        if not raw.strip():
            raise self._complaint("This file is empty.", _MEND)
        if not raw.lstrip().startswith(b"{"):
            try:
                return parse(Path("state.yaml"), raw.decode(), self.shown)
            except UnicodeDecodeError:
                raise self._complaint("This file is not UTF-8 text.", _MEND) from None
        if nests_deeply(raw, DEEPEST + _ROOM):
            raise self._complaint(f"This is nested more than {DEEPEST + _ROOM} levels deep.", _MEND)
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            place = Place(self.shown, error.lineno, error.colno)
            message = f"This is torn, or no JSON: {error.msg}."
            raise SetupError([Finding(place, message, _MEND, "state")]) from None

    def save(self, worlds: Worlds, apis: Mapping[str, Api], *, breath: float = 0.0) -> None:
        """Put `worlds` there, all or nothing, with `breath` seconds between two pieces. Raises OSError."""
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
        except FileNotFoundError:
            mode = 0o600
        try:
            self._write(worlds, apis, mode, breath)
            os.replace(self._new, self._path)
        except BaseException:
            with contextlib.suppress(OSError):
                self._new.unlink()
            raise
        _sync_folder(self._path.parent)

    def _write(self, worlds: Worlds, apis: Mapping[str, Api], mode: int, breath: float) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._new.unlink()
        descriptor = os.open(
            self._new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
        )
        with open(descriptor, "wb", buffering=1024 * 1024) as file:
            for piece in _pieces(worlds, apis):
                file.write(piece)
                if breath:
                    time.sleep(breath)
            file.flush()
            os.fsync(file.fileno())
        self._new.chmod(mode)

    def close(self) -> None:
        """Let go of it."""
        with contextlib.suppress(OSError):
            self._lock_path.unlink()
        os.close(self._lock)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system lets a folder be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _pieces(worlds: Worlds, apis: Mapping[str, Api]) -> Iterator[bytes]:
    yield b'{"mockade":%d,"worlds":' % VERSION
    yield from _documents({name: kept.state for name, kept in worlds.items()}, apis)
    yield b',\n"snapshots":{'
    between = b"\n"
    for name, kept in worlds.items():
        if kept.snapshots:
            yield between + orjson.dumps(name) + b":"
            yield from _documents(kept.snapshots, apis)
            between = b",\n"
    yield b"}}\n"


def _documents(states: Mapping[str, State], apis: Mapping[str, Api]) -> Iterator[bytes]:
    yield b"{"
    between = b"\n"
    for name, state in states.items():
        yield between + orjson.dumps(name) + b":"
        yield from json_pieces(state, apis)
        between = b",\n"
    yield b"}"


class _Reading:
    """A state file's data on their way to worlds, with what is wrong with them."""

    def __init__(
        self, shown: str, apis: Mapping[str, Api], first: State, form: tuple[Validator, Normalizer]
    ) -> None:
        self._shown = shown
        self._apis = apis
        self._first = first
        self._form = form
        self.findings: list[Finding] = []

    def worlds(self, data: Any) -> dict[str, Kept]:
        if isinstance(data, dict) and "apis" in data:
            lone = self._state(data)
            return {"default": Kept(lone, {})} if lone else {}
        if not isinstance(data, dict) or not isinstance(data.get("worlds"), dict):
            self._complain(
                "This is no state file of Mockade's, nor a snapshot: it has neither `worlds` nor `apis`."
            )
            return {}
        if data.get("mockade") != VERSION or isinstance(data["mockade"], bool):
            said = f"is of version {data['mockade']!r}" if "mockade" in data else "does not say its version"
            self._complain(f"This file {said}; this Mockade reads `mockade: {VERSION}`.")
            return {}
        unknown = sorted(data.keys() - {"mockade", "worlds", "snapshots"})
        if unknown or not _is_nested(data.get("snapshots", {})):
            what = f"it has {unknown[0]!r}" if unknown else "`snapshots` is no object of objects"
            self._complain(f"This is no state file of Mockade's: {what}.")
            return {}
        kept: dict[str, Kept] = {}
        snapshots = data.get("snapshots", {})
        for name in {**data["worlds"], **snapshots}:
            state = (
                self._state(data["worlds"][name], "worlds", name) if name in data["worlds"] else self._first
            )
            for one in snapshots.get(name, {}):
                if not NAME.fullmatch(one):
                    self._complain(f"/snapshots/{name}: {one!r} is no name for a snapshot.")
            taken = {
                one: self._state(said, "snapshots", name, one)
                for one, said in snapshots.get(name, {}).items()
            }
            if state is not None:
                kept[name] = Kept(state, {one: found for one, found in taken.items() if found is not None})
        return kept

    def _complain(self, message: str, mend: str = "") -> None:
        self.findings.append(Finding(Place(self._shown), message, mend, "state"))

    def _state(self, said: Any, *path: str) -> State | None:
        validator, normalizer = self._form
        violations = validator.violations(said, "body", path)
        if not violations:
            try:
                return read_document(normalizer.fill(said), self._apis, self._first, path)
            except InvalidDocument as invalid_document:
                violations = list(invalid_document.violations)
        for violation in violations:
            at = f"{violation.pointer}: " if violation.pointer else ""
            # Our own contract's words say nothing that the sentence does not; an API's are worth a look.
            mend = f"The contract says so at {violation.place}." if violation.place else ""
            self._complain(f"{at}{violation.message}", mend)
        return None


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(member, dict) for member in value.values())
