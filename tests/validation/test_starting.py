"""Collections that start empty because no row of them could be made are told, and are no fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.commands import run
from tests.contracts import REF, answers, contract

ODD = {
    "type": "object",
    "required": ["id", "odd"],
    "properties": {"id": {"type": "string"}, "odd": {"type": "integer", "minimum": 2, "maximum": 1}},
}
SPEC = contract(
    {
        "/oddities": {"get": {"operationId": "list", **answers(200, {"type": "array", "items": ODD})}},
        "/oddities/{id}": {"get": {"operationId": "get", **answers(200, ODD)}},
        "/widgets": {"get": {"operationId": "widgets", **answers(200, {"type": "array", "items": REF})}},
        "/widgets/{id}": {"get": {"operationId": "widget", **answers(200, REF)}},
    }
)


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_collection_of_which_no_row_can_be_made_is_told_at_its_schema(
    home: Callable[..., Path], is_alone: bool
) -> None:
    folder = home(specs={"shop.yaml": SPEC})
    result = run("validate", str(folder / "specs" / "shop.yaml" if is_alone else folder))
    assert result.exit_code == 0
    assert "info: The collection oddities starts empty, since no row of it could be made: " in result.stdout
    assert f"write rows into {folder}/fixtures/shop.yaml." in result.stdout
    assert "The collection widgets" not in result.stdout


def test_nothing_is_told_where_a_fixture_file_says_what_there_is(home: Callable[..., Path]) -> None:
    folder = home(specs={"shop.yaml": SPEC}, fixtures={"shop.yaml": "widgets: []"})
    assert "starts empty" not in run("validate", str(folder)).stdout
