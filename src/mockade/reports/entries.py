"""Exchanges as reports keep them: without what is large, and as the control API tells them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, NamedTuple

from mockade.contract.json_pointer import unescaped
from mockade.contract.violations import Violation
from mockade.reports.model import Entry
from mockade.settings import WORLD_PREFIX
from mockade.worlds.journal import Exchange, request_target
from mockade.worlds.registry import DEFAULT

MOST_BODY = 16 * 1024
"""Bytes of a body that is kept; of a larger one only its size is."""

MOST_CHANGED = 64 * 1024
"""Bytes of changed rows that are kept of one exchange; of further ones only their number is."""


class TrimmedExchange(NamedTuple):
    """An exchange that holds on to nothing large, and not to the world before it."""

    exchange: Exchange
    left_out: dict[str, int]
    """As in Entry."""

    @classmethod
    def of(cls, exchange: Exchange) -> TrimmedExchange:
        request, response = exchange.request_body or b"", exchange.response_body
        few = _few([one.size() for one in exchange.changes])
        left_out = {
            "request_body": len(request) if len(request) > MOST_BODY else 0,
            "response_body": len(response) if len(response) > MOST_BODY else 0,
            "changes": len(exchange.changes) - few,
        }
        kept = replace(
            exchange,
            before=None,
            request_body=None if left_out["request_body"] else exchange.request_body,
            response_body=b"" if left_out["response_body"] else response,
            changes=exchange.changes[:few],
        )
        return cls(kept, left_out)

    def entry(self, full: Callable[[Exchange], dict[str, Any]]) -> Entry:
        return _with_left_out(full(self.exchange), self.left_out)


def trimmed_entry(entry: Entry) -> Entry:
    """An entry without what is large."""
    few = _few([_size(one) for one in entry["changes"]])
    left_out = {"changes": len(entry["changes"]) - few}
    slim = {**entry, "changes": entry["changes"][:few]}
    for part in ("request", "response"):
        told = entry[part] or {}
        size = _size(told.get("body"))
        if size > MOST_BODY:
            left_out[f"{part}_body"] = size
            slim[part] = {**{name: one for name, one in told.items() if name != "body_base64"}, "body": None}
    return _with_left_out(slim, {**left_out, **entry.get("left_out", {})})


def called_target(entry: Entry) -> str:
    """The path and query that a client called; a world that its path chose is in it. There was a request."""
    request = entry["request"]
    is_in_path = entry["world"] != DEFAULT and "x-mockade-world" not in request.get("headers", {})
    world = f"{WORLD_PREFIX}{entry['world']}" if is_in_path else ""
    return f"{world}{request_target(request)}"


def exchange_of(entry: Entry) -> Exchange:
    """What is counted of an entry; its `weight` is about how many bytes keeping it costs."""
    request = entry["request"] or {"method": "", "path": ""}
    return Exchange(
        method=request["method"],
        path=request["path"],
        world=entry["world"],
        id=entry["id"],
        api=entry["api"] or "",
        operation=entry["operation"] or "",
        status=(entry["response"] or {}).get("status") or 0,
        answered_by=entry["answered_by"],
        violations=[_violation(one) for one in entry["violations"]],
        notices=[_violation(one) for one in entry["notices"]],
        weight=_size(entry),
    )


def _violation(told: Entry) -> Violation:
    steps = map(unescaped, told["pointer"].split("/")[1:])
    return Violation(told["where"], tuple(steps), told["rule"], told["message"])


def _few(sizes: Sequence[int]) -> int:
    """How many of the first fit."""
    return sum(size <= MOST_CHANGED for size in accumulate(sizes))


def _size(value: Any) -> int:
    return 0 if value is None else len(json.dumps(value))  # orjson takes no lone surrogates


def _with_left_out(entry: dict[str, Any], left_out: dict[str, int]) -> Entry:
    some = {name: size for name, size in left_out.items() if size}
    return {**entry, "left_out": some} if some else entry
