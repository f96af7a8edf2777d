"""Rows that a fixture file writes once and has many times: `{repeat: 50, like: {id: "player-{n}"}}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from mockade.catalogue.fixtures import Fixtures
from mockade.contract.document import Node
from mockade.contract.properties import properties, types
from mockade.contract.schema_walk import parts
from mockade.handling.rows import CollectionSchema
from mockade.hints import did_you_mean

REPEAT, LIKE = "repeat", "like"

NUMBER = "{n}"
"""Stands in strings for the number of the repetition, from 1."""

MOST_REPEATED = 100_000
"""Rows that one repetition may make."""

Pointer = tuple[str | int, ...]
Report = Callable[..., None]
"""Takes a message, what to do, and the keys that lead to what it is about."""


class WrittenRow(NamedTuple):
    """A row as a fixture file has it, with the keys that lead to it there."""

    values: dict[str, Any]
    pointer: Pointer
    number: int = 0
    """Which of the rows of a repetition it is, from 1; 0 for one that is written out."""


def written_rows(
    fixtures: Fixtures, name: str, schema: CollectionSchema, report: Report
) -> Iterator[WrittenRow]:
    """The rows of a collection in a fixture file. Calls `report` for repetitions of a wrong form."""
    node = schema.node()
    known = properties(node)
    is_alone = name in fixtures.repeated
    for position, values in enumerate(fixtures.rows[name]):
        pointer: Pointer = (name,) if is_alone else (name, position)
        # Where the contract has a property of that name it is a row that is written out.
        if not is_alone and (REPEAT not in values or REPEAT in known):
            yield WrittenRow(values, pointer)
        elif _is_well_formed(values, name, pointer, report):
            for number in range(1, values[REPEAT] + 1):
                yield WrittenRow(_numbered(values[LIKE], node, number), (*pointer, LIKE), number)


def _is_well_formed(values: Mapping[str, Any], name: str, pointer: Pointer, report: Report) -> bool:
    mend = f"Write {{{REPEAT}: 50, {LIKE}: {{…}}}}; {NUMBER} in its strings is 1, 2, 3 and so on."
    faults = 0
    for other in values.keys() - {REPEAT, LIKE}:
        faults += 1
        message = f"A repetition of {name} has {REPEAT} and {LIKE}, and no {other!r}."
        report(message, did_you_mean(other, (REPEAT, LIKE)), *pointer, other)
    count = values.get(REPEAT)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST_REPEATED:
        faults += 1
        message = f"How often {name} repeats a row is a whole number from 0 to {MOST_REPEATED:,}."
        report(message, mend, *pointer, *([REPEAT] if REPEAT in values else []))
    if not isinstance(values.get(LIKE), dict):
        faults += 1
        message = f"What {name} repeats is a row, under {LIKE}."
        report(message, mend, *pointer, *([LIKE] if LIKE in values else []))
    return not faults


def _numbered(value: Any, node: Node | None, number: int) -> Any:
    """`value` with the number in its strings; as a number where it is all of the string and none is asked."""
    if isinstance(value, str):
        return number if value == NUMBER and _is_number(node) else value.replace(NUMBER, str(number))
    if isinstance(value, dict):
        known = properties(node)
        return {name: _numbered(one, known.get(name), number) for name, one in value.items()}
    if isinstance(value, list):
        items = next((one for one in (part.get("items") for part in _parts(node)) if one is not None), None)
        return [_numbered(one, items, number) for one in value]
    return value


def _parts(node: Node | None) -> Iterator[Node]:
    return parts(node, "allOf", "oneOf", "anyOf") if node is not None else iter(())


def _is_number(node: Node | None) -> bool:
    """Whether the schema takes numbers and no strings."""
    asked = {kind for part in _parts(node) for kind in types(part)}
    return "string" not in asked and not asked.isdisjoint({"integer", "number"})
