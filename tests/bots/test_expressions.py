"""Expressions stand for what a player knows, and for what was answered."""

from __future__ import annotations

from typing import Any

import pytest

from mockade.bots.expressions import Condition, NoValue, Scope, expressions, filled, parsed
from mockade.contract.violations import ABSENT
from tests.harness import NOON

SCOPE = Scope(
    {"name": "Bo", "number": 1},
    lambda: [{"name": "Cy", "room": "r2"}],
    lambda: NOON,
    lambda: "a-uuid",
    {"room": "r1", "rooms": [{"id": "r1"}, {"id": "a/b"}], "gone": None},
    201,
    {"ETag": '"x"'},
    {"id": "r1", "deep": {"a/b": [1, 2]}},
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$statusCode", 201),
        ("$response.body", SCOPE.body),
        ("$response.body#/deep/a~1b/1", 2),
        ("$response.body#/none", ABSENT),
        ("$response.header.ETag", '"x"'),
        ("$player.name", "Bo"),
        ("$player.caller", ABSENT),
        ("$others#/0/room", "r2"),
        ("$outputs.rooms#/1/id", "a/b"),
        ("$outputs.gone", None),
        ("$now", "2026-01-05T12:00:00.000Z"),
        ("$now-30m", "2026-01-05T11:30:00.000Z"),
        ("$now+1h30m", "2026-01-05T13:30:00.000Z"),
        ("$uuid", "a-uuid"),
    ],
)
def test_an_expression_stands_for_its_value(text: str, value: Any) -> None:
    assert parsed(text).value(SCOPE) == value


def test_values_are_filled_in_wherever_they_stand_and_keep_their_types() -> None:
    given = {"a": ["$statusCode", "{$player.name} in {$outputs.room}"], "b": 7, "c": "$$ref", "d": "{x}"}
    assert filled(given, SCOPE) == {"a": [201, "Bo in r1"], "b": 7, "c": "$ref", "d": "{x}"}
    assert list(expressions(given)) == [
        (("a", 0), "$statusCode"),
        (("a", 1), "$player.name"),
        (("a", 1), "$outputs.room"),
    ]


@pytest.mark.parametrize("text", ["$outputs.gone", "in {$response.body#/none}"])
def test_nothing_is_never_sent(text: str) -> None:
    with pytest.raises(NoValue, match="has no value here"):
        filled({"a": text}, SCOPE)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("$outputs.room", True),
        ("$outputs.gone", False),
        ("$response.body#/none", False),
        ("$statusCode == 201", True),
        ("$statusCode != 201", False),
        ("$outputs.room == 'r1'", True),
        ("$outputs.room == $response.body#/id", True),
        ("$response.body#/none == null", True),
        ("$player.caller != $outputs.room", True),
    ],
)
def test_a_condition_holds_or_does_not(text: str, holds: bool) -> None:
    assert Condition.parse(text).holds(SCOPE) is holds
