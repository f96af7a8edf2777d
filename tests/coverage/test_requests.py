"""What of requests and answers counts, in ways that few contracts and clients have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from mockade.contract.schemes import REDACTED
from mockade.coverage import requests
from mockade.coverage.compiling import items_of
from mockade.coverage.counting import Coverage
from mockade.coverage.saved import SavedExchange
from tests.contracts import answers, body, contract
from tests.coverage.odd_contract import CONTRACT, HANDLERS
from tests.coverage.odd_contract import requests as odd_requests
from tests.coverage.test_counting import counted
from tests.harness import Mock, fault_at

Serve = Callable[..., Mock]
IDS, NAMES = "#/components/schemas/Ids", "#/components/schemas/Names"
NAME = {"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}


def seen(mock: Mock, operation: str, state: str = "seen") -> list[str]:
    return [id for id, one in counted(mock, "shop")[operation].items() if one == state]


def test_a_saved_journal_counts_as_the_server_did(serve: Serve) -> None:
    mock = serve(CONTRACT, handlers=HANDLERS)
    for one in odd_requests():
        mock.request(one.pop("method"), one.pop("path"), **one)
    ours = counted(mock, "shop")
    for secrets in ("true", "false"):
        entries = mock.get(f"/_mockade/v1/journal?secrets={secrets}").json()["exchanges"]
        saved = mock.world.coverage = Coverage(mock.worlds._items_of)  # type: ignore[misc]  # counted anew
        for entry in entries:
            saved.count(SavedExchange.read(entry))
        theirs = counted(mock, "shop")
        lost = {id for name, items in ours.items() for id in items if theirs[name][id] != items[id]}
        # Bearer and Basic stand in one header, and neither is told of a redacted one; nor is any cookie.
        cookies = {
            id for id in ours["listAnimals"] if "/cookie/" in id and ours["listAnimals"][id] != "never"
        }
        hidden = {"/security/bearer", "/security/basic", "/security/key+tenant"} | cookies
        assert lost == (set() if secrets == "true" else hidden)


def test_the_word_for_what_a_journal_hides_is_one() -> None:
    assert requests.REDACTED == REDACTED


def test_an_answer_of_a_fault_or_a_preference_is_one_and_a_bug_of_the_mock_is_none(serve: Serve) -> None:
    paths = {"/a": {"get": answers(200, NAME)}, "/b": {"get": answers(200, NAME)}}
    for item in paths.values():
        item["get"]["responses"] |= {"503": {"description": ""}, "500": {"description": ""}}
    mock = serve(contract(paths), handlers="def get_b(call):\n    raise KeyError\n")
    assert mock.get("/a", headers={"prefer": "code=503"}).status_code == 503
    assert mock.get("/b").status_code == 500
    assert seen(mock, "get_a") == ["", "/responses/503"]
    assert seen(mock, "get_b") == [""]
    fault_at(mock, {"status": 500}, match={"operation": "get_b"})
    assert mock.get("/b").status_code == 500
    assert seen(mock, "get_b") == ["", "/responses/500"]


def test_what_cannot_be_counted_is_told_by_a_number_and_harms_no_answer(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = serve(contract({"/a": {"get": answers(200, NAME)}}), handlers="def get_a(call):\n    return {}\n")
    monkeypatch.setattr("mockade.coverage.responses.mark_response", lambda *_: 1 / 0)
    assert mock.get("/a").status_code == 200
    assert mock.get("/_mockade/v1/coverage").json()["unread"] == 1


def test_a_head_request_shows_the_status_and_no_body(serve: Serve) -> None:
    mock = serve(contract({"/a": {"get": answers(200, NAME)}}), handlers="def get_a(call):\n    return {}\n")
    assert mock.request("HEAD", "/a").status_code == 200
    assert seen(mock, "get_a") == ["", "/responses/200"]


def test_a_request_that_was_let_through_all_the_same_stays_refused(serve: Serve) -> None:
    paths = {"/a": {"post": {"requestBody": body(NAME), **answers(204)}}}
    mock = serve(contract(paths), handlers="def post_a(call, body=None):\n    return None\n", requests="warn")
    assert mock.post("/a", json={"size": "x"}).status_code == 204
    media = "/requestBody/content/application~1json"
    assert seen(mock, "post_a", "refused") == ["", media, f"{media}/schema/properties/size"]
    assert seen(mock, "post_a") == ["/responses/204"]
    mock.post("/a", json={"name": "x"})
    assert seen(mock, "post_a", "refused") == [f"{media}/schema/properties/size"]


def test_each_media_type_of_a_range_and_of_one_body_counts_for_itself(serve: Serve) -> None:
    content = {
        "application/json": {"schema": NAME},
        "application/merge-patch+json": {"schema": NAME},
        "image/*": {"schema": {"type": "string", "format": "binary"}},
    }
    paths = {"/a": {"put": {"requestBody": {"content": content}, **answers(204)}}}
    mock = serve(contract(paths), handlers="def put_a(call, body=None):\n    return None\n")
    mock.put("/a", content=b"{}", headers={"content-type": "application/merge-patch+json"})
    mock.put("/a", content=b"{}", headers={"content-type": "application/merge-patch+json; charset=utf-8"})
    mock.put("/a", content=b"x", headers={"content-type": "image/png"})
    parts = [f"/requestBody/content/{one}" for one in ("application~1merge-patch+json", "image~1*")]
    assert seen(mock, "put_a") == ["", *parts, "/responses/204"]


@pytest.mark.parametrize(
    "spec",
    [
        {
            "swagger": "2.0",
            "paths": {
                "/a": {
                    "post": {
                        "operationId": "go",
                        "consumes": ["application/x-www-form-urlencoded"],
                        "produces": ["application/json"],
                        "parameters": [
                            {"name": "name", "in": "formData", "type": "string", "enum": ["a", "b"]},
                            {
                                "name": "ids",
                                "in": "query",
                                "type": "array",
                                "collectionFormat": "csv",
                                "items": {"type": "string", "enum": ["x", "y"]},
                            },
                        ],
                        "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/It"}}},
                    }
                }
            },
            "definitions": {"It": NAME},
        },
        {
            "openapi": "3.1.0",
            "paths": {
                "/a": {
                    "post": {
                        "operationId": "go",
                        "parameters": [
                            {"name": "ids", "in": "query", "explode": False, "schema": {"$ref": IDS}}
                        ],
                        "requestBody": {
                            "content": {
                                "application/x-www-form-urlencoded": {
                                    "schema": {"properties": {"name": {"$ref": NAMES, "default": "b"}}}
                                }
                            }
                        },
                        **answers(200, {"$ref": "#/components/schemas/It"}),
                    }
                }
            },
            "components": {
                "schemas": {
                    "It": NAME,
                    "Ids": {"type": "array", "items": {"enum": ["x", "y"]}},
                    "Names": {"type": ["string", "null"], "enum": ["a", "b"]},
                }
            },
        },
    ],
)
def test_other_versions_of_openapi_count_at_the_lines_of_their_files(serve: Serve, spec: Any) -> None:
    text = yaml.dump({"info": {"title": "T", "version": "1"}, **spec}, sort_keys=False)
    mock = serve(text, handlers="def go(call, body=None, ids=None):\n    return {'name': 'n'}\n")
    assert mock.post("/a?ids=x,y", data={"name": "a"}).status_code == 200
    form = "/requestBody/content/application~1x-www-form-urlencoded"
    answer = "/responses/200/content/application~1json"
    assert seen(mock, "go") == [
        "",
        "/parameters/query/ids",
        "/parameters/query/ids/schema/items/enum/x",
        "/parameters/query/ids/schema/items/enum/y",
        form,
        f"{form}/schema/properties/name",
        f"{form}/schema/properties/name/enum/a",
        "/responses/200",
        answer,
        f"{answer}/schema/properties/name",
    ]
    items = mock.worlds._items_of("shop", "go")
    assert items is not None
    lines = text.splitlines()
    for one in items.items:
        if one.kind in ("properties", "parameters"):
            place = one.source.place()
            assert one.name in lines[place.line - 1] or "- name" in lines[place.line - 1], (one, place)


def test_what_operations_share_is_told_at_the_line_where_each_lists_it(serve: Serve) -> None:
    refs = "parameters: [{$ref: '#/components/parameters/Size'}]\n      responses:\n"
    get = f"    get:\n      {refs}        '404': {{$ref: '#/components/responses/Gone'}}\n"
    spec = (
        f"openapi: 3.0.3\ninfo: {{title: Shop, version: '1'}}\npaths:\n  /a:\n{get}  /b:\n{get}"
        "components:\n  parameters:\n    Size: {name: size, in: query, schema: {type: integer}}\n"
        "  responses:\n    Gone: {description: Gone.}\n"
    )
    api = serve(spec).apis["shop"]
    lines = {}
    for operation in api.contract.operations:
        items = items_of(api.contract, operation.id)
        assert items is not None
        lines[operation.path] = {one.kind: one.source.place().line for one in items.items}
    assert [one["statuses"] for one in lines.values()] == [8, 13]
    assert [one["parameters"] for one in lines.values()] == [6, 11]
