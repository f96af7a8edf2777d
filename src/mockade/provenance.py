"""What a contract marks as observed, inferred or assumed: everything in it that the vendor has not documented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mockade.contract.document import Document
from mockade.errors import Place

MARK = "x-provenance"
REASON = "x-provenance-reason"


class Mark(NamedTuple):
    """One marked part of a contract; `what` is the way to it, in short."""

    what: str
    provenance: str
    reason: str
    place: Place


def marks(document: Document) -> Iterator[Mark]:
    """Every mark of a contract's main file, in the order of the file."""
    pending: list[tuple[tuple[str | int, ...], object]] = [((), document.files[document.uri])]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, dict):
            if MARK in value:
                place = document.place(document.uri, pointer)
                yield Mark(_short(pointer), str(value[MARK]), str(value.get(REASON, "")), place)
            pending += [((*pointer, key), member) for key, member in reversed(value.items())]
        elif isinstance(value, list):
            pending += [((*pointer, at), member) for at, member in reversed(list(enumerate(value)))]


def _short(pointer: tuple[str | int, ...]) -> str:
    """A pointer without the words that only give structure."""
    noise = {"paths", "components", "schemas", "properties", "content", "application/json", "responses"}
    return " ".join(str(step) for step in pointer if step not in noise) or "the whole contract"
