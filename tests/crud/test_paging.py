"""Lists filtered and paged by their query parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contracts import answers, contract
from tests.harness import Mock

Serve = Callable[..., Mock]


def test_lists_are_filtered_by_the_properties_and_cut_by_the_paging_that_the_contract_declares(
    serve: Serve,
) -> None:
    row = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "colour": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "big": {"type": "boolean"},
        },
    }

    def query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"name": name, "in": "query", "schema": schema}

    strings = {"type": "array", "items": {"type": "string"}}
    parameters = [
        query("colour", strings),
        query("tags", {"type": "string"}),
        query("big", {"type": "boolean"}),
        query("page", {"type": "integer"}),
        query("page_size", {"type": "integer"}),
        query("offset", {"type": "integer"}),
    ]
    paths = {"/widgets": {"get": {"parameters": parameters, **answers(200, {"type": "array", "items": row})}}}
    fixtures = """widgets:
      - {id: a, colour: red, tags: [x, y], big: true}
      - {id: b, colour: blue, tags: [y], big: false}
      - {id: c, colour: red, tags: [], big: false}"""
    mock = serve(contract(paths), fixtures)

    def ids(query: str) -> str:
        return "".join(row["id"] for row in mock.get(f"/widgets?{query}").json())

    assert ids("") == "abc"
    assert ids("colour=red") == "ac"
    assert ids("colour=red&colour=blue&big=false") == "bc"
    assert ids("tags=y") == "ab"
    assert ids("page=2&page_size=2") == "c"
    assert ids("page_size=1&offset=1") == "b"
    assert ids("offset=2") == "c"
    assert ids("page=99999999999999&page_size=2") == ""
