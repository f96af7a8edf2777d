"""Headers that an answer which no handler wrote needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import REF, answers, body, contract
from tests.harness import Mock

Serve = Callable[..., Mock]


def with_header(name: str, header: dict[str, Any], status: int = 200, schema: Any = REF) -> str:
    spec = answers(status, schema, headers={name: header})
    return contract({"/one": {"get": spec}})


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ({"schema": {"type": "string", "example": "a"}}, "a"),
        ({"schema": {"type": "string"}, "example": "b"}, "b"),
        ({"schema": {"type": "string"}, "examples": {"one": {"value": "c"}}}, "c"),
        ({"schema": {"type": "integer", "minimum": 5, "maximum": 5}}, "5"),
        ({"schema": {"type": "boolean", "enum": [True]}}, "true"),
        ({"schema": {"type": "array", "items": {"type": "integer", "enum": [3]}}, "example": [3, 3]}, "3,3"),
        ({"schema": {"type": "string", "pattern": "^[A-Z]{9}$"}, "example": "no"}, None),
        ({"schema": {"type": "array", "minItems": 2, "items": {"type": "integer"}}}, None),
        ({"schema": {"type": "string", "example": "é漢"}}, None),
        ({"schema": {"type": "string", "default": "two\nlines"}, "example": "two\r\nlines"}, None),
        ({"schema": {"type": "string", "enum": ["é漢", "b"]}}, "b"),
    ],
)
def test_a_required_header_has_a_value_that_fits(serve: Serve, header: Any, value: str | None) -> None:
    mock = serve(with_header("X-Why", {"required": True, **header}))
    answer = mock.get("/one")
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-why"] == value or (value is None and answer.headers["x-why"])
    assert answer.headers["x-mockade-answer"] == "generated"


def test_a_header_that_no_value_fits_is_a_501_that_names_it(serve: Serve) -> None:
    unfit = {"required": True, "schema": {"type": "string", "minLength": 5, "maxLength": 2}}
    answer = serve(with_header("X-Why", unfit)).get("/one")
    assert answer.status_code == 501
    assert "the header X-Why, at" in answer.json()["detail"]


def test_a_contract_may_have_the_header_that_marks_what_is_generated_for_itself(serve: Serve) -> None:
    own = {"required": True, "schema": {"type": "string", "enum": ["vendor"]}}
    answer = serve(with_header("X-Mockade-Answer", own)).get("/one")
    assert (answer.status_code, answer.headers["x-mockade-answer"]) == (200, "vendor")


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ({"schema": {"type": "string"}}, "/"),
        ({"schema": {"type": "string", "format": "uri"}}, "https://example.com/"),
        ({"schema": {"type": "string"}, "example": "/b"}, "/b"),
        ({"required": True, "schema": {"type": "string", "example": "/c"}}, "/c"),
        ({"schema": {"type": "string", "example": "/d\r\nX-Evil: 1"}}, "/"),
    ],
)
def test_a_redirection_leads_somewhere(serve: Serve, header: Any, target: str) -> None:
    mock = serve(with_header("Location", header, 302, None))
    for headers in ({}, {"Prefer": "code=302"}):
        answer = mock.get("/one", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (302, target)


@pytest.mark.parametrize("name", ["Content-Length", "Transfer-Encoding", "Connection", "Content-Type"])
def test_a_required_header_that_the_server_writes_is_left_to_it(serve: Serve, name: str) -> None:
    header = {"required": True, "schema": {"type": "string", "enum": ["of the contract"]}}
    answer = serve(with_header(name, header)).get("/one")
    assert answer.status_code == 200, answer.text


def test_what_http_cannot_carry_is_left_out_and_the_answer_is_sound(serve: Serve) -> None:
    spec = answers(200, None, headers={"X-A": {"required": True, "schema": {"enum": ["a\r\nX-Evil: 1"]}}})
    spec["responses"][200]["content"] = {"application/x; q=\r\nX-Evil: 1": {"schema": {"type": "string"}}}
    answer = serve(contract({"/one": {"get": spec}})).get("/one")
    assert answer.status_code == 200
    assert not {"x-a", "x-evil", "content-type"} & set(answer.headers)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ({"schema": {"type": "string", "format": "uri"}}, "http://{host}/shop/v1/things/{id}"),
        ({"schema": {"type": "string", "pattern": "^/things/[0-9a-f-]+$"}}, "/things/{id}"),
        ({"schema": {"type": "string", "pattern": "^/shop/v1/"}}, "/shop/v1/things/{id}"),
        ({"schema": {"type": "string", "pattern": "^things/"}}, "things/{id}"),
        ({"schema": {"type": "string", "maxLength": 1}}, None),
        ({"required": True, "schema": {"type": "string", "pattern": "^x$"}}, "x"),
    ],
)
def test_the_location_of_a_new_row_is_in_the_form_that_the_contract_asks(
    serve: Serve, header: Any, target: str | None
) -> None:
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    made = answers(201, schema, headers={"Location": header})
    paths = {
        "/shop/v1/things": {"post": {"requestBody": body(schema), **made}},
        "/shop/v1/things/{id}": {"get": answers(200, schema)},
    }
    mock = serve(contract(paths))
    answer = mock.post("/shop/v1/things", json={"id": "a1"})
    assert answer.status_code == 201, answer.text
    host = answer.request.url.netloc.decode()
    assert answer.headers.get("location") == (target and target.format(host=host, id="a1"))
