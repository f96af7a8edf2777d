"""Follows a journal as it grows, over restarts of its server: no entry twice, and a gap is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from mockade.client.events import Event, events
from mockade.client.http import UNREACHABLE
from mockade.client.remote import ControlError, Remote

Entry = dict[str, Any]


_ANEW = "The journal begins anew: its server was started again, or its world made again."
_OF_NO_WORLD = 404


class _NoStreamError(Exception):
    """The server is of before there were streams."""


def follow(world: Remote, wait: Callable[[], object]) -> Iterator[Entry | str]:
    """Entries as they come, and a sentence at each interruption; `wait` is called before each new attempt.

    It never makes the world. Raises ControlError when the server refuses, or is not there at first.
    """
    try:
        yield from _kept_up(world, wait, _Stream(world).news)
    except _NoStreamError:
        yield from _kept_up(world, wait, _Polling(world).news)


def _kept_up(
    world: Remote, wait: Callable[[], object], news: Callable[[], Iterator[Entry | str]]
) -> Iterator[Entry | str]:
    """What `news` tells, asked for again and again, and each interruption once.

    An empty sentence is for nobody: the server was reached.
    """
    reached, reported = False, False
    while True:
        try:
            for one in news():
                reached = True
                if isinstance(one, dict):
                    reported = False
                    yield one
                elif one and not reported:
                    reported = True
                    yield one
        except ControlError as error:
            sentence = _interruption(error, world)
            if not sentence or (error.status == UNREACHABLE and not reached):
                raise
            if not reported:
                reported = True
                yield sentence
        wait()


class _Stream:
    """The server's stream of events, which is taken up where it broke off."""

    def __init__(self, world: Remote) -> None:
        self._world = world
        self._seen = ""

    def news(self) -> Iterator[Entry | str]:
        """Raises _NoStreamError where there is none."""
        is_first = not self._seen
        try:
            for event in events(self._world, self._seen, after=0):
                self._seen = event.id
                yield _told(event, is_first=is_first)
        except ControlError as error:
            if error.status == _OF_NO_WORLD and _is_there(self._world):
                raise _NoStreamError from None
            raise


def _told(event: Event, *, is_first: bool) -> Entry | str:
    """An entry, or a sentence; empty for what nobody has to know."""
    if event.name == "exchange":
        return dict(event.data)
    if event.name == "anew":
        return _ANEW
    if event.name == "lost" and not is_first:  # before that nobody followed
        return _forgotten(event.data["last"] - event.data["first"] + 1)
    return ""


def _forgotten(count: int) -> str:
    return f"The journal forgot {count} entries before they could be read; --journal keeps more."


def _is_there(world: Remote) -> bool:
    try:
        world.look()
    except ControlError:
        return False
    return True


class _Polling:
    """The journal of a server without a stream, which is asked again and again."""

    def __init__(self, world: Remote) -> None:
        self._world = world
        self._last: Entry | None = None

    def news(self) -> Iterator[Entry | str]:
        for one in _new_entries(self._world, self._last):
            if isinstance(one, dict):
                self._last = one
            yield one
        yield ""  # it was reached, whether or not there was anything


def _interruption(error: ControlError, world: Remote) -> str:
    """The sentence about an error that passes by itself; empty for one that does not."""
    if error.status == UNREACHABLE:
        return f"The server at {world.url} has gone; waiting for it to come back."
    if error.status == 404:
        return f"There is no world {world.world!r} yet; waiting for somebody to use it."
    return ""


def _new_entries(world: Remote, last: Entry | None) -> Iterator[Entry | str]:
    """The entries after `last`; `last` is read again, to see whether the journal is still the same."""
    if not world.look()["exchanges"]:
        return
    if last is None:
        yield from world.journal
        return
    entries = iter(world.journal.after(last["id"] - 1))
    first = next(entries, None)
    if first is None or (first["id"] == last["id"] and not _is_same(first, last)):
        yield _ANEW
        yield from world.journal
        return
    forgotten = first["id"] - last["id"] - 1
    if forgotten > 0:
        yield _forgotten(forgotten)
    yield from entries if forgotten < 0 else chain([first], entries)


def _is_same(one: Entry, other: Entry) -> bool:
    """Whether two entries of one number are of one journal."""
    return all(one[fact] == other[fact] for fact in ("time", "api", "operation", "caller")) and (
        (one["request"] or {}).get("path") == (other["request"] or {}).get("path")
    )
