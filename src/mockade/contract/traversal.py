"""Going through what may lead back to itself, each thing in it once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def walk(
    start: Iterable[T], below: Callable[[T], Iterable[T]], identity: Callable[[T], Hashable]
) -> Iterator[T]:
    """All of `start` and all that they lead to, each thing once, before those that are `below` it.

    Two things are one where their `identity` is equal.
    """
    seen: set[Hashable] = set()
    pending = list(start)[::-1]
    while pending:
        thing = pending.pop()
        key = identity(thing)
        if key not in seen:
            seen.add(key)
            yield thing
            pending += list(below(thing))[::-1]


def leads_to(
    start: T,
    below: Callable[[T], Iterable[T]],
    identity: Callable[[T], Hashable],
    holds: Callable[[T], bool],
    known: dict[Hashable, bool],
) -> bool:
    """Whether `start` is, or leads to, a thing of which `holds` is true.

    `known` takes the answer for everything that was visited: whoever keeps it has a graph gone through once,
    however many things in it are asked about.
    """
    if identity(start) in known:
        return known[identity(start)]
    above: dict[Hashable, list[Hashable]] = {}
    true: set[Hashable] = set()

    def unknown(thing: T) -> Iterator[T]:
        key = identity(thing)
        for one in below(thing):
            answer = known.get(identity(one))
            if answer is None:
                above.setdefault(identity(one), []).append(key)
                yield one
            elif answer:
                true.add(key)

    visited = []
    for thing in walk([start], unknown, identity):
        visited.append(identity(thing))
        if holds(thing):
            true.add(visited[-1])
    pending = list(true)
    while pending:
        for key in above.get(pending.pop(), ()):
            if key not in true:
                true.add(key)
                pending.append(key)
    known.update((key, key in true) for key in visited)
    return known[identity(start)]
