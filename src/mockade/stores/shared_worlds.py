"""The worlds of a store by name, as far as this process knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from mockade.settings import Settings
from mockade.stores.attempts import NotReady, present_attempt
from mockade.stores.shared_world import SharedWorld, Sharing
from mockade.worlds.contents import Baseline, Contents
from mockade.worlds.journal import ExchangeListener, ignore
from mockade.worlds.registry import DEFAULT, ServedApis, Worlds
from mockade.worlds.world import World, WorldListener


class SharedWorlds(Worlds):
    """The worlds of a store: those that this process has a copy of, and those that it knows by name.

    What the control API does finds each world as the store has it (`NotReady`).
    """

    def __init__(
        self,
        served: ServedApis,
        settings: Settings,
        on_change: WorldListener = ignore,
        on_entry: ExchangeListener | None = None,
        *,
        sharing: Sharing,
    ) -> None:
        super().__init__(served, settings, on_change, on_entry, partial(SharedWorld, sharing=sharing))

    @property
    def on_change(self) -> WorldListener:
        return self._on_change

    def _is_idle(self, world: World, now: float) -> bool:  # noqa: ARG002
        """The store knows when others used it, and lets it go."""
        return False

    @property
    def names(self) -> list[str]:
        """As the store has them; none of the worlds is loaded for that."""
        self._need_names()
        return super().names

    def get_or_create(self, name: str) -> World:
        found = super().get_or_create(name)
        return self._ready(found)

    def find(self, name: str) -> World | None:
        self._need_names()
        found = super().find(name)
        return self._ready(found) if found is not None else None

    def has(self, world: World) -> bool:
        return world is (self.default if world.name == DEFAULT else self._others.get(world.name))

    def create(self, name: str, baseline: Baseline) -> World:
        return self._made(super().create(name, baseline))

    def replace(self, name: str, baseline: Baseline) -> World:
        self._need_names()
        attempt = present_attempt()
        if attempt is not None and name == DEFAULT:
            attempt.removed[name] = self._epoch(self._ready(self.default))
        return self._made(super().replace(name, baseline))

    def _made(self, world: World) -> World:
        """One that is to be made in the store when the request is done."""
        attempt = present_attempt()
        if attempt is not None and isinstance(world, SharedWorld) and not world.is_new:
            world.is_new = world.is_loaded = True
            attempt.fresh.add(world)
            replaced = attempt.made[world] = attempt.removed.get(world.name, "")
            if replaced:  # by one step of the store: nobody finds neither of them
                del attempt.removed[world.name]
            attempt.hold(world)
        return world

    def remove(self, name: str) -> None:
        self._need_names()
        epoch = self._epoch(self._others.get(name))
        super().remove(name)
        attempt = present_attempt()
        if attempt is not None:
            attempt.removed[name] = epoch

    @staticmethod
    def _epoch(world: World | None) -> str:
        return world.epoch if isinstance(world, SharedWorld) else ""

    def __iter__(self) -> Iterator[World]:
        self._need_names()
        found = list(super().__iter__())
        attempt = present_attempt()
        if attempt is not None:
            stale = [one for one in found if isinstance(one, SharedWorld) and one not in attempt.fresh]
            if stale:
                raise NotReady(stale)
        return iter([found[0], *sorted(found[1:], key=lambda one: one.last_used)])

    def local(self) -> list[SharedWorld]:
        """All that this process knows, as they are here."""
        return [one for one in (self.default, *self._others.values()) if isinstance(one, SharedWorld)]

    def local_of(self, name: str) -> SharedWorld | None:
        found = self._others.get(name) if name != DEFAULT else self.default
        return found if isinstance(found, SharedWorld) else None

    def take_names(self, names: Sequence[str]) -> None:
        """Know the worlds that the store has, and let go of those that it has not any more."""
        for name in names:
            if name != DEFAULT and name not in self._others:
                self._others[name] = self._build(name, self.baseline)
        there = set(names)
        for world in self.local():
            if world.name not in there and not self.is_being_made(world):
                self.forget(world)

    def is_being_made(self, world: SharedWorld) -> bool:
        """Whether a call that is under way is about to make it in the store."""
        return world.is_new or (world.is_busy and not world.is_loaded)

    def forget(self, world: SharedWorld) -> None:
        """Let go of the copy of a world that is not in the store any more, or not needed here."""
        if self._others.get(world.name) is world:
            del self._others[world.name]
            self._let_go(world)

    def abandon(self, world: SharedWorld) -> None:
        """Let go of a world that was not made in the store after all."""
        world.is_new = world.is_loaded = False
        if world is self.default:
            world.set_baseline(Contents(*self.baseline))
        self.forget(world)

    def _need_names(self) -> None:
        attempt = present_attempt()
        if attempt is not None and not attempt.has_names:
            raise NotReady

    def _ready(self, world: World) -> World:
        attempt = present_attempt()
        if attempt is not None and isinstance(world, SharedWorld) and world not in attempt.fresh:
            raise NotReady([world])
        return world
