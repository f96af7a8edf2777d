"""A contract with one operation, its handler, and the 500 of a mock that is at fault."""

from __future__ import annotations

from typing import Any

from tests.contracts import answers, contract
from tests.harness import Mock


def one(schema: Any = None, method: str = "get", **response: Any) -> str:
    """A contract with one operation, `answer`, at /one."""
    operation = {"operationId": "answer", **answers(200, schema, **response)}
    return contract({"/one": {method: operation}})


def handler(*lines: str) -> str:
    return "from mockade.handling import Refusal, Reply\n\ndef answer(call):\n" + "\n".join(
        f"    {line}" for line in lines
    )


def fault(mock: Mock, path: str = "/one", **request: Any) -> dict[str, Any]:
    """The body of an answer in our own voice."""
    answer = mock.get(path, **request)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["title"] == "The mock is at fault, not your request"
    return said
