"""When Python's garbage collector runs: not while a server starts, and by the number of requests later."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNGEST_EVERY = 200
"""Requests from one collection of the youngest objects to the next.

Python's own rule counts objects made less objects freed. A full journal frees an exchange for each that
comes, so that the count hardly grows with the requests, and when it is reached at last more than a hundred
thousand objects are looked through: a pause of 160 ms that finds nothing.
"""

OLDER_EVERY = 5_000
"""Collections of the youngest objects until the older ones, which are the journal's, are collected even if
the server is never idle: a request under way at each may have left a cycle among them."""

OLDEST_EVERY = 10
"""Collections of the older objects until all are collected, where nothing is frozen."""

SLICES_EVERY = 10
"""Slices of work on what is large (`worlds/slices.py`) from one collection of the youngest objects to the
next: what they make mostly stays, while as much that is old is freed, so that Python counts nothing."""

MOST_OBJECTS = 10_000
"""New objects after which the youngest are collected without requests and slices too; to look through so
many takes a few milliseconds."""

OLDER_EVERY_MOST = 4
"""Such collections, and those of slices, until older objects are collected: what such work makes stays."""

TICK = 0.25
"""Seconds between looks at whether the server is idle, and at how many objects there are."""

SOON = 0.02
"""Seconds until the next look where there were many."""


@contextmanager
def paused() -> Iterator[None]:
    """No collection within it; afterwards as before."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def pause() -> None:
    """No collection until further notice: it takes a sixth of a start, and what a start makes stays."""
    gc.disable()


class CountedCollection:
    """Collects by the number of requests, with Python's own collection off, from `start` to `stop`.

    Only for a process that does nothing but serve: an application within somebody else's process, such
    as a test run, leaves the collector to its host.
    """

    def __init__(self) -> None:
        self._requests = 0
        """Since the last collection."""
        self._youngest = 0
        """Collections of the youngest objects since the older ones were collected."""
        self._older = 0
        """Collections of the older objects since all were collected."""
        self._slices = 0
        """Since the last collection that they led to."""
        self._many = 0
        """Collections of what slices made, or of many new objects, since the older ones were collected."""
        self._freezes = False
        self._at_last_tick = (0, 0, 0)
        self._timer: asyncio.TimerHandle | None = None

    def start(self, loop: asyncio.AbstractEventLoop | None = None, *, freeze: bool) -> None:
        """From now on; on `loop` older objects are collected while there are no requests.

        With `freeze` it never looks at what there is already (`gc.freeze`), nor again at what was there when
        older objects were collected: rows, mostly, and to look through a million takes a second. What becomes
        garbage in a cycle after that is never freed; it is at most what was under way at that moment. What a
        reload will replace must not be frozen.
        """
        global _counting
        _counting = self
        self._freezes = freeze
        gc.disable()
        if freeze:
            gc.freeze()
        if loop is not None:
            self._timer = loop.call_later(TICK, self._tick, loop)

    def request_ended(self) -> None:
        self._requests += 1
        if self._requests >= YOUNGEST_EVERY:
            self._collect_youngest()

    def slice_ended(self) -> None:
        self._slices += 1
        if self._slices >= SLICES_EVERY:
            self._slices = 0
            self._collect_many()

    def stop(self) -> None:
        """Collect by Python's own rule again; what was frozen stays frozen."""
        global _counting
        _counting = None
        if self._timer is not None:
            self._timer.cancel()
        gc.enable()

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        now = (self._requests, self._youngest, self._older)
        are_many = gc.get_count()[0] >= MOST_OBJECTS
        if are_many:
            self._collect_many()
        elif now == self._at_last_tick and self._youngest:
            self._collect_older()
        self._at_last_tick = now
        self._timer = loop.call_later(SOON if are_many else TICK, self._tick, loop)

    def _collect_youngest(self) -> None:
        self._requests = 0
        self._youngest += 1
        if self._youngest >= OLDER_EVERY:
            self._collect_older()
        else:
            gc.collect(0)

    def _collect_many(self) -> None:
        self._many += 1
        if self._many < OLDER_EVERY_MOST:
            gc.collect(0)
            return
        self._many = 0
        self._youngest += 1  # what is older still may have its turn when nobody asks
        self._collect_middle()

    def _collect_older(self) -> None:
        self._youngest = self._many = 0
        self._older += 1
        if not self._freezes and self._older >= OLDEST_EVERY:
            self._older = 0
            gc.collect()
        else:
            self._collect_middle()

    def _collect_middle(self) -> None:
        gc.collect(1)
        if self._freezes:  # then no older ones are left that have not been looked through
            gc.freeze()


_counting: CountedCollection | None = None
"""That of this process, while it serves."""


def slice_ended() -> None:
    """Tell that a slice of work on what is large is done."""
    if _counting is not None:
        _counting.slice_ended()


def collect_as_usual() -> None:
    """Collect by Python's own rule; what was frozen stays frozen."""
    gc.enable()
