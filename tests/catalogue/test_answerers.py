"""Who answers: a handler, else a shape (`catalogue/shape_answers.py`), else the contract itself.

Holds `catalogue/generated_crud.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

import pytest

from mockade.catalogue.answerers import snake
from mockade.catalogue.handler_module import parameter_names
from mockade.errors import SetupError
from tests.contracts import REF, WIDGETS, answers, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]


def example(**content: Any) -> dict[str, Any]:
    return {"responses": {200: {"description": "", "content": {"application/json": content}}}}


def test_a_handler_goes_before_a_shape_and_a_shape_before_an_example(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets"]["get"]["responses"][200]["content"]["application/json"]["example"] = []
    paths["/about"] = {"get": example(schema={}, example={"a": 1})}
    mock = serve(
        contract(paths), WIDGETS, "def get_widgets_id(call, id):\n    return {'id': id, 'name': 'H'}"
    )
    for path, kind in (("/widgets/w9", "handler"), ("/widgets", "shape"), ("/about", "example")):
        assert mock.get(path).status_code == 200
        assert mock.last.answered_by == kind


def test_a_module_may_say_that_its_other_operations_are_no_rows(serve: Serve) -> None:
    handlers = "crud = False\n\ndef get_widgets(call):\n    return []"
    mock = serve(contract(crud("/widgets")), handlers=handlers)
    for path, kind in (("/widgets", "handler"), ("/widgets/w1", "generated")):
        assert mock.get(path).status_code == 200
        assert mock.last.answered_by == kind


def test_the_parameters_of_a_handler_are_those_of_its_signature_decorated_or_not() -> None:
    def plain(call: Any, one: Any, /, two: Any, *rest: Any, three: Any = 1, **more: Any) -> Any:
        return call, one, two, rest, three, more

    @wraps(plain)
    def decorated(*arguments: Any, **named: Any) -> Any:
        return plain(*arguments, **named)

    for function in (plain, decorated):
        assert sorted(parameter_names(function)) == sorted(signature(plain).parameters)
        assert parameter_names(function)[:3] == ("call", "one", "two")


def test_the_first_example_that_fits_answers(serve: Serve) -> None:
    examples = {"wrong": {"value": "text"}, "right": {"value": 4}}
    paths = {"/n": {"get": {"operationId": "n", **example(schema={"type": "integer"}, examples=examples)}}}
    assert serve(contract(paths)).get("/n").json() == 4


def test_where_nobody_answers_a_501_names_the_function_to_write(serve: Serve) -> None:
    paths = {"/n": {"post": {"operationId": "doThisNow", **answers(200, REF)}}}
    answer = serve(contract(paths), unanswered="501").post("/n")
    assert answer.status_code == 501
    assert answer.headers["content-type"] == "application/problem+json"
    assert "do_this_now(call, …) in apis/shop.py" in answer.json()["detail"]


def test_a_handler_takes_what_it_asks_for_by_name_from_anywhere_in_the_request(serve: Serve) -> None:
    places = {"pageSize": "query", "from": "query", "X-Trace": "header", "sid": "cookie"}
    parameters = [{"name": n, "in": place, "schema": {"type": "string"}} for n, place in places.items()]
    body = {"content": {"application/json": {"schema": {}}}}
    operation = {"operationId": "take", "parameters": parameters, "requestBody": body, **answers(200, {})}
    lines = (
        "def take(call, body, x_trace, *, page_size, from_, sid):\n"
        "    return [body, page_size, from_, x_trace, sid]"
    )
    mock = serve(contract({"/t": {"post": operation}}), handlers=lines)
    headers = {"X-Trace": "t", "Cookie": "sid=s"}
    assert mock.post("/t?pageSize=2&from=f", json={"b": 1}, headers=headers).json() == [
        {"b": 1},
        "2",
        "f",
        "t",
        "s",
    ]
    assert mock.post("/t").json() == [None, None, None, None, None]


def test_handlers_that_do_not_fit_the_contract_stop_the_start_all_together(serve: Serve) -> None:
    lines = """
def get_widgetz(call):
    pass

def get_widgets(call, limit):
    pass

async def post_widgets(call, body):
    pass

def _helper(call):
    pass

def no_handler(text):
    pass
"""
    with pytest.raises(SetupError) as stopped:
        serve(contract(crud("/widgets")), handlers=lines)
    findings = [str(finding) for finding in stopped.value.findings]
    assert len(findings) == 3
    assert any("shop.py:2:1" in one and "Did you mean 'get_widgets'?" in one for one in findings)
    assert any("shop.py:5:1" in one and "asks for 'limit'" in one for one in findings)
    assert any("shop.py:8:1" in one and "not a plain function" in one for one in findings)


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("getGameSession", "get_game_session"),
        ("X-Trace-Id", "x_trace_id"),
        ("a.b:c", "a_b_c"),
        ("class", "class_"),
        ("URL", "url"),
    ],
)
def test_a_contracts_name_is_written_as_python_writes_it(name: str, python: str) -> None:
    assert snake(name) == python
