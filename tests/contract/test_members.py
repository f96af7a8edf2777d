"""Members that OpenAPI does not have: those that are nearly one of its own are told, and none is read.

Holds `contract/tell.py` too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract.documents import contract_of

OK = {"200": {"description": ""}}


def told(tmp_path: Path, item: dict[str, Any]) -> list[tuple[str, str]]:
    contract = contract_of(tmp_path, paths={"/a": item})
    return [(one.message, one.mend) for one in contract.findings if one.rule == "misspelt"]


@pytest.mark.parametrize(
    ("item", "name", "what", "meant"),
    [
        ({"get": {"responses": OK, "paramaters": []}}, "paramaters", "an operation", "parameters"),
        ({"post": {"responses": OK, "requestbody": {}}}, "requestbody", "an operation", "requestBody"),
        ({"post": {"responses": OK, "request_body": {}}}, "request_body", "an operation", "requestBody"),
        ({"get": {"responses": OK, "operationID": "x"}}, "operationID", "an operation", "operationId"),
        ({"get": {"responses": OK}, "POST": {}}, "POST", "a path", "post"),
        ({"get": {"responses": OK}, "paramters": []}, "paramters", "a path", "parameters"),
        (
            {"get": {"responses": OK, "parameters": [{"name": "q", "in": "query", "requried": True}]}},
            "requried",
            "a parameter",
            "required",
        ),
        (
            {"post": {"responses": OK, "requestBody": {"requird": True, "content": {"a/b": {}}}}},
            "requird",
            "a request body",
            "required",
        ),
        (
            {"get": {"responses": {"200": {"description": "", "contents": {}}}}},
            "contents",
            "an answer",
            "content",
        ),
        (
            {"get": {"responses": {"200": {"description": "", "content": {"a/b": {"shema": {}}}}}}},
            "shema",
            "a media type",
            "schema",
        ),
    ],
)
def test_a_member_that_is_nearly_another_is_an_error_at_its_line(
    tmp_path: Path, item: dict[str, Any], name: str, what: str, meant: str
) -> None:
    message = f"{name!r} is no member of {what}: it is not read."
    assert told(tmp_path, item) == [(message, f"Did you mean {meant!r}?")]


@pytest.mark.parametrize(
    "more",
    [
        {"x-requestbody": {}},
        {"vendorThing": 1},
        {"requestBody": {"content": {"a/b": {}}}, "requestBodies": {}},  # what it may have is there
        {7: 1},
    ],
)
def test_what_is_like_nothing_that_is_missing_is_no_misspelling(tmp_path: Path, more: dict[str, Any]) -> None:
    assert told(tmp_path, {"post": {"responses": OK, **more}}) == []
