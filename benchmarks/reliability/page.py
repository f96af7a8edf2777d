"""The page: what each run does, and what this run of them came to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from benchmarks.reliability.runs import RUNS, TABLES
from benchmarks.report import table

MARK = "<!-- What follows is written by `make soak`. -->"
"""Stands on the page between what people wrote and what is generated."""

HEADING = re.compile(r"^## (.*)$", re.MULTILINE)


def outcomes(results: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    """The table of some runs."""
    rows = []
    for name in names:
        run = results["runs"][name]
        tried = ", ".join(f"{count:,} {what}" for what, count in run["tried"].items())
        figures = "; ".join(f"{what}: {figure}" for what, figure in run["figures"].items())
        lost = f"{len(run['lost']):,} things" if run["lost"] else "nothing" if tried else "not tried"
        rows.append([RUNS[name].title, tried or "-", lost, figures or "-", f"{run['seconds']:,.0f}"])
    return table(["run", "tried", "lost", "figures", "seconds"], rows)


def section(title: str, results: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    """One table with when, where and at which commit it was measured, and its notes."""
    load = " and ".join(map(str, results["load"]))
    machine = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    parts = [
        f"## {title}",
        f"Measured on {results['date']} with `{results['command']}`, at {results['version']}. "
        f"Machine: {machine}; load average at the start and the end: {load}.",
        outcomes(results, names),
        "\n".join(filter(None, (_details(name, results["runs"][name]) for name in names))),
    ]
    return "\n\n".join(filter(None, parts))


def _details(name: str, run: Mapping[str, Any]) -> str:
    title = RUNS[name].title
    lines = [f"- {title}: {' '.join(run['notes'])}" if run["notes"] else f"- {title}:" if run["lost"] else ""]
    return "\n".join(filter(None, lines + [f"  - lost: {one}" for one in run["lost"]]))


def page(before: str, results: Mapping[str, Any]) -> str:
    """The page with the tables of what was run in the place of the old ones; the others stay.

    Raises ValueError without MARK.
    """
    own, mark, rest = before.partition(MARK)
    if not mark:
        raise ValueError(f"The page has no line {MARK!r}, after which the tables belong.")
    _, *parts = HEADING.split(rest)
    there = {
        title: f"## {title}\n\n{text.strip()}" for title, text in zip(parts[::2], parts[1::2], strict=True)
    }
    for name, title in TABLES.items():
        names = {run: RUNS[run] for run in results["runs"] if RUNS[run].table == name}
        if names:
            there[title] = section(title, results, names)
    kept = [there[title] for title in TABLES.values() if title in there]
    return "\n\n".join([f"{own}{mark}", *kept]) + "\n"
