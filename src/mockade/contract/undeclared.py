"""Properties of a value that its schema permits and does not know: remarked on, or taken out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from mockade.contract.document import Source
from mockade.contract.normalizer import Declared, Normalizer
from mockade.contract.schema_walk import walk
from mockade.contract.violations import ABSENT, Violation, Where
from mockade.hints import did_you_mean

MOST_NOTICED = 100
"""Undeclared properties of one body that are remarked on."""

Path = tuple[str | int, ...]


class _Found(NamedTuple):
    """A property that is worth a remark: `holder` has it under `name`, at `path`."""

    holder: dict[str, Any]
    name: str
    path: Path
    known: dict[str, list[Normalizer]] | None
    """The properties that are known beside it; None where it is one, whose mapping leads nowhere."""


def undeclared_notices(normalizer: Normalizer, value: Any, where: Where, path: Path) -> list[Violation]:
    """A notice for each, up to MOST_NOTICED."""
    return [_notice(one, where) for one in islice(_found([normalizer], value, path), MOST_NOTICED)]


def undeclared(
    where: Where, path: Path, message: str, source: Source | None = None, value: Any = ABSENT
) -> Violation:
    """A notice of what the contract does not know; `source` has the words that might have."""
    return Violation(where, path, "undeclared", message, value=value, source=source, notice=True)


def said_by(source: Source, notices: list[Violation]) -> list[Violation]:
    """The notices, with the words of the whole value's schema."""
    return [one._replace(source=source) for one in notices]


def strip_undeclared(normalizer: Normalizer, value: Any) -> None:
    """Take them out of `value`, however many they are."""
    for one in list(_found([normalizer], value, ())):
        if one.known is not None:
            del one.holder[one.name]


def _notice(found: _Found, where: Where) -> Violation:
    value = found.holder[found.name]
    if found.known is None:
        message = f"The mapping of {value!r} leads nowhere: this may be anything."
        return Violation(where, found.path, "mapping", message, value=value, notice=True)
    message = f"{found.name!r} is not in the contract. {did_you_mean(found.name, found.known)}"
    return undeclared(where, found.path, message, value=value)


def _declared(normalizers: list[Normalizer], value: Any) -> Declared:
    lone = normalizers[0] if len(normalizers) == 1 else None
    if lone is not None and lone.declared is not None:
        return lone.declared
    applying = list(walk(normalizers, lambda one: one.also(value), id))
    known: dict[str, list[Normalizer]] = {}
    for normalizer in applying:
        for name, member in normalizer.properties.items():
            known.setdefault(name, []).append(member)
    others = [normalizer.additional for normalizer in applying if normalizer.additional is not None]
    found = Declared(
        applying, known, others, bool(known) and all(normalizer.closed for normalizer in applying)
    )
    if lone is not None and not lone.branches:  # without them it is the same for every value
        lone.declared = found
    return found


def _found(normalizers: list[Normalizer], value: Any, path: Path) -> Iterator[_Found]:
    if not isinstance(value, dict | list):
        return
    declared = _declared(normalizers, value)
    if isinstance(value, list):
        for at, item in enumerate(value):
            if isinstance(item, dict | list):
                there = [
                    one
                    for one in (normalizer.item(at) for normalizer in declared.applying)
                    if one is not None
                ]
                yield from _found(there, item, (*path, at))
        return
    for one in (one for normalizer in declared.applying for one in normalizer.untyped):
        if one.tag(value) in one.untyped:
            yield _Found(value, one.name, (*path, one.name), None)
    for name, member in value.items():
        below = declared.known.get(name, declared.others)
        if below:
            if isinstance(member, dict | list):
                yield from _found(below, member, (*path, name))
        elif declared.closed:
            yield _Found(value, name, (*path, name), declared.known)
