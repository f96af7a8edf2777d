"""What PUT, PATCH and POST do to a row that is there, and to one that is not.

Holds `crud/json_patch.py` and `crud/field_masks.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import REF, WIDGET, WIDGETS, answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

PATCHES = {"content-type": "application/json-patch+json"}
MERGES = {"content-type": "application/merge-patch+json"}
LOCATED = {"headers": {"Location": {"schema": {"type": "string"}}}}
FORMS = {"content-type": "application/x-www-form-urlencoded"}


def patching(**more: Any) -> str:
    """Widgets that are patched by any media type; `more` answers of the PATCH."""
    paths = crud("/widgets")
    known = {"name": {"type": "string"}, "size": {"type": "integer", "nullable": True}}
    known["tags"] = {"type": "array", "items": {"type": "string"}}
    known["made"] = {"type": "string", "readOnly": True}
    operations = {"type": "array", "items": {"type": "object"}}
    paths["/widgets/{id}"]["patch"]["requestBody"] = {
        "content": {
            "application/json-patch+json": {"schema": operations},
            "application/merge-patch+json": {"schema": {"type": "object"}},
            "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": known}},
        }
    }
    paths["/widgets/{id}"]["patch"]["responses"] |= more
    row = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, **known}}
    return contract(paths, {"Widget": row})


ONE = "widgets: [{id: w1, name: One, size: 2, tags: [a, b], made: then}]"


def test_a_patch_is_applied_as_its_media_type_says(serve: Serve) -> None:
    mock = serve(patching(), ONE)
    steps: Any = [
        {"op": "test", "path": "/name", "value": "One"},
        {"op": "add", "path": "/tags/-", "value": "c"},
        {"op": "move", "from": "/tags/0", "path": "/tags/1"},
        {"op": "copy", "from": "/tags/0", "path": "/name"},
        {"op": "remove", "path": "/size"},
        {"op": "replace", "path": "/made", "value": "now"},
        {"op": "replace", "path": "/id", "value": "w9"},
    ]
    patched = mock.patch("/widgets/w1", json=steps, headers=PATCHES)
    assert patched.json() == {"id": "w1", "name": "b", "tags": ["b", "a", "c"], "made": "then"}
    merged = mock.patch("/widgets/w1", json={"name": None, "size": None, "tags": ["z"]}, headers=MERGES)
    assert merged.json() == {"id": "w1", "size": None, "tags": ["z"], "made": "then"}
    filled = mock.patch("/widgets/w1", content="size=7&name=a+b&tags=x&tags=y", headers=FORMS)
    assert filled.json() == {"id": "w1", "name": "a b", "size": 7, "tags": ["x", "y"], "made": "then"}
    assert mock.get("/widgets/w1").json() == filled.json()


@pytest.mark.parametrize(
    ("step", "status", "said"),
    [
        ({"op": "test", "path": "/name", "value": "Two"}, 409, "body/1: the test at '/name' fails"),
        ({"op": "test", "path": "/no/where", "value": 1}, 409, "body/1: the test at '/no/where' fails"),
        ({"op": "remove", "path": "/no"}, 422, "body/1: remove at '/no' points to nothing"),
        ({"op": "replace", "path": "/tags/7", "value": 1}, 422, "body/1: replace at '/tags/7'"),
        ({"op": "add", "path": "name", "value": 1}, 422, "body/1: add at 'name'"),
        ({"op": "add", "path": "/name"}, 422, "body/1: add at '/name'"),
        ({"op": "melt", "path": "/name"}, 422, "body/1: melt at '/name'"),
        ({"op": "replace", "path": "", "value": [1]}, 422, "what is no object: [1]"),
        ({"op": "replace", "path": "/tags/0", "value": 5}, 400, "body/tags/0: Expected string"),
    ],
)
def test_a_json_patch_that_cannot_be_applied_changes_nothing_and_says_where(
    serve: Serve, step: dict[str, Any], status: int, said: str
) -> None:
    mock = serve(patching(**{str(one): {"description": "no"} for one in (400, 409, 422)}), ONE)
    before = mock.get("/widgets/w1").content
    steps = [{"op": "replace", "path": "/name", "value": "New"}, step]
    if step["path"] == "/name" and step["op"] == "test":
        steps[0]["value"] = "Newer"
    refused = mock.patch("/widgets/w1", json=steps, headers=PATCHES)
    assert (refused.status_code, mock.get("/widgets/w1").content) == (status, before)
    assert said in refused.json()["detail"]


def test_a_json_patch_takes_bounded_work(serve: Serve) -> None:
    mock = serve(patching(), "widgets: [{id: w1, name: " + "x" * 1000 + "}]")
    doubling = [{"op": "copy", "from": "", "path": f"/copy{at}"} for at in range(30)]
    refused = mock.patch("/widgets/w1", json=doubling, headers=PATCHES)
    assert (refused.status_code, "adds more than" in refused.json()["detail"]) == (400, True)
    many = [{"op": "test", "path": "/id", "value": "w1"}] * 1001
    assert mock.patch("/widgets/w1", json=many, headers=PATCHES).status_code == 400


@pytest.mark.parametrize(
    ("documented", "made"),
    [
        ({}, 200),
        ({"201": {"description": "made", **body(REF), **LOCATED}, "404": {"description": "no"}}, 201),
    ],
)
def test_a_put_makes_a_row_where_the_contract_lets_it(
    serve: Serve, documented: dict[str, Any], made: int
) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["put"]["responses"] |= documented
    mock = serve(contract(paths), WIDGETS)
    first = mock.put("/widgets/w9", json={"name": "Nine", "id": "other"})
    assert (first.status_code, first.json()) == (made, {"id": "w9", "name": "Nine"})
    assert made == 200 or first.headers["location"] == "http://localhost/widgets/w9"
    again = mock.put("/widgets/w9", json={"name": "Ten"})
    assert (again.status_code, again.json()) == (200, {"id": "w9", "name": "Ten"})
    assert mock.get("/widgets/w9").json() == again.json()
    assert [row["id"] for row in mock.get("/widgets").json()] == ["w1", "w2", "w9"]


def test_a_put_of_nothing_that_is_there_is_not_found_where_the_contract_says_so(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["put"]["responses"] |= {"404": {"description": "no"}}
    mock = serve(contract(paths), WIDGETS)
    assert mock.put("/widgets/w9", json={"name": "Nine"}).status_code == 404
    assert len(mock.get("/widgets").json()) == 2


def test_a_post_on_an_item_updates_it(serve: Serve) -> None:
    paths = crud("/widgets")
    given = {"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}
    form = {"content": {"application/x-www-form-urlencoded": {"schema": given}}}
    paths["/widgets/{id}"]["post"] = {"requestBody": form, **answers(200, REF)}
    mock = serve(contract(paths), WIDGETS)
    updated = mock.post("/widgets/w1", content="size=9", headers=FORMS)
    assert (updated.status_code, updated.json()) == (200, {"id": "w1", "name": "One", "size": 9})
    assert mock.post("/widgets/w9", content="size=9", headers=FORMS).status_code == 404


def test_a_put_on_a_collection_takes_the_key_from_the_body(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets"]["put"] = {"requestBody": body(REF), **answers(200, REF)}
    mock = serve(contract(paths), WIDGETS)
    replaced = mock.put("/widgets", json={"id": "w2", "name": "New"})
    assert replaced.json() == {"id": "w2", "name": "New"}
    assert mock.put("/widgets", json={"id": "w9", "name": "Nine"}).status_code == 200
    assert [row["name"] for row in mock.get("/widgets").json()] == ["One", "New", "Nine"]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (
            {
                "type": "object",
                "required": ["id", "deleted"],
                "properties": {
                    "id": {"type": "string"},
                    "object": {"type": "string", "enum": ["widget"]},
                    "deleted": {"type": "boolean"},
                },
            },
            {"id": "w1", "deleted": True},
        ),
        ({"type": "object", "properties": {"id": {"type": "string"}, "success": {"type": "boolean"}}}, None),
        ({"type": "boolean"}, True),
        (REF, {"id": "w1", "name": "One"}),
        ({"type": "object", "properties": {"widget": REF}}, {"widget": {"id": "w1", "name": "One"}}),
    ],
)
def test_a_delete_answers_what_is_documented_and_the_row_is_gone(
    serve: Serve, schema: dict[str, Any], said: Any
) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["delete"] = answers(200, schema)
    mock = serve(contract(paths), WIDGETS)
    gone = mock.delete("/widgets/w1")
    assert (gone.status_code, gone.json()) == (200, said or {"id": "w1", "success": True})
    assert mock.get("/widgets/w1").status_code == 404
    assert mock.delete("/widgets/w1").status_code == 404


def test_a_delete_without_a_body_has_none_whatever_else_is_written(serve: Serve) -> None:
    paths = crud("/widgets")
    paths["/widgets/{id}"]["delete"] = answers(204, REF)
    mock = serve(contract(paths), WIDGETS)
    assert (mock.delete("/widgets/w1").status_code, mock.get("/widgets/w1").status_code) == (204, 404)


def test_a_write_on_a_collection_without_a_key_is_left_to_the_contract(serve: Serve) -> None:
    paths = crud("/widgets")
    optional = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
    paths["/widgets"]["patch"] = {"requestBody": body(optional), **answers(200, REF)}
    mock = serve(contract(paths), WIDGETS)
    assert mock.patch("/widgets", json={"name": "All"}).status_code == 200
    assert (mock.last.answered_by, mock.last.notices[0].rule) == ("generated", "row")
    assert mock.get("/widgets/w1").json()["name"] == "One"
    assert mock.patch("/widgets", json={"id": "w1", "name": "New"}).json() == {"id": "w1", "name": "New"}
    assert mock.patch("/widgets", json={"id": "w9", "name": "Nine"}).json() == {"id": "w9", "name": "Nine"}
    assert mock.get("/widgets/w9").status_code == 200


def test_a_list_of_rows_is_written_one_by_one_and_all_or_none(serve: Serve) -> None:
    paths = crud("/widgets")
    many = {"type": "array", "items": {"type": "object", "properties": WIDGET["properties"]}}
    shown = {"type": "object", "properties": {"widgets": {"type": "array", "items": REF}}}
    paths["/widgets"]["post"] = {"requestBody": body(many), **answers(201, shown)}
    paths["/widgets"]["patch"] = {"requestBody": body(many), **answers(200, {"type": "array", "items": REF})}
    mock = serve(contract(paths))
    made = mock.post("/widgets", json=[{"name": "a", "id": "a1"}, {"name": "b"}])
    assert made.status_code == 201
    assert [row["name"] for row in made.json()["widgets"]] == ["a", "b"]
    assert mock.get("/widgets").json() == made.json()["widgets"]
    changed = mock.patch("/widgets", json=[{"id": "a1", "name": "A"}, {"id": "c1", "name": "c"}]).json()
    assert changed == [{"id": "a1", "name": "A"}, {"id": "c1", "name": "c"}]
    refused = mock.post("/widgets", json=[{"id": "d1", "name": "d"}, {"id": "a1", "name": "again"}])
    assert refused.status_code == 409
    assert mock.get("/widgets/d1").status_code == 404
    assert mock.post("/widgets", json=[]).json() == {"widgets": []}


def test_an_update_that_answers_something_else_happens_all_the_same(serve: Serve) -> None:
    paths = crud("/widgets")
    job = {"type": "object", "required": ["job"], "properties": {"job": {"type": "string"}}}
    given = paths["/widgets/{id}"]["put"]["requestBody"]
    paths["/widgets/{id}"]["put"] = {"requestBody": given, **answers(202, job)}
    mock = serve(contract(paths), WIDGETS)
    answer = mock.put("/widgets/w1", json={"name": "New"})
    assert (answer.status_code, answer.json().keys()) == (202, {"job"})
    assert mock.get("/widgets/w1").json() == {"id": "w1", "name": "New"}


def test_a_new_row_has_what_the_query_has_to_say_of_it(serve: Serve) -> None:
    site = {"type": "object", "properties": {"id": {"type": "string"}, "site_id": {"type": "string"}}}
    paths = crud("/hooks", site)
    asked = {"name": "site_id", "in": "query", "required": True, "schema": {"type": "string"}}
    paths["/hooks"]["post"]["parameters"] = [asked]
    mock = serve(contract(paths))
    made = mock.post("/hooks?site_id=s1", json={}).json()
    assert made["site_id"] == "s1"
    assert mock.get(f"/hooks/{made['id']}").json() == made


def test_a_row_that_nothing_can_be_is_left_to_the_contract(serve: Serve) -> None:
    never = {"type": "string", "enum": ["a"], "pattern": "^b"}
    row = {"type": "object", "required": ["it"], "properties": {"id": {"type": "string"}, "it": never}}
    paths = crud("/widgets", row)
    paths["/widgets"]["post"] |= answers(201, {"type": "object", "properties": {"id": {"type": "string"}}})
    mock = serve(contract(paths))
    assert mock.post("/widgets", json={"name": "x"}).status_code == 201
    assert "Nothing is kept" in mock.last.notices[0].message
    assert mock.get("/widgets").json() == []


@pytest.mark.parametrize(
    ("mask", "kept"),
    [
        ("", {"id": "w1", "name": "New", "size": 9}),
        ("*", {"id": "w1", "name": "New", "size": 9}),
        ("name", {"id": "w1", "name": "New", "size": 2, "note": "n"}),
        ("name,note", {"id": "w1", "name": "New", "size": 2}),
        ("size.unit", {"id": "w1", "name": "One", "size": 9, "note": "n"}),
    ],
)
def test_a_mask_says_which_fields_a_patch_is_about(serve: Serve, mask: str, kept: dict[str, Any]) -> None:
    known = {"id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer"}}
    row = {"type": "object", "properties": {**known, "note": {"type": "string"}}}
    paths = crud("/widgets", row)
    paths["/widgets/{id}"]["patch"]["parameters"] = [
        {"name": "update_mask", "in": "query", "schema": {"type": "string"}}
    ]
    mock = serve(contract(paths), "widgets: [{id: w1, name: One, size: 2, note: n}]")
    sent = {"name": "New", "size": 9} | ({} if mask not in ("", "*") else {"note": None})
    assert mock.patch(f"/widgets/w1?update_mask={mask}", json=sent).json() == kept


@pytest.mark.parametrize(
    "steps",
    [
        [{"op": "copy", "from": "/pin", "path": "/name"}],
        [{"op": "move", "from": "/pin", "path": "/name"}],
        [{"op": "test", "path": "/pin", "value": "1234"}],
        [{"op": "test", "path": "/pin", "value": "0000"}],
        [{"op": "test", "path": "", "value": {"id": "w1"}}],
    ],
)
def test_a_json_patch_looks_at_nothing_that_no_answer_shows(serve: Serve, steps: Any) -> None:
    spec = patching(**{str(one): {"description": "no"} for one in (409, 422)})
    mock = serve(
        spec.replace("        made:", "        pin: {type: string, writeOnly: true}\n        made:"),
        "widgets: [{id: w1, name: One, pin: '1234'}]",
    )
    refused = mock.patch("/widgets/w1", json=steps, headers=PATCHES)
    assert (refused.status_code, "points to nothing" in refused.json()["detail"]) == (422, True)
    assert "1234" not in mock.get("/widgets/w1").text
    written = mock.patch(
        "/widgets/w1", json=[{"op": "replace", "path": "/pin", "value": "9"}], headers=PATCHES
    )
    assert written.status_code == 200
    assert mock.state.table("shop", "widgets").rows["w1"].row()["pin"] == "9"
