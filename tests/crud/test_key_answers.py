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


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


ORDER = thing(note={"type": "string"}, total={"type": "integer"})
ID = thing(id={"type": "string"})


def orders(told: Any, row: Any = None, *, by: str = "string") -> str:
    """A contract of orders that have no property for their key; writes answer what is `told`."""
    row = row or ORDER
    sent = {"requestBody": body(row)}
    paths = {
        "/orders": {
            "get": answers(200, {"type": "array", "items": dict(row)}),
            "post": {**sent, **answers(200, told)},
        },
        "/orders/{orderNbr}": {
            "get": answers(200, row),
            "put": {**sent, **answers(200, told)},
            "delete": answers(204),
        },
    }
    return contract(paths, types={"orderNbr": by})


@pytest.mark.parametrize(
    ("told", "by", "key"),
    [
        (thing(id={"type": "string"}, state={"type": "string"}), "string", "id"),
        (thing(Id=ID), "string", "Id.id"),
        (thing(data=thing(orderNbr={"type": "string"})), "string", "data.orderNbr"),
        ({"type": "integer"}, "integer", ""),
        ({"type": "string"}, "string", ""),
    ],
)
def test_an_answer_without_the_row_tells_its_key(serve: Serve, told: Any, by: str, key: str) -> None:
    mock = serve(orders(told, by=by))
    made = mock.post("/orders", json={"note": "first"}).json()
    for name in filter(None, key.split(".")):
        made = made[name]
    assert mock.get(f"/orders/{made}").json() == {"note": "first"}
    assert mock.put(f"/orders/{made}", json={"note": "second"}).status_code == 200
    assert mock.get("/orders").json() == [{"note": "second"}]
    assert mock.delete(f"/orders/{made}").status_code == 204
    assert mock.get("/orders").json() == []


def test_what_is_told_of_a_write_is_no_row_of_a_larger_thing(serve: Serve) -> None:
    """An object with an id in a thing of many properties does not stand for the thing."""
    many = {f"field{number}": {"type": "string"} for number in range(12)}
    mock = serve(orders(ID, thing(**many, branch=ID, lines={"type": "array", "items": ID})))
    made = mock.post("/orders", json={"field1": "x", "branch": {"id": "b1"}}).json()["id"]
    assert mock.get(f"/orders/{made}").json() == {"field1": "x", "branch": {"id": "b1"}}
    assert mock.get("/orders").json() == [{"field1": "x", "branch": {"id": "b1"}}]


def test_a_row_without_any_property_is_there(serve: Serve) -> None:
    mock = serve(orders(ID))
    made = mock.post("/orders", json={}).json()["id"]
    assert mock.get(f"/orders/{made}").json() == {}
    assert mock.put(f"/orders/{made}", json={"total": 3}).status_code == 200
    assert mock.get(f"/orders/{made}").json() == {"total": 3}
    other = mock.post("/orders", json={}).json()["id"]
    assert mock.delete(f"/orders/{other}").status_code == 204
    assert mock.get(f"/orders/{other}").status_code == 404


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("told", [None, {"type": "object"}, {"type": "object", "properties": {"ok": {}}}])
def test_a_create_whose_answer_cannot_tell_the_key_says_where_the_row_is(
    serve: Serve, status: int, told: Any
) -> None:
    paths = {
        "/orders": {"post": {"requestBody": body(ORDER), **answers(status, told)}},
        "/orders/{orderId}": {"get": answers(200, ORDER)},
    }
    mock = serve(contract(paths))
    made = mock.post("/orders", json={"note": "first"})
    assert made.status_code == status
    assert mock.get(made.headers["location"]).json() == {"note": "first"}


def test_rows_of_which_the_contract_says_nothing_are_kept_all_the_same(serve: Serve) -> None:
    anything = {"type": "object"}
    paths = {
        "/wallets": {"post": {"requestBody": body(anything), **answers(200, anything)}},
        "/wallets/{walletId}": {
            "get": answers(200, anything),
            "put": {"requestBody": body(anything), **answers(200, anything)},
            "delete": answers(204),
        },
    }
    mock = serve(contract(paths))
    made = mock.post("/wallets", json={"coin": "btc"}).json()
    assert made == {"coin": "btc", "id": made["id"]}
    item = f"/wallets/{made['id']}"
    assert mock.get(item).json() == made
    assert mock.put(item, json={"coin": "eth"}).json()["coin"] == "eth"
    assert mock.delete(item).status_code == 204
    assert mock.get(item).status_code == 404
