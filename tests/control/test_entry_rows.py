"""The rows that an entry is about: what it changed, or what its answer shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import contract, crud
from tests.harness import Mock

V1 = "/_mockade/v1"


def rows_of_last(mock: Mock) -> list[Any]:
    last = mock.get(f"{V1}/journal").json()["exchanges"][-1]
    found: list[Any] = mock.get(f"{V1}/journal/{last['id']}/rows").json()["rows"]
    return found


def test_a_change_is_told_as_it_left_the_rows(mock: Mock) -> None:
    mock.patch("/widgets/w1", json={"name": "Eins"})
    (found,) = rows_of_last(mock)
    assert (found["api"], found["collection"], found["row"]["name"]) == ("shop", "widgets", "Eins")
    mock.delete("/widgets/w1")
    assert rows_of_last(mock) == []


def test_a_read_is_told_by_the_rows_that_its_answer_shows_as_they_were(mock: Mock) -> None:
    mock.get("/widgets/w2")
    reading = mock.get(f"{V1}/journal").json()["exchanges"][-1]["id"]
    was = mock.get(f"{V1}/state/shop/widgets/w2").json()
    mock.put(f"{V1}/state/shop/widgets/w2", json={**was, "name": "Later"})
    assert [one["row"] for one in mock.get(f"{V1}/journal/{reading}/rows").json()["rows"]] == [was]
    mock.get("/widgets")
    assert [one["row"] for one in rows_of_last(mock)] == mock.get(f"{V1}/state/shop/widgets").json()["rows"]


def test_rows_whose_keys_are_made_of_several_values_are_found_too(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("meshmap")
    mock.get("/apps/game-sessions/session-open/players", headers={"x-app-api-key": "meshmap-demo-key"})
    keys = {one["row"]["_key"] for one in rows_of_last(mock) if one["collection"] == "game-session-players"}
    assert keys == {"demo/session-open/player-ada", "demo/session-open/player-ben"}


@pytest.mark.parametrize("path", ["/widgets/none", "/nowhere"])
def test_what_shows_no_row_has_none(mock: Mock, path: str) -> None:
    mock.get(path)
    assert rows_of_last(mock) == []
    assert mock.get(f"{V1}/journal/99/rows").status_code == 404


def test_secrets_stand_in_them_as_in_a_fixture(serve: Callable[..., Mock]) -> None:
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "pin": {"type": "string", "format": "password"}},
    }
    mock = serve(contract(crud("/widgets", schema)), "widgets: [{id: w1, pin: '12'}]")
    mock.get("/widgets/w1")
    assert [one["row"] for one in rows_of_last(mock)] == [{"id": "w1", "pin": "12"}]
