"""What stands around rows in bodies, and around the fields of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import REF, WIDGET, WIDGETS, answers, body, contract, crud
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


@pytest.mark.parametrize("path", [(), ("data",)])
def test_one_row_may_be_told_in_a_list(serve: Serve, path: tuple[str, ...]) -> None:
    listed: dict[str, Any] = {"type": "array", "items": REF}
    for name in path:
        listed = {"type": "object", "properties": {name: listed}}

    def inner(answer: Any) -> Any:
        return answer.json()[path[0]] if path else answer.json()

    paths = crud("/widgets")
    for method, status in (("get", 200), ("put", 200), ("patch", 200)):
        paths["/widgets/{id}"][method] |= answers(status, listed)
    paths["/widgets"]["post"] |= answers(201, listed)
    mock = serve(contract(paths))
    made = inner(mock.post("/widgets", json={"name": "One"}))
    assert [one["name"] for one in made] == ["One"]
    item = f"/widgets/{made[0]['id']}"
    assert inner(mock.put(item, json={"name": "Two"})) == [{**made[0], "name": "Two"}]
    assert inner(mock.patch(item, json={"size": 3})) == [{**made[0], "name": "Two", "size": 3}]
    assert inner(mock.get(item)) == [{**made[0], "name": "Two", "size": 3}]
    assert mock.delete(item).status_code == 204
    assert mock.get(item).status_code == 404


def test_one_row_told_in_a_list_or_in_an_object_of_much_is_told_by_itself_elsewhere(serve: Serve) -> None:
    """As in a contract whose answer is a directory's entries or a single file."""
    much = {"type": "object", "properties": {f"part_{number}": {"type": "string"} for number in range(20)}}
    paths = crud("/widgets")
    either = answers(200, {"oneOf": [{"type": "array", "items": REF}, much]})
    paths["/widgets/{id}"]["get"] |= either
    mock = serve(contract(paths), WIDGETS)
    answer = mock.get("/widgets/w1")
    assert (answer.status_code, answer.json()) == (200, [{"id": "w1", "name": "One"}])


def test_a_page_of_anything_that_a_part_narrows_lists_rows(serve: Serve) -> None:
    anything = {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object"}}}}
    narrowed = {"type": "object", "properties": {"items": {"type": "array", "items": REF}}}
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, {"allOf": [anything, narrowed]})
    mock = serve(contract(paths), WIDGETS)
    assert [row["id"] for row in mock.get("/widgets").json()["items"]] == ["w1", "w2"]


@pytest.mark.parametrize("name", ["script_tag", "page_script_tag"])
def test_an_object_of_the_noun_that_has_the_key_is_the_row(serve: Serve, name: str) -> None:
    """The list shows rows by another schema than the item's."""
    tag = {"type": "object", "properties": {"id": {"type": "integer"}, "src": {"type": "string"}}}
    one = {"type": "object", "properties": {name: tag}}
    many = {"type": "object", "properties": {f"{name}s": {"type": "array", "items": dict(tag)}}}
    paths = {
        "/script_tags.json": {
            "get": answers(200, many),
            "post": {"requestBody": body(one), **answers(200, one)},
        },
        "/script_tags/{scriptTagId}.json": {"get": answers(200, one)},
    }
    mock = serve(contract(paths, types={"scriptTagId": "integer"}))
    made = mock.post("/script_tags.json", json={name: {"src": "a.js"}}).json()[name]
    assert mock.get("/script_tags.json").json() == {f"{name}s": [made]}
    assert mock.get(f"/script_tags/{made['id']}.json").json() == {name: made}


def test_a_list_inside_of_a_thing_does_not_tell_of_it(serve: Serve) -> None:
    role = {"type": "object", "required": ["role"], "properties": {"role": {"type": "string"}}}
    key = {
        "type": "object",
        "required": ["token", "user"],
        "properties": {
            "token": {"type": "string"},
            "user": {"type": "string"},
            "roles": {"type": "array", "items": role},
        },
    }
    paths = crud("/api-keys", key, {"type": "object"})
    mock = serve(contract({"/api-keys": paths["/api-keys"], "/api-keys/{key}": {"get": answers(200, key)}}))
    made = mock.post("/api-keys", json={}).json()
    assert mock.get(f"/api-keys/{made['token']}").json() == made


def test_a_list_may_be_one_of_several_alternatives(serve: Serve) -> None:
    paths = crud("/widgets")
    listed = {"type": "array", "items": REF}
    longer = {"type": "array", "items": {"allOf": [REF, {"required": ["size"]}]}}
    paths["/widgets"]["get"] = answers(200, {"anyOf": [listed, longer]})
    mock = serve(contract(paths), WIDGETS)
    assert [row["id"] for row in mock.get("/widgets").json()] == ["w1", "w2"]


@pytest.mark.parametrize("beside", ["messages", "errors", "_links", "warnings"])
@pytest.mark.parametrize("name", ["_embedded", "widgetPage"])
def test_what_a_list_says_besides_in_a_list_is_not_its_rows(serve: Serve, beside: str, name: str) -> None:
    remark = {"type": "object", "properties": {"id": {"type": "string"}, "type": {"type": "string"}}}
    around = {beside: {"type": "array", "items": remark}, name: {"type": "array", "items": REF}}
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, {"type": "object", "properties": around})
    mock = serve(contract(paths), WIDGETS)
    assert [one["id"] for one in mock.get("/widgets").json()[name]] == ["w1", "w2"]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({"widget": REF}, ()),
        ({"widget": REF, "score": {"type": "number"}}, ("hits",)),
        ({"data": REF, "links": {"type": "object"}}, ("items",)),
    ],
)
def test_each_row_of_a_list_may_stand_in_an_object(
    serve: Serve, item: dict[str, Any], path: tuple[str, ...]
) -> None:
    each = {"type": "object", "required": list(item), "properties": item}
    listed: dict[str, Any] = {"type": "array", "items": each}
    for name in path:
        listed = {"type": "object", "properties": {name: listed}}
    paths = crud("/widgets", given={"type": "array", "items": WIDGET})
    paths["/widgets"]["get"] = answers(200, listed)
    paths["/widgets"]["post"]["responses"] = answers(201, listed)["responses"]
    mock = serve(contract(paths), WIDGETS)

    def shown(answer: Any) -> list[Any]:
        body = answer.json()[path[0]] if path else answer.json()
        assert all(one.keys() == item.keys() for one in body)
        return [one[next(iter(item))] for one in body]

    made = {"id": "w3", "name": "Three"}
    assert shown(mock.post("/widgets", json=[made])) == [made]
    assert shown(mock.get("/widgets"))[1:] == [{"id": "w2", "name": "Two", "size": 2}, made]
    assert mock.get("/widgets/w3").json() == made


def test_a_relay_connection_is_paged_by_the_cursors_of_its_edges(serve: Serve) -> None:
    texts, flag = {"type": "string"}, {"type": "boolean"}
    edge = {"type": "object", "properties": {"node": REF, "cursor": texts}}
    info = {"hasNextPage": flag, "hasPreviousPage": flag, "startCursor": texts, "endCursor": texts}
    connection = {
        "edges": {"type": "array", "items": edge},
        "pageInfo": {"type": "object", "properties": info},
        "totalCount": {"type": "integer"},
    }
    asked = [
        {"name": "first", "in": "query", "schema": {"type": "integer"}},
        {"name": "after", "in": "query", "schema": texts},
    ]
    paths = crud("/widgets")
    paths["/widgets"]["get"] = {
        "parameters": asked,
        **answers(200, {"type": "object", "properties": connection}),
    }
    mock = serve(contract(paths), "widgets: [{id: a, name: A}, {id: b, name: B}, {id: c, name: C}]")
    seen, after, turns = [], "", 0
    while turns < 3:
        turns += 1
        page = mock.get("/widgets", params={"first": 1, **({"after": after} if after else {})}).json()
        (one,) = page["edges"]
        seen.append(one["node"]["id"])
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, turns < 3)
        assert page["pageInfo"].get("endCursor", one["cursor"]) == one["cursor"]
        after = one["cursor"]
    assert seen == ["a", "b", "c"]
