"""A create that answers no row tells the key of the one that it made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


@pytest.mark.parametrize(
    ("key", "answer", "tell"),
    [
        (NUMBER, NUMBER, lambda told: told),
        (TEXT, TEXT, lambda told: told),
        (TEXT, {**TEXT, "example": "1f0c"}, lambda told: told),
        (TEXT, NUMBER, lambda told: told),
        (NUMBER, TEXT, lambda told: told),
        (
            TEXT,
            {"type": "object", "properties": {"cartId": TEXT, "message": TEXT}},
            lambda told: told["cartId"],
        ),
        (
            TEXT,
            {"type": "object", "properties": {"data": {"type": "object", "properties": {"cart_id": NUMBER}}}},
            lambda told: told["data"]["cart_id"],
        ),
    ],
)
def test_a_key_that_is_all_a_create_answers_is_that_of_the_new_row(
    serve: Serve, key: Any, answer: Any, tell: Callable[[Any], Any]
) -> None:
    row = {"type": "object", "required": ["id"], "properties": {"id": key, "name": TEXT}}
    paths = crud("/carts", row)
    paths = {path.replace("{id}", "{cartId}"): item for path, item in paths.items()}
    paths["/carts"]["post"] = {
        "requestBody": body({"type": "object", "properties": {"name": TEXT}}),
        **answers(201, answer),
    }
    mock = serve(contract(paths))
    made = mock.post("/carts", json={"name": "Mine"})
    assert made.status_code == 201
    found = mock.get(f"/carts/{tell(made.json())}")
    assert (found.status_code, found.json()["name"]) == (200, "Mine")


@pytest.mark.parametrize(
    "answer", [{**TEXT, "enum": ["created"]}, {**TEXT, "example": "It is there."}, {"type": "boolean"}]
)
def test_what_says_something_else_is_left_to_say_it(serve: Serve, answer: Any) -> None:
    paths = crud("/carts")
    paths["/carts"]["post"] = {"requestBody": body({"type": "object"}), **answers(201, answer)}
    mock = serve(contract(paths))
    told = mock.post("/carts", json={"id": "c9", "name": "Mine"})
    assert (told.status_code, told.json()) in [(201, "created"), (201, "It is there."), (201, True)]
    assert mock.get("/carts/c9").status_code == 200
