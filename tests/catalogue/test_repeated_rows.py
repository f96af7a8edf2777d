"""Repetitions in fixture files (`catalogue/fixtures.py`): one row written, many served."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockade.errors import SetupError
from tests.contracts import REF, answers, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
PLAYER = {
    "type": "object",
    "required": ["id", "level"],
    "properties": {
        "id": {"type": "string"},
        "level": {"allOf": [{"type": "integer"}]},
        "rank": {"type": "string"},
        "friends": {"type": "array", "items": {"type": "integer"}},
    },
}
PLAYERS = contract(crud("/players", PLAYER))


def test_a_repetition_counts_in_strings_and_where_a_number_is_asked_in_numbers(serve: Serve) -> None:
    like = '{id: "p-{n}", level: "{n}", rank: "{n}", friends: ["{n}", 7]}'
    mock = serve(PLAYERS, f"players: {{repeat: 50, like: {like}}}")
    assert len(mock.get("/players").json()) == 50
    last = {"id": "p-50", "level": 50, "rank": "50", "friends": [50, 7]}
    assert mock.get("/players/p-50").json() == last


def test_a_repetition_stands_among_rows_that_are_written_out(serve: Serve) -> None:
    rows = '[{id: ada, level: 1}, {repeat: 2, like: {id: "bot-{n}", level: 3}}, {id: zoe, level: 9}]'
    mock = serve(PLAYERS, f"players: {rows}")
    assert [one["id"] for one in mock.get("/players").json()] == ["ada", "bot-1", "bot-2", "zoe"]


def test_what_is_kept_beside_a_row_is_counted_too(serve: Serve) -> None:
    paths = {
        "/clans/{clan}/widgets": {"get": answers(200, {"type": "array", "items": REF})},
        "/clans/{clan}/widgets/{id}": {"get": answers(200, REF)},
    }
    mock = serve(contract(paths), 'widgets: {repeat: 2, like: {_clan: "c{n}", id: w, name: "W {n}"}}')
    assert mock.get("/clans/c2/widgets").json() == [{"id": "w", "name": "W 2"}]


def test_a_property_of_the_name_repeat_makes_a_row_no_repetition(serve: Serve) -> None:
    task = {"type": "object", "properties": {"id": {"type": "string"}, "repeat": {"type": "integer"}}}
    mock = serve(contract(crud("/tasks", task)), "tasks: [{id: t, repeat: 3}]")
    assert mock.get("/tasks").json() == [{"id": "t", "repeat": 3}]


@pytest.mark.parametrize(
    ("fixtures", "finding"),
    [
        ("players: {repeat: 0}", "shop.yaml:1:1: What players repeats is a row, under like"),
        ("players: {repeat: 1, like: [x]}", "shop.yaml:1:22: What players repeats is a row"),
        ("players: {repeat: -1, like: {}}", "shop.yaml:1:11: How often players repeats a row"),
        ("players: {repeat: 1000000, like: {}}", "from 0 to 100,000"),
        ("players: {repeat: true, like: {}}", "shop.yaml:1:11: How often"),
        ("players: {repeat: 1, like: {}, likes: 3}", "no 'likes'. Did you mean 'like'?"),
        ("players: {like: {id: x}}", "a list of rows, or {repeat: 50, like: {…}}"),
        ("players:\n- {repeat: 2, lik: {}}", "shop.yaml:2:15: A repetition of players"),
        ('players: {repeat: 9, like: {id: "{n}"}}', "where {n} is 1"),
        ("players: {repeat: 2, like: {id: x, level: 1}}", "the key x. Write {n} into what its key"),
        ("rows: -1", "`rows` is how many rows collections start with, from 0 to 1,000"),
        ("rows: true", "from 0 to 1,000"),
    ],
)
def test_a_repetition_of_a_wrong_form_stops_the_start_at_its_line(
    serve: Serve, fixtures: str, finding: str
) -> None:
    with pytest.raises(SetupError) as stopped:
        serve(PLAYERS, fixtures)
    assert any(finding in str(one) for one in stopped.value.findings), stopped.value.findings


def test_a_fault_of_a_repetition_is_told_once(serve: Serve) -> None:
    with pytest.raises(SetupError) as stopped:
        serve(PLAYERS, 'players: {repeat: 1000, like: {id: "{n}", level: high}}')
    assert len(stopped.value.findings) == 1
