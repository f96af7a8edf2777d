"""A call runs in one transaction, after what is due, and is kept only if its response keeps the contract."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contracts import NOT_MODIFIED, REF, WIDGETS, answers, body, contract, crud, tagged
from tests.harness import Mock
from tests.middleware.one_operation import fault, handler, one

Serve = Callable[..., Mock]


@pytest.mark.parametrize(
    "line",
    [
        "return {'id': 1}",
        "return Reply({}, 418)",
        "raise Refusal(409, 'late', 'Too late.')",
        "raise RuntimeError('no')",
        "return Reply({'id': 'a', 'name': 'b'}, headers={'X-A': '\\n'})",
    ],
)
def test_nothing_of_a_call_is_kept_whose_answer_breaks_the_contract(serve: Serve, line: str) -> None:
    paths = {**crud("/widgets"), "/one": {"get": {"operationId": "answer", **answers(200, REF)}}}
    lines = handler("call.rows('widgets').remove('w1')", "call.rows('widgets').change('w2', name='X')", line)
    mock = serve(contract(paths), WIDGETS, lines)
    before = mock.get("/widgets").json()
    fault(mock)
    assert mock.get("/widgets").json() == before


def test_a_handler_that_raises_is_our_fault_with_its_own_file_and_line(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    mock = serve(one(REF), handlers=handler("x = 1", "return call.rows('widgetz')"))
    assert "apis/shop.py:5:1" in fault(mock)["detail"]
    assert "There is no collection 'widgetz'" in capsys.readouterr().err


def test_only_a_read_is_answered_with_not_modified(serve: Serve) -> None:
    mock = serve(tagged(**NOT_MODIFIED), WIDGETS)
    answer = mock.put("/widgets/w1", json={"name": "New"}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200


def test_events_happen_in_order_each_at_its_own_moment(serve: Serve) -> None:
    lines = """
def create_note(call, body):
    call.set_event("ring", "late", 60)
    call.set_event("ring", "soon", 10)
    call.set_event("ring", "gone", 20)
    call.cancel_event("ring", "gone")

def ring(call, key):
    call.rows("notes").add({"id": key, "name": call.now()})
    if key == "soon":
        call.set_event("ring", "echo", 5)

timeline = (ring,)
"""
    paths = crud("/notes")
    paths["/notes"]["post"] = {"operationId": "create_note", "requestBody": body({}), **answers(204)}
    mock = serve(contract(paths), handlers=lines)
    assert mock.post("/notes", json={}).status_code == 204
    mock.advance(9)
    assert mock.get("/notes").json() == []
    mock.advance(100)
    assert mock.get("/notes").json() == [
        {"id": "soon", "name": "2026-01-05T12:00:10.000Z"},
        {"id": "echo", "name": "2026-01-05T12:00:15.000Z"},
        {"id": "late", "name": "2026-01-05T12:01:00.000Z"},
    ]


def test_an_event_that_fails_is_our_fault_once_and_does_not_stand_in_the_way(serve: Serve) -> None:
    lines = """
def create_note(call):
    call.set_event("ring", "n", 10)

def ring(call, key):
    call.rows("notes").get(key)

timeline = (ring,)
"""
    paths = crud("/notes")
    paths["/notes"]["post"] = {"operationId": "create_note", **answers(204)}
    mock = serve(contract(paths), handlers=lines)
    assert mock.post("/notes").status_code == 204
    mock.advance(10)
    assert "shop's ring of n, due at 2026-01-05T12:00:10.000Z, failed" in fault(mock, "/notes")["detail"]
    assert mock.get("/notes").json() == []
