"""How much of the contracts has to be seen: applied to a report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockade.coverage.editing import recounted
from mockade.coverage.thresholds import Thresholds
from mockade.reports.model import Report
from mockade.reports.run import apply_thresholds

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
    return recounted({"version": 1, "requests": 1, "unread": 0, "apis": [api]})


def of(thresholds: Thresholds, covered: dict[str, Any], warned: list[str]) -> Report:
    report = Report("exec", ("violation",), False, 1, {}, {}, (), {}, ())
    return apply_thresholds(replace(report, coverage=covered), thresholds, warned.append)


def test_a_report_fails_where_less_was_seen_than_is_asked_and_says_what_is_missing() -> None:
    thresholds = Thresholds.parse(["operations=100", "statuses=1"], ())
    report = of(thresholds, document("refused"), [])
    assert (report.failed, report.code(0), report.code(3)) == (True, 1, 3)
    (missing,) = report.shortfalls
    assert list(missing.lines()) == [
        "Coverage of statuses is 0 % (0 of 1), and 1 % is asked for. Missing:",
        "  refused  a.go  response 429  [a.yaml:2:1]",
    ]
    assert not of(thresholds, document("seen"), []).failed


PATTERNS = ("a.*", "*.go:statuses:*:429", "deprecated", "generated")


def test_what_is_left_out_is_missed_by_no_threshold_and_a_pattern_of_nothing_is_warned_of() -> None:
    covered = document("never")
    (operation,) = covered["apis"][0]["operations"]
    other = {**operation, "operation": "stay", "deprecated": False, "answered_by": "handler"}
    other["items"] = [{**operation["items"][0], "state": "seen"}]
    covered["apis"][0]["operations"].append(other)
    for pattern in ("a.go", "*.go:statuses:*:429", "deprecated", "generated"):
        warned: list[str] = []
        report = of(Thresholds.parse(["statuses=100"], [pattern, "b.*"]), covered, warned)
        assert (report.failed, report.shortfalls) == (False, ())
        assert warned == ["The pattern 'b.*' leaves nothing out of coverage: nothing here is called so."]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_where_all_is_left_out_nothing_says_that_enough_was_seen(pattern: str) -> None:
    report = of(Thresholds.parse(["statuses=1"], [pattern]), document("seen"), [])
    assert report.failed
    (line,) = report.shortfalls[0].lines()
    assert line.startswith("Coverage of statuses: 1 % is asked for, and there is nothing to be seen: ")
    assert not of(Thresholds.parse(["statuses=0"], [pattern]), document("seen"), []).failed


def test_a_kind_that_the_contract_has_none_of_is_enough_and_no_operation_is_not() -> None:
    assert not of(Thresholds.parse(["enum_values=100"], ()), document("seen"), []).failed
    nothing: dict[str, Any] = {**document("seen"), "totals": {}, "apis": []}
    assert of(Thresholds.parse(["80"], ()), nothing, []).failed


def test_what_is_out_of_reach_is_missed_by_no_threshold_and_counts_once_it_came() -> None:
    thresholds = Thresholds.parse(["statuses=100"], ["c.*"])
    assert of(thresholds, document("never", out_of_reach=True), []).shortfalls == ()
    report = of(thresholds, document("seen", out_of_reach=True), [])
    assert report.coverage is not None
    assert report.coverage["totals"]["statuses"] == {"seen": 1, "refused": 0, "never": 0}
