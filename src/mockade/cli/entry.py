"""How an entry of a journal reads in a terminal: who asked what, who answered, what was wrong, what changed.

An entry is the control API's component Exchange, as the journal tells it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import click

from mockade.errors import plain

WIDEST = 48
"""Characters of a value that changed."""

WIDEST_ROW = 120
"""Characters of a row that is new."""

MOST = 8
"""Fields of a row that are told when they changed."""

_ABSENT: Any = object()


def lines(entry: Mapping[str, Any]) -> Iterator[str]:
    """All of it, with its number and time."""
    number = click.style(f"#{entry['id']}", dim=True)
    yield f"{number} {entry['time']}  {head(entry)}"
    for part in (wrong, notices, changes):
        yield from part(entry)


def head(entry: Mapping[str, Any]) -> str:
    """What was asked, with which result, who answered and who asked."""
    operation = ".".join(word for word in (entry["api"], entry["operation"]) if word)
    who = f"{entry['answered_by']} {operation}".rstrip()
    if entry["caller"]:
        who += f"  as {entry['caller']}"
    request = entry["request"]
    if request is None:
        return plain(who)
    asked = f"{request['path']}?{request['query']}" if request["query"] else request["path"]
    return f"{request['method']} {plain(asked)} {_status(entry)}  {plain(who)}"


def _status(entry: Mapping[str, Any]) -> str:
    status = status_of(entry)
    colour = "green" if 0 < status < 400 else "yellow" if 0 < status < 500 else "red"
    return click.style(str(status or "---"), fg=colour)


def status_of(entry: Mapping[str, Any]) -> int:
    """0 where there was no answer, or nobody asked."""
    return (entry["response"] or {}).get("status") or 0


def wrong(entry: Mapping[str, Any]) -> Iterator[str]:
    """Why it was refused: the reason, and all that broke the contract, with file, line and column."""
    told_by_violations = entry["violations"] and entry["answered_by"] == "engine"
    if entry["reason"] and not told_by_violations:
        yield f"    {plain(entry['reason'])}"
    for violation in entry["violations"]:
        yield f"    {plain(_violation(violation))}"


def notices(entry: Mapping[str, Any]) -> Iterator[str]:
    """What is legal but suspicious."""
    for notice in entry["notices"]:
        yield f"    notice: {plain(_violation(notice))}"


def _violation(violation: Mapping[str, Any]) -> str:
    at = f"{violation['where']} {violation['pointer']}".rstrip()
    place = f"  [{violation['contract']}]" if violation["contract"] else ""
    return f"{at}: {violation['message']}{place}"


def changes(entry: Mapping[str, Any]) -> Iterator[str]:
    """Which rows came, went and changed, and in which fields."""
    for change in entry["changes"]:
        before, after = change["before"], change["after"]
        verb = "added" if before is None else "removed" if after is None else "changed"
        api = change.get("api") or entry["api"]
        name = change["collection"] if api == entry["api"] else f"{api}.{change['collection']}"
        line = f"{verb} {name} {change['key']}"
        if before is None and after is not None:
            line += f": {_shown(after, WIDEST_ROW)}"
        elif after is not None:
            fields = list(_differences(before, after, ""))
            more = f", and {len(fields) - MOST} more" if len(fields) > MOST else ""
            line += f": {', '.join(fields[:MOST])}{more}" if fields else ""
        yield f"    {plain(line)}"


def _differences(before: Any, after: Any, at: str) -> Iterator[str]:
    """The fields that differ, each as `path before → after`, as deep as objects and lists can be compared."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            below = f"{at}/{name}" if at else str(name)
            yield from _differences(before.get(name, _ABSENT), after.get(name, _ABSENT), below)
    elif isinstance(before, list) and isinstance(after, list) and _is_comparable(before, after):
        for position, (one, other) in enumerate(zip_longest(before, after, fillvalue=_ABSENT)):
            yield from _differences(one, other, f"{at}/{position}")
    else:
        yield f"{at} {_shown(before)} → {_shown(after)}"


def _is_comparable(before: list[Any], after: list[Any]) -> bool:
    """Whether the items of two lists are each other's by position: changed in place, or at the end alone."""
    common = min(len(before), len(after))
    return len(before) == len(after) or before[:common] == after[:common]


def _shown(value: Any, widest: int = WIDEST) -> str:
    if value is _ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) <= widest:
        return text
    if isinstance(value, list):
        return f"{len(value)} item{'s' * (len(value) != 1)}"
    return f"{text[:widest]}…"
