"""Reports of several processes as one.

Holds `reports/suite.py` and `reports/run.py` too, as `tests/test_pytest_plugin.py` runs it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mockade.reports.formats import Output
from mockade.reports.merging import merged
from mockade.reports.suite import SuiteReport
from tests.reports.runs import BROKEN, FAULT, NOTICED, REFUSED, SERIALIZER, exchange, reported, violation

ONE = (BROKEN, REFUSED, NOTICED, exchange(api="shop", operation="pay"))
OTHER = (
    exchange(violations=[violation(step=7)], status=400, answered_by="engine", id=4),
    FAULT,
    REFUSED,
    exchange(api="shop", operation="pay", status=402),
)


def test_reports_of_parts_are_the_report_of_the_whole() -> None:
    both = merged([reported(*ONE, timeline=9), reported(*OTHER, timeline=9)])
    whole = reported(*ONE, *OTHER, timeline=9)
    assert [(one.kind, one.rule, one.count) for one in both.groups] == [
        (one.kind, one.rule, one.count) for one in whole.groups
    ]
    assert both.operations == whole.operations
    assert (both.requests, both.kinds, both.refused) == (whole.requests, whole.kinds, whole.refused)
    assert (both.failed, len(both.timeline)) == (True, 8)


def test_a_suite_writes_what_its_parts_have_packed(tmp_path: Path) -> None:
    outputs = [Output("text", str(tmp_path / "report.txt"))]
    parts = [SuiteReport(outputs, ("violation",), is_part=True) for _ in range(2)]
    for part in parts:
        part.add([SERIALIZER.full(BROKEN)])
    suite = SuiteReport(outputs, ("violation",))
    for part in parts:
        suite.add_packed(part.packed())
    suite.write(print)
    assert "2 exchanges broke the contract" in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_a_suite_that_used_no_mock_tells_github_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    SuiteReport([], ("violation",)).write(print)
    assert not (tmp_path / "summary").exists()
