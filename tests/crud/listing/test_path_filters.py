"""What a list's path says of its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, contract, crud
from tests.crud.listing.list_dialects import holding, parameter
from tests.harness import Mock

Serve = Callable[..., Mock]

ROW = holding(
    id="string",
    status={"type": "string", "enum": ["OPEN", "IN_PROGRESS", "closed"]},
    is_hidden="boolean",
    size={"type": "string", "enum": ["small", "closed"]},
    note="string",
)
ROWS = (
    "tasks: [{id: a, status: OPEN, is_hidden: true}, {id: b, status: IN_PROGRESS},"
    " {id: c, status: closed, size: small, note: latest, is_hidden: false}, {id: d, status: OPEN}]"
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/tasks/open", "ad"),
        ("/tasks/in-progress", "b"),
        ("/tasks/inProgress", "b"),
        ("/tasks/small", "c"),
        ("/tasks/hidden", "a"),
        ("/tasks/closed", "abcd"),  # of two properties that may be it is none
        ("/tasks/latest", "abcd"),
        ("/tasks/search", "abcd"),
    ],
)
def test_a_view_whose_path_names_a_value_shows_the_rows_that_have_it(
    serve: Serve, path: str, found: str
) -> None:
    listing = {"parameters": [parameter("limit", "integer")], **answers(200, {"type": "array", "items": ROW})}
    mock = serve(contract({**crud("/tasks", ROW), path: {"get": listing}}), ROWS)
    assert "".join(one["id"] for one in mock.get(path).json()) == found
    assert "".join(one["id"] for one in mock.get(f"{path}?limit=1").json()) == found[:1]
    assert len(mock.get("/tasks").json()) == 4


def test_a_collection_whose_name_is_a_value_of_its_rows_has_them_all(serve: Serve) -> None:
    row: Any = holding(id="string", kind={"type": "string", "enum": ["drafts", "others"]})
    mock = serve(contract(crud("/drafts", row)), "drafts: [{id: a, kind: others}, {id: b}]")
    assert len(mock.get("/drafts").json()) == 2
