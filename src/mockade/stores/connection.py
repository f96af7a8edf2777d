"""Asks the store, and knows for how long it is not to be asked again once it was away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import uniform
from typing import TypeVar

from mockade.state.clock import steady_time
from mockade.stores.interface import Commit, StoreError, StoreFull, WorldDamaged, WorldStore
from mockade.worlds.registry import DEFAULT

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds after which a store that was away is asked again: more each time, and never all at one moment."""

T = TypeVar("T")


class StoreConnection:
    """A store as one process asks it. `on_return` is called when it can be asked again."""

    def __init__(self, store: WorldStore, on_return: Callable[[], None]) -> None:
        self.store = store
        self._on_return = on_return
        self.trouble = ""
        """Why the store cannot be asked, as a sentence; empty while it can."""
        self._ask_again = 0.0
        self._pause = SHORTEST_PAUSE

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """What the store answers. Raises StoreError, at once where it was away a moment ago."""
        if self.trouble and steady_time() < self._ask_again:
            raise StoreError(self.trouble)
        try:
            answer = await question()
        except (StoreFull, WorldDamaged):
            self._is_there()
            raise
        except StoreError as error:
            self._is_away(str(error))
            raise
        except Exception as error:  # a client of a store, or a transport, may have bugs: who waits is told
            self._is_away(f"The store cannot be asked ({type(error).__name__}: {error}).")
            raise StoreError(self.trouble) from error
        self._is_there()
        return answer

    def _is_away(self, trouble: str) -> None:
        is_known = bool(self.trouble) and steady_time() < self._ask_again
        self.trouble = trouble
        if is_known:
            return  # it was asked before that was known, as others were: they make no pause longer
        self._ask_again = steady_time() + uniform(self._pause / 2, self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _is_there(self) -> None:
        if self.trouble:
            self.trouble, self._pause = "", SHORTEST_PAUSE
            self._on_return()

    async def ping(self) -> None:
        """Look whether the store is there, however short a time ago it was away. Raises StoreError."""
        self._ask_again = 0.0
        # What calls ask, on their way: a store that lets nobody write may answer anything else.
        await self.ask(lambda: self.store.commit([Commit(DEFAULT, "", 0)]))
