"""The JSON document: it is as docs/reports.md has it, whatever is in it.

Holds `reports/validated.py` too.
"""

from __future__ import annotations

import json

from mockade.errors import Finding, Place
from mockade.reports.json import VERSION, data, render
from mockade.reports.validated import of_validation
from mockade.validation.report import ValidationResult
from tests.reports.runs import BROKEN, NASTY, hostile, reported


def test_it_holds_the_whole_report() -> None:
    report = reported(BROKEN, BROKEN, timeline=9)
    found = json.loads(render(report))
    assert (found["format"], found["version"], found["failed"]) == ("mockade-report", VERSION, True)
    (group,) = found["groups"]
    assert (group["rule"], group["place"], group["count"]) == ("body/type", "/a/*", 2)
    assert len(found["timeline"]["exchanges"]) == 2
    assert list(found) == list(data(report))


def test_what_was_never_asked_is_told_in_sums_alone() -> None:
    (api,) = data(hostile())["coverage"]["apis"]
    asked, never = api["operations"]
    assert (len(asked["items"]) > 1, "items" in never, never["totals"]) == (True, False, asked["totals"])


def test_whatever_others_wrote_is_json() -> None:
    found = json.loads(render(hostile()), parse_constant=lambda word: f"no JSON: {word}")
    assert found["groups"][0]["api"] == NASTY
    assert found["timeline"]["exchanges"][0]["response"]["body"] == {NASTY: "inf"}
    render(hostile()).encode()


def test_that_of_validate_has_its_findings() -> None:
    report = of_validation(
        ValidationResult(1, [Finding(Place("a.yaml", 1, 2), "No.", "Mend it.", "ref")]), "error"
    )
    found = json.loads(render(report))
    assert (found["command"], found["failed"], found["findings"][0]["rule"]) == ("validate", True, "ref")
