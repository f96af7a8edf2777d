"""The worlds of a store by name, as far as this process knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from mockade.settings import Settings
from mockade.state.clock import steady_time
from mockade.stores.attempts import NotReady, present_attempt
from mockade.stores.shared_world import SharedWorld, Sharing
from mockade.worlds.contents import Baseline
from mockade.worlds.journal import ExchangeListener, ignore
from mockade.worlds.registry import DEFAULT, NAME, ServedApis, Worlds
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
        if present_attempt() is None:
            return super().create(name, baseline)
        self._check_free(name)
        return self._to_be_made(self._create(name, baseline))

    def replace(self, name: str, baseline: Baseline) -> World:
        there = self.find(name)
        if present_attempt() is None or not isinstance(there, SharedWorld):
            return super().replace(name, baseline)
        return self._to_be_made(self._build(name, baseline), there.epoch)

    @staticmethod
    def _to_be_made(world: World, instead_of: str = "") -> World:
        """One that is to be made in the store when the request is done, which alone knows it before.

        With an epoch it takes the place of the world of that epoch, in which others go on till then.
        """
        attempt = present_attempt()
        if attempt is not None and isinstance(world, SharedWorld):
            world.is_new = world.is_loaded = True
            attempt.made[world] = instead_of
            attempt.hold(world)
        return world

    def take_in(self, world: SharedWorld) -> None:
        """Have a world that was made in the store be the one of its name here."""
        replaced = self.local_of(world.name)
        if world.name == DEFAULT:
            self.default = world
        else:
            self._others[world.name] = world
            world.touch(steady_time())
        if replaced is not None:
            self._let_go(replaced)
        self._on_change(world)

    def remove(self, name: str) -> None:
        self._need_names()
        super().remove(name)
        attempt = present_attempt()
        if attempt is not None:
            attempt.removed.append(name)

    def __iter__(self) -> Iterator[World]:
        """Their journals are not read for that: nobody wants those of thousands of worlds to see a list."""
        return iter(self._all(with_journals=False))

    def with_journals(self) -> list[World]:
        return self._all(with_journals=True)

    def _all(self, *, with_journals: bool) -> list[World]:
        self._need_names()
        found = list(super().__iter__())
        attempt = present_attempt()
        if attempt is not None:
            ready = attempt.fresh & attempt.journals if with_journals else attempt.fresh
            stale = [one for one in found if isinstance(one, SharedWorld) and one not in ready]
            if stale:
                raise NotReady(stale, with_journals=with_journals)
            for one in found:
                if isinstance(one, SharedWorld):
                    attempt.note_read(one)
        return [found[0], *sorted(found[1:], key=lambda one: one.last_used)]

    def local(self) -> list[SharedWorld]:
        """All that this process knows, as they are here."""
        return [one for one in (self.default, *self._others.values()) if isinstance(one, SharedWorld)]

    def local_of(self, name: str) -> SharedWorld | None:
        found = self._others.get(name) if name != DEFAULT else self.default
        return found if isinstance(found, SharedWorld) else None

    def take_names(self, names: Sequence[str]) -> None:
        """Know the worlds that the store has, and let go of those that it has not any more."""
        for name in names:
            # Others who write to the store may have put anything there.
            if name != DEFAULT and name not in self._others and NAME.fullmatch(name):
                self._others[name] = self._build(name, self.baseline)
        there = set(names)
        for world in self.local():
            if world.name not in there and not self.is_being_made(world):
                self.forget(world)

    def is_being_made(self, world: SharedWorld) -> bool:
        """Whether a call that is under way is about to make it in the store."""
        return world.is_busy and not world.is_loaded

    def forget(self, world: SharedWorld) -> None:
        """Let go of the copy of a world that is not in the store any more, or not needed here."""
        if self._others.get(world.name) is world:
            del self._others[world.name]
            self._let_go(world)

    def _need_names(self) -> None:
        attempt = present_attempt()
        if attempt is not None and not attempt.has_names:
            raise NotReady

    def _ready(self, world: World) -> World:
        attempt = present_attempt()
        if attempt is not None and isinstance(world, SharedWorld):
            if not attempt.has(world):
                raise NotReady([world])
            attempt.note_read(world)
        return world
