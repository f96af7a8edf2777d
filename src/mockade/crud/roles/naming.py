"""How paths and properties spell one thing: petId and pet_id, pets and pet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import inflection

from mockade.contract.document import Node
from mockade.contract.name_words import split_words

Words = tuple[str, ...]


@lru_cache(maxsize=8192)
def noun_of(segment: str) -> Words:
    """The words of a path's segment in the singular: `gameSessions` is game, session."""
    words = split_words(segment)
    return (*words[:-1], inflection.singularize(words[-1])) if words else ()


def ends_with(words: Words, noun: Words) -> bool:
    """Whether words are a noun, or one of its kinds: a domain record is a record."""
    return bool(noun) and words[-len(noun) :] == noun


def by_words(properties: Mapping[str, Node]) -> dict[Words, str]:
    """The names of properties by their words; of several with the same words, the first."""
    names: dict[Words, str] = {}
    for name in properties:
        names.setdefault(split_words(name), name)
    return names


def static(base: Iterable[str]) -> tuple[str, ...]:
    """The segments of a path that are no parameters."""
    return tuple(segment for segment in base if segment != "{}")


def collection_names(bases: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """The shortest unambiguous end of each base, parameters left out: `notes`, else `users/notes`."""
    alike: dict[str, list[tuple[str, ...]]] = {}
    for base in bases:
        alike.setdefault(static(base)[-1], []).append(base)
    names: dict[tuple[str, ...], str] = {}
    for group in alike.values():
        for count in range(1, max(map(len, group)) + 1):
            ends = Counter("/".join(static(base)[-count:]) for base in group)
            for base in group:
                end = "/".join(static(base)[-count:])
                if ends[end] == 1:
                    names.setdefault(base, end)
        for base in group:
            names.setdefault(base, "/".join(base))
    return names
