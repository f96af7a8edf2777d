"""What becomes of a request that its own schema admits and the schema of a row does not.

Holds `crud/conversions.py`, `crud/row_faults.py` and `crud/row_paths.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

TEXT = {"type": "string"}
KEYWORDS = [
    "$ref",
    "$id",
    "$anchor",
    "$defs",
    "$comment",
    "type",
    "properties",
    "items",
    "required",
    "enum",
    "const",
    "format",
    "pattern",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "prefixItems",
    "contains",
    "maxItems",
    "minLength",
    "minimum",
    "nullable",
    "discriminator",
    "readOnly",
    "example",
    "examples",
    "default",
    "xml",
    "title",
    "description",
    "contentMediaType",
]
PERSON = {
    "type": "object",
    "required": ["id", "login"],
    "properties": {"id": {"type": "integer"}, "login": TEXT, "bio": TEXT},
}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"id": TEXT, **properties}}


def required(**properties: Any) -> dict[str, Any]:
    return {**thing(**properties), "required": list(properties)}


@pytest.mark.parametrize(
    ("sent", "asked", "value", "kept"),
    [
        (TEXT, {"type": "integer"}, "12", 12),
        ({"type": "integer"}, TEXT, 12, "12"),
        (TEXT, {"type": "number"}, "1.5", 1.5),
        (TEXT, {"type": "boolean"}, "true", True),
        ({"type": "boolean"}, TEXT, False, "false"),
        (TEXT, {"type": "string", "enum": ["usd", "gbp"]}, "GBP", "gbp"),
        (TEXT, {"type": "string", "format": "date-time"}, "2026-01-05", "2026-01-05T00:00:00Z"),
        (TEXT, {"type": "string", "format": "date"}, "2020-02-03T23:30:00+02:00", "2020-02-03"),
        (TEXT, {"type": "array", "items": {"type": "array", "items": TEXT}}, "a", [["a"]]),
        ({"type": "array", "items": TEXT}, TEXT, ["a"], "a"),
        (thing(type=TEXT), TEXT, {"id": "x1", "type": "shop"}, "x1"),
        (TEXT, {"type": "object", "nullable": True, "required": ["id"], **thing()}, "x1", {"id": "x1"}),
    ],
)
def test_a_value_is_kept_in_the_form_that_the_row_asks(
    serve: Serve, sent: dict[str, Any], asked: dict[str, Any], value: Any, kept: Any
) -> None:
    mock = serve(contract(crud("/widgets", required(it=asked), thing(it=sent))))
    made = mock.post("/widgets", json={"it": value})
    assert (made.status_code, made.json()["it"]) == (201, kept)
    assert mock.get(f"/widgets/{made.json()['id']}").json() == made.json()
    (notice,) = mock.told[-2].notices
    assert (notice.pointer, notice.rule) == ("/it", "row")
    assert "is kept as" in notice.message
    assert "specs/" in notice.place


def test_a_name_becomes_the_object_that_it_names_and_what_that_lacks_is_made_up(serve: Serve) -> None:
    row = required(assignees={"type": "array", "items": PERSON})
    mock = serve(contract(crud("/issues", row, thing(assignees={"type": "array", "items": TEXT}))))
    made = mock.post("/issues", json={"assignees": ["ada", "ben"]}).json()
    assert [one["login"] for one in made["assignees"]] == ["ada", "ben"]
    assert all(isinstance(one["id"], int) for one in made["assignees"])


def test_what_an_object_has_is_kept_and_what_the_row_asks_besides_is_completed(serve: Serve) -> None:
    parent = required(type={"type": "string", "enum": ["folder"]})
    mock = serve(contract(crud("/folders", required(parent=parent), thing(parent=thing()))))
    made = mock.post("/folders", json={"parent": {"id": "f0"}})
    assert (made.status_code, made.json()["parent"]) == (201, {"id": "f0", "type": "folder"})
    assert not mock.last.notices  # nothing that was sent is lost


def test_what_a_row_takes_in_no_way_is_left_out_and_told(serve: Serve) -> None:
    row = {**required(name=TEXT, plan=PERSON), "additionalProperties": False}
    row["properties"]["home"] = {"type": "string", "format": "uri"}
    given = thing(name=TEXT, plan={"type": "boolean"}, password=TEXT, home=TEXT)
    given["properties"] |= {
        "pin": {"type": "string", "writeOnly": True},
        "photo": {"type": "string", "format": "binary"},
    }
    mock = serve(contract(crud("/accounts", row, given)))
    sent = {"name": "Ada", "plan": True, "password": "s3cret", "home": "at the sea", "pin": "1", "photo": "x"}
    made = mock.post("/accounts", json=sent)
    assert made.status_code == 201
    assert made.json()["name"] == "Ada"
    assert made.json().keys() == {"id", "name", "plan"}
    assert {notice.pointer for notice in mock.last.notices} == {"/plan", "/password", "/home"}
    assert "s3cret" not in str(mock.last.notices), "a secret may be called anything"


def test_an_update_keeps_the_old_value_where_a_row_cannot_take_the_new_one(serve: Serve) -> None:
    row, given = required(name=TEXT, owner=PERSON), thing(name=TEXT, owner={"type": "array", "items": TEXT})
    given["properties"]["name"] = {"type": "string", "nullable": True}
    paths = crud("/widgets", row, given)
    paths["/widgets/{id}"]["patch"]["requestBody"] = paths["/widgets/{id}"]["put"]["requestBody"]
    mock = serve(contract(paths), "widgets: [{id: w1, name: One, owner: {id: 1, login: ada}}]")
    for method in ("PATCH", "PUT"):
        answer = mock.request(method, "/widgets/w1", json={"name": None, "owner": ["a", "b"]})
        assert answer.json() == {"id": "w1", "name": "One", "owner": {"id": 1, "login": "ada"}}
        assert {notice.pointer for notice in mock.last.notices} == {"/name", "/owner"}


def test_what_the_requests_schema_does_not_name_is_refused_where_no_row_may_have_it(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets", thing(size={"type": "integer"}), thing())))
    refused = mock.post("/widgets", json={"size": "big"})
    assert refused.status_code == 400
    assert "body/size: Expected integer, got string 'big'." in refused.json()["detail"]
    assert mock.get("/widgets").json() == []


@pytest.mark.parametrize("system", ["system_key", "note"])
def test_paths_that_call_the_parts_of_a_key_otherwise_lead_to_the_same_rows(
    serve: Serve, system: str
) -> None:
    """By a property that both name, or by what is kept beside the row."""
    edge = {"type": "object", "required": ["secret"], "properties": {system: TEXT, "secret": TEXT}}
    sent = {"requestBody": body({"$ref": "#/components/schemas/Edge"}), **answers(200)}
    every = {"get": answers(200, {"$ref": "#/components/schemas/Edge"}), "delete": answers(200), "put": sent}
    paths = {
        "/admin/edges/{systemKey}": {"get": answers(200, {"type": "array", "items": edge})},
        "/admin/edges/{systemKey}/{edgeName}": {**every},
        "/v3/edges/{systemKey}/{name}": {**every},
    }
    mock = serve(contract(paths, {"Edge": edge}))
    pairs = [("/admin/edges/s1/e1", "/v3/edges/s1/e1"), ("/v3/edges/s2/e2", "/admin/edges/s2/e2")]
    for path, other in pairs:
        assert mock.put(path, json={"secret": path}).status_code == 200
        assert mock.get(path).json()["secret"] == path
        assert mock.get(other).json() == mock.get(path).json()
        assert mock.get(other.replace("/s", "/t")).status_code == 404
    assert mock.delete("/v3/edges/s1/e1").status_code == 200
    assert mock.get("/admin/edges/s1/e1").status_code == 404


def test_a_number_beyond_the_floats_finds_its_own_row(serve: Serve) -> None:
    row = {"type": "object", "required": ["id"], "properties": {"id": {"type": "number"}, "name": TEXT}}
    paths = crud("/nums", row, row)
    paths["/nums"]["get"]["parameters"] = [{"name": "id", "in": "query", "schema": {"type": "number"}}]
    mock = serve(contract(paths, types={"id": "number"}))
    one, other = 2**53 + 1, 2**53
    for key in (one, float(other)):
        assert mock.post("/nums", json={"id": key, "name": "new"}).status_code == 201
    assert [mock.get(f"/nums/{key}").json()["id"] for key in (one, other)] == [one, other]
    assert [found["id"] for found in mock.get(f"/nums?id={one}").json()] == [one]
    assert mock.put(f"/nums/{one}", json={"id": one, "name": "put"}).json()["id"] == one
    assert mock.patch(f"/nums/{one}", json={"name": "patched"}).json()["id"] == one
    assert mock.get(f"/nums/{other}").json()["name"] == "new"
    assert mock.delete(f"/nums/{one}").status_code == 204
    assert [mock.get(f"/nums/{key}").status_code for key in (one, other)] == [404, 200]


@pytest.mark.parametrize("key", [".", ".."])
def test_a_key_that_clients_take_out_of_paths_is_refused(serve: Serve, key: str) -> None:
    person = {**PERSON, "required": ["id"]}
    paths = crud("/widgets") | crud("/people", person, person)
    paths["/widgets/{id}"]["put"] |= answers(201, thing())
    paths["/people/{person}"] = paths.pop("/people/{id}")
    mock = serve(contract(paths))
    made = mock.post("/people", json={"id": 1, "login": "s"})
    assert made.status_code == 201
    refused = [
        (mock.post("/widgets", json={"id": key}), "/id"),
        (mock.post("/people", json={"id": 2, "login": key}), "/login"),
        (mock.put(f"/widgets/{key}".replace(".", "%2E"), json={"name": "a"}), "/id"),
    ]
    for answer, pointer in refused:
        assert answer.status_code == 400, answer.text
        (violation,) = answer.json()["violations"]
        assert (violation["rule"], violation["pointer"]) == ("key", pointer)
        assert "cannot be a key of" in violation["message"]
    assert mock.get("/widgets").json() == []
    assert mock.get("/people").json() == [made.json()]
    assert mock.post("/widgets", json={"id": f"{key}x"}).status_code == 201


@pytest.mark.parametrize("form", ["row", "list", "envelope"])
def test_an_empty_key_is_told_to_be_kept_as_another(serve: Serve, form: str) -> None:
    given: Any = thing(name=TEXT)
    sent: Any = {"id": "", "name": "a"}
    if form == "list":
        given, sent = {"type": "array", "items": given}, [sent]
    if form == "envelope":
        given, sent = {"type": "object", "properties": {"widget": given}}, {"widget": sent}
    mock = serve(contract(crud("/widgets", given=given)))
    assert mock.post("/widgets", json=sent).status_code == 201
    (notice,) = mock.told[-1].notices
    assert (notice.pointer, notice.rule) == ("/id", "row")
    assert "'' is kept as a key that is made" in notice.message


def test_properties_that_are_called_as_keywords_of_schemas_are_properties(serve: Serve) -> None:
    looks_ahead = {"type": "string", "pattern": "^(?!an)a .*$"}
    row = thing(
        **dict.fromkeys(KEYWORDS, looks_ahead), pair={"type": "object", "properties": {"pattern": TEXT}}
    )
    mock = serve(contract(crud("/things", row, row)))
    sent = {**{word: f"a {word}" for word in KEYWORDS}, "pair": {"pattern": "a*"}}
    made = mock.post("/things", json=sent).json()
    assert sent.items() <= made.items()
    assert mock.get(f"/things/{made['id']}").json() == made
    assert mock.post("/things", json={**sent, "pattern": "an a"}).status_code == 400
