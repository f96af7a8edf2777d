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
