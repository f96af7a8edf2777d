"""Keys for rows that are created without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockade.contract.document import Node
from mockade.contract.generation.generator import Generator, NoValueFound
from mockade.handling import Call, Rows

_MOST_NUMBERS = 1000
"""How many numbers are tried before keys are generated."""

_MOST_GENERATED = 20


def new_keys(call: Call, rows: Rows, schema: Node | None, generator: Generator) -> Iterator[Any]:
    """A UUID, numbers, the newest key with its number increased, and what fits the key's schema.

    They are candidates: they may not fit the schema, or be taken.
    """
    yield call.new_uuid()
    newest = rows.newest_key().rpartition("/")[2]
    stem = re.sub(r"\d+\Z", "", newest)
    digits = newest[len(stem) :]
    first = max(int(digits or 0), rows.births) + 1
    for number in range(first, first + _MOST_NUMBERS):
        yield number
        yield f"{stem}{number:0{len(digits)}d}" if digits else f"{stem}{number}"
    if schema is None:
        return
    seed, now = call.transaction.state.seed, call.now()
    for turn in range(_MOST_GENERATED):
        try:
            yield generator.generate(schema, seed=seed, key=f"{schema.pointer} {rows.births} {turn}", now=now)
        except NoValueFound:
            return
