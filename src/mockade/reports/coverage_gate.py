"""How much of the contracts a run has to have seen, applied to its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from mockade.coverage.editing import ignoring
from mockade.coverage.gates import Shortfall, minimum, shortfalls
from mockade.reports.model import Report


class CoverageGate(NamedTuple):
    """The least that has to be seen of each kind, and the patterns of what is left out."""

    minimum: Mapping[str, float]
    ignored: Sequence[str]

    @classmethod
    def parse(cls, asked: Iterable[str], ignored: Sequence[str]) -> CoverageGate:
        """What texts such as `80` and `statuses=60` ask for. Raises ValueError, with a sentence."""
        text = ",".join(asked)
        return cls(minimum(text) if text else {}, ignored)

    def applied(
        self, document: dict[str, Any], warn: Callable[[str], object]
    ) -> tuple[dict[str, Any], tuple[Shortfall, ...]]:
        """A document without what is left out, and the gates that it does not pass.

        `warn` is told of a pattern that means nothing in it.
        """
        left, unused = ignoring(document, self.ignored)
        for pattern in unused:
            warn(f"The pattern {pattern!r} leaves nothing out of coverage: nothing here is called so.")
        return left, tuple(shortfalls(left, self.minimum))

    def report(self, report: Report, document: Mapping[str, Any], warn: Callable[[str], object]) -> Report:
        """A report with what was covered, which fails where that is too little."""
        left, missing = self.applied(dict(document), warn)
        return replace(report, coverage=left, shortfalls=missing, failed=report.failed or bool(missing))
