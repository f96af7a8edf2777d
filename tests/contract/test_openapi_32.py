"""What OpenAPI 3.2 added: what is acted on, and what `validate` says is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import Mock

DONE = {"responses": {"204": {"description": ""}}}
SCHEMA = {"$ref": "https://shops.test/shop#/components/schemas/Item"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.2.0",
    "$self": "https://shops.test/shop",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/items": {
            "query": {
                "operationId": "find",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "object", "required": ["q"]}}},
                },
                "responses": {
                    "200": {
                        "description": "",
                        "content": {"application/json": {"$ref": "#/components/mediaTypes/Item"}},
                    }
                },
            },
            "additionalOperations": {
                "COPY": {"operationId": "copy", **DONE},
                "BREW": {"operationId": "brew", **DONE},
            },
        },
        "/cookies": {
            "get": {
                "parameters": [
                    {
                        "name": "n",
                        "in": "cookie",
                        "style": "cookie",
                        "schema": {"type": "array", "items": {"type": "integer"}, "maxItems": 2},
                    }
                ],
                **DONE,
            }
        },
        "/whole": {
            "get": {
                "parameters": [{"name": "q", "in": "querystring", "content": {"text/plain": {"schema": {}}}}],
                "responses": {
                    "200": {"description": "", "content": {"application/jsonl": {"itemSchema": SCHEMA}}}
                },
            }
        },
    },
    "components": {
        "schemas": {"Item": {"type": "object", "properties": {"size": {"type": "integer"}}}},
        "mediaTypes": {"Item": {"schema": SCHEMA, "examples": {"one": {"dataValue": {"size": 1}}}}},
    },
}


@pytest.fixture
def mock(serve: Callable[..., Mock]) -> Mock:
    return serve(json.dumps(DOCUMENT, indent=1))


def test_a_query_is_validated_and_answered_like_any_operation(mock: Mock) -> None:
    assert mock.request("QUERY", "/items", json={"q": 1}).json() == {"size": 1}
    assert "/q 'q' is required" in mock.request("QUERY", "/items", json={}).json()["detail"].replace(":", "")
    assert mock.last.operation == "find"


def test_methods_that_the_parser_knows_are_served_and_others_are_told(mock: Mock) -> None:
    assert mock.request("COPY", "/items").status_code == 204
    refused = mock.request("BREW", "/items")
    assert (refused.status_code, refused.headers["allow"]) == (405, "COPY, QUERY")


@pytest.mark.parametrize(("cookie", "status"), [("n=1; n=2", 204), ("n=1; n=x", 400), ("n=1; n=2; n=3", 400)])
def test_a_list_comes_in_several_cookies_of_one_name(mock: Mock, cookie: str, status: int) -> None:
    assert mock.get("/cookies", headers={"cookie": cookie}).status_code == status


def test_what_is_not_acted_on_is_information(mock: Mock) -> None:
    findings = mock.apis["shop"].contract.findings
    assert [(one.severity, one.rule, one.message) for one in findings] == [
        ("info", "version", "No request has the method BREW, as the HTTP parser has none."),
        ("info", "version", "A parameter that is the whole query (`in: querystring`) is not read."),
        ("info", "version", "The items of a stream are not checked."),
    ]
