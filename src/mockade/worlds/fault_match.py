"""Which requests a fault's rule meets: what it looks at of a request, and its conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from jsonpointer import JsonPointer

from mockade.contract.violations import ABSENT
from mockade.state.clock import duration


class FaultRequest(NamedTuple):
    """What rules look at of a request."""

    api: str
    operation: str
    caller: str
    path: str = ""
    """As the client wrote it, without the prefix of a world and without its query."""
    headers: Mapping[str, str] = {}
    """By name in lower case."""
    now: float = 0.0
    """The world's time, in seconds."""
    body: Any = ABSENT
    """The value of a JSON body; ABSENT where there is none, and where no rule asks for it."""
    family: str = ""
    """Of the API, if it is of one."""


class Rate(NamedTuple):
    """So many requests in a window of the world's time: those beyond are met. `per` is a duration: 10s."""

    limit: int
    per: str

    @property
    def seconds(self) -> float:
        return duration(self.per)


class Match(NamedTuple):
    """The requests that a rule matches: all conditions must hold, and None is no condition.

    `api` is a stem or a family's name, `operation` an operationId, alone or behind its API's stem; `path` and
    the values of `headers` are patterns in which * stands for any text, and a header's None for its absence;
    `body` has values by JSON Pointer. `nth` counts the requests that these match since the rule was made,
    `rate` those of a window; `probability` is drawn last, for each of them.
    """

    api: str | None = None
    operation: str | None = None
    caller: str | None = None
    path: str | None = None
    headers: Mapping[str, str | None] | None = None
    body: Mapping[str, Any] | None = None
    nth: int | None = None
    rate: Rate | None = None
    probability: float | None = None

    def is_of(self, api: str, operation: str, family: str = "") -> bool:
        """Whether requests for an operation can be matched at all."""
        names = (None, operation, f"{api}.{operation}")
        return (self.api in (None, api) or (self.api == family != "")) and self.operation in names

    def matches(self, request: FaultRequest) -> bool:
        """Whether such a request is to be counted."""
        return self.matches_head(request) and (self.body is None or _has_all(request.body, self.body))

    def matches_head(self, request: FaultRequest) -> bool:
        """The same, but for its body."""
        return (
            self.is_of(request.api, request.operation, request.family)
            and self.caller in (None, request.caller)
            and (self.path is None or _is_like(request.path, self.path))
            and (self.headers is None or _has_headers(request.headers, self.headers))
        )


def _is_like(text: str, pattern: str) -> bool:
    """Whether a text is what a pattern says; `?` and `[` are themselves: a query or a type may have them."""
    return fnmatchcase(text, re.sub(r"[?[]", r"[\g<0>]", pattern))


def _has_headers(sent: Mapping[str, str], wanted: Mapping[str, str | None]) -> bool:
    for name, pattern in wanted.items():
        value = sent.get(name.lower())
        if value is None or pattern is None:
            if value is not pattern:
                return False
        elif not _is_like(value, pattern):
            return False
    return True


def _has_all(body: Any, wanted: Mapping[str, Any]) -> bool:
    return body is not ABSENT and all(
        _is_same(JsonPointer(pointer).resolve(body, ABSENT), value) for pointer, value in wanted.items()
    )


def _is_same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)
