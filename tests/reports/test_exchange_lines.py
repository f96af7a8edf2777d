"""An entry of the journal as a person reads it."""

from __future__ import annotations

from typing import Any

import click
import pytest

from mockade.reports import exchange_lines


def entry_with(**facts: Any) -> dict[str, Any]:
    """An entry as the control API tells it, of a good request unless `facts` say otherwise."""
    return {
        "id": 1,
        "time": "2026-01-05T12:00:00.000Z",
        "world": "default",
        "api": "shop",
        "operation": "getWidget",
        "caller": "ada",
        "request": {"method": "GET", "path": "/widgets/w1", "query": "", "headers": {}, "body": None},
        "response": {"status": 200, "headers": {}, "body": None},
        "answered_by": "shape",
        "reason": None,
        "traceback": None,
        "violations": [],
        "notices": [],
        "changes": [],
        **facts,
    }


def changed(before: Any, after: Any) -> str:
    change = {"api": "shop", "collection": "widgets", "key": "w1", "before": before, "after": after}
    (line,) = exchange_lines.changes(entry_with(changes=[change]))
    return line.removeprefix("    ")


def head(**facts: Any) -> str:
    return click.unstyle(exchange_lines.head(entry_with(**facts)))


def test_the_first_line_says_what_was_asked_who_answered_and_who_asked() -> None:
    assert head() == "GET /widgets/w1 200  shape shop.getWidget  as ada"
    assert head(caller=None, api=None, operation=None, answered_by="engine").endswith(" 200  engine")


def test_what_nobody_asked_is_one_line_with_who_did_it() -> None:
    quiet = {"request": None, "response": None, "caller": None}
    assert head(**quiet, answered_by="timeline", operation="expire") == "timeline shop.expire"
    assert head(**quiet, answered_by="control", api=None, operation="resetWorld") == "control resetWorld"


def test_an_answer_that_never_came_has_no_status() -> None:
    assert head(response={"status": None}, answered_by="fault").startswith("GET /widgets/w1 ---  fault ")


def test_a_reason_stands_where_no_violation_says_it() -> None:
    violation = {"where": "body", "pointer": "/name", "message": "No.", "contract": "a.yaml:1:2"}
    assert list(exchange_lines.violations(entry_with(reason="It is full."))) == ["    It is full."]
    both = entry_with(reason="The request breaks the contract.", violations=[violation])
    assert list(exchange_lines.violations({**both, "answered_by": "engine"})) == [
        "    body /name: No.  [a.yaml:1:2]"
    ]
    assert len(list(exchange_lines.violations({**both, "answered_by": "mockade"}))) == 2
    whole = {**violation, "pointer": "", "contract": ""}
    assert list(exchange_lines.violations(entry_with(violations=[whole]))) == ["    body: No."]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, {"id": "w1"}, 'added widgets w1: {"id":"w1"}'),
        ({"id": "w1"}, None, "removed widgets w1"),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, "changed widgets w1: b 2 → 3"),
        ({"a": 1}, {"b": "ä"}, 'changed widgets w1: a 1 → absent, b absent → "ä"'),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "changed widgets w1: a/b/1 2 → 3"),
        ({"a": [1]}, {"a": [1, {"b": 2}]}, 'changed widgets w1: a/1 absent → {"b":2}'),
        ({"a": [1, 2]}, {"a": [2]}, "changed widgets w1: a [1,2] → [2]"),
        ({"a": ["x" * 60, 2]}, {"a": [2]}, "changed widgets w1: a 2 items → [2]"),
        ({"a": None}, {"a": "x" * 60}, f'changed widgets w1: a null → "{"x" * 47}…'),
        ({"a": 1}, {"a": 1}, "changed widgets w1"),
        ({"a": True}, {"a": {}}, "changed widgets w1: a true → {}"),
    ],
)
def test_a_change_is_shown_by_the_fields_that_differ(before: Any, after: Any, words: str) -> None:
    assert changed(before, after) == words


def test_of_many_fields_the_first_are_shown_and_the_rest_are_counted() -> None:
    line = changed({}, {str(number): number for number in range(20)})
    assert line.count(" → ") == exchange_lines.MAX_FIELDS
    assert line.endswith(", and 12 more")


def test_a_row_of_another_api_is_named_with_it() -> None:
    change = {"api": "bank", "collection": "coins", "key": "c", "before": {}, "after": None}
    assert list(exchange_lines.changes(entry_with(changes=[change]))) == ["    removed bank.coins c"]
    control = entry_with(api=None, changes=[change])
    assert list(exchange_lines.changes(control)) == ["    removed bank.coins c"]


@pytest.mark.parametrize("text", ["a\nb", "a\x1b[2J", "a\x9b2J", "a\u202eb"])
def test_nothing_that_came_in_steers_the_terminal(text: str) -> None:
    violation = {"where": "body", "pointer": f"/{text}", "message": text, "contract": ""}
    change = {"api": "shop", "collection": "widgets", "key": text, "before": {text: 1}, "after": {text: text}}
    request = {"method": "GET", "path": f"/{text}", "query": text}
    hostile = entry_with(
        request=request,
        caller=text,
        reason=text,
        violations=[violation],
        notices=[violation],
        changes=[change],
    )
    parts = (exchange_lines.violations, exchange_lines.notices, exchange_lines.changes)
    lines = [head(request=request, caller=text), *(line for part in parts for line in part(hostile))]
    assert len(lines) == 5
    assert all(line.isprintable() for line in lines)
