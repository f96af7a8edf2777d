"""Tells what is wrong with one world from what is wrong with the store that it is kept in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import ResponseError

from mockade.stores.interface import StoreRefuses, WorldDamaged
from mockade.stores.redis.answers import why
from mockade.stores.redis.scripts import LOST

_OF_A_KEY = re.compile(rf"WRONGTYPE |{LOST} |(?![A-Z]{{3}}).*user_script", re.DOTALL)
"""What a key has that is not what a script expects. All else begins with a code, as READONLY."""

_WHERE = re.compile(r" script: \w+, on @user_script.*", re.DOTALL)
"""The end of what a script says."""


def is_damage(error: BaseException | None) -> bool:
    """Whether it is about the keys of one world, and not about the store."""
    return type(error) is ResponseError and _OF_A_KEY.match(str(error)) is not None


class Damages:
    """Words what is wrong with a world."""

    def __init__(self, store: str, prefix: str) -> None:
        """`store` names the store, as the beginning of a sentence."""
        self._store = store
        self._prefix = prefix

    def error(self, world: str, met: Exception) -> WorldDamaged:
        """`met` is what a script, or who read its answer, has raised."""
        said = _WHERE.sub("", why(met))
        return WorldDamaged(
            f"{self._store} has of the world {world!r} what cannot be read ({said}): something else than "
            "Mockade has changed its keys, or the store has evicted some of them. Delete the world, or its "
            f"keys {self._prefix}:{{{world}}}:*, and it begins again with its fixtures."
        )

    @contextmanager
    def of(self, world: str) -> Iterator[None]:
        """Raises WorldDamaged for what is wrong with the world alone."""
        try:
            yield
        except StoreRefuses as error:
            met = error.__cause__
            if not isinstance(met, ResponseError) or not is_damage(met):
                raise
            raise self.error(world, met) from met
        except (TypeError, ValueError) as error:  # of a number that is none
            raise self.error(world, error) from error
