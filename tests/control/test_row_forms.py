"""What rows are made of, as a form asks for them, and which rows name another."""

from __future__ import annotations

from collections.abc import Callable

from tests.contracts import contract, crud
from tests.harness import Mock

V1 = "/_mockade/v1"
PART = {"type": "object", "properties": {"userId": {"type": "string"}}}
SCHEMAS = {
    "Widget": {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "kind": {"allOf": [{"$ref": "#/components/schemas/Kind"}], "description": "Which."},
            "ownerId": {"type": "string", "nullable": True, "maxLength": 20},
            "parts": {
                "type": "array",
                "items": {"type": "object", "properties": {"userId": {"type": "string"}}},
            },
        },
    },
    "Kind": {"type": "string", "enum": ["round", "flat"]},
    "User": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
}
ROWS = """
users: [{id: u1}, {id: u2}]
widgets:
- {id: w1, kind: flat, ownerId: u1}
- {id: w2, kind: flat, ownerId: u2, parts: [{userId: u2}, {userId: u1}]}
"""


def mock_of(serve: Callable[..., Mock]) -> Mock:
    return serve(contract({**crud("/widgets"), **crud("/users", "User")}, SCHEMAS), ROWS)


def test_a_form_learns_of_each_property_what_may_stand_in_it(serve: Callable[..., Mock]) -> None:
    mock = mock_of(serve)
    told = mock.get(f"{V1}/apis/shop/collections").json()["collections"]
    (widgets,) = [one for one in told if one["collection"] == "widgets"]
    assert (widgets["api"], widgets["holds"], widgets["key"]) == ("shop", "Widget", "id")
    by_name = {one.pop("name"): one for one in widgets["properties"]}
    plain = {"required": False, "read_only": False, "nullable": False, "enum": []}
    assert by_name == {
        "id": {**plain, "required": True, "read_only": True, "types": ["string"], "schema": {}},
        "kind": {
            **plain,
            "required": True,
            "types": ["string"],
            "enum": ["round", "flat"],
            "schema": {"description": "Which."},
        },
        "ownerId": {**plain, "types": ["string"], "nullable": True, "schema": {"maxLength": 20}},
        "parts": {**plain, "types": ["array"], "schema": {}},
    }
    assert mock.get(f"{V1}/apis/none/collections").status_code == 404


def test_a_row_knows_who_names_it(serve: Callable[..., Mock]) -> None:
    mock = mock_of(serve)
    told = mock.get(f"{V1}/state/shop/users/u1/references").json()["references"]
    assert [(one["collection"], one["key"], one["property"]) for one in told] == [
        ("widgets", "w1", "ownerId"),
        ("widgets", "w2", "parts/1/userId"),
    ]
    assert mock.get(f"{V1}/state/shop/users/none/references").status_code == 404
