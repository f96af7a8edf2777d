"""`x-mockade-ignore: [rule]`: findings of that rule at the object that says it, or in it, are not told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mockade.catalogue.fixtures import IGNORE, Fixtures
from mockade.contract.document import Document
from mockade.errors import Finding, Place
from mockade.hints import did_you_mean
from mockade.validation.rules import RULES

_Pointer = tuple[str | int, ...]
_PlaceOf = Callable[[_Pointer], Place]


def without_ignored(
    findings: Iterable[Finding], document: Document, fixtures: Fixtures | None
) -> list[Finding]:
    """The findings that nothing silences; adds one for each rule in a list that there is not."""
    silenced: set[tuple[Place, str]] = set()
    unknown: list[Finding] = []
    sources: list[tuple[Any, _PlaceOf]] = [
        (_original(document, uri, data), _place_in(document, uri)) for uri, data in document.files.items()
    ]
    if fixtures is not None and fixtures.raw is not None:
        sources.append((fixtures.raw, lambda pointer: fixtures.place(*pointer)))
    for data, place in sources:
        for pointer, holder in _holders(data):
            rules = _rules(holder[IGNORE])
            unknown += _unknown(rules, place, (*pointer, IGNORE))
            known = [rule for rule in rules if rule in RULES]
            for below in _pointers(holder, pointer) if known else ():
                silenced.update((place(below), rule) for rule in known)
    return [one for one in findings if (one.place, one.rule) not in silenced] + unknown


def _original(document: Document, uri: str, data: Any) -> Any:
    return document.swagger[uri].original if uri in document.swagger else data


def _place_in(document: Document, uri: str) -> _PlaceOf:
    return lambda pointer: document.place_in_file(uri, pointer)


def _rules(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _unknown(rules: list[Any], place: _PlaceOf, pointer: _Pointer) -> Iterator[Finding]:
    for at, rule in enumerate(rules):
        if rule not in RULES:
            message = f"There is no rule {rule!r} to ignore."
            yield Finding(place((*pointer, at)), message, did_you_mean(str(rule), RULES), "ignore", "warning")


def _holders(data: Any) -> Iterator[tuple[_Pointer, dict[Any, Any]]]:
    """Each object that says what to ignore, with the way to it."""
    pending: list[tuple[_Pointer, Any]] = [((), data)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, dict):
            if IGNORE in value:
                yield pointer, value
            pending += [((*pointer, key), member) for key, member in value.items() if key != IGNORE]
        elif isinstance(value, list):
            pending += [((*pointer, at), member) for at, member in enumerate(value)]


def _pointers(value: Any, pointer: _Pointer) -> Iterator[_Pointer]:
    """The way to a value, and to each in it."""
    yield pointer
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _pointers(member, (*pointer, key))
    elif isinstance(value, list):
        for at, member in enumerate(value):
            yield from _pointers(member, (*pointer, at))
