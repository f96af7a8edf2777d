"""Walks of schemas, or of anything else that may lead back to itself: each thing in it is visited once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import wraps
from typing import TypeVar

from mockade.contract.document import Node

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


def place_of(schema: Node) -> Hashable:
    """What two nodes have in common that are one schema.

    Words beside a `$ref` count in OpenAPI 3.1: such a schema, followed, stands where the bare `$ref` does.
    """
    return schema.uri, schema.pointer, isinstance(schema.value, dict) and "$ref" in schema.value


def parts(schema: Node | None, *keywords: str) -> Iterator[Node]:
    """A schema and all that stand in the lists under `keywords` of it or of each other, each one once."""

    def below(node: Node) -> Iterator[Node]:
        for keyword in keywords:
            yield from node.listed(keyword)

    return walk([schema] if schema is not None else [], below, place_of)


def remembered(find: Callable[[Node], T]) -> Callable[[Node], T]:
    """`find`, which depends on nothing but a schema's words, asked once about each schema."""

    @wraps(find)
    def found(schema: Node) -> T:
        facts = schema.document.memo(found)
        place = place_of(schema)
        if place not in facts:
            facts[place] = find(schema)
        fact: T = facts[place]
        return fact

    return found
