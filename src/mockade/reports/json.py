"""A report as a JSON document, which docs/reports.md describes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mockade.reports.model import Report

VERSION = 1
"""Of the format: it grows when a reader of the one before would read something wrongly."""


def render(report: Report) -> str:
    return json_text(data(report))


def data(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    found: dict[str, Any] = {
        "format": "mockade-report",
        "version": VERSION,
        "command": report.command,
        "failed": report.failed,
    }
    if report.validation is not None:
        return {**found, "fail_on": report.validation.fail_on, **report.validation.data}
    return {
        **found,
        "gates": report.gates,
        "requests": report.requests,
        "kinds": report.kinds,
        "refused": report.refused,
        "groups": [{**asdict(one), "place": one.place} for one in report.groups],
        "left_out": report.left_out,
        "operations": [asdict(one) for one in report.operations],
        "timeline": {"earlier": report.earlier, "exchanges": report.timeline},
        "apis": [asdict(one) for one in report.apis],
        "coverage": _coverage(report.coverage) if report.coverage else None,
        "empty": report.empty,
        "shortfalls": [
            {"kind": one.kind, "wanted": one.wanted, "seen": one.seen, "total": one.total}
            for one in report.shortfalls
        ],
    }


def _coverage(coverage: Mapping[str, Any]) -> dict[str, Any]:
    """A coverage document with the items of what was asked: of the rest its sums say all."""
    apis = [{**api, "operations": [_asked(one) for one in api["operations"]]} for api in coverage["apis"]]
    return {**coverage, "apis": apis}


def _asked(operation: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in operation.items() if name != "items" or operation["state"] != "never"}


def json_text(value: Any, *, indent: int | None = 2) -> str:
    """JSON of what others sent: numbers that JSON does not have are texts, lone surrogates are escaped."""
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), indent=indent, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
