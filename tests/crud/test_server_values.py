"""What only the server writes, at every depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

NOW = "2026-01-05T12:00:00.000Z"
LATER = "2026-01-05T12:01:00.000Z"


def made_by_server(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "readOnly": True}


TEXT = {"type": "string"}
TIME = {"type": "string", "format": "date-time"}
LINE = {
    "type": "object",
    "required": ["lineId", "sku", "seen"],
    "properties": {
        "lineId": made_by_server({"type": "string", "format": "uuid"}),
        "number": made_by_server({"type": "integer"}),
        "added": made_by_server({"type": "string"}),
        "seen": made_by_server(TIME),
        "createdAt": made_by_server(TIME),
        "updatedAt": made_by_server(TIME),
        "sku": TEXT,
    },
}
ORDER = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {
        "id": made_by_server(TEXT),
        "lines": {"type": "array", "items": LINE},
        "address": {"allOf": [{"type": "object", "properties": {"id": made_by_server(TEXT), "city": TEXT}}]},
        "state": made_by_server({"type": "string", "enum": ["open", "paid"]}),
    },
}


def test_what_only_the_server_writes_is_made_and_dropped_at_every_depth(serve: Serve) -> None:
    mock = serve(contract(crud("/orders", ORDER, ORDER)))
    line = {"lineId": "00000000-0000-4000-8000-000000000000", "sku": "a", "createdAt": "1999-01-01T00:00:00Z"}
    sent = {
        "id": "mine",
        "state": "paid",
        "lines": [line, {"sku": "b"}],
        "address": {"id": "x", "city": "Ulm"},
    }
    made = mock.post("/orders", json=sent).json()
    assert "state" not in made
    assert made["id"] != "mine"
    assert [one["sku"] for one in made["lines"]] == ["a", "b"]
    assert {one["createdAt"] for one in made["lines"]} == {NOW}
    assert len({one["lineId"] for one in made["lines"]} - {line["lineId"]}) == 2
    assert made["address"]["city"] == "Ulm"
    assert made["address"]["id"] not in ("", "x")
    assert {one["seen"] for one in made["lines"]} == {NOW}
    assert all(one.keys() == {"lineId", "sku", "createdAt", "updatedAt", "seen"} for one in made["lines"])


def test_an_update_keeps_it_in_what_it_can_tell(serve: Serve) -> None:
    mock = serve(contract(crud("/orders", ORDER, ORDER)))
    sent = {"lines": [{"sku": "a"}, {"sku": "b"}, {"sku": "c"}], "address": {"city": "Ulm"}}
    made = mock.post("/orders", json=sent).json()
    first, second, third = made["lines"]
    mock.advance(60)
    changed = [{"sku": "c"}, {"lineId": first["lineId"], "sku": "A"}, {"sku": "new"}]
    for method in ("PUT", "PATCH"):
        path = f"/orders/{made['id']}"
        answer = mock.request(method, path, json={"lines": changed, "address": {"city": "Bonn"}}).json()
        same, moved, new = answer["lines"]
        assert same == third
        assert moved == {**first, "sku": "A", "updatedAt": LATER}
        assert new["lineId"] not in {first["lineId"], second["lineId"], third["lineId"]}
        assert new["createdAt"] == LATER
        assert answer["address"] == {**made["address"], "city": "Bonn"}
        assert answer["id"] == made["id"]


def test_times_and_keys_that_no_request_has_are_the_servers(serve: Serve) -> None:
    item = {"type": "object", "properties": {"id": {"type": "integer"}, "sku": TEXT}}
    times = {
        "created_at": TEXT,
        "createTime": TEXT,
        "updated": {"type": "integer"},
        "dateModified": {"type": "string", "format": "date"},
    }
    row = {
        "type": "object",
        "properties": {"id": TEXT, "name": TEXT, **times, "items": {"type": "array", "items": item}},
    }
    bare = {"type": "object", "properties": {"sku": TEXT}}
    given = {"type": "object", "properties": {"name": TEXT, "items": {"type": "array", "items": bare}}}
    mock = serve(contract(crud("/carts", row, given)))
    made = mock.post("/carts", json={"name": "One", "items": [{"sku": "a"}, {"sku": "b"}]}).json()
    assert (made["created_at"], made["updated"], made["dateModified"]) == (NOW, 1767614400, "2026-01-05")
    assert made["createTime"] == NOW
    assert [one["id"] for one in made["items"]] == [1, 2]
    mock.advance(86_400)
    put = mock.put(f"/carts/{made['id']}", json={"name": "Two", "items": [{"sku": "b"}]}).json()
    assert (put["created_at"], put["updated"], put["dateModified"]) == (NOW, 1767700800, "2026-01-06")
    assert put["createTime"] == NOW
    assert put["items"] == [made["items"][1]]


@pytest.mark.parametrize(
    ("name", "key"),
    [("entries", "entryId"), ("addresses", "address_id"), ("boxes", "boxId"), ("bonus", "bonusId")],
)
def test_the_key_of_an_item_is_called_as_one_of_its_list_is(serve: Serve, name: str, key: str) -> None:
    def with_items(of: Any) -> Any:
        items = {"type": "array", "items": {"type": "object", "properties": of}}
        return {"type": "object", "properties": {"id": TEXT, name: items}}

    mock = serve(contract(crud("/books", with_items({key: TEXT, "sku": TEXT}), with_items({"sku": TEXT}))))
    (made,) = mock.post("/books", json={name: [{"sku": "a"}]}).json()[name]
    assert made.keys() == {key, "sku"}


def test_a_time_that_a_client_may_give_is_the_clients(serve: Serve) -> None:
    row = {"type": "object", "properties": {"id": TEXT, "createdAt": TIME, "created": {"type": "integer"}}}
    mock = serve(contract(crud("/notes", row, row)))
    made = mock.post("/notes", json={"createdAt": "2020-01-01T00:00:00Z"}).json()
    assert made["createdAt"] == "2020-01-01T00:00:00Z"
    assert "created" not in made  # it may be a number of anything
    assert mock.post("/notes", json={}).json()["createdAt"] == NOW


def test_an_identifier_beside_the_key_is_each_rows_own(serve: Serve) -> None:
    row = {
        "type": "object",
        "required": ["id", "uid"],
        "properties": {"id": TEXT, "uid": {"type": "integer"}, "uuid": made_by_server(TEXT), "gid": TEXT},
    }
    mock = serve(contract(crud("/notes", row, {"type": "object", "properties": {"gid": TEXT}})))
    first, second = (mock.post("/notes", json={}).json() for _ in range(2))
    assert (first["uid"], second["uid"]) == (1, 2)
    assert first["uuid"] != second["uuid"]
    assert "gid" not in first  # a client's own
    assert mock.put(f"/notes/{first['id']}", json={"gid": "g"}).json() == {**first, "gid": "g"}
