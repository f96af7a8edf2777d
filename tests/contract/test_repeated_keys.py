"""A key that stands twice in JSON is told wherever JSON may stand in a request, and refused when strict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.contract.repeated_keys import repeated_keys
from tests.contracts import contract
from tests.harness import Mock

THING = {"schema": {"type": "object", "properties": {"o": {"type": "object"}}}}
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
PARAMETERS = [
    {"name": name, "in": where, "content": {"application/json": {"schema": {"type": "object"}}}}
    for name, where in (("q", "query"), ("X-H", "header"), ("c", "cookie"))
]
SPEC = {
    "operationId": "answer",
    "requestBody": {"content": dict.fromkeys(("application/json", FORM, PARTS), THING)},
    "responses": {"200": {"description": ""}},
}
TWICE = '{"a": [{"b": 1, "b": 2}], "c": "\\u0022"}'
PART = f'--B\r\nContent-Disposition: form-data; name="o"\r\n\r\n{TWICE}\r\n--B--\r\n'


@pytest.mark.parametrize(
    ("request_", "where"),
    [
        ({"params": {"q": TWICE}}, "query"),
        ({"headers": {"x-h": TWICE}}, "header"),
        ({"headers": {"cookie": f"c={TWICE.replace(' ', '').replace(',', '%2C')}"}}, "cookie"),
        ({"content": TWICE, "headers": {"content-type": "application/json"}}, "body"),
        ({"data": {"o": TWICE}}, "body"),
        ({"content": PART, "headers": {"content-type": f"{PARTS}; boundary=B"}}, "body"),
    ],
    ids=["query", "header", "cookie", "body", "form", "part"],
)
def test_a_key_that_stands_twice_is_told(
    serve: Callable[..., Mock], request_: dict[str, Any], where: str
) -> None:
    paths: dict[str, Any] = {"/one": {"post": {**SPEC, "parameters": PARAMETERS}}}
    mock = serve(contract(paths))
    assert mock.post("/one", **request_).status_code == 200
    (notice,) = [one for one in mock.last.notices if one.rule == "lenient"]
    assert notice.where == where
    assert notice.message.startswith("'b' stands twice in one object of the ")
    assert serve(contract(paths), strict=True).post("/one", **request_).status_code == 400


def test_each_key_is_told_once_and_only_where_it_repeats() -> None:
    raw = b'{"a": 1, "b": {"a": 2}, "x": "a", "b": {"c": 1, "c": 2, "c": 3}}'
    assert list(repeated_keys(raw, {"a": 1, "b": {"c": 3}, "x": "a"})) == ["c", "b"]
    assert list(repeated_keys(b'{"a": {"b": 1}, "b": 1}', {"a": {"b": 1}, "b": 1})) == []
