"""What is wrong with a script's file, each at its line."""

from __future__ import annotations

from mockade.contract.lines import Lines
from mockade.errors import Finding, Place, SetupError

Pointer = tuple[str | int, ...]


class Findings:
    """All that was found so far, while a script is read."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._found: list[Finding] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def place(self, pointer: Pointer) -> Place:
        """Where the key or item at `pointer` stands."""
        return self._lines.place(pointer)

    def report(self, where: Pointer | Place, message: str, mend: str = "") -> None:
        """Add what is wrong at a pointer or a place: a sentence, and what to do."""
        place = where if isinstance(where, Place) else self.place(where)
        self._found.append(Finding(place, message, mend, "script"))

    def error(self) -> SetupError:
        """What was found, in the order of the file."""
        found = dict.fromkeys(self._found)
        return SetupError(sorted(found, key=lambda one: (one.place.line, one.place.column)))
