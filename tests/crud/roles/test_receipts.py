"""What a write answers that shows no row, and where it tells the key of the new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract
from tests.harness import Mock

Serve = Callable[..., Mock]


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
        (thing(data=thing(orderNbr={})), "string", "data.orderNbr"),
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
