"""How much of the contracts has to be seen: applied to a report."""

from __future__ import annotations

from typing import Any

from mockade.reports.coverage_gate import CoverageGate
from mockade.reports.model import Report

ITEM = {"kind": "statuses", "id": "/responses/429", "where": "response 429", "name": "429"}
OPERATION = {"operation": "go", "method": "GET", "path": "/", "line": "a.yaml:1:1", "count": 1}


def document(state: str, **more: Any) -> dict[str, Any]:
    operation = {
        **OPERATION,
        "state": "seen",
        "deprecated": True,
        "answered_by": "stub",
        "ignored": False,
        "totals": {"operations": {"seen": 1, "refused": 0, "never": 0}, "statuses": {state: 1}},
        "items": [{**ITEM, "line": "a.yaml:2:1", "state": state, **more}],
    }
    api = {"api": "a", "title": "A", "totals": operation["totals"], "operations": [operation]}
    return {"version": 1, "requests": 1, "unread": 0, "totals": operation["totals"], "apis": [api]}


def of(gate: CoverageGate, covered: dict[str, Any], warned: list[str]) -> Report:
    report = Report("exec", ("violation",), False, 1, {}, {}, (), {}, ())
    return gate.report(report, covered, warned.append)


def test_a_report_fails_where_less_was_seen_than_is_asked_and_says_what_is_missing() -> None:
    gate = CoverageGate.parse(["operations=100", "statuses=1"], ())
    report = of(gate, document("refused"), [])
    assert (report.failed, report.code(0), report.code(3)) == (True, 1, 3)
    (missing,) = report.shortfalls
    assert list(missing.lines()) == [
        "Coverage of statuses is 0 % (0 of 1), and 1 % is asked for. Missing:",
        "  refused  a.go  response 429  [a.yaml:2:1]",
    ]
    assert not of(gate, document("seen"), []).failed


def test_what_is_left_out_fails_nothing_and_a_pattern_of_nothing_is_warned_of() -> None:
    for pattern in ("a.*", "*.go:statuses:*:429", "deprecated", "generated"):
        warned: list[str] = []
        report = of(CoverageGate.parse(["statuses=1"], [pattern, "b.*"]), document("never"), warned)
        assert (report.failed, report.shortfalls) == (False, ())
        assert warned == ["The pattern 'b.*' leaves nothing out of coverage: nothing here is called so."]


def test_what_is_out_of_reach_is_missed_by_no_gate_and_counts_once_it_came() -> None:
    gate = CoverageGate.parse(["statuses=100"], ["c.*"])
    assert of(gate, document("never", out_of_reach=True), []).shortfalls == ()
    report = of(gate, document("seen", out_of_reach=True), [])
    assert report.coverage is not None
    assert report.coverage["totals"]["statuses"] == {"seen": 1, "refused": 0, "never": 0}
