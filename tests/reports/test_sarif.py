"""SARIF: held against its published schema, and what its viewers need to know an issue again.

Holds `reports/issues.py` too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from mockade.contract.traffic_rules import TRAFFIC_RULES
from mockade.contract.violations import Violation
from mockade.errors import Finding, Place
from mockade.reports import sarif
from mockade.reports.collector import Collector
from mockade.reports.locations import Locations
from mockade.reports.model import ApiFacts, Report
from mockade.reports.validated import of_validation
from mockade.validation.report import ValidationResult
from tests.reports.runs import BINARY, BROKEN, DUE_FAULT, SERIALIZER, exchange, hostile, reported
from tests.reports.schemas import published


@pytest.fixture(scope="module")
def schema() -> Any:
    return Draft7Validator(published("Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"))


def validated(*findings: Finding) -> Report:
    return of_validation(ValidationResult(1, list(findings)), "error")


MISSPELT = Finding(Place("specs/a.yaml", 3, 5), "It is misspelt.", "Mend it.", "misspelt")
REPORTS = (reported(), reported(BROKEN, BINARY), hostile(), validated(), validated(MISSPELT, MISSPELT))


@pytest.mark.parametrize("report", REPORTS)
def test_every_log_is_as_the_published_schema_has_it(schema: Any, report: Report) -> None:
    schema.validate(json.loads(sarif.render(report)))


def test_a_rule_of_what_clients_do_says_what_it_is_told_of() -> None:
    early = Violation("path", (), "polling", "Too early.", notice=True)
    log = sarif.log(reported(exchange(notices=[early], answered_by="handler")), Locations(Path.cwd()))
    (rule,) = log["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["shortDescription"]["text"]) == ("path/polling", TRAFFIC_RULES["polling"])


def results(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif.log(report, Locations(Path.cwd()))["runs"][0]["results"]
    return found


def test_a_fingerprint_outlives_moved_lines_and_is_no_other_issues() -> None:
    moved = MISSPELT._replace(place=Place("specs/a.yaml", 90, 1))
    fingerprints = [
        result["partialFingerprints"]["mockade/v1"]
        for report in (validated(MISSPELT, MISSPELT), validated(moved))
        for result in results(report)
    ]
    assert fingerprints[0] == fingerprints[2] != fingerprints[1]


def test_an_issue_stands_at_the_line_of_the_contract_and_shows_its_exchange() -> None:
    entry = {
        "where": "body",
        "pointer": "/a/0",
        "rule": "type",
        "message": "",
        "contract": "specs/g.yaml:9:2",
    }
    collector = Collector()
    for _ in range(3):
        collector.add_entry({**SERIALIZER.full(BROKEN), "violations": [entry]})
    (result,) = results(collector.report("verify"))
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "specs/g.yaml", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {"startLine": 9, "startColumn": 2}
    assert (result["ruleId"], result["level"], result["occurrenceCount"]) == ("body/type", "error", 3)
    assert (result["webRequest"]["target"], result["webResponse"]["statusCode"]) == ("/x", 400)


def test_an_issue_without_a_line_stands_at_the_contract_for_github_takes_no_other() -> None:
    collector = Collector()
    for one in (DUE_FAULT, exchange(api="bank", answered_by="mockade", status=500)):
        collector.add_entry(SERIALIZER.full(one))
    apis = [ApiFacts("shop", "Shop", "shop.yaml"), ApiFacts("bank", "Bank", "bank.yaml")]
    found = [one["locations"][0]["physicalLocation"] for one in results(collector.report("exec", apis=apis))]
    assert [one["artifactLocation"]["uri"] for one in found] == ["shop.yaml", "bank.yaml"]
    assert {one["region"]["startLine"] for one in found} == {1}
