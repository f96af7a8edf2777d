"""A report as JUnit XML: a suite for each API, a case for each operation and check."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from mockade.reports.coverage_tree import Bar, bars
from mockade.reports.curl import curl
from mockade.reports.issues import Issue, issues
from mockade.reports.model import Report, operation_name

CHECKS: Mapping[str, str] = {
    "violation": "keeps the contract",
    "notice": "sends what is declared",
    "unanswered": "is answered",
    "fault": "finds the mock without a fault",
}
"""What is asked of each operation that was tried."""

LIMITED = "is within what the mock can do"
"""The case of what is no client's: only where there is something to say."""

NO_API = "no API"
NO_OPERATION = "no operation"


class _Case(NamedTuple):
    """Ordered by suite, then by what is checked."""

    suite: str
    classname: str
    name: str


def render(report: Report) -> str:
    cases = dict(_of_files(report)) if report.validation else dict(_of_exchanges(report))
    suites: dict[str, list[TestCase]] = {}
    for case, found in cases.items():
        suites.setdefault(case.suite, []).append(_test_case(case, found))
    covered = {api["api"]: bars(api["totals"]) for api in (report.coverage or {"apis": ()})["apis"]}
    document = JUnitXml(f"mockade {report.command}")
    for name, tests in suites.items():
        document.add_testsuite(_suite(name, tests, covered.get(name, ())))
    made = list(document)
    document.tests = sum(one.tests for one in made)
    document.failures = sum(one.failures for one in made)
    document.errors = sum(one.errors for one in made)
    file = io.BytesIO()
    document.write(file)
    return file.getvalue().decode()


def _suite(name: str, tests: list[TestCase], covered: Iterable[Bar]) -> TestSuite:
    suite = TestSuite(xml_text(name))
    for bar in covered:
        suite.add_property(f"coverage.{bar.kind}", f"{bar.seen}/{bar.total}")
    suite.add_testcases(tests)  # at once: the sums are made anew with each call
    return suite


def _of_exchanges(report: Report) -> Iterator[tuple[_Case, list[Issue]]]:
    found: dict[_Case, list[Issue]] = {}
    tried = [(one.api, one.operation) for one in report.operations]
    for api, operation in sorted(tried):
        for check in CHECKS.values() if operation else ():
            found[_Case(api, operation_name(api, operation, {}), check)] = []
    for one in issues(report):
        if one.kind == "shortfall":
            found[_Case("coverage", "coverage", one.rule)] = [one]
            continue
        if one.kind == "empty":
            found.setdefault(_Case("run", "run", "has requests"), []).append(one)
            continue
        check = CHECKS.get(one.kind, LIMITED)
        case = (one.operation, check) if one.is_known else (NO_OPERATION, f"{check}: {one.operation}")
        found.setdefault(_Case(one.api or NO_API, *case), []).append(one)
    yield from found.items()


def _of_files(report: Report) -> Iterator[tuple[_Case, list[Issue]]]:
    found: dict[_Case, list[Issue]] = {}
    for one in issues(report):
        found.setdefault(_Case(one.place.file or NO_API, one.place.file, one.rule), []).append(one)
    return iter(found.items() or [(_Case("mockade", "mockade", "all files agree"), [])])


def _test_case(case: _Case, found: Iterable[Issue]) -> TestCase:
    test = TestCase(xml_text(case.name), xml_text(case.classname))
    results: list[Any] = []
    told = []
    for one in found:
        text = xml_text("\n".join(_lines(one)))
        if not one.fails:
            told.append(text)
            continue
        result = Error if one.kind == "fault" else Failure
        results.append(result(xml_text(one.message), xml_text(one.rule)))
        results[-1].text = text
    if results:
        test.result = results
    if told:
        test.system_out = "\n\n".join(told)
    return test


def _lines(issue: Issue) -> Iterator[str]:
    yield issue.message
    if issue.place.file:
        yield f"at {issue.place}"
    yield from issue.more
    if issue.count > 1:
        yield f"in {issue.count:,} exchanges"
    if issue.mend:
        yield issue.mend
    command = curl(issue.first) if issue.first else ""
    if command:
        yield f"again: {command}"


_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Text that XML can hold: other characters as Python escapes them."""
    return _NO_XML.sub(lambda one: one[0].encode("unicode_escape").decode(), text)
