"""Watches files for changes: by the system's notifications, and by polling every second."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from mockade.catalogue.files import KINDS, PACKAGE, SPEC_ENDINGS, bundled
from mockade.errors import shown_path

DEBOUNCE = 100
"""Milliseconds without a change after which a save is taken to be complete."""

POLL_MILLISECONDS = 1000
"""Milliseconds between two polls: network and container file systems send no notifications."""

REAPPEARANCE = 0.5
"""Seconds that a deleted file has to reappear: some editors and git replace files in this way."""

STOP_TIMEOUT = 2.0
"""Seconds that a reload has to complete when the server ends; a longer one ends with the process."""

Stamp = tuple[int, int, int]
"""What distinguishes two versions of a file: its modification time (ns), size and inode."""

Changed = Callable[[Sequence[Path], asyncio.AbstractEventLoop], None]

_is_kept = DefaultFilter()
"""False for what editors, Python and version control keep beside the files."""


class Watcher:
    """Watches the bundled files, those of homes and single ones, from its construction on.

    It compares the files with their last stamps, and notifications only start that: a change during a reload
    is not missed.
    """

    def __init__(self, homes: Sequence[Path] = (), files: Sequence[Path] = ()) -> None:
        self._homes = homes
        self._files = list(files)
        roots = [bundled("specs"), bundled("fixtures"), PACKAGE / "apis"]
        self._roots = [*(home / kind for home in homes for kind in KINDS), *roots]
        self._began = time.time_ns()
        self._seen = self._stamps()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def follow(self, files: Iterable[Path]) -> None:
        """Watch further files. One that changed while it was read is changed at the next comparison.

        Called before `start`, or while `changed` is.
        """
        known = {path.resolve() for path in (*self._seen, *self._files)}
        for path in files:
            if path.resolve() not in known:
                known.add(path.resolve())
                path = Path(shown_path(path))
                self._files.append(path)
                stamp = _file_stamp(path)
                if stamp is not None and stamp[0] < self._began:
                    self._seen[path] = stamp

    def start(self, changed: Changed) -> None:
        """Call `changed` with the paths and the running loop, in a thread of the watcher's."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(
            target=self._watch, args=(changed, loop), name="mockade-watch", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(STOP_TIMEOUT)

    def _watch(self, changed: Changed, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stop.is_set():
            folders = self._folders()
            try:
                for _ in watch(
                    *folders,
                    watch_filter=None,
                    step=DEBOUNCE,
                    stop_event=self._stop,
                    rust_timeout=POLL_MILLISECONDS,
                    yield_on_timeout=True,
                    raise_interrupt=False,
                    recursive=False,
                ):
                    self._compare(changed, loop)
                    if self._folders() != folders:
                        break
            except (OSError, RuntimeError):  # a folder has just gone, or the system has no watches left
                self._stop.wait(POLL_MILLISECONDS / 1000)
                self._compare(changed, loop)

    def _compare(self, changed: Changed, loop: asyncio.AbstractEventLoop) -> None:
        """Call `changed` if files differ from the last comparison."""
        now = self._stamps()
        if self._seen.keys() - now.keys():
            self._stop.wait(REAPPEARANCE)
            now = self._stamps()
        paths = [path for path in {**self._seen, **now} if now.get(path) != self._seen.get(path)]
        if not paths or self._stop.is_set() or loop.is_closed():
            return
        self._seen = now
        self._began = time.time_ns()
        changed(sorted(paths), loop)

    def _folders(self) -> list[Path]:
        """The folders that exist, each watched by itself; the homes too, as folders may be made in them."""
        single = {path.absolute().parent for path in self._files}
        above = [folder for folder in (*self._homes, *sorted(single)) if folder.is_dir()]
        return [*above, *(folder for root in self._roots for folder in _tree(root) if folder.is_dir())]

    def _stamps(self) -> dict[Path, Stamp]:
        stamps = {path: stamp for path in self._files if (stamp := _file_stamp(path))}
        for root in self._roots:
            stamps |= {path: stamp for path in _tree(root) if (stamp := _stamp(root, path))}
        return stamps


def _tree(root: Path) -> Iterator[Path]:
    """A folder and all in it, without what is filtered out."""
    if root.is_dir():
        yield root
        for folder, folders, files in os.walk(root):
            kept = [name for name in (*folders, *files) if _is_kept(Change.modified, name)]
            folders[:] = [name for name in folders if name in kept]
            yield from (Path(folder, name) for name in kept)


def _stamp(root: Path, path: Path) -> Stamp | None:
    """None for a file that is not read; in `specs` every file is, as a contract may refer to it."""
    if root.name != "specs" and path.suffix not in (*SPEC_ENDINGS, ".py"):
        return None
    return _file_stamp(path)


def _file_stamp(path: Path) -> Stamp | None:
    """None where there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None
