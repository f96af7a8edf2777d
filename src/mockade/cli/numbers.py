"""The type of options that are whole numbers."""

from __future__ import annotations

from typing import Any

import click


class WholeNumber(click.IntRange):
    """A whole number within bounds; what is none, or beyond them, is told with what to write."""

    name = "whole number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            self.fail(f"{str(value)!r} is no whole number: write {self._bounds()}.", param, ctx)
        is_low = self.min is not None and number < self.min
        if is_low or (self.max is not None and number > self.max):
            self.fail(f"{number} is out of bounds: write {self._bounds()}.", param, ctx)
        return number

    def _bounds(self) -> str:
        if self.max is None:
            return f"one from {self.min} on"
        return f"one from {self.min} to {self.max}"
