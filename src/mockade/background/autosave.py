"""Keeps worlds over a restart: loads them from a state file, and saves them there while the server runs."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from mockade.catalogue.api import Api
from mockade.control import control_api
from mockade.control.call import state_document
from mockade.errors import Finding, Place, Refusal, SetupError
from mockade.snapshots.state_file import BREATH, Kept, StateFile
from mockade.worlds.registry import Worlds

EVERY = 2.0
"""Seconds between two looks at whether something has changed."""

SHARE = 4
"""So many times as long as a save took it is waited for the next one: large worlds take long."""


class AutoSave:
    """Keeps `worlds` in a file. Raises SetupError when it cannot, or when the file is not what it should be.

    What has changed is seen on the event loop, by comparing pointers, and is written in a thread: states are
    immutable, so that requests go on meanwhile. `apis` answers what is served, which a reload changes.
    """

    def __init__(
        self, path: Path, worlds: Worlds, apis: Callable[[], Mapping[str, Api]], *, every: float = EVERY
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
        self._saved = self._picture()

    def _load(self) -> None:
        form = state_document(control_api(""))
        findings: list[Finding] = []
        for name, kept in self._file.load(self._apis(), self._worlds.baseline.state, form).items():
            try:
                world = self._worlds.get_or_create(name)
            except Refusal as refusal:
                findings.append(Finding(Place(self._file.shown), refusal.message, rule="state"))
                continue
            world.load(kept.state, kept.snapshots)
        if findings:
            raise SetupError(findings)

    def _picture(self) -> dict[str, Kept]:
        """All that is to be kept, as it is now; a world that is as all worlds start needs no keeping."""
        first = self._worlds.baseline.state
        return {
            world.name: Kept(world.state, world.snapshots)
            for world in self._worlds
            if world.state is not first or world.snapshots
        }

    def begin(self) -> None:
        """Look every few seconds from now on; called on the event loop."""
        loop = asyncio.get_running_loop()

        def look() -> None:
            try:
                self.look()
            finally:
                loop.call_later(max(self._every, SHARE * self._took), look)

        loop.call_later(self._every, look)

    def look(self) -> None:
        """Save in a thread if something has changed, and no save is under way; called on the event loop."""
        if self._thread is not None and self._thread.is_alive():
            return
        picture = self._picture()
        if not _same(picture, self._saved):
            # With the APIs that these states are of: a reload may change them while it is written.
            self._thread = threading.Thread(
                target=self._save, args=(picture, self._apis(), BREATH), name="mockade-state", daemon=True
            )
            self._thread.start()

    def wait(self) -> None:
        """Return when no save is under way."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> bool:
        """Save for the last time, after the last answer, and let go of the file; whether all is saved."""
        self.wait()
        picture = self._picture()
        if not (_same(picture, self._saved) and self._file.exists()):
            self._failed = ""
            self._save(picture, self._apis(), 0.0)
        self._file.close()
        if self._failed:
            _say(f"{self._file.shown}: What changed since the last save is lost.")
        return not self._failed

    def _save(self, picture: dict[str, Kept], apis: Mapping[str, Api], breath: float) -> None:
        started = time.perf_counter()
        try:
            self._file.save(picture, apis, breath=breath)
        # A full disk, a folder that is gone: the server has other things to do too.
        except Exception as error:
            why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
            if why != self._failed:
                _say(f"{self._file.shown}: The state cannot be saved there: {why}. It is tried again.")
            self._failed = why
        else:
            if self._failed:
                _say(f"{self._file.shown}: The state is saved there again.")
            self._failed = ""
            self._saved = picture
        self._took = time.perf_counter() - started


def _same(one: Mapping[str, Kept], other: Mapping[str, Kept]) -> bool:
    """Whether two pictures are of the same states: pointers, so that it takes no time."""
    return one.keys() == other.keys() and all(
        kept.state is other[name].state and _same_states(kept, other[name]) for name, kept in one.items()
    )


def _same_states(one: Kept, other: Kept) -> bool:
    mine, theirs = one.snapshots, other.snapshots
    return list(mine) == list(theirs) and all(state is theirs[name] for name, state in mine.items())


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
