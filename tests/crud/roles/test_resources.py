"""Which resources a contract has by the form of its paths; they are served without Python.

Holds `crud/roles/finding.py` and `crud/roles/paths.py` too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.contract import Contract
from mockade.crud.roles.finding import find_resources
from mockade.errors import SetupError
from tests.contracts import REF, WIDGET, WIDGETS, answers, body, contract, crud
from tests.harness import Mock

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


def test_rows_that_hold_rows_like_themselves_are_rows(serve: Serve) -> None:
    ref = {"$ref": "#/components/schemas/Node"}
    node = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "kids": {"type": "array", "items": ref}},
    }
    mock = serve(contract(crud("/nodes", ref, ref), {"Node": node}))
    sent = {"id": "a", "kids": [{"id": "b", "kids": []}]}
    assert mock.post("/nodes", json=sent).json() == sent


def test_operations_of_one_path_that_a_query_chooses_do_the_same_to_its_rows(serve: Serve) -> None:
    paths = {"/widgets?v=2": {"post": crud("/widgets")["/widgets"]["post"]}, **crud("/widgets")}
    paths["/widgets/{id}?full=true"] = {"get": answers(200, REF)}
    mock = serve(contract(paths), WIDGETS)
    for path in ("/widgets", "/widgets?v=2"):
        made = mock.post(path, json={"name": "Three"}).json()
        assert made in mock.get("/widgets").json()
        assert mock.get(f"/widgets/{made['id']}?full=true").json() == made


def test_finding_takes_time_in_proportion_to_the_number_of_operations(tmp_path: Path) -> None:
    def calls(count: int) -> int:
        paths: dict[str, Any] = {}
        for at in range(count):
            paths |= crud(f"/a{at}/{{p}}/notes") | crud(f"/b{at}/things")
        path = tmp_path / f"{count}.yaml"
        path.write_text(contract(paths))
        loaded, made = Contract.load(path), 0

        def count_call(_frame: Any, event: str, _argument: Any) -> None:
            nonlocal made
            made += event == "call"

        sys.setprofile(count_call)
        try:
            found = list(find_resources(loaded, frozenset()))
        finally:
            sys.setprofile(None)
        assert len(found) == count * 12
        return made

    assert calls(80) < 5 * calls(20)
