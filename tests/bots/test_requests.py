"""Requests are written as the contract asks: parameters in their styles, credentials where they belong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockade.bots.checks import body_slips, media_type_of
from mockade.bots.contracts import Contracts
from mockade.bots.requests import make_request
from mockade.contract.contract import Contract
from mockade.contract.violations import ABSENT

SCHEMES = {
    "Bearer": {"type": "http", "scheme": "bearer"},
    "Basic": {"type": "http", "scheme": "basic"},
    "Header": {"type": "apiKey", "in": "header", "name": "x-key"},
    "Query": {"type": "apiKey", "in": "query", "name": "key"},
    "Cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
}


def contracts(folder: Path, path: str = "/a", **operation: Any) -> Contracts:
    answered = {"operationId": "a", "responses": {"200": {"description": "x"}}, **operation}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {path: {"post": answered}},
        "components": {"securitySchemes": SCHEMES},
    }
    file = folder / "one.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return Contracts({"one": Contract.load(file)})


def parameter(where: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": "p", "in": where, "required": where == "path", "schema": {"type": kind}, **more}


@pytest.mark.parametrize(
    ("given", "value", "path"),
    [
        (parameter("path", "string"), "a/b c", "/a/a%2Fb%20c"),
        (parameter("path", "array"), ["x", "y"], "/a/x,y"),
        (parameter("path", "string", style="label"), "x", "/a/.x"),
        (parameter("path", "string", style="matrix"), "x", "/a/;p=x"),
        (parameter("query", "boolean"), True, "/a/{p}?p=true"),
        (parameter("query", "array"), ["x", "y"], "/a/{p}?p=x&p=y"),
        (parameter("query", "array", explode=False), ["x", "y"], "/a/{p}?p=x,y"),
        (parameter("query", "array", style="pipeDelimited", explode=False), [1, 2], "/a/{p}?p=1%7C2"),
        (parameter("query", "object"), {"x": 1}, "/a/{p}?x=1"),
        (
            parameter("query", "object", style="deepObject"),
            {"x": {"y": [1]}},
            "/a/{p}?p%5Bx%5D%5By%5D%5B0%5D=1",
        ),
    ],
)
def test_a_parameter_is_written_in_its_style(tmp_path: Path, given: Any, value: Any, path: str) -> None:
    parameters = [given] if given["in"] == "path" else [parameter("path", "string") | {"name": "q"}, given]
    place = "/a/{p}" if given["in"] == "path" else "/a/{q}"
    operation = contracts(tmp_path, place, parameters=parameters).operation("a")
    sent = make_request(operation, {"p": value}, ABSENT, "", {})
    assert sent.path == path.replace("{p}", "{q}")


@pytest.mark.parametrize(
    ("scheme", "headers", "path"),
    [
        ("Bearer", {"Authorization": "Bearer u:p"}, "/a"),
        ("Basic", {"Authorization": "Basic dTpw"}, "/a"),
        ("Header", {"x-key": "u:p"}, "/a"),
        ("Query", {}, "/a?key=u%3Ap"),
        ("Cookie", {"Cookie": "sid=u:p"}, "/a"),
    ],
)
def test_a_credential_is_carried_as_its_scheme_asks(
    tmp_path: Path, scheme: str, headers: dict[str, str], path: str
) -> None:
    known = contracts(tmp_path, security=[{"Bearer": [], "Header": []}, {scheme: []}])
    operation = known.operation("a")
    assert known.carried(operation, []) is None
    carried = known.carried(operation, [scheme])
    assert carried is not None
    sent = make_request(operation, {}, ABSENT, "", {one: "u:p" for one, _ in carried})
    assert (sent.headers, sent.path) == (headers, path)


@pytest.mark.parametrize(
    ("media_type", "body", "content"),
    [
        ("application/json", {"a": [1]}, b'{"a":[1]}'),
        ("application/x-www-form-urlencoded", {"a": [1, "x y"], "b": True}, b"a=1&a=x+y&b=true"),
        ("application/x-www-form-urlencoded", "a=1", b"a=1"),
        ("text/plain", "hello", b"hello"),
        ("text/plain", {"a": 1}, b'{"a":1}'),
    ],
)
def test_a_body_is_written_as_its_media_type(
    tmp_path: Path, media_type: str, body: Any, content: bytes
) -> None:
    operation = contracts(tmp_path, requestBody={"content": {media_type: {}}}).operation("a")
    sent = make_request(operation, {}, body, media_type, {})
    assert (sent.content, sent.headers) == (content, {"Content-Type": media_type})


def test_a_form_is_one_however_the_contract_writes_its_media_type(tmp_path: Path) -> None:
    written = "Application/X-WWW-Form-Urlencoded; charset=utf-8"
    schema = {"type": "object"}
    operation = contracts(tmp_path, requestBody={"content": {written: {"schema": schema}}}).operation("a")
    media_type = media_type_of(operation)
    assert list(body_slips(operation, {"a": 1}, media_type)) == []
    assert make_request(operation, {}, {"a": 1}, media_type, {}).content == b"a=1"
