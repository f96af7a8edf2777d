"""Moments of what has not happened to a made-up row: a clan that is active was not disbanded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockade.contract.document import Node
from mockade.contract.name_words import split_words
from mockade.contract.properties import properties
from mockade.contract.schema_walk import parts

_MOMENTS = frozenset({"at", "on", "time", "date", "timestamp"})
"""Last words of the names of moments, behind what happens then."""

_STATES = frozenset({"status", "state", "phase"})
_HEADS = frozenset({"is", "was", "has"})

Words = tuple[str, ...]


def unhappened(schema: Node, row: Mapping[str, Any]) -> Iterator[str]:
    """The names of a row's moments that its flags, or its status, say are none.

    A flag of the same word is false, or the status comes before that word among its options.
    """
    to_come = [*_flags_down(row), *_options_to_come(schema, row)]
    for name, value in row.items():
        *event, last = split_words(name) or ("",)
        forms = (tuple(event), tuple(event[-1:]))
        is_moment = isinstance(value, str) and bool(event) and last in _MOMENTS
        if is_moment and any(said in forms for said in to_come):
            yield name


def _flags_down(row: Mapping[str, Any]) -> Iterator[Words]:
    """What flags that are false are about: `claimed`, `isClaimed`."""
    for name, value in row.items():
        if value is False:
            words = split_words(name)
            yield words[1:] if words[:1] and words[0] in _HEADS else words


def _options_to_come(schema: Node, row: Mapping[str, Any]) -> Iterator[Words]:
    """The options behind the one that a status has."""
    known = properties(schema)
    for name, value in row.items():
        words = split_words(name)
        if isinstance(value, str) and name in known and words and words[-1] in _STATES:
            options = _options(known[name])
            if value in options:
                yield from map(split_words, options[options.index(value) + 1 :])


def _options(schema: Node) -> list[str]:
    enums = (
        one.value.get("enum")
        for one in parts(schema, "allOf", "anyOf", "oneOf")
        if isinstance(one.value, dict)
    )
    return next(([str(option) for option in enum] for enum in enums if isinstance(enum, list)), [])
