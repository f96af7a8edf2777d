"""Operations of one path that a query, a header or a media type tells apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract
from tests.harness import Mock

Serve = Callable[..., Mock]


def said(word: str, **more: Any) -> dict[str, Any]:
    return {**answers(200, {"type": "string", "enum": [word]}), "operationId": word, **more}


def asked(where: str, name: str, *options: str) -> dict[str, Any]:
    schema = {"type": "string", **({"enum": list(options)} if options else {})}
    return {"parameters": [{"in": where, "name": name, "required": True, "schema": schema}]}


FORM = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}

PATHS = {
    "/rest?method=one": {"get": said("one")},
    "/rest?method=two": {"get": said("two")},
    "/rest?method=two&full=true": {"get": said("full")},
    "/export": {"get": said("all")},
    "/export?file={file}": {"get": said("file")},
    "/#Action=Start": {"get": said("start", **asked("query", "Action", "Start"))},
    "/#Action=Stop": {"get": said("stop", **asked("query", "Action", "Stop"))},
    "/go#X-Target=a": {"post": said("a", **asked("header", "X-Target", "a"))},
    "/go#X-Target=b": {"post": said("b", **asked("header", "X-Target", "b"))},
    "/read#json": {"post": said("json", requestBody=body({"type": "object"}))},
    "/read#form": {"post": said("form", requestBody=FORM)},
    "/twins#1": {"get": said("first")},
    "/twins#2": {"get": said("second")},
}


@pytest.mark.parametrize(
    ("method", "target", "more", "word"),
    [
        ("GET", "/rest?method=one", {}, "one"),
        ("GET", "/rest?method=two", {}, "two"),
        ("GET", "/rest?full=true&method=two", {}, "full"),
        ("GET", "/rest?method=three", {}, "one"),
        ("GET", "/export", {}, "all"),
        ("GET", "/export?file=a.csv", {}, "file"),
        ("GET", "/?Action=Start", {}, "start"),
        ("GET", "/?Action=Stop&Version=1", {}, "stop"),
        ("POST", "/go", {"headers": {"X-Target": "a"}}, "a"),
        ("POST", "/go", {"headers": {"X-Target": "b"}}, "b"),
        ("POST", "/read", {"json": {}}, "json"),
        ("POST", "/read", {"data": {"a": "b"}}, "form"),
        ("GET", "/twins", {}, "first"),
    ],
)
def test_a_request_means_the_operation_of_which_most_is_there(
    serve: Serve, method: str, target: str, more: Any, word: str
) -> None:
    mock = serve(contract(PATHS))
    answer = mock.request(method, target, **more)
    assert (answer.status_code, answer.json()) == (200, word), answer.text


def test_what_stands_behind_a_path_is_told_and_declared(serve: Serve) -> None:
    mock = serve(contract(PATHS), strict=True)
    assert mock.get("/rest?method=two&full=true").json() == "full"
    assert mock.get("/rest?method=one&x=1").status_code == 400
    assert mock.get("/?Action=Begin").status_code == 400
