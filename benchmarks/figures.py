"""Medians, ratios and spreads: what repeated measurements come to."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """The median of some measurements, with the least and the greatest of them."""

    median: float
    least: float
    greatest: float

    def as_json(self) -> dict[str, float]:
        return {name: float(f"{value:.6g}") for name, value in self._asdict().items()}


def figure(values: Sequence[float]) -> Figure:
    return Figure(median(values), min(values), max(values))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """Ours to theirs, round by round, so that what slowed a whole round down cancels out."""
    return figure([one / other for one, other in zip(ours, theirs, strict=True)])


class Mark(NamedTuple):
    """What a figure must reach, and what it aims at; `most` says that less is better."""

    name: str
    unit: str
    must: float
    aim: float
    most: bool = False

    def judged(self, found: Figure | None) -> dict[str, Any]:
        verdict = "not measured"
        if found is not None:
            met = [found.median <= bar if self.most else found.median >= bar for bar in (self.must, self.aim)]
            verdict = "aim" if met[1] else "must" if met[0] else "missed"
        return {**self._asdict(), "found": found.as_json() if found else None, "verdict": verdict}
