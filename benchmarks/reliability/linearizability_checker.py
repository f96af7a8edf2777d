"""Whether what clients saw of one value could have come from one place, one operation after the other."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client asked, when it asked and when it was answered, by a clock that all share."""

    kind: str
    """`read`, `write`, `count`, `swap`, or `refused`: a swap that was not done."""
    began: float
    ended: float
    """Infinite where there was no answer: it may have been done at any time, or never."""
    value: int | None
    """What was read, was to be written, was counted to (None where nobody was told), or refused a swap."""
    expected: int | None = None
    """What a swap asks to be there."""

    @property
    def is_answered(self) -> bool:
        return self.ended < math.inf


Model = Callable[[Operation, int], int | None]
"""What an operation makes of the value; None where it could not have been answered so."""


def one_value(operation: Operation, value: int) -> int | None:
    """A register and a counter at once."""
    match operation.kind:
        case "write":
            return operation.value
        case "swap":
            if value == operation.expected:
                return operation.value
            return None if operation.is_answered else value
        case "refused" if value == operation.expected:
            return None
    after = value + (operation.kind == "count")
    return after if operation.value in (None, after) else None


def is_linearizable(history: Sequence[Operation], start: int = 0, model: Model = one_value) -> bool:
    """Look for an order that explains all answers, in which nothing comes before what ended when it began.

    By Wing and Gong, with Lowe's memory of what was tried: a set of operations done and the value they left.
    """
    order = sorted(_that_matter(history), key=lambda one: one.began)
    answered = sum(1 << at for at, one in enumerate(order) if one.is_answered)
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


def first_wrong(history: Sequence[Operation], start: int = 0) -> Operation | None:
    """The answer that came first of those that no order explains together with what came before it."""
    answers = sorted((one for one in history if one.is_answered), key=lambda one: one.ended)
    wrong = bisect_left(answers, True, key=lambda one: not is_linearizable(_until(history, one.ended), start))
    return answers[wrong] if wrong < len(answers) else None


def _until(history: Sequence[Operation], moment: float) -> list[Operation]:
    """What was known then: an answer that came later was none yet."""
    known = []
    for one in history:
        if one.ended <= moment:
            known.append(one)
        elif one.began < moment and one.kind in ("write", "count", "swap"):
            value = None if one.kind == "count" else one.value
            known.append(replace(one, ended=math.inf, value=value))
    return known


def _that_matter(history: Sequence[Operation]) -> list[Operation]:
    """Without writes that had no answer and left a value which nobody saw.

    Where such a write was done, all goes as well without it; each would double what there is to try.
    """
    if any(one.kind == "count" for one in history):
        return list(history)
    seen = {one.expected for one in history} | {
        one.value for one in history if one.is_answered and one.kind in ("read", "refused")
    }
    return [one for one in history if one.is_answered or one.value in seen]


def _next(order: Sequence[Operation], done: int) -> Iterator[int]:
    """Those that may come next: none that is not done ended before they began."""
    first = (~done & (done + 1)).bit_length() - 1
    soonest = math.inf
    found = []
    counts: set[float] = set()
    for at in range(first, len(order)):
        if done >> at & 1:
            continue
        one = order[at]
        if one.began > soonest:
            break
        soonest = min(soonest, one.ended)
        if one.kind == "count" and one.value is None:
            if one.ended in counts:
                continue  # it would do what the earlier one does
            counts.add(one.ended)
        found.append(at)
    # The one that ended last is tried last: it is put on the pile first.
    yield from sorted(found, key=lambda at: -order[at].ended)
