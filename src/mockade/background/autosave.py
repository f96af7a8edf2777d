"""Keeps worlds over a restart: loads them from a state file, and saves them while the server runs."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from mockade.catalogue.api import Api
from mockade.control import control_api
from mockade.control.call import document_schema
from mockade.errors import Finding, Place, Refusal, SetupError
from mockade.snapshots.state_file import PAUSE, SavedWorld, StateFile
from mockade.worlds.registry import Worlds

INTERVAL = 2.0
"""Seconds between two checks for changes."""

REST = 4
"""The next check comes at the earliest after so many times the duration of the last save."""


class AutoSave:
    """Keeps `worlds` in a file. Raises SetupError when the file cannot be written or does not fit.

    The event loop compares states by identity, and a thread writes them: states are immutable, so that
    requests go on meanwhile. `apis` returns the APIs that are served, which a reload changes. `every` is in
    seconds.
    """

    def __init__(
        self, path: Path, worlds: Worlds, apis: Callable[[], Mapping[str, Api]], *, every: float = INTERVAL
    ) -> None:
        self._worlds = worlds
        self._apis = apis
        self._every = every
        self._took = 0.0
        self._failed = ""
        self._thread: threading.Thread | None = None
        self._file = StateFile(path)
        try:
            self._load()
        except BaseException:
            self._file.close()
            raise
        self._saved = self._current()

    def _load(self) -> None:
        schema = document_schema(control_api(""))
        findings: list[Finding] = []
        for name, saved in self._file.load(self._apis(), self._worlds.baseline.state, schema).items():
            try:
                world = self._worlds.get_or_create(name)
            except Refusal as refusal:
                findings.append(Finding(Place(self._file.display_path), refusal.message, rule="state"))
                continue
            world.load(saved.state, saved.snapshots)
        if findings:
            raise SetupError(findings)

    def _current(self) -> dict[str, SavedWorld]:
        """What there is to save now, without the worlds that are as all worlds start."""
        first = self._worlds.baseline.state
        return {
            world.name: SavedWorld(world.state, world.snapshots)
            for world in self._worlds
            if world.state is not first or world.snapshots
        }

    def start(self) -> None:
        """Check every few seconds from now on; called on the event loop."""
        loop = asyncio.get_running_loop()

        def check() -> None:
            try:
                self.save_changes()
            finally:
                loop.call_later(max(self._every, REST * self._took), check)

        loop.call_later(self._every, check)

    def save_changes(self) -> None:
        """Save in a thread if anything changed and no save is under way; called on the event loop."""
        if self._thread is not None and self._thread.is_alive():
            return
        current = self._current()
        if not _same(current, self._saved):
            # With the APIs of these states: a reload may replace them during the save.
            self._thread = threading.Thread(
                target=self._save, args=(current, self._apis(), PAUSE), name="mockade-state", daemon=True
            )
            self._thread.start()

    def wait(self) -> None:
        """Wait for the save that is under way, if any."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> bool:
        """Save for the last time and release the file; whether everything is saved."""
        self.wait()
        current = self._current()
        if not (_same(current, self._saved) and self._file.exists()):
            self._failed = ""
            self._save(current, self._apis(), 0.0)
        self._file.close()
        if self._failed:
            _say(f"{self._file.display_path}: What changed since the last save is lost.")
        return not self._failed

    def _save(self, worlds: dict[str, SavedWorld], apis: Mapping[str, Api], pause: float) -> None:
        started = time.perf_counter()
        path = self._file.display_path
        try:
            self._file.save(worlds, apis, pause=pause)
        # Such as a full disk, or a folder that is gone: the server goes on.
        except Exception as error:
            reason = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
            if reason != self._failed:
                _say(f"{path}: The state cannot be saved there: {reason}. It is tried again.")
            self._failed = reason
        else:
            if self._failed:
                _say(f"{path}: The state is saved there again.")
            self._failed = ""
            self._saved = worlds
        self._took = time.perf_counter() - started


def _same(one: Mapping[str, SavedWorld], other: Mapping[str, SavedWorld]) -> bool:
    """Whether these are the same states, compared by identity."""
    return one.keys() == other.keys() and all(
        now.state is other[name].state and _same_snapshots(now, other[name]) for name, now in one.items()
    )


def _same_snapshots(one: SavedWorld, other: SavedWorld) -> bool:
    mine, theirs = one.snapshots, other.snapshots
    return list(mine) == list(theirs) and all(state is theirs[name] for name, state in mine.items())


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
