"""The worlds of a server by name: `default`, and others, created on first use and dropped when idle."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from mockade.catalogue.api import Api
from mockade.coverage.counting import Coverage
from mockade.coverage.items import OperationItems
from mockade.errors import Refusal
from mockade.settings import Settings
from mockade.state.clock import steady_time
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from mockade.worlds.contents import Baseline
from mockade.worlds.journal import ExchangeListener, ignore
from mockade.worlds.slices import Slices
from mockade.worlds.world import World, WorldListener

DEFAULT = "default"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a world may be called."""


class ServedApis(NamedTuple):
    """The APIs that are served, as read from the files; a reload replaces it for all worlds at once."""

    baseline: Baseline
    """What a new world starts with."""
    apis: Mapping[str, Api]
    """By stem."""


class Worlds:
    """The worlds of one server, which share what is `served`; `default` always exists.

    `on_change` is called with a world that is created, whose state was replaced, or that was dropped;
    `on_entry` with each entry of their journals.
    """

    def __init__(
        self,
        served: ServedApis,
        settings: Settings,
        on_change: WorldListener = ignore,
        on_entry: ExchangeListener | None = None,
        make: Callable[..., World] = World,
    ) -> None:
        """`make` makes a world, of the arguments of World."""
        self.served = served
        self._make = make
        self._on_change = on_change
        self._on_entry = on_entry
        self._settings = settings
        self.gone = Coverage(self._items_of)
        """What was seen in worlds that are not there any more."""
        self.default = self._build(DEFAULT, served.baseline)
        self._others: OrderedDict[str, World] = OrderedDict()
        """In order of last use, the one that has been idle longest first."""

    @property
    def baseline(self) -> Baseline:
        return self.served.baseline

    def _build(self, name: str, baseline: Baseline) -> World:
        world = self._make(
            name,
            baseline,
            self._run_event,
            self._settings.journal,
            self._on_change,
            self._on_entry,
            self._items_of,
        )
        self._on_change(world)
        return world

    def _run_event(self, event: Event, transaction: Transaction, at: float) -> None:
        self.served.apis[event.api].run_event(event, transaction, at)

    def _items_of(self, api: str, operation: str) -> OperationItems | None:
        from mockade.coverage.compiling import items_of

        served = self.served.apis.get(api)
        return items_of(served.contract, operation) if served is not None else None

    def serve(self, served: ServedApis) -> None:
        """Go on with other APIs, to which each world has migrated."""
        self.served = served
        self.gone.contracts_changed()

    def coverage(self) -> Slices[Coverage]:
        """What was seen in all worlds, those that are gone included."""
        merged = Coverage(self._items_of)
        for one in [self.gone, *(world.coverage for world in self.with_journals())]:
            merged.add(one)
            yield
        return merged

    def with_journals(self) -> list[World]:
        """As iterated, and with all that their journals have."""
        return list(self)

    @property
    def names(self) -> list[str]:
        """Of all worlds."""
        self._drop_idle()
        return [DEFAULT, *self._others]

    def get_or_create(self, name: str) -> World:
        """The world of that name, created if it does not exist.

        Refuses an impossible name with 400, and one world too many with 503.
        """
        if name == DEFAULT:
            return self.default
        now = steady_time()
        world = self._others.get(name)
        if world is None or self._is_idle(world, now):
            if world is not None:
                world.end()
            world = self._others[name] = self._create(name, self.baseline)
        self._others.move_to_end(name)
        world.touch(now)
        return world

    def known(self, name: str) -> World | None:
        """The world of that name, which counts as a use of it; None where there is none yet."""
        if name == DEFAULT:
            return self.default
        now = steady_time()
        world = self._others.get(name)
        if world is None or self._is_idle(world, now):
            return None
        self._others.move_to_end(name)
        world.touch(now)
        return world

    def find(self, name: str) -> World | None:
        """The world of that name, None when there is none. This does not count as a use of it."""
        self._drop_idle()
        return self.default if name == DEFAULT else self._others.get(name)

    def has(self, world: World) -> bool:
        """Whether it is still one of the worlds."""
        return self.find(world.name) is world

    def create(self, name: str, baseline: Baseline) -> World:
        """A new world. Refuses a name that is taken with 409, else as `get_or_create` does."""
        self._check_free(name)
        world = self._others[name] = self._create(name, baseline)
        world.touch(steady_time())
        return world

    def _check_free(self, name: str) -> None:
        if name == DEFAULT or self.find(name) is not None:
            message = f"There is a world {name!r} already: choose another name, or delete that one first."
            raise Refusal(409, "world_exists", message)

    def replace(self, name: str, baseline: Baseline) -> World:
        """A new world in the place of the one of that name, whose requests end; refuses as `create` does."""
        if name == DEFAULT:
            replaced, self.default = self.default, self._build(name, baseline)
            self._let_go(replaced)
            return self.default
        if self.find(name) is not None:
            self.remove(name)
        return self.create(name, baseline)

    def remove(self, name: str) -> None:
        """Drop a world, and answer who waits in it. Refuses with 404 if there is none, `default` with 409."""
        if name == DEFAULT:
            message = "The world 'default' is always there: reset it instead."
            raise Refusal(409, "world_stays", message)
        world = self._others.pop(name, None)
        if world is None:
            raise Refusal(404, "no_world", f"There is no world {name!r}.")
        self._let_go(world)

    def _create(self, name: str, baseline: Baseline) -> World:
        if not NAME.fullmatch(name):
            shown = name if len(name) <= 100 else f"{name[:100]}…"
            message = (
                f"{shown!r} is no name for a world: it has 1 to 64 of a-z, 0-9, '.', '_' and '-', and begins "
                "with a letter or a digit."
            )
            raise Refusal(400, "bad_world_name", message)
        self._drop_idle()
        if len(self._others) + 1 >= self._settings.worlds:
            message = (
                f"{self._settings.worlds:,} is as many worlds as there may be. Delete some "
                "(DELETE /_mockade/v1/worlds/NAME), or raise the limit with --worlds."
            )
            raise Refusal(503, "too_many_worlds", message)
        return self._build(name, baseline)

    def _drop_idle(self) -> None:
        """Drop the worlds that have been idle for longer than the settings allow."""
        now = steady_time()
        while self._others and self._is_idle(next(iter(self._others.values())), now):
            _, world = self._others.popitem(last=False)
            self._let_go(world)

    def _let_go(self, world: World) -> None:
        """End a world, and keep what was seen in it."""
        world.end()
        self.gone.add(world.coverage)
        self._on_change(world)

    def _is_idle(self, world: World, now: float) -> bool:
        return 0 < self._settings.idle < now - world.last_used and not world.is_busy

    def __iter__(self) -> Iterator[World]:
        """`default` first, the one used last at the end."""
        self._drop_idle()
        yield self.default
        yield from list(self._others.values())
