"""Whether what clients saw of one value could have come from one place, one operation after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Model = Callable[["Operation", int], int | None]
"""What an operation makes of the value; None where it could not have been answered so."""


@dataclass(frozen=True)
class Operation:
    """What a client asked, when it asked and when it was answered, by a clock that all share."""

    kind: str
    """`read`, `write` or `count`."""
    began: float
    ended: float
    """Infinite where there was no answer: it may have been done at any time, or never."""
    value: int | None
    """What was read, written, or counted to; None where nobody was told."""


def one_value(operation: Operation, value: int) -> int | None:
    """A register and a counter at once."""
    if operation.kind == "write":
        return operation.value
    after = value + (operation.kind == "count")
    return after if operation.value in (None, after) else None


def is_linearizable(history: Sequence[Operation], start: int = 0, model: Model = one_value) -> bool:
    """Look for an order that explains all answers, in which nothing comes before what ended when it began.

    By Wing and Gong, with Lowe's memory of what was tried: a set of operations done and the value they left.
    """
    order = sorted(history, key=lambda one: one.began)
    answered = sum(1 << at for at, one in enumerate(order) if one.ended < math.inf)
    tried: set[tuple[int, int]] = set()
    to_try = [(0, start)]
    while to_try:
        done, value = to_try.pop()
        if answered & ~done == 0:
            return True
        for at in _next(order, done):
            after = model(order[at], value)
            if after is None:
                continue
            found = done | 1 << at, after
            if found not in tried:
                tried.add(found)
                to_try.append(found)
    return False


def _next(order: Sequence[Operation], done: int) -> Iterator[int]:
    """Those that may come next: none that is not done ended before they began."""
    first = (~done & (done + 1)).bit_length() - 1
    soonest = math.inf
    found = []
    for at in range(first, len(order)):
        if done >> at & 1:
            continue
        if order[at].began > soonest:
            break
        found.append(at)
        soonest = min(soonest, order[at].ended)
    # The one that ended last is tried last: it is put on the pile first.
    yield from sorted(found, key=lambda at: -order[at].ended)
