"""What is wrong in a published document and does not keep it from being served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mockade.errors import Finding, Place, Severity

_Pointer = tuple[str | int, ...]

RANKS: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
"""The severities by weight, the gravest first."""


class Slip(NamedTuple):
    """A fault at a pointer of a file; its line is looked up when it is shown: that reads the text again."""

    uri: str
    pointer: _Pointer
    message: str
    mend: str
    rule: str
    severity: Severity


class Slips:
    """The slips of one document, each once, and the places that were left out because of them."""

    def __init__(self, place: Callable[[str, _Pointer], Place]) -> None:
        self._place = place
        self._slips: dict[Slip, None] = {}
        self._of_files: dict[Finding, None] = {}
        self._left_out: set[tuple[str, _Pointer]] = set()
        self._covered: set[tuple[str, _Pointer]] = set()

    def add(
        self,
        uri: str,
        pointer: Sequence[str | int],
        message: str,
        mend: str = "",
        *,
        rule: str,
        severity: Severity = "error",
    ) -> None:
        self._slips[Slip(uri, tuple(pointer), message, mend, rule, severity)] = None
        self._covered.add((uri, tuple(pointer)))

    def add_found(self, findings: Sequence[Finding]) -> None:
        """Findings about another file, which already have their places."""
        self._of_files.update(dict.fromkeys(findings))

    def leave_out(self, uri: str, pointer: Sequence[str | int]) -> None:
        """Note that what stands at `pointer` is read as if it said nothing: its emptiness is no new slip."""
        self._left_out.add((uri, tuple(pointer)))

    def is_left_out(self, uri: str, pointer: Sequence[str | int]) -> bool:
        return (uri, tuple(pointer)) in self._left_out

    @property
    def count(self) -> int:
        """How many there are that are more than remarks."""
        severities = [*(one.severity for one in self._slips), *(one.severity for one in self._of_files)]
        return sum(severity != "info" for severity in severities)

    def covers(self, uri: str, pointer: Sequence[str | int]) -> bool:
        """Whether there is a slip at `pointer`, or what is around it was left out."""
        pointer = tuple(pointer)
        return (uri, pointer) in self._covered or any(
            (uri, pointer[:length]) in self._left_out for length in range(len(pointer) + 1)
        )

    @property
    def findings(self) -> list[Finding]:
        """All of them, in the order of the files."""
        found = [self._finding(slip) for slip in self._slips]
        return sorted(dict.fromkeys([*self._of_files, *found]), key=lambda one: one.place)

    def worst(self) -> Finding | None:
        """The gravest slip, the first of several."""
        ranked = min(self._slips, key=lambda slip: RANKS[slip.severity], default=None)
        of_file = next(iter(self._of_files), None)
        if of_file is not None and (ranked is None or ranked.severity != "error"):
            return of_file
        return self._finding(ranked) if ranked is not None else of_file

    def _finding(self, slip: Slip) -> Finding:
        place = self._place(slip.uri, slip.pointer)
        return Finding(place, slip.message, slip.mend, slip.rule, slip.severity)
