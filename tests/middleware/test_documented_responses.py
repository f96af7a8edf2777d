"""The answer of a status when nobody is asked: documented, else in the vendor's envelope, and always one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import REF, answers, body, contract
from tests.harness import Mock, fault_at
from tests.test_promises import (
    CASES,
    Case,
    assert_documented,
    assert_vendor_error,
    called,
    family,
    good_request,
)

Serve = Callable[..., Mock]
FAULTS = "/_mockade/v1/faults"


def responses(status: int, **response: Any) -> str:
    """A contract whose one operation documents 200 and one more answer."""
    more = {status: {"description": "", **response}}
    operation = {"operationId": "answer", **answers(200, REF)}
    operation["responses"] |= more
    return contract({"/one": {"get": operation}})


ERROR = {
    "type": "object",
    "additionalProperties": False,
    "required": ["message", "status"],
    "properties": {"message": {"type": "string"}, "status": {"type": "integer"}},
}


def test_a_documented_status_has_the_first_example_that_fits(serve: Serve) -> None:
    media = {
        "schema": ERROR,
        "examples": {"bad": {"value": {"no": 1}}, "good": {"value": {"message": "x", "status": 9}}},
    }
    mock = serve(responses(409, content={"application/json": media}))
    fault_at(mock, {"status": 409})
    assert mock.get("/one").json() == {"message": "x", "status": 9}


@pytest.mark.parametrize("name", [409, "4XX", "default"])
def test_a_documented_error_without_an_example_is_filled_in_its_documented_shape(
    serve: Serve, name: int
) -> None:
    mock = serve(responses(name, **body(ERROR)))
    fault_at(mock, {"status": 409})
    assert mock.get("/one").json() == {"message": "Conflict", "status": 409}


def test_a_documented_success_without_an_example_is_generated_and_says_so(serve: Serve) -> None:
    mock = serve(responses(202, **body(REF)))
    before = mock.state
    fault_at(mock, {"status": 202})
    answer = mock.get("/one")
    assert answer.json().keys() == {"id", "name", "size"}
    assert answer.headers["x-mockade-answer"] == "generated"
    assert mock.get("/one").content == answer.content
    assert mock.state is before


def test_headers_that_a_contract_requires_are_there_and_of_its_form(serve: Serve) -> None:
    headers = {
        "X-Limit": {"required": True, "schema": {"type": "integer", "minimum": 5}},
        "Retry-After": {"required": True, "schema": {"type": "string", "format": "date-time"}},
    }
    mock = serve(responses(429, headers=headers))
    fault_at(mock, {"status": 429})
    answer = mock.get("/one")
    assert (answer.headers["x-limit"], answer.headers["retry-after"]) == ("5", "2026-01-05T12:00:00.000Z")


UNSOLVABLE = {
    "type": "object",
    "required": ["x"],
    "properties": {"x": {"type": "string", "pattern": "^[A-Z]{9}$"}},
}


@pytest.mark.parametrize(
    "response",
    [
        body(UNSOLVABLE),
        {"content": {"text/csv": {"schema": {"type": "string"}}}},
        {"content": {"application/json": {}}},
        {"headers": {"X-Code": {"required": True, "schema": {"type": "string", "pattern": "^[A-Z]{9}$"}}}},
    ],
    ids=["a pattern", "no JSON", "no schema", "a header's pattern"],
)
def test_what_nothing_made_fits_is_answered_all_the_same(serve: Serve, response: dict[str, Any]) -> None:
    for status in (202, 409):
        mock = serve(responses(status, **response))
        fault_at(mock, {"status": status})
        assert mock.get("/one").status_code == status
        assert mock.last.answered_by == "fault"


@pytest.mark.parametrize(
    "words",
    ["raise KeyError('locs')", "return {1: {2}}", "return {'unfit': True}"],
)
def test_a_dialect_that_has_no_words_for_a_status_is_not_asked_further(serve: Serve, words: str) -> None:
    lines = f"from mockade.dialects import Dialect\n\ndef _no(refusal):\n    {words}\n\n"
    spec = contract({"/one": {"get": {"operationId": "answer", **answers(200, REF)}}}, {"Error": ERROR})
    mock = serve(spec, handlers=f"{lines}dialect = Dialect(errors=_no, component='Error')\n")
    fault_at(mock, {"status": 500})
    answer = mock.get("/one")
    assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")
    assert mock.last.answered_by == "fault"


def statuses(case: Case) -> list[int]:
    """All that an operation documents, and some that it does not: more for the first of an API."""
    is_first = next(one for one in CASES if one.name == case.name) is case
    more = UNDOCUMENTED if is_first else (302, 418, 503)
    return sorted({int(one) for one in case.operation.responses if one.isdecimal()} | set(more))


UNDOCUMENTED = (202, 302, 400, 401, 402, 403, 404, 409, 418, 422, 429, 451, 499, 500, 502, 503, 504, 599)


@pytest.mark.parametrize("case", CASES, ids=called)
def test_each_status_of_each_bundled_operation_is_in_its_documented_shape_or_the_vendors_envelope(
    case: Case,
) -> None:
    with Mock(*family(case.name)) as mock:
        api, before = mock.apis[case.name], mock.state
        good = good_request(api, case.operation)
        for status in statuses(case):
            mock.delete(FAULTS)
            fault_at(mock, {"status": status}, match={"operation": case.operation.id})
            answer = good.send(mock)
            assert (answer.status_code, mock.last.answered_by) == (status, "fault")
            assert ("retry-after" in answer.headers) is (status in (429, 503))
            if case.operation.documents(status):
                assert_documented(case.operation, answer)
            elif status >= 400:
                assert_vendor_error(api, answer)
            else:
                assert answer.content == b""
        assert mock.state is before
