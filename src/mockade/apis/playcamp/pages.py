"""Lists, and pages of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mockade.handling import Call, Row


def in_order(call: Call, rows: Iterable[Row]) -> list[Row]:
    """Rows, of which the oldest come first, in the order that lists have (switch)."""
    listed = list(rows)
    if call.behaviour["lists_order"] == "newest":
        listed.reverse()
    return listed


def page_of(rows: Sequence[Any], page: int, limit: int) -> dict[str, Any]:
    """One page of `rows` with the vendor's pagination (observed); beyond the last it is empty (assumed)."""
    return {
        "data": list(rows[(page - 1) * limit : page * limit]),
        "pagination": {
            "page": page,
            "limit": limit,
            "total": len(rows),
            "totalPages": -(-len(rows) // limit),
        },
    }
