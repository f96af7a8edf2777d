"""JUnit: held against Jenkins' schema, a suite for each API, a case for each operation and check."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from mockade.errors import Finding, Place
from mockade.reports import junit
from mockade.reports.model import Report
from mockade.reports.validated import of_validation
from mockade.validation.report import ValidationResult
from tests.reports.runs import FAULT, exchange, hostile, reported, violation
from tests.reports.schemas import jenkins

OF_SHOP = {"api": "shop", "operation": "listOrders"}
VALIDATED = of_validation(
    ValidationResult(1, [Finding(Place("a.yaml", 1, 2), "No.", "Mend it.", "ref", "warning")]), "error"
)


@pytest.mark.parametrize(
    "report", [reported(), hostile(), VALIDATED, of_validation(ValidationResult(), "info")]
)
def test_every_document_is_as_jenkins_schema_has_it(report: Report) -> None:
    jenkins().validate(junit.render(report))


def test_a_suite_for_each_api_and_a_case_for_each_operation_and_check() -> None:
    broken = exchange(**OF_SHOP, violations=[violation()], status=400)
    noticed = exchange(api="bank", operation="pay", notices=[violation()])
    found = ElementTree.fromstring(junit.render(reported(broken, broken, noticed, exchange(**OF_SHOP))))
    assert {one.get("name"): (one.get("tests"), one.get("failures")) for one in found} == {
        "bank": ("4", "0"),
        "shop": ("4", "1"),
    }
    failed = [case for case in found.iter("testcase") if case.find("failure") is not None]
    assert [(case.get("classname"), case.get("name")) for case in failed] == [
        ("shop.listOrders", "keeps the contract")
    ]
    assert "in 2 exchanges" in failed[0].findtext("failure", "")
    told = [
        case.findtext("system-out") for case in found.iter("testcase") if case.find("system-out") is not None
    ]
    assert len(told) == 1, "a notice that fails nothing is told, and is no failure"


def test_a_fault_of_the_mock_is_an_error_and_no_failure() -> None:
    (error,) = ElementTree.fromstring(junit.render(reported(FAULT))).iter("error")
    assert "mend the handler" in (error.text or "")


def test_a_gate_of_coverage_that_was_not_passed_is_a_failure_with_what_is_missing() -> None:
    found = ElementTree.fromstring(junit.render(hostile()))
    (case,) = [one for one in found.iter("testcase") if one.get("classname") == "coverage"]
    assert case.get("name") == "coverage/enum_values"
    text = case.findtext("failure", "")
    assert "Coverage of enum values is 33.3 % (1 of 3), and 80 % is asked for." in text
    assert text.count("never") == 2


def test_what_xml_cannot_hold_is_escaped() -> None:
    assert junit.xml_text("a\x00\x1b\ud800\ufffe\n]]>😀") == "a\\x00\\x1b\\ud800\\ufffe\n]]>😀"


def test_a_suite_of_thousands_of_cases_takes_no_longer_than_they_are_many() -> None:
    many = [exchange(api="shop", operation=f"op{at}") for at in range(1_500)]
    assert 'tests="6000"' in junit.render(reported(*many))
