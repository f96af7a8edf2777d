"""Finds out that files have changed: told by the system at once, and by a look of its own every second."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from mockade.catalogue.files import PACKAGE, SPEC_ENDINGS, bundled

QUIET = 100
"""Milliseconds without a change after which a save is taken to be complete."""

LOOK = 1000
"""Milliseconds between two looks when nothing is told: networks and containers tell nothing."""

COMING_BACK = 0.5
"""Seconds for a file that is gone to be there again: some editors save so, and git checks out so."""

LAST_LOOK = 2.0
"""Seconds that a reload may take to end when the server does; one that takes longer ends with the process."""

Stamp = tuple[int, int, int]
"""What tells two versions of a file apart: the time of its change, its size, and which file it is."""

Changed = Callable[[Sequence[Path], asyncio.AbstractEventLoop], None]

_is_kept = DefaultFilter()
"""Leaves out what editors, Python and version control keep beside the files."""


class Watcher:
    """Watches the bundled files and those of a home, from when it is made.

    What counts is how the files are, not what was told of them: nothing is missed while a reload runs.
    """

    def __init__(self, home: Path | None) -> None:
        self._home = home
        roots = [bundled("specs"), bundled("fixtures"), PACKAGE / "apis"]
        self._roots = [*(home / kind for kind in ("specs", "fixtures", "apis") if home), *roots]
        self._seen = self._stamps()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, changed: Changed) -> None:
        """Call `changed` in a thread of this watcher's own, with the paths and the loop that runs now."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(
            target=self._watch, args=(changed, loop), name="mockade-watch", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LAST_LOOK)

    def _watch(self, changed: Changed, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stop.is_set():
            folders = self._folders()
            try:
                for _ in watch(
                    *folders,
                    watch_filter=None,
                    step=QUIET,
                    stop_event=self._stop,
                    rust_timeout=LOOK,
                    yield_on_timeout=True,
                    raise_interrupt=False,
                    recursive=False,
                ):
                    self._look(changed, loop)
                    if self._folders() != folders:
                        break
            except (OSError, RuntimeError):  # a folder that has just gone, or no watches left to be had
                self._stop.wait(LOOK / 1000)
                self._look(changed, loop)

    def _look(self, changed: Changed, loop: asyncio.AbstractEventLoop) -> None:
        """Tell what is different from the last look."""
        now = self._stamps()
        if self._seen.keys() - now.keys():
            self._stop.wait(COMING_BACK)
            now = self._stamps()
        paths = [path for path in {**self._seen, **now} if now.get(path) != self._seen.get(path)]
        if not paths or self._stop.is_set() or loop.is_closed():
            return
        self._seen = now
        changed(sorted(paths), loop)

    def _folders(self) -> list[Path]:
        """The folders that are there, each watched for itself; the home too, as others may come in it."""
        home = [self._home] if self._home is not None and self._home.is_dir() else []
        return [*home, *(folder for root in self._roots for folder in _tree(root) if folder.is_dir())]

    def _stamps(self) -> Mapping[Path, Stamp]:
        return {path: stamp for root in self._roots for path in _tree(root) if (stamp := _stamp(root, path))}


def _tree(root: Path) -> Iterator[Path]:
    """A folder and all that is in it and counts."""
    if root.is_dir():
        yield root
        for folder, folders, files in os.walk(root):
            kept = [name for name in (*folders, *files) if _is_kept(Change.modified, name)]
            folders[:] = [name for name in folders if name in kept]
            yield from (Path(folder, name) for name in kept)


def _stamp(root: Path, path: Path) -> Stamp | None:
    """None for what would not be read: a contract may refer to any file, elsewhere the ending says it."""
    if root.name != "specs" and path.suffix not in (*SPEC_ENDINGS, ".py"):
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None
