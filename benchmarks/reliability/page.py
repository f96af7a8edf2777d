"""The page: what each run does, and what this run of them came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.reliability.runs import RUNS
from benchmarks.report import table

MARK = "<!-- What follows is written by `make soak`. -->"
"""Stands on the page between what people wrote and what is generated."""


def generated(results: Mapping[str, Any]) -> str:
    """The part of the page that a run writes."""
    load = " and ".join(map(str, results["load"]))
    machine = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    parts = [
        "## What was tried and lost",
        f"Measured on {results['date']} with `{results['command']}`, at {results['version']}. "
        f"Machine: {machine}; load average at the start and the end: {load}.",
        outcomes(results),
    ]
    details = [_details(name, run) for name, run in results["runs"].items()]
    return "\n\n".join([*parts, "## Notes", "\n".join(filter(None, details))]) + "\n"


def outcomes(results: Mapping[str, Any]) -> str:
    """The table of all runs."""
    rows = []
    for name, run in results["runs"].items():
        tried = ", ".join(f"{count:,} {what}" for what, count in run["tried"].items())
        figures = "; ".join(f"{what}: {figure}" for what, figure in run["figures"].items())
        lost = f"{len(run['lost']):,} things" if run["lost"] else "nothing" if tried else "not tried"
        rows.append([RUNS[name].title, tried or "-", lost, figures or "-", f"{run['seconds']:,.0f}"])
    return table(["run", "tried", "lost", "figures", "seconds"], rows)


def _details(name: str, run: Mapping[str, Any]) -> str:
    lines = [f"- {RUNS[name].title}: {' '.join(run['notes'])}"] if run["notes"] else []
    return "\n".join(lines + [f"  - lost: {one}" for one in run["lost"]])


def page(before: str, results: Mapping[str, Any]) -> str:
    """The page with its generated part in the place of the old one. Raises ValueError without MARK."""
    own, mark, _ = before.partition(MARK)
    if not mark:
        raise ValueError(f"The page has no line {MARK!r}, after which the table belongs.")
    return f"{own}{mark}\n\n{generated(results)}"
