"""What a request has made already, where it is run again since others were first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from mockade.worlds.slices import Slices

T = TypeVar("T")

_made: ContextVar[dict[str, tuple[Any, Any]] | None] = ContextVar("made", default=None)
"""Of a request that may be run several times."""


@contextmanager
def remembering() -> Iterator[None]:
    """Have `once` remember what it makes, here and in what is called from here."""
    token = _made.set({})
    try:
        yield
    finally:
        _made.reset(token)


def once(name: str, of: object, work: Slices[T]) -> Slices[T]:
    """What the work makes, or what it made before, where a request is run again.

    It may depend on the request and on `of` alone, and others may have what it makes: it is immutable.
    """
    made = _made.get()
    if made is not None and name in made and made[name][0] is of:
        work.close()
        known: T = made[name][1]
        return known
    result = yield from work
    if made is not None:
        made[name] = of, result
    return result
