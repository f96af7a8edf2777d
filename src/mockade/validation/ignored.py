"""`x-mockade-ignore: [rule]`: findings of that rule at the object that says it, or in it, are not told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mockade.catalogue.fixtures import Fixtures
from mockade.contract.document import Document
from mockade.contract.reading import Tolerated, read
from mockade.contract.traffic_rules import IGNORE, TRAFFIC_RULES
from mockade.errors import Finding, Place
from mockade.hints import did_you_mean
from mockade.validation.rules import RULES, UNSILENCED

_Pointer = tuple[str | int, ...]
_PlaceOf = Callable[[_Pointer], Place]


@dataclass
class _Silence:
    """A list of rules, and the text in which they are not told: from a place up to what stands behind."""

    said: Any
    pointer: _Pointer
    place: _PlaceOf
    start: Place
    end: tuple[float, float]
    used: set[str] = field(default_factory=set)

    @property
    def rules(self) -> list[Any]:
        return self.said if isinstance(self.said, list) else [self.said]

    def silences(self, finding: Finding) -> bool:
        if finding.rule not in self.rules or finding.rule in UNSILENCED:
            return False
        file, line, column = finding.place
        return file == self.start.file and self.start <= finding.place and (line, column) < self.end

    def findings(self, unasked: frozenset[str], *, tell_unused: bool) -> Iterator[Finding]:
        """What is wrong with the list: a rule that there is not, and one that silenced nothing."""
        for at, rule in enumerate(self.rules):
            if isinstance(rule, str) and rule in TRAFFIC_RULES:
                continue  # of what clients do: nothing here can use it
            place = self.place((*self.pointer, IGNORE, at))
            if not isinstance(rule, str) or rule not in RULES:
                message = f"There is no rule {rule!r} to ignore."
                yield Finding(
                    place, message, did_you_mean(str(rule), [*RULES, *TRAFFIC_RULES]), "ignore", "warning"
                )
            elif rule in UNSILENCED:
                message = f"{rule!r} cannot be ignored: its findings are about no object."
                yield Finding(place, message, "Delete it.", "ignore", "warning")
            elif tell_unused and rule not in self.used and rule not in unasked:
                message = f"Ignoring {rule!r} silences nothing here."
                mend = "Delete it, or say it in the object that the finding is about."
                yield Finding(place, message, mend, "ignore", "warning")


def without_ignored(
    findings: Iterable[Finding],
    document: Document,
    fixtures: Fixtures | None,
    unasked: frozenset[str],
    *,
    whole: bool,
) -> list[Finding]:
    """The findings that nothing silences, and those about what is to be ignored.

    What silences nothing is known where it is `whole`: where the API could be put together, and in no file
    that other contracts may refer to. `unasked` are rules that were not looked at.
    """
    own: list[_Silence] = []
    shared: list[_Silence] = []
    for uri in document.files:
        (own if uri == document.uri else shared).extend(_in_document(document, uri))
    if fixtures is not None and fixtures.raw is not None:
        own += _silences(fixtures.raw, lambda pointer: fixtures.place(*pointer))
    silences = [*own, *shared]
    told: list[Finding] = []
    for one in findings:
        silencing = [silence for silence in silences if silence.silences(one)]
        for silence in silencing:
            silence.used.add(one.rule)
        told += () if silencing else (one,)
    for silence in own:
        told += silence.findings(unasked, tell_unused=whole)
    for silence in shared:
        told += silence.findings(unasked, tell_unused=False)
    return told


def _in_document(document: Document, uri: str) -> Iterator[_Silence]:
    """Those of a file as it was written: what is at fault is left out of the document's data."""
    path = document.location.path(uri)
    if document.files[uri] is None or IGNORE not in path.read_text(encoding="utf-8-sig"):
        return
    data, _ = read(path, document.location.shown(path), Tolerated())
    yield from _silences(data, lambda pointer: document.place_in_file(uri, pointer))


def _silences(data: Any, place: _PlaceOf) -> Iterator[_Silence]:
    """Each object that says what to ignore."""
    pending: list[tuple[_Pointer, Any]] = [((), data)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, dict) and IGNORE in value:
            # What is said of a file without a line is about the whole of it.
            start = place(pointer) if pointer else Place(place(pointer).file)
            yield _Silence(value[IGNORE], pointer, place, start, _end(data, pointer, start, place))
        pending += [((*pointer, key), member) for key, member in _members(value) if key != IGNORE]


def _members(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _end(data: Any, pointer: _Pointer, start: Place, place: _PlaceOf) -> tuple[float, float]:
    """Line and column of the next value behind the one at `pointer`; infinite where there is none."""
    end = (math.inf, math.inf)
    for depth, step in enumerate(pointer):
        for key, _ in _members(data):
            there = place((*pointer[:depth], key))
            if there > start:
                end = min(end, there[1:])
        data = data[step]
    return end
