"""Reloads a home's files while they are served, and reports what did not fit."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from mockade.app import app_on, served_apis
from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.access import open_names
from mockade.catalogue.api import Api
from mockade.catalogue.loading import ignore, importing_anew, load_apis, read_files
from mockade.catalogue.selection import Selection
from mockade.errors import Finding, SetupError, counted, printable, shown_path
from mockade.reload.migration import Migration, WorldMigration
from mockade.settings import Settings
from mockade.worlds.journal import ExchangeListener
from mockade.worlds.registry import ServedApis, Worlds

MOST_LOSSES = 20
"""Rows and events that do not fit any more of which each gets a line."""

SWITCH_TIMEOUT = 1.0
"""Seconds that requests under way have to complete before the application is replaced all the same."""

IDLE_POLL_INTERVAL = 0.01
"""Seconds between two checks for requests under way."""

SERVES_ON = "What was read before is served."
"""Said of a reload that failed."""

MOST_NAMED = 3
"""Files, and worlds, that a line names."""


class AppSwitch:
    """An ASGI application that can be replaced; a request ends in the application that it began in."""

    def __init__(self, apis: Mapping[str, Api], app: App, worlds: Worlds) -> None:
        self.apis = apis
        self.app = app
        self.worlds = worlds
        self.under_way = 0
        """How many requests have begun and not completed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # lasts as long as the server: the first application's serves for all
            await self.app(scope, receive, send)
            return
        self.under_way += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.under_way -= 1


class Release(NamedTuple):
    """One reading of the files, ready to be served."""

    apis: Mapping[str, Api]
    app: App
    served: ServedApis


class Reloader:
    """Reads the files of a selection again and replaces the application in a switch.

    `on_exchange` is called with each finished exchange, `log` with a line, `log_findings` with what keeps the
    files from being served, `log_warnings` with what does not, `on_read` with the files that were read, and
    `on_reload` with the APIs that are served from then on.
    """

    def __init__(
        self,
        switch: AppSwitch,
        settings: Settings,
        *,
        selection: Selection,
        on_exchange: ExchangeListener,
        log: Callable[[str], None],
        log_findings: Callable[[Sequence[Finding]], None],
        log_warnings: Callable[[Sequence[Finding]], None] = ignore,
        on_read: Callable[[Iterable[Path]], None] = ignore,
        on_reload: Callable[[Mapping[str, Api]], None],
    ) -> None:
        self._switch = switch
        self._settings = settings
        self._selection = selection
        self._log_warnings = log_warnings
        self._on_read = on_read
        self._on_exchange = on_exchange
        self._log = log
        self._log_findings = log_findings
        self._on_reload = on_reload
        self._next: Release | None = None
        self._changed: set[Path] = set()
        """The files in which the next release differs from the one that is served."""

    def reload(self, changed: Sequence[Path], loop: asyncio.AbstractEventLoop) -> None:
        """Read the files in this thread, and replace the application in that of the loop."""
        release = self._guarded(self._read)
        if release is not None:
            loop.call_soon_threadsafe(self._schedule, release, changed, loop)

    def _schedule(self, release: Release, changed: Sequence[Path], loop: asyncio.AbstractEventLoop) -> None:
        is_scheduled = self._next is not None
        self._next = release
        self._changed.update(changed)
        if not is_scheduled:
            self._switch_when_idle(loop, loop.time() + SWITCH_TIMEOUT)

    def _switch_when_idle(self, loop: asyncio.AbstractEventLoop, latest: float) -> None:
        """Serve the next release as soon as no request is under way, at `latest` (loop time) all the same."""
        if self._switch.under_way and loop.time() < latest:
            loop.call_later(IDLE_POLL_INTERVAL, self._switch_when_idle, loop, latest)
            return
        release, self._next = self._next, None
        changed, self._changed = sorted(self._changed), set()
        if release is not None:
            self._guarded(partial(self._serve, release, changed))

    def _guarded(self, act: Callable[[], Release | None]) -> Release | None:
        """Call `act`; log whatever goes wrong, and go on serving what was served."""
        try:
            return act()
        except SetupError as error:
            self._log(f"Not reloaded, {counted(len(error.findings), 'thing')} to mend. {SERVES_ON}")
            self._log_findings(error.findings)
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            self._log(f"Not reloaded: {printable(repr(error))} {SERVES_ON}")
            for line in traceback.format_exc().splitlines():
                self._log(f"    {printable(line)}")
        return None

    def _read(self) -> Release:
        """Raises SetupError with all findings."""
        with importing_anew():
            apis = self._load_apis()
            served = served_apis(apis, self._settings)
            app = app_on(served, self._switch.worlds, self._settings, self._on_exchange)
        return Release(apis, app, served)

    def _load_apis(self) -> dict[str, Api]:
        """The APIs of the files as they are now; calls `on_read` with all, faulty ones too."""
        warnings: list[Finding] = []
        try:
            apis = load_apis(
                self._selection.files(),
                closed=self._settings.closed,
                strict_contract=self._settings.strict_contract,
                warn=warnings.append,
            )
        except SetupError as error:
            self._on_read(path for path in (Path(one.place.file) for one in error.findings) if path.is_file())
            raise
        self._on_read(read_files(apis))
        self._log_warnings(warnings)
        return apis

    def _serve(self, release: Release, changed: Sequence[Path]) -> None:
        """Serve a release, in worlds that keep what still fits. No request runs in between."""
        switch, before = self._switch, self._switch.apis
        worlds = switch.worlds
        migration = Migration(before, release.apis, worlds.served.baseline, release.served.baseline)
        migrated = [migration.migrate(world) for world in worlds]
        lines = list(_report(changed, before, release.apis, migrated))
        for one in migrated:
            one.take()
        worlds.serve(release.served)
        switch.apis, switch.app = release.apis, release.app
        self._on_reload(release.apis)
        for line in lines:
            self._log(line)


def _report(
    changed: Sequence[Path],
    before: Mapping[str, Api],
    after: Mapping[str, Api],
    migrations: Sequence[WorldMigration],
) -> Iterator[str]:
    """A line that says what was reloaded, then what is open, what did not fit, and what waits for a reset."""
    served = f" Served now: {', '.join(after)}." if before.keys() != after.keys() else ""
    yield f"Reloaded {_named([shown_path(path) for path in changed], 'files')}.{served}"
    for stem, api in after.items():
        known = before[stem].access.open_schemes if stem in before else frozenset()
        opened = [name for name in open_names(api.contract, api.access) if name not in known]
        if opened:
            yield f"    {stem} is open: any well-formed credential will do for {', '.join(opened)}."
    losses = [loss for migration in migrations for loss in migration.losses]
    for loss in islice(losses, MOST_LOSSES):
        yield f"    {printable(loss)}"
    if len(losses) > MOST_LOSSES:
        yield f"    … and {len(losses) - MOST_LOSSES:,} more that do not fit."
    waiting = [migration.world.name for migration in migrations if migration.waits]
    if waiting and any(_has_other_rows(before[stem], after[stem]) for stem in before if stem in after):
        stay = "keeps its rows" if len(waiting) == 1 else "keep their rows"
        yield f"    {_named(waiting, 'worlds')} {stay}; a reset brings those of the fixtures."


def _has_other_rows(before: Api, after: Api) -> bool:
    """Whether the fixtures have other rows for a collection that existed before."""
    old, new = before.fixtures, after.fixtures
    is_made_otherwise = (old.made_rows, old.is_file) != (new.made_rows, new.is_file)
    return is_made_otherwise or any(old.rows.get(name) != new.rows.get(name) for name in before.collections)


def _named(names: Sequence[str], kind: str) -> str:
    """The first few by name: a, b and 3 more files."""
    rest = len(names) - MOST_NAMED
    if rest > 0:
        return f"{', '.join(names[:MOST_NAMED])} and {rest:,} more {kind}"
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
