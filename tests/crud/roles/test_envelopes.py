"""What stands around rows in bodies, and around the fields of a request."""

from __future__ import annotations

from collections.abc import Callable

from tests.contracts import REF, WIDGET, WIDGETS, answers, body, contract
from tests.harness import Mock

Serve = Callable[..., Mock]


def test_envelopes_of_answers_and_bodies_are_put_on_and_taken_off(serve: Serve) -> None:
    one = {
        "type": "object",
        "required": ["data", "success", "meta"],
        "properties": {
            "data": REF,
            "success": {"type": "boolean"},
            "meta": {
                "type": "object",
                "required": ["version"],
                "properties": {"version": {"type": "integer"}},
            },
        },
    }
    many = {
        "type": "object",
        "required": ["widgets", "total"],
        "properties": {
            "widgets": {"type": "array", "items": REF},
            "total": {"type": "integer"},
            "hasMore": {"type": "boolean"},
            "paging": {
                "type": "object",
                "properties": {"limit": {"type": "integer"}, "total_pages": {"type": "integer"}},
            },
        },
    }
    sent = {"type": "object", "properties": {"data": {"type": "object", "properties": WIDGET["properties"]}}}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    paths = {
        "/widgets": {
            "get": {"parameters": [limit], **answers(200, many)},
            "post": {"requestBody": body(sent), **answers(201, one)},
        },
        "/widgets/{id}": {
            "get": answers(200, one),
            "delete": answers(
                200,
                {"type": "object", "properties": {"success": {"type": "boolean"}}, "required": ["success"]},
            ),
        },
    }
    mock = serve(contract(paths), WIDGETS)
    around = {"success": True, "meta": {"version": 0}}
    assert mock.get("/widgets/w1").json() == {"data": {"id": "w1", "name": "One"}, **around}
    made = mock.post("/widgets", json={"data": {"name": "Three", "id": "w3"}})
    assert made.json() == {"data": {"id": "w3", "name": "Three"}, **around}
    listed = mock.get("/widgets?limit=2").json()
    assert [row["id"] for row in listed["widgets"]] == ["w1", "w2"]
    assert (listed["total"], listed["hasMore"]) == (3, True)
    assert listed["paging"] == {"limit": 2, "total_pages": 2}
    assert mock.delete("/widgets/w1").json() == {"success": True}
    assert mock.get("/widgets/w1").status_code == 404


def test_rows_may_lie_deeper_in_a_list_answer(serve: Serve) -> None:
    inner = {"type": "object", "properties": {"widgets": {"type": "array", "items": REF}}}
    listing = {"type": "object", "properties": {"data": inner}}
    mock = serve(contract({"/widgets": {"get": answers(200, listing)}}), WIDGETS)
    assert [row["id"] for row in mock.get("/widgets").json()["data"]["widgets"]] == ["w1", "w2"]


def test_a_parameter_is_told_back_only_where_its_type_fits(serve: Serve) -> None:
    integer, texts = {"type": "integer"}, {"type": "array", "items": {"type": "string"}}
    known = {"moves": texts, "depth": {"type": "number"}, "page": {"type": "object", "properties": {}}}
    known["page"]["properties"] = {"size": {"type": "string"}, "seed": integer, "pages": integer}
    listing = {"type": "object", "properties": {**known, "data": {"type": "array", "items": REF}}}
    query = [
        {"name": name, "in": "query", "schema": {**integer, "default": 12}}
        for name in ("moves", "depth", "size", "seed")
    ]
    mock = serve(contract({"/widgets": {"get": {"parameters": query, **answers(200, listing)}}}), WIDGETS)
    answer = mock.get("/widgets")
    assert answer.status_code == 200
    assert answer.json()["depth"] == 12
    assert answer.json()["page"]["seed"] == 12
    assert "size" not in answer.json()["page"]
    assert "moves" not in answer.json()
