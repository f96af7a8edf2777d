"""Follows a journal as it grows, over restarts of its server: no entry twice, and a gap is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from mockade.client.http import UNREACHABLE
from mockade.client.remote import ControlError, Remote

Entry = dict[str, Any]


def follow(world: Remote, wait: Callable[[], object]) -> Iterator[Entry | str]:
    """Entries as they come, and a sentence at each interruption; `wait` is called between two polls.

    It never makes the world. Raises ControlError when the server refuses, or is not there at first.
    """
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
        yield "The journal begins anew: its server was started again, or its world made again."
        yield from world.journal
        return
    forgotten = first["id"] - last["id"] - 1
    if forgotten > 0:
        yield f"The journal forgot {forgotten} entries before they could be read; --journal keeps more."
    yield from entries if forgotten < 0 else chain([first], entries)


def _is_same(one: Entry, other: Entry) -> bool:
    """Whether two entries of one number are of one journal."""
    return all(one[fact] == other[fact] for fact in ("time", "api", "operation", "caller")) and (
        (one["request"] or {}).get("path") == (other["request"] or {}).get("path")
    )
