"""Exchanges, and what is collected of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockade.catalogue.redaction import Redaction
from mockade.contract.violations import Violation
from mockade.control.exchanges import ExchangeSerializer
from mockade.coverage.thresholds import Missing, Shortfall
from mockade.reports.collector import Collector
from mockade.reports.coverage_tree import MOST_OF_ONE
from mockade.reports.gates import Gate
from mockade.reports.model import ApiFacts, Report
from mockade.worlds.journal import Exchange


def violation(name: str = "a", step: int = 0) -> Violation:
    return Violation("body", (name, step), "type", f"Expected a string at {name}.")


def exchange(**facts: Any) -> Exchange:
    return Exchange(**{"method": "GET", "path": "/x", "world": "default", "id": 1, "status": 200, **facts})


BINARY = exchange(violations=[violation()], method="POST", request_body=b"\xff\x00", status=400)
BROKEN = exchange(violations=[violation()], status=400, answered_by="engine")
FAULT = exchange(answered_by="mockade", status=500)
DUE_FAULT = exchange(method="", path="", answered_by="mockade", status=0)
NOTICED = exchange(notices=[violation()], answered_by="handler")
LIMITED = exchange(
    notices=[Violation("path", (), "action", "It changed nothing.", notice=True)], answered_by="shape"
)
UNANSWERED = exchange(answered_by="stub", status=501)
REFUSED = exchange(answered_by="handler", status=409)
INJECTED = exchange(answered_by="fault", status=503)
GENERATED = exchange(answered_by="generated")
PAGE = exchange(id=0, violations=[violation()])

SERIALIZER = ExchangeSerializer({}, Redaction())


def collected(*exchanges: Exchange, gates: tuple[Gate, ...] = ("violation",), timeline: int = 0) -> Collector:
    collector = Collector(gates, timeline=timeline)
    for one in exchanges:
        collector.add(one)
    return collector


def reported(*exchanges: Exchange, **options: Any) -> Report:
    return collected(*exchanges, **options).report("exec", SERIALIZER.full)


NASTY = "<script>alert('x')</script>]]>&amp;\x00\x1b[2J\r\n::error::x\u2028|`*_\ud800\ufffe\U0001f600%0A,:"
"""What no report may take for anything but text."""


def hostile() -> Report:
    """A report of entries in which everything that others write is nasty, as a saved journal may have it."""
    collector = Collector(("notice", "unanswered"), timeline=50)
    entries = [
        {**SERIALIZER.full(one), "id": at}
        for at, one in enumerate(
            (BROKEN, FAULT, DUE_FAULT, NOTICED, LIMITED, UNANSWERED, REFUSED, GENERATED), 1
        )
    ]
    for entry in entries:
        broken = [
            {"where": "body", "pointer": f"/{NASTY}/0", "rule": NASTY, "message": NASTY, "contract": at}
            for at in (
                "C:\\games\\my specs\\game.yaml:3:5",
                f"{NASTY}.yaml:1:1",
                "",
                "https://x.test/a b.yaml:2:1",
            )
        ]
        for part in ("violations", "notices"):
            entry[part] = [*entry[part], *broken] if entry[part] else []
        entry |= {"api": NASTY, "operation": NASTY, "caller": NASTY, "reason": NASTY, "traceback": NASTY}
        if entry["request"]:
            entry["request"] |= {
                "path": f"/{NASTY}",
                "query": NASTY,
                "headers": {"x-a": NASTY},
                "body": NASTY,
            }
            entry["response"] |= {"headers": {"x-b": NASTY}, "body": {NASTY: float("inf")}}
        row = {NASTY: NASTY, "large": "x" * 9_000}
        change = {"api": NASTY, "collection": NASTY, "key": NASTY, "before": None, "after": row}
        entry["changes"] = [change, {**change, "before": row, "after": {**row, NASTY: 1}}]
        collector.add_entry(entry)
    report = collector.report(
        "exec",
        apis=[ApiFacts(NASTY, NASTY, NASTY)],
        place_of=lambda _api, _operation: f"{NASTY}.yaml:7:3",
        coverage=covered(),
    )
    missing = Missing(NASTY, NASTY, "never", NASTY, f"{NASTY}.yaml:4:2")
    short = Shortfall("enum_values", 80.0, 1, 3, [missing, missing])
    return replace(report, shortfalls=(short,), empty=(NASTY,))


def covered() -> dict[str, Any]:
    """A coverage document, with a title that is no text and more items than are listed."""
    item = {
        "kind": "parameters",
        "id": "a",
        "where": "query",
        "name": NASTY,
        "state": "seen",
        "line": "a.yaml:1:1",
    }
    totals = {
        "operations": {"seen": 1, "refused": 0, "never": 1},
        "enum_values": {"seen": 1, "refused": 1, "never": 1},
    }
    operation = {
        "operation": NASTY, "method": "GET", "path": f"/{NASTY}", "state": "seen", "line": "a.yaml:2:1",
        "totals": totals, "items": [item] * MOST_OF_ONE + [{**item, "state": "never", "name": "last"}],
    }  # fmt: skip
    never = {**operation, "operation": "never", "state": "never"}
    apis = [{"api": NASTY, "title": NASTY, "totals": totals, "operations": [operation, never]}]
    return {"version": 1, "requests": 2, "unread": 0, "totals": totals, "apis": apis}
