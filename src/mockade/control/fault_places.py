"""Conditions of faults that no request could meet: paths that no operation has, headers that are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from mockade.contract.keywords import TEMPLATE
from mockade.control.call import RunningMock
from mockade.errors import Refusal
from mockade.hints import did_you_mean
from mockade.worlds.fault_match import Match

_NO_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_VALUE = re.compile(r"^[ \t]|[ \t]$|[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]")

_ANY = ""
"""Stands for a parameter among the characters of a path: it is one character or more."""


def check_path(running: RunningMock, match: Match) -> None:
    """Refuse with 400 a path that no operation has which the rule is of."""
    if match.path is None:
        return
    known = dict.fromkeys(_paths(running, match))
    if not any(_can_meet(match.path, path) for path in known):
        of = f" of {match.operation or match.api}" if match.operation or match.api else ""
        message = f"match.path: no operation{of} is at {match.path!r}, which is held against decoded paths."
        raise Refusal(400, "no_path", f"{message} {did_you_mean(match.path, known)}")


def _paths(running: RunningMock, match: Match) -> Iterator[str]:
    for stem, api in running.apis.items():
        for operation in api.contract.operations:
            if match.is_of(stem, operation.id, api.family_name):
                bases = (*running.base_paths[stem], *(operation.bases or ()))
                yield from (base + operation.path for base in bases)


def _can_meet(pattern: str, path: str) -> bool:
    """Whether a path can be what a pattern says, in which `*` stands for any text."""
    parts = TEMPLATE.split(path)
    steps: list[str] = [*parts[0]]
    for text in parts[2::2]:
        steps += [_ANY, *text]
    at = {0}
    for character in pattern:
        if not at:
            return False
        at = set(range(min(at), len(steps) + 1) if character == "*" else _after(character, steps, at))
    return len(steps) in at


def _after(character: str, steps: list[str], at: Iterable[int]) -> Iterator[int]:
    for one in at:
        if one < len(steps) and steps[one] in (character, _ANY):
            yield one + 1
            if steps[one] == _ANY:
                yield one


def check_headers(headers: Mapping[str, str | None]) -> None:
    """Refuse with 400 a name that no header can have, and a value that none can carry."""
    for name, value in headers.items():
        if not name or _NO_TOKEN.search(name):
            nearest = _NO_TOKEN.sub("-", name).strip("-") or "X-Build"
            message = f"match.headers: no header is called {name!r}: a name has letters, digits and hyphens."
            raise Refusal(400, "no_header", f"{message} Did you mean {nearest!r}?")
        if value is not None and _NO_VALUE.search(value):
            message = f"match.headers: no header {name} has the value {value!r}: it would have a control"
            what = "character, a blank at an end, or a letter that is not in Latin-1. Use * in its place."
            raise Refusal(400, "no_header", f"{message} {what}")
