"""What a run is asked to do, and what it comes to."""

from __future__ import annotations

from typing import Any, NamedTuple


class Scale(NamedTuple):
    """How much a run does."""

    requests: int = 1_000_000
    rounds: int = 100
    """How often a server is killed; the other runs do a share or a multiple of it."""
    connections: int = 10_000


class Outcome(NamedTuple):
    """What was tried, as counts by their plural; a sentence for each thing that was lost; and figures."""

    tried: dict[str, int]
    lost: list[str]
    figures: dict[str, str]
    notes: list[str] = []  # noqa: RUF012  # nobody adds to it
    """What the reader has to know of how it was tried, or why it was not."""

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


class Longest:
    """The longest of some waits, in milliseconds."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.count = 0

    def add(self, seconds: float) -> None:
        self.seconds = max(self.seconds, seconds)
        self.count += 1

    def __str__(self) -> str:
        return f"{self.seconds * 1000:,.0f} ms"
