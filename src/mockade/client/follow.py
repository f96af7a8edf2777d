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
        yield from _streamed(world, wait)
    except _NoStreamError:
        yield from _polled(world, wait)


def _streamed(world: Remote, wait: Callable[[], object]) -> Iterator[Entry | str]:
    """The entries of the server's stream of events, which is taken up where it broke off."""
    seen, reached, reported = "", False, False
    while True:
        try:
            is_first = not seen
            for event in events(world, seen, after=0):
                reached = True
                told = _told(event, is_first=is_first)
                seen = event.id
                if isinstance(told, dict):
                    reported = False
                    yield told
                elif told and not reported:
                    reported = True
                    yield told
        except ControlError as error:
            sentence = _interruption(error, world)
            if error.status == _OF_NO_WORLD and _is_there(world):
                raise _NoStreamError from None
            if not sentence or (error.status == UNREACHABLE and not reached):
                raise
            if not reported:
                reported = True
                yield sentence
        wait()


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


def _polled(world: Remote, wait: Callable[[], object]) -> Iterator[Entry | str]:
    """The entries of a server without a stream, asked for again and again."""
    last: Entry | None = None
    reached, reported = False, False
    while True:
        try:
            for one in _new_entries(world, last):
                if isinstance(one, dict):
                    last, reported = one, False
                    yield one
                elif not reported:
                    reported = True
                    yield one
            reached = True
        except ControlError as error:
            sentence = _interruption(error, world)
            if not sentence or (error.status == UNREACHABLE and not reached):
                raise
            if not reported:
                reported = True
                yield sentence
        wait()


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
