"""Statefulness without Python: what a copied contract and a fixture file of one's own are enough for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.errors import SetupError
from tests.contracts import REF, WIDGET, WIDGETS, answers, body, contract, crud
from tests.harness import Mock

Write = Callable[..., Path]
Make = Callable[..., Mock]
Serve = Callable[..., Mock]


def test_a_spec_and_a_fixture_file_are_enough_for_a_stateful_api(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    assert mock.get("/widgets").json() == [
        {"id": "w1", "name": "One"},
        {"id": "w2", "name": "Two", "size": 2},
    ]
    made = mock.post("/widgets", json={"name": "Three"})
    assert made.status_code == 201
    assert mock.get(f"/widgets/{made.json()['id']}").json() == made.json()
    assert mock.patch("/widgets/w2", json={"size": None, "name": "Deux"}).json() == {
        "id": "w2",
        "name": "Deux",
    }
    assert mock.delete("/widgets/w1").status_code == 204
    assert mock.get("/widgets/w1").status_code == 404
    assert [row["name"] for row in mock.get("/widgets").json()] == ["Deux", "Three"]
    assert mock.last.answered_by == "shape"


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
    mock = serve(contract(crud("/widgets")), WIDGETS)
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


def test_the_key_may_be_the_property_that_the_path_parameter_names(serve: Serve) -> None:
    row = {
        "type": "object",
        "required": ["slug"],
        "properties": {"slug": {"type": "string"}, "title": {"type": "string"}},
    }
    paths = {
        "/pages/{slug}": {"get": answers(200, row), "delete": answers(204)},
        "/pages": {"get": answers(200, {"type": "array", "items": row})},
    }
    mock = serve(contract(paths), "pages: [{slug: a-page, title: A}]")
    assert mock.get("/pages/a-page").json() == {"slug": "a-page", "title": "A"}


def test_a_parameter_and_its_property_may_be_spelt_differently(serve: Serve) -> None:
    row = {"type": "object", "properties": {"widgetId": {"type": "string"}}}
    mock = serve(contract({"/widgets/{widget_id}": {"get": answers(200, row)}}), "widgets: [{widgetId: a}]")
    assert mock.get("/widgets/a").json() == {"widgetId": "a"}


def test_rows_in_parts_and_references_are_rows(serve: Serve) -> None:
    schemas = {
        "Thing": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        "Gadget": {
            "allOf": [
                {"$ref": "#/components/schemas/Thing"},
                {
                    "type": "object",
                    "required": ["made"],
                    "properties": {
                        "made": {"type": "string", "format": "date-time"},
                        "name": {"type": "string"},
                    },
                },
            ]
        },
    }
    mock = serve(contract(crud("/gadgets", {"$ref": "#/components/schemas/Gadget"}), schemas))
    made = mock.post("/gadgets", json={"name": "x"}).json()
    assert made == {"id": made["id"], "name": "x", "made": "2026-01-05T12:00:00.000Z"}
    assert mock.get("/gadgets").json() == [made]


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


def test_lists_are_filtered_by_the_properties_and_cut_by_the_paging_that_the_contract_declares(
    serve: Serve,
) -> None:
    row = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "colour": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "big": {"type": "boolean"},
        },
    }

    def query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"name": name, "in": "query", "schema": schema}

    strings = {"type": "array", "items": {"type": "string"}}
    parameters = [
        query("colour", strings),
        query("tags", {"type": "string"}),
        query("big", {"type": "boolean"}),
        query("page", {"type": "integer"}),
        query("page_size", {"type": "integer"}),
        query("offset", {"type": "integer"}),
    ]
    paths = {"/widgets": {"get": {"parameters": parameters, **answers(200, {"type": "array", "items": row})}}}
    fixtures = """widgets:
      - {id: a, colour: red, tags: [x, y], big: true}
      - {id: b, colour: blue, tags: [y], big: false}
      - {id: c, colour: red, tags: [], big: false}"""
    mock = serve(contract(paths), fixtures)

    def ids(query: str) -> str:
        return "".join(row["id"] for row in mock.get(f"/widgets?{query}").json())

    assert ids("") == "abc"
    assert ids("colour=red") == "ac"
    assert ids("colour=red&colour=blue&big=false") == "bc"
    assert ids("tags=y") == "ab"
    assert ids("page=2&page_size=2") == "c"
    assert ids("page_size=1&offset=1") == "b"
    assert ids("offset=2") == "c"
    assert ids("page=99999999999999&page_size=2") == ""


def test_rows_below_one_parent_are_not_seen_below_another(serve: Serve) -> None:
    fixtures = """
shops: [{id: s1, name: S1}, {id: s2, name: S2}]
widgets: [{id: w1, name: One, _shop: s1}, {id: w1, name: Uno, _shop: s2}]
"""
    schemas = {"Shop": WIDGET}
    paths = {**crud("/shops", {"$ref": "#/components/schemas/Shop"}), **crud("/shops/{shop}/widgets")}
    mock = serve(contract(paths, schemas), fixtures)
    assert mock.get("/shops/s1/widgets").json() == [{"id": "w1", "name": "One"}]
    assert mock.get("/shops/s2/widgets/w1").json() == {"id": "w1", "name": "Uno"}
    made = mock.post("/shops/s2/widgets", json={"name": "Due"}).json()
    assert mock.get(f"/shops/s2/widgets/{made['id']}").json() == made
    assert mock.get(f"/shops/s1/widgets/{made['id']}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_lies_below_a_parent_that_is_not_there(serve: Serve, method: str) -> None:
    mock = serve(contract({**crud("/shops"), **crud("/shops/{shop}/widgets")}), "shops: [{id: s1, name: S}]")
    sent = {"json": {"name": "x"}} if method == "POST" else {}
    assert mock.request(method, "/shops/s1/widgets", **sent).status_code in (200, 201)
    answer = mock.request(method, "/shops/s9/widgets", **sent)
    assert answer.status_code == 404
    assert "s9 in shops" in answer.json()["detail"]
    assert mock.get("/shops/s9/widgets/w1").status_code == 404


def test_keys_with_slashes_do_not_run_into_each_other(serve: Serve) -> None:
    mock = serve(contract(crud("/shops/{shop}/widgets")))
    assert mock.post("/shops/a%2Fb/widgets", json={"id": "c", "name": "x"}).status_code == 201
    assert mock.post("/shops/a/widgets", json={"id": "b/c", "name": "y"}).status_code == 201
    assert mock.get("/shops/a%2Fb/widgets/c").json()["name"] == "x"
    assert mock.get("/shops/a/widgets/b%2Fc").json()["name"] == "y"


def test_a_parent_that_rows_name_themselves_need_not_be_written_twice(serve: Serve) -> None:
    row = {**WIDGET, "properties": {**WIDGET["properties"], "shopId": {"type": "integer"}}}
    spec = contract(crud("/shops/{shop_id}/widgets", row), types={"shop_id": "integer"})
    mock = serve(spec, "widgets: [{id: w1, name: One, shopId: 4}]")
    assert mock.get("/shops/4/widgets/w1").json()["name"] == "One"
    assert mock.post("/shops/5/widgets", json={"name": "x", "shopId": 4}).json()["shopId"] == 5
    assert mock.patch("/shops/4/widgets/w1", json={"shopId": 5}).json()["shopId"] == 4


def test_a_fixture_row_without_its_parent_stops_the_start(serve: Serve) -> None:
    with pytest.raises(SetupError, match=r"fixtures/shop.yaml:1:11: This row of widgets lacks '_shop'"):
        serve(contract(crud("/shops/{shop}/widgets")), "widgets: [{id: w1, name: One}]")


def test_a_flat_path_and_a_nested_one_show_the_same_rows(serve: Serve) -> None:
    schemas = {
        "Post": {
            "type": "object",
            "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "user": {"type": "string"}},
        }
    }
    ref = {"$ref": "#/components/schemas/Post"}
    spec = contract({**crud("/posts", ref), **crud("/users/{user}/posts", ref)}, schemas)
    mock = serve(spec, "posts: [{id: p1, user: ada}, {id: p2, user: bob}]")
    assert mock.get("/users/ada/posts").json() == [{"id": "p1", "user": "ada"}]
    made = mock.post("/users/bob/posts", json={"name": "x"}).json()
    assert made["user"] == "bob"
    assert mock.get(f"/posts/{made['id']}").json() == made
    assert mock.get("/users/ada/posts/p2").status_code == 404
    assert len(mock.get("/posts").json()) == 3


def test_one_word_for_two_collections_is_told_apart_by_the_words_before_it(serve: Serve) -> None:
    other = {"type": "object", "properties": {"id": {"type": "integer"}}}
    spec = contract({**crud("/shops/{shop}/notes"), **crud("/users/{user}/notes", other)})
    fixtures = """
shops/notes: [{id: n1, name: One, _shop: s1}]
users/notes: [{id: 1, _user: ada}]
"""
    mock = serve(spec, fixtures)
    assert mock.get("/shops/s1/notes/n1").json() == {"id": "n1", "name": "One"}
    assert mock.get("/users/ada/notes/1").json() == {"id": 1}


def test_paths_that_only_look_like_collections_are_answered_by_their_examples(serve: Serve) -> None:
    token = {"type": "object", "properties": {"id": {"type": "string"}, "token": {"type": "string"}}}
    settings = {"type": "object", "properties": {"theme": {"type": "string"}}}
    jobs = {"type": "array", "items": {"type": "string"}}

    def example(schema: Any, value: Any) -> dict[str, Any]:
        content = {"application/json": {"schema": schema, "example": value}}
        return {"responses": {200: {"description": "", "content": content}}}

    paths = {
        "/login": {"post": {"requestBody": body({"type": "object"}), **example(token, {"token": "t"})}},
        "/settings": {
            "get": example(settings, {"theme": "dark"}),
            "put": {"requestBody": body(settings), **example(settings, {"theme": "dark"})},
        },
        "/jobs": {"get": example(jobs, ["a", "b"])},
        "/weather/{city}": {"get": example(settings, {"theme": "rain"})},
        "/": {"get": example(settings, {"theme": "root"})},
    }
    mock = serve(contract(paths))
    assert mock.post("/login", json={}).json() == {"token": "t"}
    assert mock.get("/settings").json() == {"theme": "dark"}
    assert mock.get("/jobs").json() == ["a", "b"]
    assert mock.get("/weather/rome").json() == {"theme": "rain"}
    assert mock.get("/").json() == {"theme": "root"}
    assert mock.last.answered_by == "example"


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


def test_documents_of_openapi_3_1_have_collections_too(serve: Serve) -> None:
    row = {
        "type": "object",
        "required": ["id", "nick"],
        "properties": {
            "id": {"type": ["integer", "null"]},
            "nick": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    }
    spec = contract(crud("/widgets", row, {"type": "object"}), types={"id": "integer"})
    mock = serve(spec.replace("3.0.3", "3.1.0"), "widgets: [{id: 1, nick: a}]")
    assert mock.patch("/widgets/1", json={"nick": None}).json() == {"id": 1, "nick": None}
    assert mock.post("/widgets", json={"nick": "b"}).json() == {"id": 2, "nick": "b"}


def test_fixtures_that_do_not_fit_stop_the_start_with_every_fault_and_its_line(serve: Serve) -> None:
    fixtures = "widgets:\n- {id: w1, name: 3}\n- {id: w2, name: ok}\n- {id: w2, name: ok}\nwidgetz: []"
    with pytest.raises(SetupError) as stopped:
        serve(contract(crud("/widgets")), fixtures)
    told = [str(finding) for finding in stopped.value.findings]
    assert any(
        "fixtures/shop.yaml:2:12" in one and "/name" in one and "specs/shop.yaml:" in one for one in told
    )
    assert any("fixtures/shop.yaml:4" in one and "two rows with the key w2" in one for one in told)
    assert any("fixtures/shop.yaml:5" in one and "Did you mean 'widgets'?" in one for one in told)


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


def test_rows_that_hold_rows_like_themselves_are_rows(serve: Serve) -> None:
    ref = {"$ref": "#/components/schemas/Node"}
    node = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "kids": {"type": "array", "items": ref}},
    }
    mock = serve(contract(crud("/nodes", ref, ref), {"Node": node}))
    sent = {"id": "a", "kids": [{"id": "b", "kids": []}]}
    assert mock.post("/nodes", json=sent).json() == sent
