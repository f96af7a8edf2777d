"""What PlayCamp gives its rows: numeric ids, and texts that nobody guesses."""

from __future__ import annotations

from mockade.handling import Call
from mockade.handling.rows import Rows


def next_number(rows: Rows) -> int:
    """The first number that no row has or had; `rows` have an index of their `id`s.

    A row that is gone keeps its number, unless fixtures chose a high one.
    """
    number = rows.births + 1
    while rows.count("id", number):
        number += 1
    return number


def new_secret(call: Call) -> str:
    """64 hexadecimal digits, drawn from the world's seed."""
    return f"{call.new_uuid()}{call.new_uuid()}".replace("-", "")
