"""The cursors of one list: opaque ones, and keys and numbers where the contract has no place for those."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mockade.crud.listing.cursors import Cursor, UnknownCursor, cursor_text, read_cursor
from mockade.crud.listing.matches import Place, position_of, row_at
from mockade.crud.listing.paging import whole_number
from mockade.crud.listing.query_fields import QueryField
from mockade.crud.listing.sorting import Order
from mockade.handling import Row
from mockade.handling.rows import Rows
from mockade.state.index import Position

CursorForm = Literal["token", "key", "number"]
"""What a parameter takes: any text, a row's key, or a number."""


def cursor_form(field: QueryField | None, *, is_number_told: bool) -> CursorForm:
    """What the parameter takes. `is_number_told`: whether the answer tells the next one as a number."""
    if field is None:
        return "token"
    if not field.scalar_types or "string" in field.scalar_types:
        is_free = not field.format and field.word("pattern") is None and field.word("maxLength") is None
        return "token" if is_free else "key"
    return "number" if is_number_told else "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCursors:
    """Reads and writes the cursors of one list.

    Whatever is written, a row's own key is read too: clients that are told no cursor go on from the last row.
    """

    identity: bytes
    order: Order
    rows: Rows
    form: CursorForm
    key_of: Callable[[Row], str | None]
    """A row's own key, None where no text alone is one."""
    stored_key: Callable[[str], str]
    """The key among all rows of a row's own key."""
    belongs: Callable[[Row], bool]
    """Whether a row is one of the list's, whatever the filters."""

    def text(self, position: Position, row: Row, *, backwards: bool = False) -> str | None:
        """The cursor of a row's place; None where no such one can be."""
        if self.form == "token":
            return cursor_text(self.identity, Cursor(self.order.keys(row), position, backwards))
        if self.form == "number":
            return str(position[0] + 1)
        return self.key_of(row)

    def place(self, text: str) -> tuple[Place | None, bool]:
        """The place that a cursor names, None for the beginning, and whether it asks for what is before.

        Raises UnknownCursor.
        """
        if self.form == "number":
            return self._of_number(text), False
        try:
            cursor = read_cursor(self.identity, text)
        except UnknownCursor as unknown:
            position = position_of(self.rows, self.stored_key(text))
            if unknown.is_foreign or position is None:
                raise
            return self._of_row(position), False
        return self.order.place(cursor.keys, cursor.position), cursor.backwards

    def _of_row(self, position: Position) -> Place:
        row = row_at(self.rows, position)
        if not self.belongs(row):
            raise UnknownCursor(is_foreign=True)
        return self.order.place(self.order.keys(row), position)

    def _of_number(self, text: str) -> Place | None:
        """The place of the row of that birth, counted from 1; the row need not be there in order of birth."""
        number = whole_number(text)
        if number is None:
            raise UnknownCursor(is_foreign=False)
        if number < 1:
            return None
        found = next(self.rows.table.order.after((number - 1, "")), None)
        if found is not None and found[0] == number - 1:
            return self.order.place(self.order.keys(row_at(self.rows, found)), found)
        if not self.order.is_of_birth or number > self.rows.births:
            raise UnknownCursor(is_foreign=False)
        return self.order.place((), (number - 1, ""))
