"""Answers of a world that are the same as long as its state is."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal, NamedTuple

from mockade.contract.violations import Violation
from mockade.state.state import State
from mockade.worlds.journal import AnsweredBy

MOST_BYTES = 2 * 1024 * 1024
"""About how many bytes a world's cache keeps, however few answers that is."""

LARGEST = 256 * 1024
"""About how many bytes of one answer that is kept."""

_OVERHEAD = 2048
"""About how many bytes the question and the facts of an answer take."""

Question = tuple[Hashable, ...]
"""All of a request that its answer can depend on."""


class CachedResponse(NamedTuple):
    """A response that passed all checks, and what the journal says of the exchange."""

    response: tuple[int, bytes, str, list[tuple[bytes, bytes]]]
    """Its status, body, media type and headers."""
    api: str
    operation: str
    caller: str
    answered_by: AnsweredBy | Literal[""]
    notices: Sequence[Violation]
    until: float
    """Till when it is the same, in seconds since 1970 of the world's time."""


class ResponseCache:
    """The answers that were given in one state; those of another one are dropped when one is kept."""

    __slots__ = ("_kept", "_size", "_state")

    def __init__(self) -> None:
        self._kept: dict[Question, CachedResponse] = {}
        self._size = 0
        self._state: State | None = None

    def find(self, state: State, question: Question) -> tuple[CachedResponse, float] | None:
        """What is answered in `state`, and its time; None where that is to be made, or something is due."""
        cached = self._kept.get(question) if state is self._state else None
        if cached is None:
            return None
        now = state.clock.now()
        return (cached, now) if now < cached.until and now < state.timeline.earliest() else None

    def keep(self, state: State, question: Question, response: CachedResponse) -> None:
        """Keep what was answered in `state`; the oldest answers give way."""
        if state is not self._state:
            self.clear()
            self._state = state
        size = _size(response)
        if size > LARGEST:
            return
        if question in self._kept:
            self._size -= _size(self._kept.pop(question))
        self._size += size
        self._kept[question] = response
        while self._size > MOST_BYTES:
            self._size -= _size(self._kept.pop(next(iter(self._kept))))

    def clear(self) -> None:
        self._kept = {}
        self._size = 0
        self._state = None


def _size(response: CachedResponse) -> int:
    return _OVERHEAD + len(response.response[1])
