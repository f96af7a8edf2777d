"""Tables of text: as wide as they need to be when piped, folded into a terminal's width otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mockade.errors import printable

UNLIMITED = 10_000
"""The width in columns where there is no terminal."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> Iterator[str]:
    """The lines of a table. `width` is the terminal's, None where lines may be as long as they need to be."""
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="")
    for head in heads:
        drawn.add_column(head, overflow="fold")
    for row in rows:
        # Text, because a path's brackets are no markup.
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    console = Console(width=width or UNLIMITED, file=StringIO(), color_system=None)
    with console.capture() as captured:
        console.print(drawn)
    return (line.rstrip() for line in captured.get().splitlines())
