"""Numbers within bounds."""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from typing import Any

from mockade.contract.formats import NUMBER_FORMATS, common_multiple, exact
from mockade.contract.generation.draws import Draws
from mockade.contract.generation.merged_constraints import Bounds
from mockade.contract.generation.merged_schema import MergedSchema
from mockade.contract.translation import LARGEST_INTEGER, SMALLEST_INTEGER

_WIDEST = 1000
"""Steps above a bound, or below it, that numbers are drawn from."""


_WHOLE = Fraction(SMALLEST_INTEGER), Fraction(LARGEST_INTEGER)
_ANY = Fraction(-sys.float_info.max), Fraction(sys.float_info.max)
"""The least and the largest that can be written; a whole one is of 64 bits, else it is read as a float."""


class NumberRange:
    """The numbers that bounds admit: multiples of a step."""

    def __init__(self, bounds: Bounds, *, whole: bool, format: str = "") -> None:
        form = NUMBER_FORMATS.get(format)
        steps = [*bounds.steps, *([form.step] if form is not None and form.step is not None else [])]
        self.whole = whole = whole or (form is not None and form.step == 1)
        step = common_multiple([*steps, *([1] if whole else [])]) if steps or whole else None
        low = max((exact(one) for one in (bounds.minimum, bounds.above) if one is not None), default=None)
        high = min((exact(one) for one in (bounds.maximum, bounds.below) if one is not None), default=None)
        if form is not None:
            least, most = exact(form.least), exact(form.most)
            if low is not None or least == 0:
                low = max(least, low) if low is not None else least
            if high is not None or whole:  # where nothing bounds what is not whole, small numbers are drawn
                high = min(most, high) if high is not None else most
        least, most = _WHOLE if whole else _ANY
        if low is not None:
            low, high = max(least, low), most if high is None else min(most, high)
        elif high is not None:
            low = least if high < least else None
        if step is None:
            step = Fraction(1, 100)
            if low is not None and high is not None:
                while high - low < 4 * step and step > Fraction(1, 10**15):
                    step /= 10
        self.step = step
        self.least = None if low is None else math.ceil(low / step)
        self.most = None if high is None else math.floor(high / step)
        if self.least is not None and bounds.above is not None and self.least * step <= exact(bounds.above):
            self.least += 1
        if self.most is not None and bounds.below is not None and self.most * step >= exact(bounds.below):
            self.most -= 1
        self.fixed_step = bool(steps) or whole

    @property
    def is_empty(self) -> bool:
        return self.least is not None and self.most is not None and self.least > self.most

    def admits(self, number: Any) -> bool:
        """Whether a number is one of these."""
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            return False
        if self.whole and self.step == 1:
            return (
                number == int(number)
                and (self.least is None or number >= self.least)
                and (self.most is None or number <= self.most)
            )
        count = exact(number) / self.step
        if self.fixed_step and count.denominator != 1:
            return False
        return (self.least is None or count >= self.least) and (self.most is None or count <= self.most)

    def drawn(self, draws: Draws) -> int | float:
        low, high = self.least, self.most
        if low is None and high is None:
            low, high = 1, 100 if self.fixed_step else 100_00
        elif low is None:
            low = 0 if high is not None and high > 0 else (high or 0) - _WIDEST
        if high is None or high - low > 10 * _WIDEST:
            start = 1 if low < 1 and (high is None or high > _WIDEST) else low
            low, high = start, start + _WIDEST
        return self._number(draws.between(low, high))

    def _number(self, count: int) -> int | float:
        exact = count * self.step
        is_int = (
            exact.denominator == 1 and (self.whole or self.fixed_step) and _WHOLE[0] <= exact <= _WHOLE[1]
        )
        return int(exact) if is_int else float(exact)


def number_range(schema: MergedSchema, *, whole: bool) -> NumberRange:
    """The numbers that a schema admits; made out once."""
    found = schema.ranges.get(whole)
    if found is None:
        found = schema.ranges[whole] = NumberRange(schema.bounds, whole=whole, format=schema.format)
    return found
