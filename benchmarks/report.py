"""The results as tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Results = dict[str, Any]

NONE = "-"
"""Stands where nothing was measured."""


def tables(results: Results) -> str:
    """Everything that was measured; what was not has no section."""
    parts = [_machine(results)]
    for name, write in (
        ("marks", _marks),
        ("throughput", _throughput),
        ("tails", _tails),
        ("memory", _memory),
        ("starts", _starts),
        ("short runs", _short_runs),
        ("loading", _loading),
        ("growth", _growth),
        ("inside", _inside),
        ("stalls", _stalls),
        ("peers", _peers),
    ):
        if results.get(name):
            parts.append(write(results))
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned, so that it reads in a terminal too; the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return f"| {' | '.join(cells)} |"

    rule = "|" + "|".join("-" * (width + 1) + (":" if at else "-") for at, width in enumerate(widths)) + "|"
    return "\n".join([line(head), rule, *map(line, rows)])


def number(value: float) -> str:
    """With three digits that mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.01 or value == 0 else f"{value:.2g}"


def spread(figure: dict[str, float] | None) -> str:
    """The median, and the least and greatest behind it."""
    if figure is None:
        return NONE
    low, high = figure["least"], figure["greatest"]
    rest = "" if low == high else f" ({number(low)} to {number(high)})"
    return f"{number(figure['median'])}{rest}"


def _machine(results: Results) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    load = " and ".join(str(one) for one in results["load"])
    settings = ", ".join(f"{name} {value}" for name, value in results["settings"].items())
    return f"Machine: {facts}.\nLoad average at the start and the end: {load}. {settings.capitalize()}."


VERDICTS = {"missed": "missed", "must": "holds", "aim": "reaches the aim", "not measured": "not measured"}
"""How a verdict is told."""


def _marks(results: Results) -> str:
    rows = []
    for mark in results["marks"]:
        sign = "≤" if mark["most"] else "≥"
        bars = [f"{sign} {number(mark[bar])} {mark['unit']}" for bar in ("must", "aim")]
        rows.append([mark["name"], *bars, spread(mark["found"]), VERDICTS[mark["verdict"]]])
    return "## Marks\n\n" + table(["mark", "must", "aim", "measured (spread)", "verdict"], rows)


def _throughput(results: Results) -> str:
    rows = [
        [
            one["work"],
            one["peer"],
            spread(one["rate"]),
            number(one["p50_ms"]["median"]),
            number(one["p99_ms"]["median"]),
            spread(one["cpu_us"]),
            "1" if one["peer"] == "Mockade" else spread(one["mockade_to_it"]),
        ]
        for one in results["throughput"]
    ]
    head = [
        "work",
        "who",
        "requests/s (spread)",
        "p50 ms",
        "p99 ms",
        "CPU µs each (spread)",
        "Mockade to it (spread)",
    ]
    return "## Throughput\n\n" + table(head, rows)


def _tails(results: Results) -> str:
    rows = [
        [
            one["work"],
            str(one["connections"]),
            *(number(one[name]["median"]) for name in ("p50", "p99")),
            spread(one["p99_to_p50"]),
            spread(one["most"]),
        ]
        for one in results["tails"]
    ]
    head = ["work", "connections", "p50 ms", "p99 ms", "p99 to p50 (spread)", "longest, ms (spread)"]
    return "## How long the slowest answers of Mockade take\n\n" + table(head, rows)


def _starts(results: Results) -> str:
    rows = [[name, spread(start)] for name, start in results["starts"].items()]
    return "## Start to first answer\n\n" + table(["who", "seconds (spread)"], rows)


def _short_runs(results: Results) -> str:
    rows = [[name, spread(took)] for name, took in results["short runs"].items()]
    return "## A run that asks nothing, and one that asks once\n\n" + table(["who", "seconds (spread)"], rows)


def _memory(results: Results) -> str:
    rows = [[name, *(f"{one:,.0f}" for one in weights)] for name, weights in results["memory"].items()]
    return "## Memory\n\n" + table(["who", "at rest, MiB", "later, MiB", "after so many requests"], rows)


def _loading(results: Results) -> str:
    parts = ["## Loading a large contract"]
    for contract in results["loading"]:
        rows = [[name, spread(figure)] for name, figure in contract["seconds"].items()]
        rows += [[name, f"cannot: {why}"] for name, why in contract["failed"].items()]
        parts += [f"{contract['contract']}:", table(["who", "seconds (spread)"], rows)]
    return "\n\n".join(parts)


def _growth(results: Results) -> str:
    rows = [
        [
            f"{one['axis']}: {one['at']}",
            one["work"],
            spread(one["rate"]),
            number(one["p50_ms"]["median"]),
            number(one["p99_ms"]["median"]),
            spread(one["cpu_us"]),
            spread(one["to_first"]),
        ]
        for one in results["growth"]
    ]
    head = [
        "how much",
        "work",
        "requests/s (spread)",
        "p50 ms",
        "p99 ms",
        "CPU µs each (spread)",
        "to the first (spread)",
    ]
    return "## Growth\n\n" + table(head, rows)


def _inside(results: Results) -> str:
    rows = [
        [
            f"{one['sessions']:,}",
            number(one["bytes"]),
            number(one["json_bytes"]),
            *(number(one[f"{act}_us"]) for act in ("fork", "reset", "rewind")),
            number(one["reset_over_http_ms"]),
        ]
        for one in results["inside"]
    ]
    head = ["sessions", "bytes each", "of it JSON", "fork µs", "reset µs", "rewind µs", "reset over HTTP, ms"]
    return "## What sessions cost\n\n" + table(head, rows)


def _stalls(results: Results) -> str:
    rows = [
        [one["name"], number(one["took_ms"]), number(one["longest_ms"]), f"{one['bytes']:,}"]
        for one in results["stalls"]
    ]
    head = ["control call", "it took, ms", "longest wait of another client, ms", "bytes"]
    return "## While somebody else reads or writes a whole state\n\n" + table(head, rows)


def _peers(results: Results) -> str:
    lines = []
    for name, one in results["peers"].items():
        if one["missing"]:
            lines.append(f"- {name} was not measured: {one['missing'].splitlines()[0]}")
        elif one["lacks"]:
            lines.append(f"- {name} does not do: {one['lacks']}.")
    return "## Who was there, and what they do not do\n\n" + "\n".join(lines)
