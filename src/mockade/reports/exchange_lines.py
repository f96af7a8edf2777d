"""The lines of a journal entry in a terminal: the request, who answered, violations, changes.

An entry is the control API's component Exchange.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

import click

from mockade.contract.violations import ABSENT, violation_line
from mockade.errors import counted, printable
from mockade.worlds.journal import request_line
from mockade.worlds.registry import DEFAULT

NOT_THE_REQUEST = "The request is not at fault: mend the handler, the fixtures or the contract."
"""What to do about a 5xx that the mock itself answered."""

MAX_WIDTH = 48
"""Characters that are shown of a changed value."""

MAX_ROW_WIDTH = 120
"""Characters that are shown of a new row."""

MAX_FIELDS = 8
"""Changed fields of a row that are shown."""


def lines(entry: Mapping[str, Any]) -> Iterator[str]:
    """All lines of an entry, with its number and time."""
    number = click.style(f"#{entry['id']}", dim=True)
    yield f"{number} {entry['time']}  {head(entry)}"
    for part in (violations, notices, changes):
        yield from part(entry)


def head(entry: Mapping[str, Any]) -> str:
    """The first line: request, status, who answered and who called."""
    operation = ".".join(word for word in (entry["api"], entry["operation"]) if word)
    who = f"{entry['answered_by']} {operation}".rstrip()
    if entry["caller"]:
        who += f"  as {entry['caller']}"
    request = entry["request"]
    if request is None:
        return printable(who)
    return f"{printable(request_line(request))} {_status(entry)}  {printable(who)}"


def dated_head(entry: Mapping[str, Any]) -> str:
    """The first line with the world's time before it, and the world behind it where it is not the default."""
    world = f"  in {printable(entry['world'])}" if entry["world"] != DEFAULT else ""
    return f"{click.style(entry['time'], dim=True)}  {head(entry)}{world}"


def _status(entry: Mapping[str, Any]) -> str:
    status = status_of(entry)
    colour = "green" if 0 < status < 400 else "yellow" if 0 < status < 500 else "red"
    return click.style(str(status or "---"), fg=colour)


def status_of(entry: Mapping[str, Any]) -> int:
    """0 where there was no response, or no request."""
    return (entry["response"] or {}).get("status") or 0


def violations(entry: Mapping[str, Any]) -> Iterator[str]:
    """The reason of a refusal, and each violation of the contract with file, line and column."""
    reason = own_reason(entry)
    if reason:
        yield f"    {printable(reason)}"
    for violation in entry["violations"]:
        yield f"    {printable(violation_line(violation))}"


def own_reason(entry: Mapping[str, Any]) -> str:
    """The reason of a refusal, where it says more than the violations do."""
    is_said_by_violations = entry["violations"] and entry["answered_by"] == "engine"
    return "" if is_said_by_violations else entry["reason"] or ""


def notices(entry: Mapping[str, Any]) -> Iterator[str]:
    """What is legal but suspicious, such as undeclared parameters."""
    for notice in entry["notices"]:
        yield f"    notice: {printable(violation_line(notice))}"


def changes(entry: Mapping[str, Any]) -> Iterator[str]:
    """The rows that were added, removed and changed, with their fields."""
    for change in entry["changes"]:
        before, after = change["before"], change["after"]
        line = f"{change_verb(change)} {changed_collection(change, entry['api'])} {change['key']}"
        if before is None and after is not None:
            line += f": {value_text(after, MAX_ROW_WIDTH)}"
        elif after is not None:
            fields = [
                f"{one.at} {value_text(one.before)} → {value_text(one.after)}"
                for one in differences(before, after)
            ]
            more = f", and {len(fields) - MAX_FIELDS} more" if len(fields) > MAX_FIELDS else ""
            line += f": {', '.join(fields[:MAX_FIELDS])}{more}" if fields else ""
        yield f"    {printable(line)}"


def change_verb(change: Mapping[str, Any]) -> str:
    """What became of a row."""
    if change["before"] is None:
        return "added"
    return "removed" if change["after"] is None else "changed"


def changed_collection(change: Mapping[str, Any], api: str | None) -> str:
    """The collection of a changed row, with its API where that is not the one that was called."""
    of = change.get("api") or api
    return change["collection"] if of == api else f"{of}.{change['collection']}"


class Difference(NamedTuple):
    """A field that differs between two rows; ABSENT where one of them does not have it."""

    at: str
    """The way to it, such as `teams/0/name`."""
    before: Any
    after: Any


def differences(before: Any, after: Any, at: str = "") -> Iterator[Difference]:
    """The fields that differ, as deep as objects and lists can be compared."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            below = f"{at}/{name}" if at else str(name)
            yield from differences(before.get(name, ABSENT), after.get(name, ABSENT), below)
    elif isinstance(before, list) and isinstance(after, list) and _is_comparable(before, after):
        for position, (one, other) in enumerate(zip_longest(before, after, fillvalue=ABSENT)):
            yield from differences(one, other, f"{at}/{position}")
    else:
        yield Difference(at, before, after)


def _is_comparable(before: list[Any], after: list[Any]) -> bool:
    """Whether the items of two lists are each other's by position: changed in place, or at the end alone."""
    common = min(len(before), len(after))
    return len(before) == len(after) or before[:common] == after[:common]


def value_text(value: Any, width: int = MAX_WIDTH) -> str:
    """A value as JSON, cut, or how many items it has; `absent` for ABSENT."""
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) <= width:
        return text
    if isinstance(value, list):
        return counted(len(value), "item")
    return f"{text[:width]}…"
