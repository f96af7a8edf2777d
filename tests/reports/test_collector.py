"""Collecting a run: gates, groups, sums and the timeline, in bounded memory.

Holds `reports/gates.py` and `reports/model.py` too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.document import Document
from mockade.contract.traffic_rules import TRAFFIC_RULES
from mockade.contract.violations import Violation
from mockade.reports import collector as module
from mockade.reports import text
from mockade.reports.collector import MOST_GROUPS, Collector
from mockade.reports.gates import GATES, KINDS, LIMITATIONS, Gate, gated_notices
from mockade.reports.issues import issues
from mockade.reports.model import ApiFacts, Report, facts_of, places_in
from mockade.worlds.journal import Exchange
from tests.harness import bundled
from tests.reports.runs import (
    BROKEN,
    DUE_FAULT,
    FAULT,
    GENERATED,
    INJECTED,
    LIMITED,
    NOTICED,
    PAGE,
    REFUSED,
    SERIALIZER,
    UNANSWERED,
    collected,
    exchange,
    reported,
    violation,
)

SOURCES = Path(module.__file__).parents[1]

ALL = (BROKEN, FAULT, DUE_FAULT, NOTICED, UNANSWERED, REFUSED, REFUSED, INJECTED, GENERATED, LIMITED)


def as_told(*exchanges: Exchange, **options: Any) -> Report:
    """The report of the same exchanges as the control API tells them."""
    collector = Collector(**options)
    for one in exchanges:
        collector.add_entry(SERIALIZER.full(one))
    return collector.report("exec")


@pytest.mark.parametrize(
    ("one", "failing"),
    [
        (BROKEN, {"violation", "notice"}),
        (FAULT, {"violation", "notice", "fault"}),
        (DUE_FAULT, {"violation", "notice", "fault", "empty"}),
        (NOTICED, {"notice"}),
        (UNANSWERED, {"unanswered"}),
        (REFUSED, set()),
        (INJECTED, set()),
        (GENERATED, set()),
        (LIMITED, {"limitation"}),
        (PAGE, {"empty"}),
    ],
)
def test_each_gate_fails_on_what_it_says(one: Exchange, failing: set[str]) -> None:
    assert {gate for gate in GATES if reported(one, gates=(gate,)).code(0)} == failing
    both = reported(one, gates=("fault", "unanswered"))
    assert both.code(0) == bool(failing & {"fault", "unanswered"})
    assert any(group.fails for group in both.groups) == both.failed


def test_a_gate_of_one_rule_fails_on_its_notices_alone_and_prints_them() -> None:
    polling, other = (
        exchange(notices=[Violation("header", (), rule, f"{rule}.", notice=True)], answered_by="handler")
        for rule in ("polling", "undeclared")
    )
    assert TRAFFIC_RULES.keys() <= set(GATES)
    report = reported(polling, other, gates=("polling",))
    assert [one.rule for one in report.groups if one.fails] == ["header/polling"]
    assert report.failed
    assert "notice: header: polling." in "\n".join(text.lines(report))
    assert not reported(other, gates=("polling",)).failed


def test_what_the_mock_cannot_do_is_apart_from_what_the_client_does() -> None:
    both = exchange(notices=[*NOTICED.notices, *LIMITED.notices], answered_by="shape")
    report = reported(both, gates=("notice",))
    assert [(one.kind, one.rule, one.fails) for one in report.groups] == [
        ("notice", "body/type", True),
        ("limitation", "path/action", False),
    ]
    assert (report.kinds["notice"], report.kinds["limitation"]) == (1, 1)
    sent = {"where": "body", "rule": "undeclared"}
    told = [sent, {"where": "path", "rule": "action"}, {"where": "response", "rule": "writeOnly"}]
    assert gated_notices(told, {"notice"}) == [sent]
    assert gated_notices(told, {"limitation"}) == told[1:]
    assert gated_notices(told, {"undeclared"}) == [sent]


def test_the_rules_of_limitations_are_rules_that_something_notices() -> None:
    sources = [one.read_text(encoding="utf-8") for one in SOURCES.rglob("*.py") if one.name != "gates.py"]
    assert [rule for rule in LIMITATIONS if not any(f'"{rule}"' in text for text in sources)] == []


def test_a_run_that_asked_nothing_says_so_and_fails_on_the_gate_for_it() -> None:
    assert (reported().failed, reported(gates=("empty",)).failed) == (False, True)
    assert list(text.lines(reported(gates=("empty",)))) == [
        "Mockade: no request came. Did the command use MOCKADE_URL?",
        "Mockade: the run fails all the same, on empty.",
    ]
    for gates, fails in ((("violation",), False), (("empty",), True)):
        shards = collected(GENERATED, gates=gates).report("report", SERIALIZER.full, empty=["b.ndjson"])
        assert shards.failed == fails
        assert "Mockade: no request is in b.ndjson." in list(text.lines(shards))
        (issue,) = (one for one in issues(shards) if one.kind == "empty")
        assert (issue.message, issue.fails) == ("No request is in b.ndjson.", fails)


@pytest.mark.parametrize("gate", GATES)
def test_a_command_that_failed_keeps_its_code(gate: Gate) -> None:
    assert reported(BROKEN, FAULT, NOTICED, UNANSWERED, gates=(gate,)).code(3) == 3


def test_what_nobody_asked_for_is_no_request() -> None:
    assert reported(exchange(method="", path="", answered_by="timeline")).requests == 0


def test_exchanges_of_this_process_and_those_of_a_journal_make_one_report() -> None:
    options: dict[str, Any] = {"gates": ("notice",), "timeline": 5}
    report = reported(*ALL, **options)
    assert report == as_told(*ALL, **options)
    assert set(report.kinds) == set(KINDS)
    assert report.refused == {409: 2}
    assert [(one.kind, one.rule, one.count) for one in report.groups] == [
        ("violation", "body/type", 1),
        ("fault", "fault", 1),
        ("fault", "fault", 1),
        ("notice", "body/type", 1),
        ("unanswered", "unanswered", 1),
        ("refused", "refused/409", 2),
        ("generated", "generated", 1),
        ("limitation", "path/action", 1),
    ]
    assert (len(report.timeline), report.earlier) == (5, 5)
    (operation,) = report.operations
    assert (operation.requests, operation.statuses) == (9, {400: 1, 500: 1, 200: 3, 501: 1, 409: 2, 503: 1})


def test_a_group_says_where_and_what_of_its_first_exchange() -> None:
    (group,) = reported(*[exchange(violations=[violation(step=at)], id=at) for at in range(3, 9)]).groups
    assert (group.count, group.first["id"], group.pointer, group.place) == (6, 3, "/a/3", "/a/*")
    assert (group.message, group.name) == ("Expected a string at a.", "GET /x")


def test_one_rule_broken_at_many_items_of_a_body_is_one_exchange() -> None:
    (group,) = reported(exchange(violations=[violation(step=at) for at in range(50)])).groups
    assert group.count == 1


def test_of_very_many_groups_the_first_are_kept_and_all_are_counted() -> None:
    report = reported(
        *[exchange(violations=[violation(f"n{at}")], status=400) for at in range(MOST_GROUPS + 5)], NOTICED
    )
    assert (len(report.of("violation")), report.kinds["violation"]) == (MOST_GROUPS, MOST_GROUPS + 5)
    assert report.left_out == {"violation": 5}
    assert len(report.of("notice")) == 1


def test_paths_that_no_contract_has_are_one_operation() -> None:
    assert len(reported(*[exchange(path=f"/{at}") for at in range(9)]).operations) == 1


def test_the_timeline_keeps_the_newest_within_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMELINE_BYTES", 2000)
    report = reported(*[exchange(id=at, weight=900) for at in range(1, 10)], timeline=100)
    assert ([one["id"] for one in report.timeline], report.earlier) == ([8, 9], 7)
    assert reported(exchange(weight=9000), timeline=100).earlier == 0, "the newest is always told"


def test_without_a_timeline_only_the_first_of_each_group_is_kept() -> None:
    assert collected(*[exchange(answered_by="handler") for _ in range(9)]).report("exec").timeline == ()


def test_what_is_said_of_every_api_looks_for_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Document, "place", None)  # to make out where words stand takes long
    assert list(facts_of(bundled(("meshmap",)))) == [
        ApiFacts("meshmap", "MeshMap Core API", "specs/meshmap.yaml")
    ]
    assert places_in(bundled(("meshmap",)))("meshmap", "none") == ""
