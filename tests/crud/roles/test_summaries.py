"""Lists that show rows by a schema of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract
from tests.harness import Mock

Serve = Callable[..., Mock]

TEXT = {"type": "string"}
MAILING = {"type": "object", "properties": {"listId": TEXT, "name": TEXT, "copies": {"type": "integer"}}}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def mailings(listed: dict[str, Any]) -> str:
    return contract(
        {
            "/mailings": {
                "get": answers(200, listed),
                "post": {"requestBody": body(thing(name=TEXT)), **answers(201, MAILING)},
            },
            "/mailings/{mailingListId}": {"get": answers(200, MAILING), "delete": answers(204)},
        }
    )


SUMMARY = {
    "type": "object",
    "required": ["createdBy"],
    "properties": {"mailingListId": TEXT, "createdBy": TEXT},
}


@pytest.mark.parametrize(
    ("listed", "around"),
    [
        ({"type": "array", "items": SUMMARY}, ()),
        (thing(items={"type": "array", "items": SUMMARY}, total={"type": "integer"}), ("items",)),
        (thing(summaries={"type": "array", "items": SUMMARY}), ("summaries",)),
    ],
)
def test_a_list_with_another_schema_and_key_lists_the_rows_of_its_collection(
    serve: Serve, listed: dict[str, Any], around: tuple[str, ...]
) -> None:
    mock = serve(mailings(listed), "mailings: [{listId: m1, name: News, copies: 3}]")
    key = mock.post("/mailings", json={"name": "Offers"}).json()["listId"]
    shown = mock.get("/mailings").json()
    for name in around:
        shown = shown[name]
    assert [row["mailingListId"] for row in shown] == ["m1", key]
    assert all(set(row) == {"mailingListId", "createdBy"} for row in shown)
    assert mock.delete(f"/mailings/{key}").status_code == 204
    assert key not in mock.get("/mailings").text


def test_a_list_of_which_nothing_is_said_shows_whole_rows_with_their_keys(serve: Serve) -> None:
    paths = {
        "/drivers": {
            "get": answers(200, thing(ok={"type": "boolean"}, result={"type": "array", "items": {}})),
            "post": {"requestBody": body(thing(size=TEXT)), **answers(201, thing(size=TEXT))},
        },
        "/drivers/{id}": {
            "get": answers(200, thing(size=TEXT)),
            "patch": {"requestBody": body(thing(size=TEXT)), **answers(200)},
        },
    }
    mock = serve(contract(paths), "drivers: []")
    made = mock.post("/drivers", json={"size": "XL"})
    key = made.headers["location"].rpartition("/")[2]
    assert mock.get("/drivers").json()["result"] == [{"size": "XL", "id": key}]


def test_what_such_a_list_shows_as_its_example_are_rows_at_the_start(serve: Serve) -> None:
    listed = {"type": "array", "items": SUMMARY, "example": [{"mailingListId": "m7", "createdBy": "ada"}]}
    mock = serve(mailings(listed), "rows: 3")
    assert {"mailingListId": "m7", "createdBy": "ada"} in mock.get("/mailings").json()
    assert mock.get("/mailings/m7").json()["listId"] == "m7"


@pytest.mark.parametrize(
    "listed",
    [
        thing(steps={"type": "array", "items": thing(index={"type": "integer"})}),
        thing(mailingListId=TEXT, items={"type": "array", "items": thing(index={"type": "integer"})}),
        thing(items={"type": "array", "items": TEXT}, others={"type": "array", "items": TEXT}),
    ],
    ids=["called otherwise", "a thing", "texts"],
)
def test_what_is_no_list_of_such_rows_is_left_to_the_contract(serve: Serve, listed: dict[str, Any]) -> None:
    mock = serve(mailings(listed), "mailings: [{listId: m1}]")
    before = mock.get("/mailings").json()
    mock.post("/mailings", json={"name": "Offers"})
    assert mock.get("/mailings").json() == before
