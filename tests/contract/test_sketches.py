"""What is read from examples where a contract says nothing else of its answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import body, contract
from tests.harness import Mock

Serve = Callable[..., Mock]

FIRST = {"rule_id": 7, "name": "First", "owner": None}


def shown(status: int, example: Any, schema: Any = None) -> dict[str, Any]:
    content = {"examples": {"one": {"value": example}}, **({"schema": schema} if schema else {})}
    return {"responses": {status: {"description": "", "content": {"application/json": content}}}}


@pytest.fixture
def serve(home: Callable[..., Any], make_mock: Callable[..., Mock]) -> Serve:
    """Serves a contract that has no fixture file unless one is given."""

    def start(spec: str, fixtures: str | None = None, **settings: Any) -> Mock:
        folders = {"fixtures": {"shop.yaml": fixtures}} if fixtures is not None else {}
        return make_mock(home=home(specs={"shop.yaml": spec}, **folders), **settings)

    return start


def rules(many: Any, one: Callable[[Any], Any], schema: Any = None) -> str:
    sent = {"requestBody": body({"type": "object", "properties": {"name": {"type": "string"}}})}
    paths = {
        "/rules": {"get": shown(200, many, schema), "post": {**sent, **shown(201, one(FIRST))}},
        "/rules/{rule_id}": {
            "get": shown(200, one(FIRST)),
            "put": {**sent, **shown(200, one(FIRST))},
            "delete": shown(200, {"done": True}),
        },
    }
    return contract(paths, types={"rule_id": "integer"})


@pytest.mark.parametrize(
    ("many", "one", "schema"),
    [
        ([FIRST], lambda row: row, None),
        ([FIRST], lambda row: row, {"type": "array", "items": {"type": "object"}}),
        (
            {"code": 200, "data": {"page": 1, "total": 1, "data": [FIRST]}},
            lambda row: {"code": 200, "data": row},
            None,
        ),
        ({"rules": [FIRST], "total": 1}, lambda row: {"rule": row}, {"type": "object"}),
    ],
)
def test_rows_are_kept_as_examples_show_them(
    serve: Serve, many: Any, one: Callable[[Any], Any], schema: Any
) -> None:
    mock = serve(rules(many, one, schema), rows=1)

    def listed() -> Any:
        rows = mock.get("/rules").json()
        while isinstance(rows, dict):
            rows = rows["rules"] if "rules" in rows else rows["data"]
        return rows

    assert mock.get("/rules").json() == many
    assert mock.get("/rules/7").json() == one(FIRST)
    made = mock.post("/rules", json={"name": "Mine"}).json()
    row = {"name": "Mine", "rule_id": 8}
    assert made == one(row)
    assert mock.put("/rules/8", json={"name": "Ours"}).json() == one({**row, "name": "Ours"})
    assert listed() == [FIRST, {**row, "name": "Ours"}]
    assert mock.delete("/rules/7").status_code == 200
    assert listed() == [{**row, "name": "Ours"}]


def test_an_example_binds_nobody_to_its_shape(serve: Serve) -> None:
    mock = serve(rules([FIRST], lambda row: row), "rules: [{rule_id: 1, name: [not, a, text], more: {}}]")
    assert mock.get("/rules").json() == [{"rule_id": 1, "name": ["not", "a", "text"], "more": {}}]
