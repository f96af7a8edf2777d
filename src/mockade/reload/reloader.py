"""Serving files while they change: read anew, put in the place of the old, and told what did not fit."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from mockade.app import app_on, served_apis
from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import importing_anew, load_apis
from mockade.errors import Finding, SetupError, plain, shown_path
from mockade.reload.migration import Migration, WorldMigration
from mockade.settings import Settings
from mockade.worlds.journal import ExchangeListener
from mockade.worlds.registry import ServedApis, Worlds

MOST_TOLD = 20
"""Things that no longer fit that are told one by one."""

PATIENCE = 1.0
"""Seconds that requests under way have to end before the application changes under them."""

BREATH = 0.01
"""Seconds between two looks whether they have."""

SERVES_ON = "What was read before is served."
"""What becomes of a reload that fails."""

MOST_NAMED = 3
"""Files, and worlds, that are named."""


class AppSwitch:
    """The application of the moment: it can change between two requests; one that runs ends in its own."""

    def __init__(self, apis: Mapping[str, Api], app: App, worlds: Worlds) -> None:
        self.apis = apis
        self.app = app
        self.worlds = worlds
        self.under_way = 0
        """How many requests have begun and not ended."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # as long as the server: the first application keeps it for all
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
    """Reads the files of a home again for what is on a stage.

    `tell` hears of each exchange as that of `create_app`; `say` takes a line for the log, and `complain` the
    faults of files that are not fit to be served. `reloaded` takes the APIs that are served from then on.
    """

    def __init__(
        self,
        switch: AppSwitch,
        settings: Settings,
        *,
        home: Path | None,
        names: Sequence[str] = (),
        tell: ExchangeListener,
        say: Callable[[str], None],
        complain: Callable[[Sequence[Finding]], None],
        reloaded: Callable[[Mapping[str, Api]], None],
    ) -> None:
        self._switch = switch
        self._settings = settings
        self._home = home
        self._names = names
        self._tell = tell
        self._say = say
        self._complain = complain
        self._reloaded = reloaded
        self._next: Release | None = None
        self._changed: set[Path] = set()
        """What has changed between what is served and the next edition."""

    def reload(self, changed: Sequence[Path], loop: asyncio.AbstractEventLoop) -> None:
        """Read the files in this thread, and change what is served in the loop's."""
        release = self._guarded(self._read)
        if release is not None:
            loop.call_soon_threadsafe(self._announce, release, changed, loop)

    def _announce(self, release: Release, changed: Sequence[Path], loop: asyncio.AbstractEventLoop) -> None:
        waits = self._next is not None
        self._next = release
        self._changed.update(changed)
        if not waits:
            self._take_turn(loop, loop.time() + PATIENCE)

    def _take_turn(self, loop: asyncio.AbstractEventLoop, latest: float) -> None:
        """Serve the next edition as soon as no request is under way, or when it is `latest`."""
        if self._switch.under_way and loop.time() < latest:
            loop.call_later(BREATH, self._take_turn, loop, latest)
            return
        release, self._next = self._next, None
        changed, self._changed = sorted(self._changed), set()
        assert release is not None, "one was announced"
        self._guarded(lambda: self._take(release, changed))

    def _guarded(self, act: Callable[[], Release | None]) -> Release | None:
        """Whatever goes wrong with a reload, what is served stays served."""
        try:
            return act()
        except SetupError as error:
            count = len(error.findings)
            self._say(f"Not reloaded, {count} thing{'s' * (count != 1)} to mend. {SERVES_ON}")
            self._complain(error.findings)
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            self._say(f"Not reloaded: {plain(repr(error))} {SERVES_ON}")
            for line in traceback.format_exc().splitlines():
                self._say(f"    {plain(line)}")
        return None

    def _read(self) -> Release:
        """Raises SetupError with all that does not fit together."""
        with importing_anew():
            apis = load_apis(find_files(self._home, self._names))
            served = served_apis(apis, self._settings)
            app = app_on(served, self._switch.worlds, apis, self._settings, self._tell)
        return Release(apis, app, served)

    def _take(self, release: Release, changed: Sequence[Path]) -> None:
        """Serve another edition, in worlds that take along what still fits. Nothing happens in between."""
        switch, before = self._switch, self._switch.apis
        worlds = switch.worlds
        migration = Migration(before, release.apis, worlds.served.baseline, release.served.baseline)
        migrations = [migration.migrate(world) for world in worlds]
        lines = list(_told(changed, before, release.apis, migrations))
        for migrate in migrations:
            migrate.take()
        worlds.served = release.served
        switch.apis, switch.app = release.apis, release.app
        self._reloaded(release.apis)
        for line in lines:
            self._say(line)


def _told(
    changed: Sequence[Path],
    before: Mapping[str, Api],
    after: Mapping[str, Api],
    migrations: Sequence[WorldMigration],
) -> Iterator[str]:
    """What was reloaded, in one line; under it what did not fit, and what waits for a reset."""
    served = f" Served now: {', '.join(after)}." if before.keys() != after.keys() else ""
    yield f"Reloaded {_named([shown_path(path) for path in changed], 'files')}.{served}"
    losses = [loss for migrate in migrations for loss in migrate.losses]
    for loss in islice(losses, MOST_TOLD):
        yield f"    {plain(loss)}"
    if len(losses) > MOST_TOLD:
        yield f"    … and {len(losses) - MOST_TOLD:,} more that do not fit."
    waiting = [migrate.world.name for migrate in migrations if migrate.waits]
    if waiting and any(_lays_otherwise(before[stem], after[stem]) for stem in before if stem in after):
        stay = "keeps its rows" if len(waiting) == 1 else "keep their rows"
        yield f"    {_named(waiting, 'worlds')} {stay}; a reset brings those of the fixtures."


def _lays_otherwise(before: Api, after: Api) -> bool:
    """Whether the fixtures have other rows for a collection that was there before."""
    return any(before.fixtures.rows.get(name) != after.fixtures.rows.get(name) for name in before.collections)


def _named(names: Sequence[str], kind: str) -> str:
    """The first few by name: a, b and 3 more files."""
    rest = len(names) - MOST_NAMED
    if rest > 0:
        return f"{', '.join(names[:MOST_NAMED])} and {rest:,} more {kind}"
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
