"""An answer is of the documented media type that fits the caller's Accept best, else the call is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import WIDGET, WIDGETS, answers, contract, crud
from tests.harness import Mock, fault_at
from tests.middleware.one_operation import fault, handler

Serve = Callable[..., Mock]
XML, CSV, PDF, VENDOR = "application/xml", "text/csv", "application/pdf", "application/vnd.acme+json"


def of(**kinds: Any) -> str:
    """A contract with GET /one whose 200 has a content of each name of KINDS, and a 409 as JSON."""
    content = {KINDS[name]: media for name, media in kinds.items()}
    error = {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}
    responses = {200: {"description": "", "content": content}, 409: error}
    return contract({"/one": {"get": {"operationId": "answer", "responses": responses}}})


KINDS = {"json": "application/json", "csv": CSV, "plain": "text/plain", "vendor": VENDOR, "pdf": PDF}
TEXT = {"type": "string"}
THREE = {
    "json": {"schema": {"type": "object"}, "example": {"v": 1}},
    "csv": {"schema": TEXT, "example": "a,b"},
    "plain": {"schema": TEXT},
    "pdf": {"schema": {"type": "string", "format": "binary"}},
}


def get(mock: Mock, accept: str, path: str = "/one", **headers: str) -> Any:
    return mock.get(path, headers={"accept": accept, **headers})


def test_each_media_type_has_its_own_example_or_is_generated(serve: Serve) -> None:
    mock = serve(of(**THREE))
    assert (get(mock, CSV).text, mock.last.answered_by) == ("a,b", "example")
    assert get(mock, "*/*").json() == {"v": 1}
    plain = get(mock, "text/plain")
    assert plain.headers["content-type"] == "text/plain"
    assert plain.text
    assert (plain.headers["x-mockade-answer"], mock.last.answered_by) == ("generated", "generated")
    assert get(mock, PDF).content.startswith(b"%PDF")
    assert plain.headers["vary"] == "accept"


def test_what_nothing_fits_is_refused_before_anything_happens(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    before = mock.state
    answer = mock.post("/widgets", json={"name": "x"}, headers={"accept": "image/png"})
    assert (answer.status_code, mock.last.answered_by) == (406, "engine")
    assert answer.json()["detail"] == (
        "post_widgets answers application/json, and nothing that `Accept: image/png` takes."
    )
    assert len(mock.get("/widgets").json()) == 2
    assert mock.state.table("shop", "widgets") is before.table("shop", "widgets")


def test_a_406_has_the_shape_that_the_contract_documents(serve: Serve) -> None:
    paths = crud("/widgets")
    error = {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer"}}}
    content = {"application/json": {"schema": error}}
    paths["/widgets"]["get"]["responses"]["default"] = {"description": "", "content": content}
    answer = get(serve(contract(paths), WIDGETS), "text/html", "/widgets")
    assert (answer.status_code, answer.json()["code"]) == (406, 406)


def test_a_406_is_worded_by_the_dialect(serve: Serve) -> None:
    lines = (
        "from mockade.dialects import Dialect, flat_error\ndialect = Dialect(flat_error(), component='')\n"
    )
    answer = get(serve(of(**THREE), handlers=lines), "image/*")
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_an_error_is_never_turned_into_a_406(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    assert get(mock, "image/png", "/widgets/none").status_code == 404
    assert get(mock, "image/png", "/nowhere").status_code == 404
    assert mock.delete("/widgets", headers={"accept": "image/png"}).status_code == 405
    assert mock.delete("/widgets/w1", headers={"accept": "image/png"}).status_code == 204
    mock = serve(of(**THREE), handlers=handler("raise Refusal(409, 'no', 'No.')"))
    assert get(mock, "image/png").status_code == 409
    mock = serve(of(**THREE), handlers=handler("return Reply({}, 409)"))
    assert get(mock, "image/png").status_code == 409
    mock = serve(of(**THREE))
    fault_at(mock, {"status": 409})
    assert get(mock, "image/png").status_code == 409


def test_rows_are_written_in_what_the_caller_takes(serve: Serve) -> None:
    paths = crud("/widgets")
    rows = {"type": "array", "items": WIDGET}
    paths["/widgets"]["get"]["responses"][200]["content"] |= {
        CSV: {"schema": rows}, XML: {"schema": rows}, "text/plain": {"schema": TEXT, "example": "two"},
    }  # fmt: skip
    mock = serve(contract(paths), WIDGETS)
    assert get(mock, CSV, "/widgets").text == "id,name,size\r\nw1,One,\r\nw2,Two,2\r\n"
    assert "<name>Two</name>" in get(mock, XML, "/widgets").text
    assert (get(mock, "text/plain", "/widgets").text, mock.last.answered_by) == ("two", "example")
    assert len(get(mock, "application/*", "/widgets").json()) == 2


@pytest.mark.parametrize(
    ("line", "accept", "sent", "text"),
    [
        ("return {'a': 1}", CSV, f"{CSV}; charset=utf-8", "a\r\n1\r\n"),
        ("return {'a': 1}", "application/json", "application/json", '{"a":1}'),
        ("return 'words'", "text/plain", "text/plain; charset=utf-8", "words"),
        ("return b'raw'", PDF, PDF, "raw"),
        ("return Reply('x;y', headers={'Content-Type': 'text/csv'})", "*/*", f"{CSV}; charset=utf-8", "x;y"),
        ("return Reply(b'x', headers={'content-type': 'application/pdf'})", "*/*", PDF, "x"),
    ],
)
def test_a_handlers_value_is_written_in_what_the_caller_takes(
    serve: Serve, line: str, accept: str, sent: str, text: str
) -> None:
    answer = get(serve(of(**THREE), handlers=handler(line)), accept)
    assert (answer.headers["content-type"], answer.text) == (sent, text)


def test_a_handlers_own_media_type_is_a_documented_one_that_the_caller_takes(serve: Serve) -> None:
    said = "return Reply('x', headers={'Content-Type': '%s'})"
    detail = fault(serve(of(**THREE), handlers=handler(said % "image/png")))["detail"]
    assert "answered 200 as image/png, which the contract does not document" in detail
    assert get(serve(of(**THREE), handlers=handler(said % CSV)), "text/plain").status_code == 406


def test_what_is_commonly_meant_is_a_notice_and_a_406_when_strict(serve: Serve) -> None:
    spec = of(vendor={"schema": {"type": "object"}, "example": {}})
    mock = serve(spec)
    assert get(mock, "application/json").headers["content-type"] == VENDOR
    (notice,) = mock.last.notices
    assert "taken to mean application/vnd.acme+json" in notice.message
    assert get(serve(spec, strict=True), "application/json").status_code == 406


def test_a_preferred_answer_is_one_that_the_caller_takes(serve: Serve) -> None:
    named = {"schema": TEXT, "examples": {"two": {"value": "c,d"}}}
    mock = serve(of(**{**THREE, "csv": named}))
    assert get(mock, CSV, prefer="code=200, example=two").text == "c,d"
    assert get(mock, "*/*", prefer="example=two").text == "c,d"
    assert get(mock, "image/png", prefer="code=200").status_code == 406
    assert get(mock, "image/png", prefer="code=409").status_code == 409


def test_an_operation_without_content_takes_any_accept(serve: Serve) -> None:
    mock = serve(contract({"/one": {"get": {"operationId": "answer", **answers(200)}}}))
    assert get(mock, "image/png").status_code == 200


def test_the_control_api_answers_whatever_is_accepted(serve: Serve) -> None:
    assert get(serve(of(**THREE)), "text/html", "/_mockade/v1/faults").status_code == 200
