"""What is said when a request and the schema of a row do not go together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockade.contract.document import Node
from mockade.contract.operations import Operation
from mockade.contract.properties import properties
from mockade.contract.violations import ABSENT, Violation
from mockade.contract.wording import shown_value

_MOST_NOTICES = 20
"""Notices of one write."""


def documented_status(operation: Operation, statuses: Sequence[int], *, otherwise: int) -> int:
    """The first of the statuses that an operation documents by number; `otherwise` where it has none."""
    return next((one for one in statuses if str(one) in operation.responses), otherwise)


def unmade(collection: str, holds: str, violations: Sequence[Violation]) -> Violation:
    """The notice of a row for which no valid values were found, with advice."""
    names = ", ".join(sorted({str(one.path[0]) for one in violations if one.path}))
    message = (
        f"Nothing is kept: no values were found with which a row of {collection} would be a {holds} "
        f"({names}). Give the property an `example` or a `default` in the contract, or write a handler."
    )
    source = next((one.source for one in violations), None)
    return Violation("body", (), "row", message, source=source, notice=True)


def beyond_rows(collection: str, why: str) -> Violation:
    """The notice of what rows cannot answer, for a reason that the contract gives."""
    message = f"The contract answers in the place of the rows of {collection}. {why}"
    return Violation("body", (), "row", message, notice=True)


def keyless(collection: str, parts: Sequence[object]) -> Violation:
    """The notice of a write that does not say which row it means."""
    names = " and ".join(map(str, parts))
    message = f"Nothing is kept: the body does not say which row of {collection} is meant, by {names}."
    return Violation("body", (), "row", message, notice=True)


def unplaced(collection: str, parents: Sequence[str]) -> Violation:
    """The notice of a new row of which the path does not say whose it is."""
    names = " and ".join(f"{{{one}}}" for one in parents)
    message = (
        f"Nothing is kept: no row of {collection} is that, and this path does not say below which {names} "
        "a new one would be. Create it at the path that does."
    )
    return Violation("body", (), "row", message, notice=True)


def no_key(collection: str, parts: Sequence[object]) -> Violation:
    """The notice of a new row for which no key is free, with advice."""
    names = " and ".join(map(str, parts))
    message = (
        f"Nothing is kept: every {names} that the contract admits for a row of {collection} is taken. "
        "Send one, let the schema admit more, or write a handler."
    )
    return Violation("body", (), "row", message, notice=True)


def kept_otherwise(given: Any, kept: Any, schema: Node | None, collection: str) -> list[Violation]:
    """A notice for each value that was sent and is not kept as it was sent, up to _MOST_NOTICES."""
    found = []
    for path, sent, became in _differences(given, kept, ()):
        node = _schema_at(schema, path)
        if became is ABSENT:
            message = f"{path[-1]!r} is not kept: a row of {collection} takes it in no form."
        else:
            message = (
                f"{shown_value(sent)} is kept as {shown_value(became)}: the schema of {collection} asks so."
            )
        source = node.source if node is not None else None
        found.append(Violation("body", path, "row", message, source=source, notice=True))
        if len(found) == _MOST_NOTICES:
            break
    return found


Difference = tuple[tuple[str | int, ...], Any, Any]
"""Where it is, what was sent, and what became of it: ABSENT where nothing did."""


def _differences(given: Any, kept: Any, path: tuple[str | int, ...]) -> Iterator[Difference]:
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            yield from _differences(value, kept.get(name, ABSENT), (*path, name))
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for at, (value, became) in enumerate(zip(given, kept, strict=True)):
            yield from _differences(value, became, (*path, at))
    elif given != kept or isinstance(given, bool) != isinstance(kept, bool):
        yield path, given, kept


def _schema_at(schema: Node | None, path: tuple[str | int, ...]) -> Node | None:
    """The schema of the value at `path`, else of the nearest around it."""
    for step in path:
        below = None
        if schema is not None:
            below = schema.get("items") if isinstance(step, int) else properties(schema).get(step)
        if below is None:
            break
        schema = below
    return schema
