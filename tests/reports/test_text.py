"""The text of a report: what fails, and what is said of a green run."""

from __future__ import annotations

from dataclasses import replace

import click

from mockade.coverage.thresholds import Shortfall
from mockade.reports.collector import MOST_GROUPS
from mockade.reports.model import Report
from mockade.reports.text import MOST_NOTICED, lines
from tests.reports.runs import BROKEN, GENERATED, NOTICED, REFUSED, UNANSWERED, exchange, reported, violation


def said(report: Report) -> list[str]:
    return [click.unstyle(line) for line in lines(report)]


def test_a_green_run_says_what_its_author_may_not_expect() -> None:
    report = reported(
        REFUSED, REFUSED, exchange(answered_by="engine", status=403), UNANSWERED, GENERATED, NOTICED
    )
    assert report.code(0) == 0
    assert said(report)[:3] == [
        "Mockade: 6 requests, and the contract was kept.",
        "Mockade: 3 requests refused as documented (403: 1, 409: 2), 1 that nobody answers (501), "
        "1 answer generated from the schema, 1 with notices.",
        "  GET /x: 1",
    ]
    assert "Expected a string at a." in said(report)[3]


def test_a_run_with_nothing_to_say_of_it_is_one_line() -> None:
    assert said(reported(exchange(answered_by="handler"))) == [
        "Mockade: 1 request, and the contract was kept."
    ]


def test_a_run_that_kept_the_contract_says_which_gates_it_fails_on() -> None:
    polled = exchange(notices=[violation()._replace(rule="polling")])
    assert said(reported(polled, UNANSWERED, gates=("fault", "polling", "unanswered")))[:3] == [
        "Mockade: 2 requests, and the contract was kept.",
        "Mockade: 1 that nobody answers (501), 1 with notices.",
        "Mockade: the run fails all the same, on polling, unanswered.",
    ]
    short = (Shortfall("enum_values", 80, 1, 2, ()),)
    assert said(replace(reported(GENERATED), failed=True, shortfalls=short))[2] == (
        "Mockade: the run fails all the same, on coverage of enum values."
    )
    assert not any("all the same" in one for one in said(reported(BROKEN, NOTICED, gates=("notice",))))


def test_equal_violations_are_printed_once_with_their_number() -> None:
    lines = said(reported(*[exchange(violations=[violation(step=at)], status=400) for at in range(120)]))
    assert lines[0] == "Mockade: 120 exchanges broke the contract."
    assert sum("Expected a string" in line for line in lines) == 1
    assert lines[-1].strip() == "… and 119 more like it."


def test_an_exchange_of_several_groups_is_printed_once_with_the_number_of_each() -> None:
    first = exchange(violations=[violation("a"), violation("b")], status=400)
    lines = said(reported(first, exchange(violations=[violation("b", step=7)], status=400)))
    assert sum("GET /x" in line for line in lines) == 1
    assert lines[-1].strip() == "… and 1 more like it at body /b/*."


def test_of_very_many_groups_the_first_are_printed_and_the_others_are_numbered() -> None:
    many = [exchange(violations=[violation(f"n{at}")], status=400) for at in range(MOST_GROUPS + 5)]
    assert said(reported(*many))[-1] == "… and 5 more."


def test_of_many_kinds_of_notices_the_first_are_printed() -> None:
    lines = said(reported(*[exchange(notices=[violation(f"n{at}")]) for at in range(MOST_NOTICED + 2)]))
    assert lines[-1] == "  … and 2 more kinds of notices: -v prints all."


def test_what_a_client_sent_steers_no_terminal() -> None:
    sent = exchange(violations=[violation("\x1b[2J\n")], path="/\x1b[2J", status=400)
    assert not any("\x1b" in line or "\n" in line for line in said(reported(sent)))


def test_an_exchange_of_which_several_things_are_said_is_printed_once() -> None:
    both = exchange(violations=[violation()], notices=[violation("b")], status=400, answered_by="engine")
    printed = list(lines(reported(both, gates=("notice",))))
    assert sum("/x" in line for line in printed) == 1
