"""What handlers use: parts of a body checked one by one.

Every API's tests hold `handling/call.py` and `handling/answers.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contracts import answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

HANDLERS = """
def make_widgets(call, body):
    results = []
    for at, part in enumerate(body):
        violations = call.rows("widgets").violations(part, "parts", at)
        results.append([f"{one.where} {one.pointer}" for one in violations] or call.rows("widgets").add(part))
    return results
"""

WIDGET = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "size": {"type": "integer", "default": 3}},
}


def test_the_parts_of_a_body_can_be_checked_one_by_one(serve: Serve) -> None:
    parts: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
    make = {"operationId": "makeWidgets", "requestBody": body(parts), **answers(200, {"type": "array"})}
    paths = {**crud("/widgets"), "/all-widgets": {"post": make}}
    mock = serve(contract(paths, {"Widget": WIDGET}), handlers=HANDLERS)
    answer = mock.post(
        "/all-widgets", json=[{"id": "a"}, {"id": 1, "size": "x"}, {}, {"id": "b", "size": 2.0}]
    )
    assert answer.json() == [
        {"id": "a", "size": 3},
        ["body /parts/1/id", "body /parts/1/size"],
        ["body /parts/2/id"],
        {"id": "b", "size": 2},
    ]
    assert [row["id"] for row in mock.get("/widgets").json()] == ["a", "b"]
