"""What goes out: it keeps the contract, or it is our fault, says so and is forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from mockade.contract.operations import ValidBodies
from tests.contracts import NOT_MODIFIED, REF, WIDGETS, answers, body, contract, crud, tagged
from tests.harness import Mock
from tests.middleware.one_operation import fault, handler, one

Serve = Callable[..., Mock]


def test_a_body_that_breaks_the_contract_is_our_fault_and_says_all_that_broke_and_where(serve: Serve) -> None:
    said = fault(serve(one(REF), handlers=handler("return {'id': 4, 'size': 'big'}")))
    told = {violation["pointer"]: violation for violation in said["violations"]}
    assert told.keys() == {"/id", "/name", "/size"}
    assert all("specs/shop.yaml:" in violation["contract"] for violation in told.values())
    assert said["operation"] == "shop.answer"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("return Reply({}, 202)", "202, which the contract does not document (200)"),
        ("return {1: 2}", "not JSON"),
        ("return {'a': 2 ** 70}", "not JSON"),
        ("return {'a': {1, 2}}", "not JSON"),
        ("return Reply({}, headers={'X-A': 'a\\r\\nb: c'})", "HTTP cannot carry"),
        ("return Reply({}, headers={'X A': 'a'})", "HTTP cannot carry"),
        ("return Reply({}, headers={'X-A': '\\u2603'})", "HTTP cannot carry"),
    ],
)
def test_an_answer_that_cannot_go_out_is_our_fault(serve: Serve, line: str, why: str) -> None:
    assert why in fault(serve(one({"type": "object"}), handlers=handler(line)))["detail"]


def test_a_body_where_none_is_documented_is_our_fault(serve: Serve) -> None:
    assert "with a body" in fault(serve(one(), handlers=handler("return {}")))["detail"]


def test_a_refusal_whose_status_is_not_documented_is_our_fault(serve: Serve) -> None:
    said = fault(serve(one(REF), handlers=handler("raise Refusal(409, 'late', 'Too late.')")))
    assert "refused with 409" in said["detail"]


def test_required_headers_are_asked_for_and_held_against_their_schemas(serve: Serve) -> None:
    headers = {
        "X-Left": {"required": True, "schema": {"type": "integer"}},
        "X-Name": {"schema": {"type": "string"}},
        "Content-Type": {"required": True, "schema": {"type": "string"}},
    }
    spec = one({"type": "object"}, headers=headers)
    assert "X-Left" in fault(serve(spec, handlers=handler("return {}")))["violations"][0]["message"]
    wrong = fault(serve(spec, handlers=handler("return Reply({}, headers={'x-left': 'many'})")))
    assert wrong["violations"][0]["pointer"] == "/X-Left"
    for given in ("'3'", "3"):
        lines = handler(f"return Reply({{}}, headers={{'x-left': {given}, 'x-name': '12'}})")
        assert serve(spec, handlers=lines).get("/one").headers["x-left"] == "3"


def test_the_engine_fills_required_headers_where_no_handler_speaks(serve: Serve) -> None:
    headers = {
        "X-Page": {"required": True, "schema": {"type": "integer", "minimum": 1}},
        "X-Trace": {"required": True, "example": "abc", "schema": {"type": "string"}},
    }
    spec = contract({"/widgets": {"get": answers(200, {"type": "array", "items": REF}, headers=headers)}})
    answer = serve(spec, WIDGETS).get("/widgets")
    assert answer.status_code == 200
    assert (answer.headers["x-page"], answer.headers["x-trace"]) == ("1", "abc")


def test_a_documented_tag_follows_the_body_and_spares_sending_it_again(serve: Serve) -> None:
    mock = serve(tagged(**NOT_MODIFIED), WIDGETS)
    tag = mock.get("/widgets/w1").headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = mock.get("/widgets/w1", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert mock.patch("/widgets/w1", json={"name": "New"}).status_code == 200
    changed = mock.get("/widgets/w1", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ({"schema": {"type": "string", "pattern": '^"([0-9]+?)"$|\\*'}}, '"[0-9]+"'),
        ({"schema": {"type": "string", "pattern": "^[0-9a-f]+$"}}, "[0-9a-f]{24}"),
        ({"schema": {"type": "integer"}}, "[0-9]+"),
        ({"schema": {"type": "string", "pattern": "^W/"}}, 'W/"[0-9a-f]+"'),
        ({"schema": {"type": "string", "maxLength": 3}}, ""),
        ({"required": True, "schema": {"type": "string", "pattern": "^v[0-9]$"}}, "v[0-9]"),
    ],
)
def test_a_tag_has_the_form_that_the_contract_asks(serve: Serve, header: Any, form: str) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["get"] = answers(200, REF, headers={"ETag": header})
    answer = serve(contract(paths), WIDGETS).get("/widgets/w1")
    assert answer.status_code == 200, answer.text
    assert re.fullmatch(form, answer.headers.get("etag", ""))


def test_a_handlers_tag_with_a_comma_is_one_tag_of_a_list(serve: Serve) -> None:
    handler = """
from mockade.handling import Call, Reply


def get_widgets_id(call: Call, id: str) -> Reply:
    return Reply({"id": id, "name": "One"}, headers={"ETag": '"a,b"'})
"""
    mock = serve(tagged(**NOT_MODIFIED), WIDGETS, handler)
    for known, status in (('"z", "a,b"', 304), ('"z", W/"a,b"', 304), ('"a", "b"', 200), ('"a, b"', 200)):
        assert mock.get("/widgets/w1", headers={"If-None-Match": known}).status_code == status


def test_a_tag_without_a_documented_304_answers_in_full(serve: Serve) -> None:
    mock = serve(tagged(), WIDGETS)
    tag = mock.get("/widgets/w1").headers["etag"]
    assert mock.get("/widgets/w1", headers={"If-None-Match": tag}).status_code == 200


def test_a_head_has_the_headers_of_its_get_and_no_body(serve: Serve) -> None:
    mock = serve(tagged(), WIDGETS)
    whole, head = mock.get("/widgets/w1"), mock.request("HEAD", "/widgets/w1")
    assert head.content == b""
    for answer in (whole, head):
        del answer.headers["x-mockade-exchange"]
    assert head.headers == whole.headers
    assert mock.request("HEAD", "/widgets/w9").status_code == 404


def test_bytes_and_text_go_out_as_the_media_type_that_is_documented(serve: Serve) -> None:
    def spec(media_type: str) -> str:
        content = {media_type: {"schema": {"type": "string"}}}
        etag = {"ETag": {"schema": {"type": "string"}}}
        return one(content=content, headers=etag)

    image = serve(spec("image/png"), handlers=handler("return b'\\x89PNG'")).get("/one")
    assert (image.content, image.headers["content-type"]) == (b"\x89PNG", "image/png")
    text = serve(spec("text/plain"), handlers=handler("return 'Grüße'")).get("/one")
    assert (text.text, text.headers["content-type"]) == ("Grüße", "text/plain; charset=utf-8")


@pytest.mark.parametrize("status", ["2XX", "default"])
def test_a_status_may_be_documented_by_its_family_or_by_default(serve: Serve, status: str) -> None:
    responses = {status: {"description": "", **body({"type": "object"})}}
    spec = contract({"/one": {"get": {"operationId": "answer", "responses": responses}}})
    assert serve(spec, handlers=handler("return Reply({}, 202)")).get("/one").status_code == 202


def test_nothing_else_passes_for_an_answer_that_was_found_good(serve: Serve) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    mock = serve(one(schema), handlers="left = [1, 1, '1', 1]\n" + handler('return {"n": left.pop(0)}'))
    assert [mock.get("/one").status_code for _ in range(4)] == [200, 200, 500, 200]


@pytest.mark.parametrize("line", ["raise ValueError('a\\ud800')", "raise Refusal(404, 'c', 'a\\ud800')"])
def test_half_a_character_in_an_exception_leaves_the_journal_readable(serve: Serve, line: str) -> None:
    mock = serve(one(), handlers=handler(line))
    fault(mock)
    (entry,) = mock.get("/_mockade/v1/journal").json()["exchanges"]
    assert entry["response"]["status"] == 500


def test_what_was_answered_before_decides_nothing(serve: Serve) -> None:
    schema = {"type": "object", "properties": {"n": {"type": ["number", "null"]}}}
    given = "left = [float('nan'), None, float('nan'), A(1), {'n': 1}, A(1)]\n"
    record = "import dataclasses\n@dataclasses.dataclass\nclass A:\n    n: int\n"
    mock = serve(
        one(schema),
        handlers=record
        + given
        + handler("return left.pop(0) if type(left[0]) in (A, dict) else {'n': left.pop(0)}"),
    )
    assert [mock.get("/one").status_code for _ in range(6)] == [200, 200, 200, 500, 200, 500]


def test_answers_that_were_found_good_are_few_and_short() -> None:
    valid_bodies = ValidBodies()
    for number in range(3 * ValidBodies.MOST):
        valid_bodies.keep(b"%d" % number, "")
    assert valid_bodies.keep(b"x" * (ValidBodies.LONGEST + 1), "tag") == (
        b"x" * (ValidBodies.LONGEST + 1),
        "tag",
    )
    assert len(valid_bodies) <= ValidBodies.MOST
    assert b"%d" % number in valid_bodies
    assert max(map(len, valid_bodies)) < 10


@pytest.mark.parametrize("status", [204, 205, 304])
@pytest.mark.parametrize("schema", [REF, None], ids=["documented", "undocumented"])
def test_a_body_where_http_has_none_is_left_out_and_told(serve: Serve, status: int, schema: Any) -> None:
    spec = contract({"/one": {"get": {"operationId": "answer", **answers(status, schema)}}})
    mock = serve(spec, handlers=handler(f"return Reply({{'id': 'a'}}, {status})"))
    answer = mock.get("/one")
    assert (answer.status_code, answer.content, answer.headers.get("content-type")) == (status, b"", None)
    assert [notice.rule for notice in mock.last.notices] == ["no-body"]
    silent = serve(spec, handlers=handler(f"return Reply(None, {status})"))
    assert silent.get("/one").status_code == status
    assert not silent.last.notices


@pytest.mark.parametrize("line", ["return None", "pass", "return Reply(status=200)"])
def test_a_success_whose_body_is_left_out_is_a_204_and_told(serve: Serve, line: str) -> None:
    mock = serve(one(REF), handlers=handler(line))
    answer = mock.get("/one")
    assert (answer.status_code, answer.content) == (204, b"")
    (notice,) = mock.last.notices
    assert notice.message == ("answer left out the body that the contract documents: its 200 is sent as 204.")
    said = fault(serve(one(REF), handlers=handler(line), strict=True))
    assert "without the body" in said["detail"]


@pytest.mark.parametrize("schema", [{"type": "string", "nullable": True}, {}])
def test_null_is_a_body_where_the_schema_takes_it(serve: Serve, schema: Any) -> None:
    answer = serve(one(schema), handlers=handler("return None")).get("/one")
    assert (answer.status_code, answer.json()) == (200, None)


def test_a_handler_that_says_nothing_answers_204_where_that_is_documented_beside(serve: Serve) -> None:
    operation = {"operationId": "answer", **answers(200, REF)}
    operation["responses"][204] = {"description": "nothing", **body(REF)}
    mock = serve(contract({"/one": {"get": operation}}), handlers=handler("return None"))
    assert (mock.get("/one").status_code, mock.get("/one").content) == (204, b"")


@pytest.mark.parametrize("method", ["get", "post", "delete", "put"])
@pytest.mark.parametrize("status", [204, 205])
def test_what_nobody_wrote_answers_without_a_body_where_http_has_none(
    serve: Serve, method: str, status: int
) -> None:
    paths = {"/widgets": {method: answers(status, REF)}, "/widgets/{id}": {method: answers(status, REF)}}
    mock = serve(contract(paths))
    for path in ("/widgets", "/widgets/w1"):
        answer = mock.request(method.upper(), path)
        assert (answer.status_code, answer.content) == (status, b"")


@pytest.mark.parametrize("body", ["{'password': 'x'}", "[{'password': 'x'}]", "{'name': 'x'}", "[]"])
def test_what_only_requests_carry_is_told_of_in_an_answer(serve: Serve, body: str) -> None:
    user = {
        "type": "object",
        "properties": {"password": {"type": "string", "writeOnly": True}, "name": {"type": "string"}},
    }
    schema = {"type": "array", "items": user} if body.startswith("[") else user
    spec = contract({"/one": {"get": {"operationId": "answer", **answers(200, schema)}}})
    mock = serve(spec, handlers=handler(f"return {body}"))
    assert mock.get("/one").status_code == 200
    told = [one.message for one in mock.last.notices]
    assert told == (["'password' is writeOnly: an answer does not show it."] if "password" in body else [])
    strict = serve(spec, handlers=handler(f"return {body}"), strict=True)
    assert strict.get("/one").status_code == (500 if "password" in body else 200)
    assert [one.rule for one in strict.last.violations] == ["writeOnly"] * ("password" in body)
