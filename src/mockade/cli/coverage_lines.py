"""A document of coverage as text: the totals as a table, then what was never seen, then what was in part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mockade.coverage.document import STATES, Facts
from mockade.coverage.editing import is_counted
from mockade.coverage.thresholds import label, percent
from mockade.errors import printable

MOST_LISTED = 10
"""Items of one operation that are listed, where not all are asked for."""


def totals(document: Facts) -> list[Sequence[str]]:
    """The rows of a table: kind, seen, refused, never, and what part was seen."""
    rows: list[Sequence[str]] = []
    for kind, states in document["totals"].items():
        counts = [f"{states[state]:,}" for state in reversed(STATES)]
        part = f"{percent(states[STATES[-1]], sum(states.values()))} %"
        rows.append((kind.replace("_", " "), *counts, part))
    return rows


HEADS = ("Coverage", "Seen", "Refused", "Never", "")


def tree(document: Facts, *, everything: bool = False) -> Iterator[str]:
    """Each API with its operations, those that were never seen first; below them what of them was not."""
    for api in document["apis"]:
        shown = [one for one in api["operations"] if not one["ignored"]]
        if not shown:
            continue
        yield ""
        yield printable(f"{api['api']}: {api['title']}")
        for state in STATES:
            for one in shown:
                if one["state"] == state:
                    yield from _operation(one, everything=everything)


def _operation(operation: Facts, *, everything: bool) -> Iterator[str]:
    times = f"  {operation['count']:,} x" if operation["count"] else ""
    name = f"{operation['operation']}  {operation['method']} {operation['path']}{times}"
    yield printable(f"  {operation['state']:7}  {name}  [{operation['line']}]")
    if operation["state"] == STATES[0] and not everything:
        return  # nothing of it was
    items = [one for one in operation.get("items", ()) if is_counted(one)]
    listed = [one for state in STATES[: 3 if everything else 2] for one in items if one["state"] == state]
    most = len(listed) if everything else MOST_LISTED
    for one in listed[:most]:
        kind = one["kind"].replace("_", " ")
        yield printable(f"    {one['state']:7}  {kind}: {label(one)}  [{one['line']}]")
    if len(listed) > most:
        yield f"    … and {len(listed) - most:,} more of it (--everything lists all)."
