"""What the contract has no place for: each names the line that says what there is instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

SPEC = contract(crud("/widgets"))
LINES = SPEC.splitlines()


@pytest.mark.parametrize(
    ("method", "path", "sent", "words"),
    [
        ("GET", "/widget", {}, "get:"),
        ("PURGE", "/widgets", {}, "get:"),
        (
            "POST",
            "/widgets",
            {"content": b"<a/>", "headers": {"content-type": "application/xml"}},
            "requestBody:",
        ),
        ("GET", "/widgets", {"headers": {"accept": "image/png"}}, "get:"),
        ("GET", "/widgets?colour=red", {}, "get:"),
        ("GET", "/widgets", {"headers": {"x-colour": "red"}}, "get:"),
        ("GET", "/widgets", {"content": b"x"}, "get:"),
        ("POST", "/widgets", {"json": {"name": "n", "colour": "red"}}, "schema:"),
    ],
)
def test_what_the_contract_does_not_have_names_the_line_of_what_it_has(
    serve: Callable[..., Mock], method: str, path: str, sent: dict[str, Any], words: str
) -> None:
    mock = serve(SPEC, WIDGETS)
    mock.request(method, path, **sent)
    (found,) = [*mock.last.violations, *mock.last.notices]
    assert LINES[int(found.place.split(":")[-2]) - 1].strip().startswith(words)
