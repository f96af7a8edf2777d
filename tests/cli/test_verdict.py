"""The verdict of `exec`: what fails a command that passed, and what is said of a green one.

Holds `cli/gates.py` too.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockade.cli.gates import GATES, Gate
from mockade.cli.log import Log
from mockade.cli.verdict import MOST_KEPT, MOST_NOTICED, Verdict
from mockade.contract.violations import Violation
from mockade.worlds.journal import Exchange
from tests.harness import bundled


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


def judged(*exchanges: Exchange, gates: tuple[Gate, ...] = ("violation",)) -> Verdict:
    verdict = Verdict(gates)
    for one in exchanges:
        verdict.add(one)
    return verdict


def said(verdict: Verdict) -> list[str]:
    return list(verdict.lines(Log(bundled(("meshmap",)), verbose=True)))


@pytest.mark.parametrize(
    ("one", "failing"),
    [
        (BROKEN, {"violation", "notice"}),
        (FAULT, {"violation", "notice", "fault"}),
        (DUE_FAULT, {"violation", "notice", "fault"}),
        (NOTICED, {"notice"}),
        (UNANSWERED, {"unanswered"}),
        (REFUSED, set()),
        (INJECTED, set()),
        (GENERATED, set()),
        (PAGE, set()),
    ],
)
def test_each_gate_fails_on_what_it_says(one: Exchange, failing: set[str]) -> None:
    assert {gate for gate in GATES if judged(one, gates=(gate,)).code(0)} == failing
    assert judged(one, gates=("fault", "unanswered")).code(0) == bool(failing & {"fault", "unanswered"})


@pytest.mark.parametrize("gate", GATES)
def test_a_command_that_failed_keeps_its_code(gate: Gate) -> None:
    assert judged(BROKEN, FAULT, NOTICED, UNANSWERED, gates=(gate,)).code(3) == 3


def test_what_nobody_asked_for_is_no_request() -> None:
    assert judged(exchange(method="", path="", answered_by="timeline")).requests == 0


def test_a_green_run_says_what_its_author_may_not_expect() -> None:
    verdict = judged(
        REFUSED, REFUSED, exchange(answered_by="engine", status=403), UNANSWERED, GENERATED, NOTICED
    )
    assert verdict.code(0) == 0
    assert said(verdict)[:3] == [
        "Mockade: 6 requests, and the contract was kept.",
        "Mockade: 3 requests refused as documented (403: 1, 409: 2), 1 that nobody answers (501), "
        "1 answer generated from the schema, 1 with notices.",
        "  GET /x: 1",
    ]
    assert "Expected a string at a." in said(verdict)[3]


def test_a_run_with_nothing_to_say_of_it_is_one_line() -> None:
    assert said(judged(exchange(answered_by="handler"))) == ["Mockade: 1 request, and the contract was kept."]


def test_equal_violations_are_printed_once_with_their_number() -> None:
    lines = said(judged(*[exchange(violations=[violation(step=at)], status=400) for at in range(120)]))
    assert lines[0] == "Mockade: 120 exchanges broke the contract."
    assert sum("Expected a string" in line for line in lines) == 1
    assert lines[-1].strip() == "… and 119 more like it."


def test_of_very_many_kinds_the_first_are_kept_and_all_are_counted() -> None:
    verdict = judged(*[exchange(violations=[violation(f"n{at}")], status=400) for at in range(MOST_KEPT + 5)])
    assert (len(verdict.failing.kept), verdict.broken) == (MOST_KEPT, MOST_KEPT + 5)
    assert said(verdict)[-1] == "… and 5 more."


def test_of_many_kinds_of_notices_the_first_are_printed() -> None:
    lines = said(judged(*[exchange(notices=[violation(f"n{at}")]) for at in range(MOST_NOTICED + 2)]))
    assert lines[-1] == "  … and 2 more kinds of notices: -v prints all."
