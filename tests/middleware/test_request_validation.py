"""What comes in: everything that breaks the contract is told, and nothing that a client sends is a 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import REF, WIDGET, WIDGETS, answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

ANY: dict[str, Any] = {}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def parameter(name: str, where: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "schema": schema, **more}


def echoing(given: Any, parameters: Any = (), **more: Any) -> str:
    """A contract whose POST /echo answers with the body that it was given."""
    operation = {
        "operationId": "echo",
        "parameters": list(parameters),
        "requestBody": given if "content" in given else body(given),
        **answers(200, ANY),
        **more,
    }
    return contract({"/echo": {"post": operation}})


ECHO = """
def echo(call, body):
    return {"body": body, "query": call.query, "headers": call.headers, "cookies": call.cookies}
"""


def test_every_violation_of_a_request_is_told_with_its_place(serve: Serve) -> None:
    number = {"type": "integer", "minimum": 1}
    parameters = [
        parameter("limit", "query", number),
        parameter("sort", "query", {"enum": ["up", "down"]}, required=True),
        parameter("X-Client", "header", {"type": "string"}, required=True),
        parameter("sid", "cookie", number, required=True),
    ]
    paths = {
        "/widgets/{id}": {"put": {"parameters": parameters, "requestBody": body(WIDGET), **answers(204)}}
    }
    mock = serve(contract(paths, types={"id": "integer"}))
    sent = {"name": 3, "size": "big"}
    answer = mock.put("/widgets/one?limit=0", headers={"cookie": "sid=x"}, json=sent)
    assert answer.status_code == 400
    told = {(one["where"], one["pointer"]): one for one in answer.json()["violations"]}
    assert told.keys() == {
        ("path", "/id"),
        ("query", "/limit"),
        ("query", "/sort"),
        ("header", "/X-Client"),
        ("cookie", "/sid"),
        ("body", "/id"),
        ("body", "/name"),
        ("body", "/size"),
    }
    assert all("specs/shop.yaml:" in one["contract"] for one in told.values())


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[1,]",
        b"NaN",
        b"1e999",
        b'"\xff"',
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"[" * 200 + b"]" * 200,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\x00",
    ],
)
def test_what_is_no_json_is_a_400(serve: Serve, raw: bytes) -> None:
    answer = serve(echoing(ANY), handlers=ECHO).post(
        "/echo", content=raw, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["violations"][0]["rule"] == "json"


@pytest.mark.parametrize(
    "raw", [b"[" * 128 + b"]" * 128, b'"\\u0000\xf0\x9f\x98\x80"', b"1e308", b"null", b'{"":{"":[]}}']
)
def test_odd_json_comes_through_whole(serve: Serve, raw: bytes) -> None:
    answer = serve(echoing(ANY), handlers=ECHO).post(
        "/echo", content=raw, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200


def test_a_whole_float_is_an_integer_wherever_the_contract_asks_for_one(serve: Serve) -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer"}, "many": {"type": "array", "items": {"type": "integer"}}},
    }
    mock = serve(echoing(schema, [parameter("n", "query", {"type": "integer"})]), handlers=ECHO)
    answer = mock.post("/echo?n=2.0", json={"n": 1.0, "many": [3.0, 4]})
    assert answer.text == '{"body":{"n":1,"many":[3,4]},"query":{"n":2},"headers":{},"cookies":{}}'


@pytest.mark.parametrize(
    "number", ["1.5", "18446744073709551616", "-9223372036854775809", "1e400", "9" * 5000]
)
def test_a_number_that_is_no_integer_of_64_bits_is_a_400(serve: Serve, number: str) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    mock = serve(echoing(schema, [parameter("n", "query", {"type": "integer"})]), handlers=ECHO)
    sent = {"content": f'{{"n":{number}}}', "headers": {"content-type": "application/json"}}
    assert mock.post("/echo", **sent).status_code == 400
    assert mock.post(f"/echo?n={number}", json={}).status_code == 400


def test_a_form_is_read_as_its_schema_means_it(serve: Serve) -> None:
    schema = {
        "type": "object",
        "required": ["n"],
        "properties": {
            "n": {"type": "integer"},
            "on": {"type": "boolean"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
    given = {"content": {kind: {"schema": schema} for kind in FORMS}}
    mock = serve(echoing(given), handlers=ECHO)
    fields = {"n": "4", "on": "true", "tags": ["a", "b"]}
    read = {"n": 4, "on": True, "tags": ["a", "b"]}
    assert mock.post("/echo", data=fields).json()["body"] == read
    assert mock.post("/echo", data=fields, files={"f": b"\x00\xff"}).json()["body"] == {
        **read,
        "f": "\x00\xff",
    }
    assert mock.post("/echo", data={"n": "four"}).status_code == 400


@pytest.mark.parametrize(
    ("media_type", "raw"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"),
        (
            "multipart/form-data; boundary=x; charset=none",
            b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n1\r\n--x--',
        ),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("application/x-www-form-urlencoded", b"%ff=%00&&=&;"),
        ("application/x-www-form-urlencoded; charset=\xff".encode("latin-1").decode("latin-1"), b"a=1"),
    ],
)
def test_a_form_that_cannot_be_read_is_no_fault_of_ours(serve: Serve, media_type: str, raw: bytes) -> None:
    given = {"content": {kind: {"schema": {"type": "object"}} for kind in FORMS}}
    mock = serve(echoing(given), handlers=ECHO)
    answer = mock.post("/echo", content=raw, headers={"content-type": media_type.encode("latin-1")})
    assert answer.status_code < 500


def test_text_bodies_are_text(serve: Serve) -> None:
    given = {"content": {"text/plain": {"schema": {"type": "string", "maxLength": 5}}}}
    mock = serve(echoing(given), handlers=ECHO)
    sent = {"headers": {"content-type": "text/plain; charset=utf-8"}}
    assert mock.post("/echo", content="Grüße", **sent).json()["body"] == "Grüße"
    assert mock.post("/echo", content="Grüße!", **sent).status_code == 400


def test_a_media_type_that_is_not_taken_is_a_415_that_names_those_that_are(serve: Serve) -> None:
    mock = serve(echoing(ANY), handlers=ECHO)
    answer = mock.post("/echo", content="a", headers={"content-type": "text/csv"})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]
    packed = {"content-type": "application/json", "content-encoding": "gzip"}
    assert mock.post("/echo", content="{}", headers=packed).status_code == 415


def test_a_body_above_the_limit_is_a_413(serve: Serve) -> None:
    mock = serve(echoing(ANY), handlers=ECHO, max_body=10)
    assert mock.post("/echo", json="x" * 8).status_code == 200
    assert mock.post("/echo", json="x" * 9).status_code == 413


def test_a_contract_may_allow_an_operation_larger_bodies_than_the_server_does(serve: Serve) -> None:
    mock = serve(echoing(ANY, **{"x-max-body": 20}), handlers=ECHO, max_body=10)
    assert mock.post("/echo", json="x" * 18).status_code == 200
    refused = mock.post("/echo", json="x" * 19)
    assert (refused.status_code, "20 bytes" in refused.json()["detail"]) == (413, True)


@pytest.mark.parametrize("limit", [5, -1, True, "20", 20.5, None])
def test_a_limit_that_is_lower_or_none_leaves_the_servers(serve: Serve, limit: Any) -> None:
    mock = serve(echoing(ANY, **{"x-max-body": limit}), handlers=ECHO, max_body=10)
    assert mock.post("/echo", json="x" * 8).status_code == 200
    assert mock.post("/echo", json="x" * 9).status_code == 413


def test_a_required_body_that_does_not_come_is_a_violation(serve: Serve) -> None:
    mock = serve(echoing({**body(ANY), "required": True}), handlers=ECHO)
    assert mock.post("/echo").json()["violations"][0]["rule"] == "absent"


@pytest.mark.parametrize("query", ["%ff", "a=%ff", "&".join("a=1" for _ in range(2000))])
def test_a_query_that_cannot_be_read_is_a_400(serve: Serve, query: str) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    assert mock.get(f"/widgets?{query}").status_code == 400


@pytest.mark.parametrize("query", ["", "&&", "=", "a", "a=%00", "a=b=c", "%20=%2F"])
def test_an_odd_query_is_only_remarked_on(serve: Serve, query: str) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    assert mock.get(f"/widgets?{query}").status_code == 200


UNDECLARED: dict[str, Any] = {
    "params": {"colour": "red", "shape": "round", "a": "1"},
    "headers": {"X-Undeclared": "1", "X-Request-Id": "2"},
    "json": {"name": "x", "nmae": "y"},
}
STRICT_BODY = {"type": "object", "properties": {"name": {"type": "string"}}}


STYLES = """
def echo(call, id, f=None, tags=None, sid=None, flag=None):
    return {"id": id, "f": f, "tags": tags, "sid": sid, "flag": flag}
"""


def styled() -> str:
    """A contract whose GET /echo/{id} takes an array in its path, and a deep object."""
    texts = {"type": "array", "items": {"type": "string"}}
    deep = {
        "type": "object",
        "properties": {"a": {"type": "object", "properties": {"b": {"type": "integer"}}}},
    }
    parameters = [
        parameter("id", "path", texts, required=True),
        parameter("f", "query", deep, style="deepObject", explode=True),
        parameter("tags", "query", texts, explode=False),
        parameter("flag", "query", {"type": "boolean"}),
        parameter("sid", "cookie", texts, explode=False),
    ]
    paths = {"/echo/{id}": {"get": {"operationId": "echo", "parameters": parameters, **answers(200, ANY)}}}
    return contract(paths)


def test_styles_are_read_from_what_the_url_and_the_cookies_have(serve: Serve) -> None:
    mock = serve(styled(), handlers=STYLES)
    url = "/echo/x%2Cy,z?f%5Ba%5D%5Bb%5D=1&tags=p%2Cq,r+s&flag=true"
    answer = mock.get(url, headers={"cookie": "sid=m%2Cn,o%20p"})
    assert answer.json() == {
        "id": ["x,y", "z"],
        "f": {"a": {"b": 1}},
        "tags": ["p,q", "r s"],
        "sid": ["m,n", "o p"],
        "flag": True,
    }
    assert not mock.last.notices


def test_a_path_parameter_is_read_as_it_was_written_below_any_base(serve: Serve) -> None:
    mock = serve(styled().replace("paths:", "servers: [{url: '/{region}'}]\npaths:", 1), handlers=STYLES)
    for base in ("", "/eu", "/a%2Cb"):
        assert mock.get(f"{base}/echo/x%2Cy,z").json()["id"] == ["x,y", "z"]


@pytest.mark.parametrize(
    "query", ["flag=True", "flag=true&flag=true", "f[a][b]=05", "F[a]=1", "tags=a&tags=b"]
)
def test_what_is_taken_beyond_the_letter_is_noted_and_strict_refuses_it(serve: Serve, query: str) -> None:
    lenient, strict = serve(styled(), handlers=STYLES), serve(styled(), handlers=STYLES, strict=True)
    assert lenient.get(f"/echo/x?{query}").status_code == 200
    assert len(lenient.last.notices) == 1
    assert strict.get(f"/echo/x?{query}").status_code == 400


def test_what_is_undeclared_is_noted_and_let_through(serve: Serve) -> None:
    mock = serve(echoing(STRICT_BODY), handlers=ECHO)
    assert mock.post("/echo", **UNDECLARED).status_code == 200
    noted = [(one.where, one.pointer) for one in mock.last.notices]
    assert noted == [
        ("query", "/colour"),
        ("query", "/shape"),
        ("query", "/a"),
        ("header", "/x-undeclared"),
        ("body", "/nmae"),
    ]


def test_strict_refuses_what_is_undeclared_together_with_what_is_wrong(serve: Serve) -> None:
    mock = serve(echoing(STRICT_BODY), handlers=ECHO, strict=True)
    sent = {**UNDECLARED, "json": {"name": 3, "nmae": "y"}}
    answer = mock.post("/echo", **sent)
    assert answer.status_code == 400
    told = {one["pointer"] for one in answer.json()["violations"]}
    assert told == {"/colour", "/shape", "/a", "/x-undeclared", "/nmae", "/name"}
    assert mock.post("/echo", json={"name": "x"}).status_code == 200


def test_strict_refuses_a_body_where_none_is_taken(serve: Serve) -> None:
    paths = {"/one": {"get": answers(204)}}
    assert serve(contract(paths), strict=True).request("GET", "/one", json={}).status_code == 400


def test_a_refused_request_changes_nothing(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    before = mock.state
    for refused in (
        mock.post("/widgets", json={"name": 3}),
        mock.post("/widgets", json={"id": "w1", "name": "x"}),
        mock.patch("/widgets/w1", json={"name": None}),
        mock.delete("/widgets/w9"),
        mock.put("/widgets", json={}),
    ):
        assert 400 <= refused.status_code < 500
    assert mock.state.tables is before.tables


def test_a_body_that_is_not_read_is_taken_and_one_that_is_has_to_fit(serve: Serve) -> None:
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    for kind in ("application/xml", "application/yaml", "application/x-thing", "*/*"):
        mock = serve(echoing({"content": {kind: {"schema": schema}}}), handlers=ECHO)
        given = "application/xml" if kind == "*/*" else kind
        sent = {"<a/>": 200, "n: 1": 200, '{"n": 1}': 200, '{"n": "x"}': 400, "{}": 400}
        for text, status in sent.items():
            answer = mock.post("/echo", content=text, headers={"content-type": given})
            assert answer.status_code == status, (kind, text, answer.text)
            told = [one.rule for one in mock.last.notices]
            assert told == (["unread"] if text[0] != "{" else []), (kind, text)


def test_a_request_that_breaks_the_contract_is_let_through_where_that_is_asked_for_and_told(
    serve: Callable[..., Mock],
) -> None:
    listed = {
        "parameters": [parameter("size", "query", {"type": "integer"})],
        **answers(200, {"type": "array", "items": REF}),
    }
    paths = crud("/widgets")
    paths["/widgets"]["get"] = listed
    mock = serve(contract(paths), WIDGETS, requests="warn")
    answer = mock.get("/widgets?size=many")
    assert (answer.status_code, answer.headers["x-mockade-violations"]) == (200, "1")
    assert mock.last.violations[0].message == "Expected integer, got string 'many'."
    right = mock.get("/widgets")
    assert "x-mockade-violations" not in right.headers
    assert not mock.last.violations


MULTIPART = "multipart/form-data; boundary=b"
PART = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
FILE = "\r\nContent-Type: text/plain"


@pytest.mark.parametrize(
    ("content_type", "text", "rule", "body"),
    [
        ("multipart/form-data", "x", "encoding", "x"),
        (MULTIPART, "x", "encoding", "x"),
        (MULTIPART, PART.format("name", "", "a"), "encoding", PART.format("name", "", "a")),
        (MULTIPART, PART.format("name", "", "a") + PART.format("size", "", "big") + "--b--", "type", None),
        (MULTIPART, PART.format("photo", FILE, "a") + "--b--", "contentType", {"photo": "a"}),
        ("text/csv", "a,b", "content", "a,b"),
        ("application/json", '{"size": 1}', "content", {"size": 1}),
        ("application/json", '{"size": ', "content", '{"size": '),
        ("application/x-www-form-urlencoded", "size=1&name=x", "content", {"size": "1", "name": "x"}),
    ],
)
def test_a_body_that_is_none_of_the_contracts_is_let_through_too_as_what_it_is(
    serve: Callable[..., Mock], content_type: str, text: str, rule: str, body: Any
) -> None:
    kept = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "size": {"type": "integer"}, "photo": {"type": "string"}},
    }
    taken = {"multipart/form-data": {"schema": kept, "encoding": {"photo": {"contentType": "image/png"}}}}
    paths = {"/uploads": {"post": {"requestBody": {"content": taken}, **answers(200, {})}}}
    handlers = "def post_uploads(call):\n    return {'is': call.body}\n"
    mock = serve(contract(paths), handlers=handlers, requests="warn")
    answer = mock.post("/uploads", content=text, headers={"content-type": content_type})
    assert (answer.status_code, answer.headers.get("x-mockade-violations")) == (200, "1"), answer.text
    assert [one.rule for one in mock.last.violations] == [rule]
    assert body is None or answer.json() == {"is": body}
    refusing = serve(contract(paths), handlers=handlers)
    assert refusing.post("/uploads", content=text, headers={"content-type": content_type}).status_code in (
        400,
        415,
    )


@pytest.mark.parametrize("query", ["size=%FF", "%FF=1&size=3", "size=3&a=%C3"])
def test_a_query_that_cannot_be_decoded_is_let_through_too(serve: Callable[..., Mock], query: str) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS, requests="warn")
    assert mock.get(f"/widgets?{query}").status_code == 200
    assert [one.rule for one in mock.last.violations] == ["encoding"]
    assert mock.get("/widgets?" + "a=%FF&" * 1001).status_code == 400


def test_what_nobody_can_answer_is_refused_after_all_and_changes_nothing(serve: Callable[..., Mock]) -> None:
    handlers = """
def post_widgets(call):
    return call.rows("widgets").add({**call.body, "name": call.body["name"].upper()})
"""
    mock = serve(contract(crud("/widgets")), WIDGETS, handlers, requests="warn")
    before = mock.state
    for sent in ({"id": "n1", "name": 7}, {"id": [], "name": "x"}, ["n1"], "n1"):
        answer = mock.post("/widgets", json=sent)
        assert answer.status_code == 400, sent
        assert mock.last.violations
        assert mock.state is before
    broken = mock.post("/widgets", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400
    assert mock.post("/widgets", json={"id": "n1", "name": "new"}).json()["name"] == "NEW"


def test_the_control_api_lets_nothing_through(serve: Callable[..., Mock]) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS, requests="warn")
    assert mock.post("/_mockade/v1/faults", json={"do": {"status": 1}}).status_code == 400
