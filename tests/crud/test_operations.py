"""What each generated operation does to the rows, without Python.

Holds `crud/compiling.py`, `crud/not_of_rows.py`, `crud/lists.py`, `crud/reads.py`, `crud/writes.py`,
`crud/creates.py`, `crud/updates.py`, `crud/deletes.py` and `crud/merge_patch.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contracts import REF, WIDGET, WIDGETS, answers, body, contract, crud
from tests.harness import Mock

Write = Callable[..., Path]
Make = Callable[..., Mock]
Serve = Callable[..., Mock]


def test_a_post_keeps_the_key_that_the_caller_gives_and_refuses_one_that_is_taken(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    assert mock.post("/widgets", json={"id": "w9", "name": "Nine"}).json() == {"id": "w9", "name": "Nine"}
    taken = mock.post("/widgets", json={"id": "w1", "name": "Again"})
    assert taken.status_code == 409
    assert mock.get("/widgets/w1").json()["name"] == "One"


def test_made_ids_are_the_same_for_the_same_requests(home: Write, make_mock: Make) -> None:
    folder = home(specs={"shop.yaml": contract(crud("/widgets"))})
    ids = [make_mock(home=folder).post("/widgets", json={"name": "x"}).json()["id"] for _ in range(2)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_key_is_not_found(serve: Serve, method: str) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["put"]["responses"] |= answers(404)["responses"]
    mock = serve(contract(paths), WIDGETS)
    sent = {} if method in ("GET", "DELETE") else {"json": {"name": "x"}}
    answer = mock.request(method, "/widgets/nope", **sent)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "nope" in answer.json()["detail"]


def test_a_put_replaces_what_the_caller_may_write_and_keeps_what_the_server_wrote(serve: Serve) -> None:
    row = {
        "type": "object",
        "required": ["id", "created"],
        "properties": {
            **WIDGET["properties"],
            "created": {"type": "string", "format": "date-time", "readOnly": True},
        },
    }
    fixtures = "widgets: [{id: w1, name: One, size: 3, created: 2020-01-01T00:00:00Z}]"
    mock = serve(contract(crud("/widgets", row)), fixtures)
    sent = {"name": "New", "id": "other", "created": "1999-01-01T00:00:00Z"}
    kept = {"id": "w1", "name": "New", "created": "2020-01-01T00:00:00Z"}
    assert mock.put("/widgets/w1", json=sent).json() == kept


def test_a_patch_goes_into_nested_objects_and_drops_nulls_on_the_way(serve: Serve) -> None:
    row = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "note": {"type": "string", "nullable": True},
            "look": {"type": "object"},
        },
    }
    mock = serve(contract(crud("/widgets", row)), "widgets: [{id: w1, look: {red: 1, blue: 2}}]")
    patched = mock.patch(
        "/widgets/w1", json={"look": {"red": None, "deep": {"a": 1, "b": None}}, "note": None}
    )
    assert patched.json() == {"id": "w1", "look": {"blue": 2, "deep": {"a": 1}}, "note": None}


def test_a_patch_that_would_break_the_row_is_the_callers_fault_and_changes_nothing(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    refused = mock.patch("/widgets/w1", json={"name": None, "size": "big"})
    assert refused.status_code == 400
    assert "name" in refused.json()["detail"]
    assert "size" in refused.json()["detail"]
    assert mock.get("/widgets/w1").json() == {"id": "w1", "name": "One"}


def test_what_only_the_server_writes_is_made_by_the_server(serve: Serve) -> None:
    row = {
        "type": "object",
        "required": ["id", "created", "serial", "state", "name"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "readOnly": True},
            "created": {"type": "string", "format": "date-time", "readOnly": True},
            "serial": {"type": "string", "format": "uuid", "readOnly": True},
            "state": {"type": "string", "enum": ["new", "old"], "readOnly": True},
            "name": {"type": "string"},
            "secret": {"type": "string", "writeOnly": True},
        },
    }
    mock = serve(contract(crud("/widgets", row, row)))
    sent = {"name": "x", "secret": "s3cret", "id": "8f14e45f-ceea-467f-a3f4-1c2d3e4f5a6b", "state": "old"}
    made = mock.post("/widgets", json=sent).json()
    assert made["created"] == "2026-01-05T12:00:00.000Z"
    assert made["state"] == "new"
    assert made["id"] != sent["id"]
    assert "secret" not in made
    assert "secret" not in mock.get("/widgets").text
    mock.advance(60)
    assert mock.patch(f"/widgets/{made['id']}", json={"name": "y"}).json() == {**made, "name": "y"}


def test_an_update_moves_the_time_of_the_update(serve: Serve) -> None:
    stamp = {"type": "string", "format": "date-time"}
    row = {**WIDGET, "properties": {**WIDGET["properties"], "updated_at": stamp}}
    mock = serve(
        contract(crud("/widgets", row)), "widgets: [{id: w1, name: a, updated_at: 2020-01-01T00:00:00Z}]"
    )
    assert mock.patch("/widgets/w1", json={"name": "b"}).json()["updated_at"] == "2026-01-05T12:00:00.000Z"


def test_integer_keys_count_on_and_are_not_used_twice(serve: Serve) -> None:
    row = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    }
    spec = contract(crud("/widgets", row, {"type": "object"}), types={"id": "integer"})
    mock = serve(spec, "widgets: [{id: 7, name: a}]")
    assert mock.post("/widgets", json={"name": "b"}).json()["id"] == 8
    assert mock.post("/widgets", json={"id": 20, "name": "c"}).json()["id"] == 20
    assert mock.post("/widgets", json={}).json()["id"] == 21
    assert mock.get("/widgets/7").json()["name"] == "a"
    assert mock.delete("/widgets/20").status_code == 204
    assert mock.post("/widgets", json={}).json()["id"] == 22
    assert mock.get("/widgets/seven").status_code == 400


@pytest.mark.parametrize(
    ("key", "fixtures", "made"),
    [
        ({"type": "string", "pattern": "^w[0-9]+$"}, "widgets: [{id: w1}, {id: w2}]", "w3"),
        ({"type": "string", "pattern": "^W-[0-9]{3}$"}, "widgets: [{id: W-009}]", "W-010"),
        ({"type": "string", "maxLength": 6}, "", "1"),
        ({"allOf": [{"type": "integer"}, {"minimum": 1}]}, "", 1),
    ],
)
def test_made_keys_fit_what_the_contract_asks_of_them(
    serve: Serve, key: dict[str, Any], fixtures: str, made: Any
) -> None:
    row = {"type": "object", "properties": {"id": key}}
    mock = serve(contract(crud("/widgets", row, {"type": "object"})), fixtures)
    assert mock.post("/widgets", json={}).json() == {"id": made}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_lies_below_a_parent_that_is_not_there(serve: Serve, method: str) -> None:
    mock = serve(contract({**crud("/shops"), **crud("/shops/{shop}/widgets")}), "shops: [{id: s1, name: S}]")
    sent = {"json": {"name": "x"}} if method == "POST" else {}
    assert mock.request(method, "/shops/s1/widgets", **sent).status_code in (200, 201)
    answer = mock.request(method, "/shops/s9/widgets", **sent)
    assert answer.status_code == 404
    assert "s9 in shops" in answer.json()["detail"]
    assert mock.get("/shops/s9/widgets/w1").status_code == 404


def test_a_created_row_tells_where_it_is_when_the_contract_promises_it(serve: Serve) -> None:
    paths = crud("/shops/{shop}/widgets")
    paths["/shops/{shop}/widgets"]["post"] = {
        "requestBody": body(REF),
        **answers(201, headers={"Location": {"required": True, "schema": {"type": "string"}}}),
    }
    mock = serve(contract(paths, servers=[{"url": "https://shop.example/v2"}]))
    made = mock.post("/v2/shops/a%2Fb/widgets", json={"id": "w 1", "name": "x"})
    assert made.status_code == 201
    assert made.content == b""
    assert made.headers["location"] == "http://localhost/v2/shops/a%2Fb/widgets/w%201"
    assert mock.get(made.headers["location"]).json() == {"id": "w 1", "name": "x"}


def test_lists_may_show_less_of_a_row_than_its_own_path(serve: Serve) -> None:
    brief = {"type": "object", "additionalProperties": False, "properties": {"id": {"type": "string"}}}
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, {"type": "array", "items": brief})
    mock = serve(contract(paths), WIDGETS)
    assert mock.get("/widgets").json() == [{"id": "w1"}, {"id": "w2"}]


@pytest.mark.parametrize("name", ["", "widgets", "widgetIds", "data"])
def test_a_list_may_be_of_the_rows_keys(name: str, serve: Serve) -> None:
    keys: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    shown = {"type": "object", "required": [name], "properties": {name: keys}} if name else keys
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, shown)
    mock = serve(contract(paths), WIDGETS)
    made = mock.post("/widgets", json={"name": "Three"}).json()["id"]
    listed = mock.get("/widgets").json()
    assert (listed[name] if name else listed) == ["w1", "w2", made]
    mock.delete("/widgets/w1")
    listed = mock.get("/widgets").json()
    assert (listed[name] if name else listed) == ["w2", made]


def test_a_row_with_alternatives_gets_what_the_first_that_takes_it_requires(serve: Serve) -> None:
    def kind(name: str) -> dict[str, Any]:
        names = {"id": {"type": "string"}, "kind": {"type": "string", "enum": [name]}}
        return {"type": "object", "required": ["id", "kind"], "properties": names}

    row = {"oneOf": [kind("cat"), kind("dog")]}
    mock = serve(contract(crud("/pets", row, {"type": "object"})), "pets: [{id: a, kind: dog}]")
    assert mock.get("/pets/a").json() == {"id": "a", "kind": "dog"}
    assert mock.post("/pets", json={"id": "b", "kind": "dog"}).json() == {"id": "b", "kind": "dog"}
    assert mock.post("/pets", json={"id": "c"}).json() == {"id": "c", "kind": "cat"}
    assert mock.post("/pets", json={"id": "d", "kind": "cow"}).status_code == 400


@pytest.mark.parametrize("given", [None, ""])
def test_a_key_that_says_nothing_is_none_given(serve: Serve, given: Any) -> None:
    row = {"type": "object", "properties": {"id": {"type": "string", "nullable": True}}}
    mock = serve(contract(crud("/widgets", row, row)))
    made = mock.post("/widgets", json={"id": given}).json()
    assert mock.get(f"/widgets/{made['id']}").json() == made


def test_where_no_answer_is_documented_it_has_no_body(serve: Serve) -> None:
    paths = crud("/widgets")
    for method in ("get", "put", "delete"):
        paths["/widgets/{id}"][method]["responses"] = {}
    mock = serve(contract(paths), WIDGETS)
    for method in ("GET", "DELETE"):
        answer = mock.request(method, "/widgets/w1")
        assert (answer.status_code, answer.content) == (200, b"")
    assert mock.get("/widgets/w1").status_code == 404
