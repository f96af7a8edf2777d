"""The worlds of a server: one that is always there, and others that come when named and go when idle."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mockade.catalogue.api import Api
from mockade.errors import Refusal
from mockade.settings import Settings
from mockade.state.clock import wall_time
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from mockade.worlds.journal import ignore
from mockade.worlds.world import Baseline, World, WorldListener

DEFAULT = "default"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a world can be called."""


class ServedApis(NamedTuple):
    """What worlds stand on: one reading of the files. A reload lays another one under all of them at once."""

    baseline: Baseline
    """What a world is made of when it is first named."""
    apis: Mapping[str, Api]
    """Who lets happen what is due, and who says what is to be sent."""


class Worlds:
    """All worlds stand on one `served`; `default` is there from the beginning.

    `watch` hears of a world that is made, of each change of its state, and when it is let go.
    """

    def __init__(self, served: ServedApis, settings: Settings, watch: WorldListener = ignore) -> None:
        self.served = served
        self._watch = watch
        self._settings = settings
        self.default = self._made(DEFAULT, served.baseline)
        self._others: OrderedDict[str, World] = OrderedDict()
        """In the order of their last use, the one that idles longest first."""

    @property
    def baseline(self) -> Baseline:
        return self.served.baseline

    def _made(self, name: str, start: Baseline) -> World:
        world = World(name, start, self._happen, self._settings.journal, self._watch)
        self._watch(world)
        return world

    def _happen(self, event: Event, transaction: Transaction, at: float) -> None:
        self.served.apis[event.api].run_event(event, transaction, at)

    def get_or_create(self, name: str) -> World:
        """The world of that name, made now if it is not there.

        Refuses a name that no world can have with 400, and one world too many with 503.
        """
        if name == DEFAULT:
            return self.default
        now = wall_time()
        world = self._others.get(name)
        if world is None or self._is_idle(world, now):
            world = self._others[name] = self._new(name, self.baseline)
        self._others.move_to_end(name)
        world.touch(now)
        return world

    def find(self, name: str) -> World | None:
        """The world of that name, None when it is not there; looking is no use of it."""
        self._let_go()
        return self.default if name == DEFAULT else self._others.get(name)

    def has(self, world: World) -> bool:
        """Whether it is still one of them."""
        return self.find(world.name) is world

    def create(self, name: str, start: Baseline) -> World:
        """A new world. Refuses a name that is taken with 409, else as `get_or_create` does."""
        if name == DEFAULT or self.find(name) is not None:
            message = f"There is a world {name!r} already: choose another name, or delete that one first."
            raise Refusal(409, "world_exists", message)
        world = self._others[name] = self._new(name, start)
        world.touch(wall_time())
        return world

    def remove(self, name: str) -> None:
        """Let a world go. Refuses with 404 when it is not there, with 409 when it has to stay."""
        if name == DEFAULT:
            message = "The world 'default' is always there: reset it instead."
            raise Refusal(409, "world_stays", message)
        world = self._others.pop(name, None)
        if world is None:
            raise Refusal(404, "no_world", f"There is no world {name!r}.")
        self._watch(world)

    def _new(self, name: str, start: Baseline) -> World:
        if not NAME.fullmatch(name):
            shown = name if len(name) <= 100 else f"{name[:100]}…"
            message = (
                f"{shown!r} is no name for a world: it has 1 to 64 of a-z, 0-9, '.', '_' and '-', and begins "
                "with a letter or a digit."
            )
            raise Refusal(400, "bad_world_name", message)
        self._let_go()
        if len(self._others) + 1 >= self._settings.worlds:
            message = (
                f"{self._settings.worlds:,} is as many worlds as there may be. Delete some "
                "(DELETE /_mockade/v1/worlds/NAME), or raise the limit with --worlds."
            )
            raise Refusal(503, "too_many_worlds", message)
        return self._made(name, start)

    def _let_go(self) -> None:
        """Drop the worlds that nobody has used for long."""
        now = wall_time()
        while self._others and self._is_idle(next(iter(self._others.values())), now):
            _, world = self._others.popitem(last=False)
            self._watch(world)

    def _is_idle(self, world: World, now: float) -> bool:
        return 0 < self._settings.idle < now - world.last_used and not world.is_busy

    def __iter__(self) -> Iterator[World]:
        """`default` first, the one used last at the end."""
        self._let_go()
        yield self.default
        yield from list(self._others.values())
