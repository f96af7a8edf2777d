"""What generated CRUD fills in where the least sample does not fit.

Holds `crud/new_keys.py` too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contracts import REF, WIDGETS, answers, body, contract, crud
from tests.harness import Mock

Write = Callable[..., Path]
Make = Callable[..., Mock]
Serve = Callable[..., Mock]

URL = {"type": "string", "pattern": "^/v1/widgets"}
CODE = {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"}
"""Patterns that no least sample fits."""


def listing(**more: Any) -> dict[str, Any]:
    properties = {"data": {"type": "array", "items": REF, **more}, "url": URL, "more": {"type": "boolean"}}
    return {"type": "object", "required": ["data", "url", "more"], "properties": properties}


def coded(**properties: Any) -> dict[str, Any]:
    known = {"id": {"type": "string"}, "name": {"type": "string"}, **properties}
    return {"type": "object", "required": list(known), "properties": known}


def test_what_an_envelope_requires_beside_the_rows_is_made_to_fit(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, listing())
    mock = serve(contract(paths), WIDGETS)
    answer = mock.get("/widgets")
    assert answer.status_code == 200
    assert mock.last.answered_by == "shape"
    assert "x-mockade-answer" not in answer.headers
    assert [row["id"] for row in answer.json()["data"]] == ["w1", "w2"]
    assert answer.json()["more"] is False
    assert re.search(URL["pattern"], answer.json()["url"])
    assert mock.get("/widgets").content == answer.content


def test_a_row_shows_what_only_the_answer_requires_alike_in_a_list_and_by_itself(serve: Serve) -> None:
    shown = coded(code=CODE)
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, {"type": "array", "items": shown})
    for method in ("get", "put"):
        kept = paths["/widgets/{id}"][method]
        paths["/widgets/{id}"][method] = {**kept, **answers(200, REF if method == "put" else shown)}
    paths["/widgets/{id}"]["get"] = answers(200, shown)
    rows = {"type": "object", "properties": {"id": {"type": "string"}}}
    paths["/widgets"]["post"] = {"requestBody": body(rows), **answers(201, shown)}
    mock = serve(contract(paths), "")
    made = mock.post("/widgets", json={"id": "w9"}).json()
    assert made["id"] == "w9"
    assert re.search(CODE["pattern"], made["code"])
    assert mock.get("/widgets/w9").json() == made
    assert mock.get("/widgets").json() == [made]


def test_a_created_row_gets_required_values_that_fit_and_keeps_those_that_were_sent(
    home: Write, make_mock: Make
) -> None:
    folder = home(specs={"shop.yaml": contract(crud("/widgets", coded(code=CODE, other=CODE)))})
    bodies = []
    for _ in range(2):
        mock = make_mock(home=folder)
        answer = mock.post("/widgets", json={"name": "Mine"})
        assert (answer.status_code, mock.last.answered_by) == (201, "shape")
        made = answer.json()
        assert made["name"] == "Mine"
        assert re.search(CODE["pattern"], made["code"])
        assert mock.get(f"/widgets/{made['id']}").json() == made
        bodies.append(answer.content)
    assert bodies[0] == bodies[1]


def test_a_default_that_does_not_fit_is_not_taken(serve: Serve) -> None:
    row = coded(link={"type": "string", "format": "uri", "default": "{$ID}", "readOnly": True})
    row["required"] = ["id"]
    mock = serve(contract(crud("/widgets", row)))
    answer = mock.post("/widgets", json={"name": "Mine"})
    assert (answer.status_code, answer.json()["name"]) == (201, "Mine")
    assert answer.json()["link"].startswith("https://")


def test_a_put_to_another_alternative_gets_what_that_requires(serve: Serve) -> None:
    def kind(name: str, **more: Any) -> dict[str, Any]:
        properties = {"id": {"type": "string"}, "kind": {"type": "string", "enum": [name]}, **more}
        return {"type": "object", "required": list(properties), "properties": properties}

    row = {"oneOf": [kind("cat", lives=CODE), kind("dog", bone=CODE)]}
    mock = serve(
        contract(crud("/pets", row, {"type": "object"})), "pets: [{id: a, kind: cat, lives: CAT-0009}]"
    )
    answer = mock.put("/pets/a", json={"kind": "dog"})
    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["kind"]) == ("a", "dog")
    assert re.search(CODE["pattern"], answer.json()["bone"])
    assert mock.get("/pets/a").json() == answer.json()


def test_a_key_is_generated_where_neither_uuid_nor_number_fits(serve: Serve) -> None:
    row = {"type": "object", "required": ["id"], "properties": {"id": CODE}}
    mock = serve(contract(crud("/widgets", row, {"type": "object"})))
    keys = {mock.post("/widgets", json={}).json()["id"] for _ in range(3)}
    assert len(keys) == 3
    assert all(re.search(CODE["pattern"], key) for key in keys)


def test_a_delete_answers_what_its_schema_requires(serve: Serve) -> None:
    gone = {
        "type": "object",
        "required": ["deleted", "code"],
        "properties": {"deleted": {"type": "boolean"}, "code": CODE},
    }
    paths = crud("/widgets")
    paths["/widgets/{id}"]["delete"] = answers(200, gone)
    mock = serve(contract(paths), WIDGETS)
    answer = mock.delete("/widgets/w1").json()
    assert answer["deleted"] is True
    assert re.search(CODE["pattern"], answer["code"])
    assert mock.get("/widgets/w1").status_code == 404


@pytest.mark.parametrize("schema", [{"type": "array", "items": REF, "minItems": 1}, listing(minItems=1)])
def test_an_empty_list_that_must_not_be_empty_is_generated(serve: Serve, schema: dict[str, Any]) -> None:
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, schema)
    mock = serve(contract(paths))
    answer = mock.get("/widgets")
    assert (answer.status_code, mock.last.answered_by) == (200, "generated")
    assert answer.headers["x-mockade-answer"] == "generated"
    mock.post("/widgets", json={"id": "w1", "name": "One"})
    assert "w1" in mock.get("/widgets").text
    assert mock.last.answered_by == "shape"


def test_nothing_is_generated_in_the_place_of_a_list_where_that_is_not_wanted(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, {"type": "array", "items": REF, "minItems": 1})
    mock = serve(contract(paths), unanswered="501")
    assert mock.get("/widgets").status_code == 500


def test_json_of_which_the_contract_says_nothing_is_the_row(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["put"]["responses"][200]["content"] = {"application/json": {}}
    mock = serve(contract(paths), WIDGETS)
    assert mock.put("/widgets/w1", json={"name": "New"}).json() == {"id": "w1", "name": "New"}


def test_a_read_that_answers_no_json_is_not_of_the_rows(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["get"]["responses"][200]["content"] = {"text/csv": {"schema": {"type": "string"}}}
    mock = serve(contract(paths), WIDGETS)
    assert mock.get("/widgets/w1").status_code == 200
    assert mock.last.answered_by == "generated"


def test_a_write_that_answers_no_json_happens_all_the_same(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["delete"] = answers(200)
    content = {"text/plain": {"schema": {"type": "string"}}}
    paths["/widgets/{id}"]["delete"]["responses"][200]["content"] = content
    mock = serve(contract(paths), WIDGETS)
    assert mock.delete("/widgets/w1").status_code == 200
    assert mock.last.answered_by == "generated"
    assert mock.get("/widgets/w1").status_code == 404


def test_a_key_of_another_type_in_an_answer_is_the_same_key(serve: Serve) -> None:
    shown = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    paths = crud("/widgets")
    paths["/widgets"]["get"] = answers(200, {"type": "array", "items": shown})
    mock = serve(contract(paths), "widgets: [{id: '7', name: One}]")
    assert mock.get("/widgets").json()[0]["id"] == 7


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
def test_a_row_that_becomes_another_kind_has_what_that_kind_requires(serve: Serve, word: str) -> None:
    def kind(name: str, size: str) -> dict[str, Any]:
        known = {
            "id": {"type": "string"},
            "kind": {"type": "string", "enum": [name]},
            size: {"type": "number"},
        }
        return {
            "type": "object", "required": ["kind", size], "properties": known, "additionalProperties": False
        }  # fmt: skip

    row = {word: [kind("square", "side"), kind("circle", "radius")]}
    mock = serve(contract(crud("/shapes", row, row)), "shapes: [{id: s1, kind: square, side: 2}]")
    answer = mock.patch("/shapes/s1", json={"kind": "circle"})
    assert mock.last.answered_by == "shape"
    assert {name: answer.json()[name] for name in ("id", "kind")} == {"id": "s1", "kind": "circle"}
    assert mock.get("/shapes/s1").json() == answer.json()
    assert answer.json().keys() == {"id", "kind", "radius"}
