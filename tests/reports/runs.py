"""Exchanges, and what is collected of them."""

from __future__ import annotations

from typing import Any

from mockade.catalogue.redaction import Redaction
from mockade.contract.violations import Violation
from mockade.control.exchanges import ExchangeSerializer
from mockade.reports.collector import Collector
from mockade.reports.gates import Gate
from mockade.reports.model import Report
from mockade.worlds.journal import Exchange


def violation(name: str = "a", step: int = 0) -> Violation:
    return Violation("body", (name, step), "type", f"Expected a string at {name}.")


def exchange(**facts: Any) -> Exchange:
    return Exchange(**{"method": "GET", "path": "/x", "world": "default", "id": 1, "status": 200, **facts})


BROKEN = exchange(violations=[violation()], status=400, answered_by="engine")
FAULT = exchange(answered_by="mockade", status=500)
DUE_FAULT = exchange(method="", path="", answered_by="mockade", status=0)
NOTICED = exchange(notices=[violation()], answered_by="handler")
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
