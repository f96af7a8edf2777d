"""What JSON an operation takes, and answers with when all goes well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.contract import Contract
from mockade.contract.json_bodies import answers_json, request_schema, success_schema
from tests.contracts import REF, answers, body, contract

TEXT = {"text/plain": {"schema": {"type": "string"}}}


@pytest.mark.parametrize(
    ("operation", "takes", "answers_it"),
    [
        ({"requestBody": body(REF), **answers(201, REF)}, True, True),
        (
            {"requestBody": {"content": TEXT}, "responses": {200: {"description": "", "content": TEXT}}},
            False,
            False,
        ),
        ({"requestBody": {"content": {**TEXT, **body(REF)["content"]}}, **answers(204)}, True, False),
        (answers(302, REF), False, False),
    ],
)
def test_the_json_of_a_request_and_of_a_success(
    tmp_path: Path, operation: Any, takes: bool, answers_it: bool
) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(contract({"/widgets": {"post": operation}}), encoding="utf-8")
    one = Contract.load(file).operations[0]
    assert (request_schema(one) is not None) is takes
    assert (success_schema(one) is not None) is answers_it
    assert answers_json(one) is (answers_it or "302" in one.responses)


def test_what_is_not_there_has_none() -> None:
    assert success_schema(None) is request_schema(None) is None
