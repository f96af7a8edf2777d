"""Tables of text: as wide as they need to be when piped, folded into a terminal's width otherwise."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

GAP = "  "
NARROWEST = 12
"""Columns that a folded column keeps, however narrow the terminal."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> Iterator[str]:
    """The lines of a table. `width` is the terminal's, None where lines may be as long as they need to be."""
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    if width is not None:
        widths = _fitted(widths, width - len(GAP) * (len(widths) - 1))
    for row in [heads, ["─" * wide for wide in widths], *rows]:
        cells = [_folded(text, wide) for text, wide in zip(row, widths, strict=True)]
        for line in range(max(len(cell) for cell in cells)):
            parts = (
                (cell[line] if line < len(cell) else "").ljust(wide)
                for cell, wide in zip(cells, widths, strict=True)
            )
            yield GAP.join(parts).rstrip()


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    """The widths, the widest taken from until all fit."""
    fitted = list(widths)
    while sum(fitted) > room and max(fitted) > NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _folded(text: str, width: int) -> list[str]:
    """The lines of a cell, broken between words; a path or an id breaks where it must."""
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]
