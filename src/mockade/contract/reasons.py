"""The reasons why a value does not fit, looked for piece by piece."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from mockade.contract.backtracking import KEYWORD, UNTOLD
from mockade.contract.cutting import GATE
from mockade.contract.pieces import Piece, Pieces
from mockade.contract.wording import BranchErrors, Failure, explain, shown_value
from mockade.hints import Hint
from mockade.settings import MEBIBYTE

Steps = tuple[str | int, ...]
Gates = frozenset[tuple[int, Steps]]
"""Schemas by number, each with the way to the part of the value that it was asked about."""

MOST_OPENED = 20
"""How many gates are opened for one form of a choice, to tell how near it comes to fitting."""


class PieceError:
    """An error of a piece's, with the places that it would have without pieces; else like the library's."""

    __slots__ = ("_error", "_piece", "_reasons", "above", "instance_path")

    def __init__(self, reasons: Reasons, piece: Piece, error: Any, prefix: Steps, above: Gates) -> None:
        self._reasons = reasons
        self._piece = piece
        self._error = error
        self.above = above
        """The gates that were gone through to find it."""
        self.instance_path = [*prefix, *error.instance_path]

    @property
    def kind(self) -> Any:
        return self._error.kind

    @property
    def instance(self) -> Any:
        return self._reasons.pieces.handles.restored(self._error.instance)

    @property
    def seen(self) -> Any:
        """The instance as the piece has seen it, which may have handles."""
        return self._error.instance

    @property
    def message(self) -> str:
        return self._reasons.pieces.handles.hidden(str(self._error.message))

    @property
    def absolute_keyword_location(self) -> str:
        return self._piece.location(self._error)

    @property
    def branches(self) -> list[list[PieceError]]:
        """What each of the forms allowed has against the value."""
        depth = len(self.instance_path)
        prefix = tuple(self.instance_path[: depth - len(self._error.instance_path)])
        return [
            self._reasons.opened(
                [PieceError(self._reasons, self._piece, one, prefix, self.above) for one in branch], depth
            )
            for branch in self.kind.context
        ]

    def postpone(self) -> None:
        """Have the reasons behind a gate looked for once this piece is done."""
        self._reasons.postpone(int(self.kind.message), self._error.instance, tuple(self.instance_path))

    def about_names(self, hint: Hint) -> Iterator[str]:
        """What is wrong with names of properties, each in a sentence."""
        pieces, number = self._reasons.pieces, int(self.kind.message)
        for name in pieces.wrong_names(number, self.seen):
            found = self._reasons.opened(self._reasons.errors(number, name), 0)
            yield _about_name(found[0], hint) if found else f"{shown_value(name)} does not fit."


def branches_of(error: Failure) -> Sequence[BranchErrors]:
    """What each of the forms that a `oneOf` or `anyOf` allows has against the value."""
    if isinstance(error, PieceError):
        return error.branches if hasattr(error.kind, "context") else []
    return getattr(error.kind, "context", None) or []


def about_names(error: Failure, hint: Hint) -> Iterator[str]:
    """What is wrong with names of properties, each in a sentence."""
    if isinstance(error, PieceError):
        yield from error.about_names(hint)
    else:
        yield _about_name(error.kind.error, hint)


def _about_name(error: Failure, hint: Hint) -> str:
    if error.kind.name == KEYWORD:
        return f"{shown_value(error.instance)} {error.message}."
    return explain(error.kind, error, (), {}, hint)[1]


class Reasons:
    """What is wrong with one value, piece by piece: each part of it once against each schema.

    What lies behind a gate is looked for when the error at the gate is postponed.
    """

    def __init__(self, pieces: Pieces, number: int, value: Any, prefix: Steps, size: int) -> None:
        """`number` is that of the schema (`Pieces.number`), `prefix` where errors say that the value is.

        `size` is the value's in bytes: for each MiB reasons are looked for as long as for a small one.
        """
        self.pieces = pieces
        self._queue = deque([(number, value, prefix)])
        self._seen: set[tuple[int, Steps]] = set()
        pieces.begin(max(1, size // MEBIBYTE), is_search=True)

    def postpone(self, number: int, value: Any, at: Steps) -> None:
        self._queue.append((number, value, at))

    def __iter__(self) -> Iterator[PieceError]:
        """Ends, too, when the budget is spent; a pattern that spends it is the last."""
        while self._queue and not self.pieces.budget.is_spent():
            number, value, at = self._queue.popleft()
            if (number, at) not in self._seen:
                self._seen.add((number, at))
                yield from self.errors(number, value, at)

    def errors(self, number: int, value: Any, at: Steps = (), above: Gates = frozenset()) -> list[PieceError]:
        """What breaks one piece; above it stand the gates that were gone through."""
        above |= {(number, at)}
        errors = [
            PieceError(self, self.pieces.piece(number), error, at, above)
            for error in self.pieces.errors(number, value)
        ]
        if self.pieces.budget.is_spent():  # gates that were asked since then did not look
            errors = [one for one in errors if one.kind.name == KEYWORD and UNTOLD in one.message][:1]
        return errors

    def opened(self, errors: Sequence[PieceError], depth: int) -> list[PieceError]:
        """The errors, and for gates what is wrong behind them: all those for a value that deep, else few.

        How near a form of a choice comes to fitting is told by what is wrong with its parts, too.
        """
        opened: list[PieceError] = []
        pending = list(errors[::-1])
        seen: set[tuple[int, Steps]] = set()
        while pending:
            error = pending.pop()
            at = tuple(error.instance_path)
            if error.kind.name != GATE or (len(at) > depth and len(seen) >= MOST_OPENED):
                opened.append(error)
                continue
            gate = int(error.kind.message), at
            if gate not in seen and gate not in error.above:  # what leads back to itself says nothing more
                seen.add(gate)
                pending += self.errors(gate[0], error.seen, at, error.above)[::-1]
        return opened
