"""A journal read on as it grows, over restarts of its server: no entry twice, none left out unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from mockade.client.http import UNREACHABLE
from mockade.client.remote import ControlError, Remote

Entry = dict[str, Any]


def follow(world: Remote, wait: Callable[[], object]) -> Iterator[Entry | str]:
    """Entries as they come, and one sentence where their row breaks; `wait` is called between two readings.

    It never makes the world. Raises ControlError when the server refuses, or is not there at first.
    """
    last: Entry | None = None
    met, told = False, False
    while True:
        try:
            for one in _news(world, last):
                if isinstance(one, dict):
                    last, told = one, False
                    yield one
                elif not told:
                    told = True
                    yield one
            met = True
        except ControlError as error:
            sentence = _setback(error, world)
            if not sentence or (error.status == UNREACHABLE and not met):
                raise
            if not told:
                told = True
                yield sentence
        wait()


def _setback(error: ControlError, world: Remote) -> str:
    """What it is that passes by itself; empty for what does not."""
    if error.status == UNREACHABLE:
        return f"The server at {world.url} has gone; waiting for it to come back."
    if error.status == 404:
        return f"There is no world {world.world!r} yet; waiting for somebody to use it."
    return ""


def _news(world: Remote, last: Entry | None) -> Iterator[Entry | str]:
    """The entries after `last`, which is read once more: it tells whether the journal is still the same."""
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
