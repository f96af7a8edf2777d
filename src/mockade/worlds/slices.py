"""Work on what is large, in slices: whoever drives it lets others have their turn between two of them."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from typing import Any, NamedTuple, TypeVar

from mockade import garbage

T = TypeVar("T")

Slices = Generator[None, None, T]
"""Work that stops after each slice of a few milliseconds, and returns what it made."""

_turns: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = weakref.WeakKeyDictionary()


class Pieces(NamedTuple):
    """A body that was made in pieces, each of which is known to fit the contract."""

    outline: Any
    """The body without its long lists, which the contract has to allow; no bytes where it is no JSON."""
    pieces: deque[bytes]


Pause = Callable[[float, asyncio.Future[None] | None], Awaitable[bool]]
"""Waits some seconds, a future's end at most; returns whether the client and the server are still there."""


class Stream(NamedTuple):
    """A body that goes out while it is made, and may have no end; each piece of it fits the contract."""

    outline: bytes
    """What the contract has to allow before the head goes out."""
    pieces: Callable[[Pause], AsyncGenerator[bytes, None]]
    """The first of them has to be there at once: the head goes out with it."""


def at_once(work: Slices[T]) -> T:
    """What the work makes, where nobody waits."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: T = end.value
            return made


async def giving_way(work: Slices[T]) -> T:
    """What the work makes; the event loop goes round between two slices.

    There is one slice in each round, however much of such work is under way: all of it takes turns.
    """
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    try:
        while True:
            async with turn:
                next(work)
                garbage.slice_ended()
                await asyncio.sleep(0)
    except StopIteration as end:
        made: T = end.value
        return made
    finally:
        work.close()


def collected(pieces: Iterable[bytes]) -> Slices[deque[bytes]]:
    """The pieces, each of which is a slice of work; empty ones are left out."""
    found: deque[bytes] = deque()
    for piece in pieces:
        if piece:
            found.append(piece)
        yield
    return found
