"""What is wrong with a document of coverage beyond its form, so that merging it would count wrongly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mockade.coverage.document import STATES, Facts
from mockade.coverage.editing import totals_of

Fault = tuple[tuple[str | int, ...], str]
"""The way to a part of a document, and a sentence."""


def faults(document: Facts) -> Iterator[Fault]:
    """All of a document that is of the form of the control API's component Coverage."""
    yield from _twice(document["apis"], "api", ("apis",))
    for number, api in enumerate(document["apis"]):
        at = ("apis", number, "operations")
        yield from _twice(api["operations"], "operation", at)
        for place, one in enumerate(api["operations"]):
            yield from _of_operation(one, (*at, place))


def _of_operation(operation: Facts, at: tuple[str | int, ...]) -> Iterator[Fault]:
    if "items" not in operation:
        if operation["state"] != STATES[0]:
            yield at, "It was asked, and has no items: write the document with all of them."
        return
    yield from _twice(operation["items"], "id", (*at, "items"))
    told, made = operation["totals"], totals_of(operation)
    wrong = [kind.replace("_", " ") for kind in {**told, **made} if told.get(kind) != made.get(kind)]
    if wrong:
        sentence = f"Its {', '.join(wrong)} are not as many as its items: write it with all of them."
        yield (*at, "totals"), sentence


def _twice(parts: Sequence[Facts], key: str, at: tuple[str | int, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, one in enumerate(parts):
        if one[key] in seen:
            yield (*at, number), f"{one[key]!r} stands here twice."
        seen.add(one[key])
