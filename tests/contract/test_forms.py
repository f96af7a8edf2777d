"""Forms and multipart bodies: each field as its schema and its encoding mean it.

Holds `contract/multipart.py`, `contract/body_values.py`, `contract/encodings.py`, `contract/headers.py`,
`contract/media_types.py` and `contract/content_reader.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.operations import Body
from mockade.contract.violations import Violation
from mockade.errors import EngineRefusal
from mockade.middleware.bodies import parse_body
from tests.contract.documents import contract_of, faults, operation_of
from tests.contracts import answers, contract
from tests.harness import Mock

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
WHOLE, TEXT = {"type": "integer"}, {"type": "string"}
POINT = {"type": "object", "properties": {"x": WHOLE, "y": {"type": "array", "items": TEXT}}}


def body_of(folder: Path, media_type: str, properties: Any, encoding: Any = None, **schema: Any) -> Body:
    media: dict[str, Any] = {"schema": {"type": "object", "properties": properties, **schema}}
    if encoding is not None:
        media["encoding"] = encoding
    paths = {"/a": {"post": {"requestBody": {"content": {media_type: media}}, "responses": {}}}}
    body = operation_of(contract_of(folder, paths=paths, version="3.1.0")).body
    assert body is not None
    return body


def read(body: Body, raw: str | bytes, media_type: str = FORM) -> tuple[Any, list[Violation]]:
    scope = {"headers": [(b"content-type", media_type.encode())]}
    value, _, found = parse_body(scope, raw if isinstance(raw, bytes) else raw.encode(), body)
    return value, found


def parts(*given: tuple[str, str], end: str = "--cut--\r\n") -> bytes:
    """Parts with these headers and texts; a header that is but a name is that of form-data."""
    made = ""
    for header, text in given:
        head = header if ":" in header or not header else f'Content-Disposition: form-data; name="{header}"'
        made += f"--cut\r\n{head}\r\n{chr(13) + chr(10) if head else ''}{text}\r\n"
    return (made + end).encode()


# style and explode


@pytest.mark.parametrize(
    ("schema", "encoding", "raw", "value"),
    [
        ({"type": "array", "items": WHOLE}, {"explode": False}, "a=1,2", [1, 2]),
        (
            {"type": "array", "items": TEXT},
            {"style": "form", "explode": False},
            "a=p%2Cq,r+s",
            ["p,q", "r s"],
        ),
        (
            {"type": "array", "items": TEXT},
            {"style": "pipeDelimited", "explode": False},
            "a=p|q%7Cr",
            ["p", "q", "r"],
        ),
        (
            {"type": "array", "items": TEXT},
            {"style": "spaceDelimited", "explode": False},
            "a=p+q%20r",
            ["p", "q", "r"],
        ),
        ({"type": "array", "items": WHOLE}, {"style": "form"}, "a=1&a=2", [1, 2]),
        ({"type": "array", "items": WHOLE}, {"style": "deepObject"}, "a[]=1&a[]=2", [1, 2]),
        (POINT, {"style": "deepObject"}, "a[x]=1&a[y]=p&a[y]=q", {"x": 1, "y": ["p", "q"]}),
        (POINT, {"style": "deepObject"}, "a%5Bx%5D=1&a%5By%5D%5B%5D=p", {"x": 1, "y": ["p"]}),
        (POINT, {"style": "form", "explode": True}, "x=1&y=p", {"x": 1, "y": ["p"]}),
        (POINT, {"style": "form", "explode": False}, "a=x,1", {"x": 1}),
        (WHOLE, {"allowReserved": True}, "a=5", 5),
        (TEXT, {"allowReserved": True, "contentType": "application/json"}, "a=5/6?", "5/6?"),
    ],
)
def test_a_field_with_a_style_is_written_like_a_query_parameter(
    tmp_path: Path, schema: Any, encoding: Any, raw: str, value: Any
) -> None:
    assert read(body_of(tmp_path, FORM, {"a": schema}, {"a": encoding}), raw) == ({"a": value}, [])


def test_a_style_holds_in_parts_which_are_not_percent_encoded(tmp_path: Path) -> None:
    tags = {"type": "array", "items": TEXT}
    encoding = {"tags": {"explode": False}, "at": {"style": "deepObject"}}
    body = body_of(tmp_path, PARTS, {"tags": tags, "at": POINT}, encoding)
    raw = parts(("tags", "a+b,c%2C"), ("at[x]", "1"))
    assert read(body, raw, f"{PARTS}; boundary=cut") == ({"tags": ["a+b", "c%2C"], "at": {"x": 1}}, [])


@pytest.mark.parametrize(
    ("encoding", "raw", "rule"),
    [
        ({"style": "deepObject"}, "a[x=1", "style"),
        ({"style": "form", "explode": False}, "a=x,1,y", "style"),
    ],
)
def test_what_is_not_written_as_its_style_asks_is_a_violation(
    tmp_path: Path, encoding: Any, raw: str, rule: str
) -> None:
    _, (violation,) = read(body_of(tmp_path, FORM, {"a": POINT}, {"a": encoding}), raw)
    assert (violation.rule, violation.where, violation.path) == (rule, "body", ("a",))


def test_what_does_not_fit_is_told_once_with_the_whole_body(serve: Callable[..., Mock]) -> None:
    media = {
        "schema": {"type": "object", "properties": {"a": POINT}},
        "encoding": {"a": {"style": "deepObject"}},
    }
    operation = {"requestBody": {"content": {FORM: media}}, **answers(204)}
    mock = serve(contract({"/a": {"post": operation}}))
    sent = {"headers": {"content-type": FORM}}
    assert mock.post("/a", content="a[x]=1", **sent).status_code == 204
    answer = mock.post("/a", content="a[x]=z", **sent)
    assert [(one["pointer"], one["rule"]) for one in answer.json()["violations"]] == [("/a/x", "type")]


# content types


def test_a_field_of_an_urlencoded_form_may_be_json_whatever_its_type(tmp_path: Path) -> None:
    rows = {"type": "array", "items": POINT}
    encoding = {name: {"contentType": "application/json"} for name in ("s", "n", "rows", "o")}
    body = body_of(tmp_path, FORM, {"s": TEXT, "n": WHOLE, "rows": rows, "o": POINT, "plain": TEXT}, encoding)
    raw = 's="a"&n=5&rows={"x":1}&rows={"x":2}&o={"x":1}&plain="a"'
    assert read(body, raw)[0] == {
        "s": "a",
        "n": 5,
        "rows": [{"x": 1}, {"x": 2}],
        "o": {"x": 1},
        "plain": '"a"',
    }
    assert read(body, 'rows=[{"x":1}]')[0] == {"rows": [{"x": 1}]}
    _, (violation,) = read(body, "n=x")
    assert (violation.rule, violation.path) == ("json", ("n",))


def test_parts_are_read_by_their_types_and_arrays_have_a_part_for_each_item(tmp_path: Path) -> None:
    properties = {"rows": {"type": "array", "items": POINT}, "o": POINT, "n": WHOLE, "s": TEXT, "any": {}}
    json = "Content-Type: application/json"
    raw = parts(
        (f'Content-Disposition: form-data; name="rows"\r\n{json}', '{"x": 1}'),
        (f'Content-Disposition: form-data; name="rows"\r\n{json}', '{"x": 2}'),
        ("o", '{"x": 3}'),
        ("n", "4"),
        (f'Content-Disposition: form-data; name="s"\r\n{json}', '{"x": 5}'),
        (f'Content-Disposition: form-data; name="any"; filename="blob"\r\n{json}', "[6]"),
    )
    body = body_of(tmp_path, PARTS, properties)
    assert read(body, raw, f"{PARTS}; boundary=cut") == (
        {"rows": [{"x": 1}, {"x": 2}], "o": {"x": 3}, "n": 4, "s": '{"x": 5}', "any": [6]},
        [],
    )
    bad = parts((f'Content-Disposition: form-data; name="o"\r\n{json}', "{"))
    assert [one.rule for one in read(body, bad, f"{PARTS}; boundary=cut")[1]] == ["json"]


@pytest.mark.parametrize(
    ("asked", "came", "fits"),
    [
        ("image/png", "image/png", True),
        ("image/png, image/jpeg", "IMAGE/JPEG; q=1", True),
        ("image/*", "image/webp", True),
        ("image/png", "image/gif", False),
        ("image/*", "text/plain", False),
        ("image/png", "", True),
    ],
)
def test_a_part_has_a_type_that_its_encoding_lists(tmp_path: Path, asked: str, came: str, fits: bool) -> None:
    body = body_of(tmp_path, PARTS, {"f": {"type": "string"}}, {"f": {"contentType": asked}})
    kind = f"\r\nContent-Type: {came}" if came else ""
    raw = parts((f'Content-Disposition: form-data; name="f"; filename="f"{kind}', "x"))
    value, found = read(body, raw, f"{PARTS}; boundary=cut")
    assert value == {"f": "x"}
    assert [one.rule for one in found] == ([] if fits else ["contentType"])


def test_the_headers_of_a_part_are_held_against_their_schemas(tmp_path: Path) -> None:
    headers = {
        "X-Left": {"required": True, "schema": {"type": "integer", "format": "uint8"}},
        "X-Kind": {"schema": {"enum": ["a", "b"]}},
        "Content-Type": {"required": True, "schema": {"const": "never"}},
    }
    body = body_of(tmp_path, PARTS, {"f": TEXT}, {"f": {"headers": headers}})

    def told(*lines: str) -> list[tuple[Any, ...]]:
        head = "\r\n".join(['Content-Disposition: form-data; name="f"', *lines])
        found = read(body, parts((head, "x")), f"{PARTS}; boundary=cut")[1]
        return [(one.rule, *one.path) for one in found]

    assert told("X-Left: 5", "x-kind: b") == []
    assert told("X-Kind: c") == [("required", "f", "X-Left"), ("enum", "f", "X-Kind")]
    assert told("X-Left: 256") == [("type", "f", "X-Left")] or told("X-Left: 256")[0][1:] == ("f", "X-Left")


# other kinds of multipart


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/related", "multipart/x-mixed-replace"])
def test_parts_without_a_name_are_the_properties_in_their_order(tmp_path: Path, kind: str) -> None:
    body = body_of(tmp_path, kind, {"meta": POINT, "named": TEXT, "file": TEXT})
    raw = parts(
        ("Content-Type: application/json", '{"x": 1}'),
        ("named", "n"),
        ("Content-Type: image/png", "png"),
    )
    value, found = read(body, raw, f"{kind}; boundary=cut")
    assert (value, found) == ({"meta": {"x": 1}, "named": "n", "file": "png"}, [])


def test_parts_are_the_items_of_an_array(tmp_path: Path) -> None:
    media = {"schema": {"type": "array", "items": POINT}}
    paths = {"/a": {"post": {"requestBody": {"content": {"multipart/mixed": media}}, "responses": {}}}}
    body = operation_of(contract_of(tmp_path, paths=paths)).body
    assert body is not None
    raw = parts(("Content-Type: application/json", '{"x": 1}'), ("", '{"x": 2}'))
    assert read(body, raw, "multipart/mixed; boundary=cut") == ([{"x": 1}, {"x": 2}], [])


@pytest.mark.parametrize(
    ("raw", "content_type", "why"),
    [
        (b"--cut--", PARTS, "its boundary is missing"),
        (b"nothing", f"{PARTS}; boundary=cut", "it is not what its boundary says"),
        (parts(("a", "1"), end=""), f"{PARTS}; boundary=cut", "it does not end with its boundary"),
        (parts(("", "1")), f"{PARTS}; boundary=cut", "a part has no name in its Content-Disposition"),
        (parts(*[("a", "1")] * 1001), f"{PARTS}; boundary=cut", "it has more than 1,000 parts"),
    ],
)
def test_a_multipart_body_that_cannot_be_read_is_refused(
    tmp_path: Path, raw: bytes, content_type: str, why: str
) -> None:
    with pytest.raises(EngineRefusal) as refused:
        read(body_of(tmp_path, PARTS, {}), raw, content_type)
    assert (refused.value.status, refused.value.code) == (400, "malformed_request")
    assert why in refused.value.message


def test_an_encoding_of_no_property_is_reported(tmp_path: Path) -> None:
    def load(encoding: Any) -> list[str]:
        media = {FORM: {"schema": {"type": "object", "properties": {"a": TEXT}}, "encoding": encoding}}
        paths = {
            "/a": {"post": {"requestBody": {"content": media}, "responses": {"204": {"description": ""}}}}
        }
        return faults(lambda: contract_of(tmp_path, paths=paths))

    assert not any("encod" in one for one in load({"a": {"style": "form"}}))
    assert any("The schema has no property 'b' to encode." in one for one in load({"b": {}}))
    assert any("An encoding is an object." in one for one in load({"a": "form"}))
