"""`Prefer`: a caller asks for a documented answer, and gets it, or a notice of what there is.

`middleware/prefer.py` sends what `middleware/prefer_header.py` has read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockade.middleware.prefer_header import preferences
from tests.contracts import REF, WIDGETS, answers, contract, crud
from tests.harness import Mock, fault_at
from tests.test_promises import CASES, Case, assert_documented, called, family, good_request

Serve = Callable[..., Mock]

ERROR = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}


def media(schema: Any, **examples: Any) -> dict[str, Any]:
    told = {name: {"value": value} for name, value in examples.items()}
    return {"description": "", "content": {"application/json": {"schema": schema, "examples": told}}}


def spec(**more: Any) -> str:
    """A contract with an operation that documents named examples, and a collection beside it."""
    one, two = {"id": "1", "name": "One"}, {"id": "2", "name": "Two"}
    operation = {"operationId": "answer", **answers(200, REF), **more}
    operation["responses"] = {
        "200": media(REF, one=one, **{"the second": two, "zwölf": two}),
        "204": {"description": ""},
        "404": media(ERROR, gone={"message": "Gone."}, unfit={"no": 1}),
        "4XX": {**media(ERROR), "headers": {"X-Why": {"required": True, "schema": {"type": "string"}}}},
    }
    return contract(
        {"/one": {"get": operation, "post": {**operation, "operationId": "make"}}, **crud("/widgets")}
    )


@pytest.fixture
def mock(serve: Serve) -> Mock:
    return serve(spec(), WIDGETS)


def ask(mock: Mock, *values: str, method: str = "GET", path: str = "/one") -> Any:
    return mock.request(method, path, headers=[("prefer", value.encode()) for value in values])


@pytest.mark.parametrize(
    ("values", "status", "body", "applied"),
    [
        (["code=404"], 404, {"message": "Gone."}, "code=404"),
        (["code=404, example=gone"], 404, {"message": "Gone."}, "code=404, example=gone"),
        (["code=404;example=gone"], 404, {"message": "Gone."}, "code=404, example=gone"),
        (["example=gone", "code=404"], 404, {"message": "Gone."}, "code=404, example=gone"),
        (['Code = "404" , EXAMPLE="gone"'], 404, {"message": "Gone."}, "code=404, example=gone"),
        (['example="the second"'], 200, {"id": "2", "name": "Two"}, 'example="the second"'),
        (["example=the second"], 200, {"id": "2", "name": "Two"}, 'example="the second"'),
        (['example="the\\ second"'], 200, {"id": "2", "name": "Two"}, 'example="the second"'),
        (["code=200"], 200, {"id": "1", "name": "One"}, "code=200"),
        (["return=minimal; foo=bar, code=404", "code=200"], 404, {"message": "Gone."}, "code=404"),
        (["code=409"], 409, {"message": "Conflict"}, "code=409"),
        (["code=204"], 204, None, "code=204"),
    ],
)
def test_the_documented_answer_that_is_preferred_is_given_and_said_to_be(
    mock: Mock, values: list[str], status: int, body: Any, applied: str
) -> None:
    before = mock.state
    answer = ask(mock, *values, method="POST")
    assert (answer.status_code, answer.headers["preference-applied"]) == (status, applied)
    assert (answer.json() if answer.content else None) == body
    assert mock.state is before
    assert mock.last.answered_by == "example"
    assert not mock.last.notices


@pytest.mark.parametrize(("path", "code"), [("/one", ""), ("/widgets/w1", "code=200, ")])
def test_a_generated_answer_is_chosen_by_a_seed_whoever_answers_else(
    mock: Mock, path: str, code: str
) -> None:
    before = mock.state
    seven, again, eight = (ask(mock, f"{code}seed={seed}", path=path) for seed in (7, 7, 8))
    assert seven.json().keys() == {"id", "name", "size"}
    assert seven.content == again.content != eight.content
    assert seven.headers["preference-applied"] == f"{code}seed=7"
    assert seven.headers["x-mockade-answer"] == "generated"
    assert mock.last.answered_by == "generated"
    assert mock.state is before


def test_a_dynamic_answer_is_another_each_time_and_repeats_with_the_world(mock: Mock) -> None:
    before = mock.state
    one, two = (ask(mock, "dynamic=true").content for _ in range(2))
    assert one != two
    assert mock.last.answered_by == "generated"
    assert not mock.last.changes
    mock.world.state = before
    assert [ask(mock, "dynamic=true").content for _ in range(2)] == [one, two]
    assert ask(mock, "dynamic=true").headers["preference-applied"] == "dynamic=true"


@pytest.mark.parametrize("value", ["seed=7", "dynamic=true"])
def test_nothing_is_made_up_for_what_a_handler_or_a_shape_answers(mock: Mock, value: str) -> None:
    made = mock.post("/widgets", json={"name": "One"}).json()
    answer = ask(mock, value, path=f"/widgets/{made['id']}")
    assert (answer.json(), mock.last.answered_by) == (made, "shape")
    assert "preference-applied" not in answer.headers
    (notice,) = mock.last.notices
    assert "answered by generated CRUD" in notice.message
    with Mock("meshmap") as bundled:
        case = next(one for one in CASES if one.name == "meshmap")
        good = good_request(bundled.apis["meshmap"], case.operation)
        answer = good.send(bundled, headers={**good.headers, "prefer": value})
        assert bundled.last.answered_by != "generated"
        assert "preference-applied" not in answer.headers
        assert "answered by a handler" in bundled.last.notices[0].message


def test_a_dynamic_answer_takes_nothing_from_the_chance_of_ids(mock: Mock) -> None:
    before = mock.state
    one = ask(mock, "dynamic=true").content
    assert mock.state is before
    mock.post("/widgets", json={"name": "One"})
    assert mock.state.draws == before.draws + 1
    assert ask(mock, "dynamic=true").content != one
    mock.post("/_mockade/v1/reset")
    assert ask(mock, "dynamic=true").content == one


def test_a_generated_answer_can_be_one_of_another_status(mock: Mock) -> None:
    answer = ask(mock, "code=404, seed=1")
    assert (answer.status_code, answer.headers["preference-applied"]) == (404, "code=404, seed=1")
    assert answer.json().keys() == {"message"}
    assert answer.headers["x-mockade-answer"] == "generated"


def test_a_named_example_and_what_is_not_dynamic_are_not_generated(mock: Mock) -> None:
    assert (
        ask(mock, 'example="the second", dynamic=true').headers["preference-applied"]
        == 'example="the second"'
    )
    answer = ask(mock, "dynamic=false")
    assert answer.json()["name"] == "One"
    assert "preference-applied" not in answer.headers
    assert not mock.last.notices


def test_a_name_beyond_ascii_is_found_and_answered_as_it_came(mock: Mock) -> None:
    answer = ask(mock, "example=zwölf")
    assert answer.json()["name"] == "Two"
    assert dict(answer.headers.raw)[b"preference-applied"].decode() == 'example="zwölf"'


def test_headers_that_the_contract_requires_are_there(mock: Mock) -> None:
    assert ask(mock, "code=410").headers["x-why"] == "string"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("code=503", "answer documents no answer 503; it documents 200, 204, 404, 4XX."),
        ("code=503, example=gone", "answer documents no answer 503"),
        ("code=abc", "documents no answer abc"),
        ("code=١٢٣", "documents no answer ١٢٣"),
        ("code=99999999999999999999", "documents no answer 9999"),
        ("code=404, example=gonne", "The 404 answer of answer has no example 'gonne'. Did you mean 'gone'?"),
        ("example=xyz", "The 200 answer of answer has no example 'xyz'. Known: one, the second, zwölf."),
        (f"example={'x' * 5000}", f"has no example '{'x' * 100}…'. Known:"),
        ("code=410, example=gone", "The 410 answer of answer has no named examples."),
        ("code=204, example=gone", "The 204 answer of answer has no named examples."),
        ("code=404, example=unfit", "nothing that the contract has fits it"),
        ("dynamic=perhaps", "dynamic is true or false, not 'perhaps'."),
        ("seed=ada", "A seed is a whole number of 64 bits, not 'ada'."),
        (f"seed={2**63}", "A seed is a whole number of 64 bits"),
    ],
)
def test_what_is_not_documented_is_not_applied_and_the_journal_says_what_is(
    mock: Mock, value: str, said: str
) -> None:
    answer = ask(mock, value)
    assert (answer.status_code, answer.json()["name"]) == (200, "One")
    assert "preference-applied" not in answer.headers
    (notice,) = mock.last.notices
    assert (notice.where, notice.pointer) == ("header", "/prefer")
    assert said in notice.message
    (told,) = mock.get("/_mockade/v1/journal").json()["exchanges"][0]["notices"]
    assert told["message"] == notice.message


@pytest.mark.parametrize("value", ["code=503", "example=nope", "code=404, example=unfit"])
def test_with_strict_a_preference_that_cannot_be_met_refuses(serve: Serve, value: str) -> None:
    mock = serve(spec(), WIDGETS, strict=True)
    answer = ask(mock, value)
    assert answer.status_code == 400
    (violation,) = mock.last.violations
    assert violation.pointer == "/prefer"
    assert ask(mock, "code=404").status_code == 404


@pytest.mark.parametrize(
    "value", ["", "return=minimal", "wait=10", "code", "code=", 'code=""', ",;,", '"', "=", "code=;example="]
)
def test_other_preferences_are_others(mock: Mock, value: str) -> None:
    answer = ask(mock, value)
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers
    assert not mock.last.notices


def test_a_contract_that_declares_the_header_has_it_for_itself(serve: Serve) -> None:
    declared = {
        "parameters": [{"name": "Prefer", "in": "header", "schema": {"type": "string", "maxLength": 10}}]
    }
    mock = serve(spec(**declared), WIDGETS)
    assert ask(mock, "code=404").status_code == 200
    assert ask(mock, "code=404, example=gone").status_code == 400


def test_a_request_that_breaks_the_contract_is_refused_as_ever(mock: Mock) -> None:
    answer = mock.post("/widgets", json={"name": 3}, headers={"prefer": "code=201"})
    assert (answer.status_code, mock.last.answered_by) == (400, "engine")


def test_a_fault_comes_first(mock: Mock) -> None:
    fault_at(mock, {"status": 503}, count=1)
    assert [ask(mock, "code=404").status_code for _ in range(2)] == [503, 404]


def test_the_control_api_has_no_such_preferences(mock: Mock) -> None:
    answer = mock.get("/_mockade/v1/health", headers={"prefer": "code=500"})
    assert (answer.status_code, "preference-applied" in answer.headers) == (200, False)


@pytest.mark.parametrize("case", CASES, ids=called)
def test_each_documented_answer_and_example_of_each_bundled_operation_can_be_preferred(case: Case) -> None:
    with Mock(*family(case.name)) as mock:
        before = mock.state
        good = good_request(mock.apis[case.name], case.operation)
        for status, response in case.operation.responses.items():
            content = response.json
            for name in ("", *(content.examples if content else ())):
                wanted = f"code={status}" + (f", example={name}" if name else "")
                answer = good.send(mock, headers={**good.headers, "prefer": wanted})
                assert (answer.status_code, answer.headers["preference-applied"]) == (int(status), wanted)
                assert_documented(case.operation, answer)
                assert mock.state is before
                if content and name:
                    assert answer.json() == content.examples[name].value


@given(some.text())
def test_any_header_is_read(text: str) -> None:
    for name, value in preferences(text):
        assert name
        assert name == name.lower()
        assert len(value) <= len(text)


@given(some.lists(some.tuples(some.sampled_from(["code", "example", "x"]), some.text('ab\\", ;=é'))))
def test_what_is_quoted_is_read_as_it_was_meant(given_: list[tuple[str, str]]) -> None:
    def quoted(value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    text = ", ".join(f"{name}={quoted(value)}" for name, value in given_)
    assert list(preferences(text)) == given_
