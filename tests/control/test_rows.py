"""Rows over HTTP: listed, read, written and forgotten, and held against the contract like fixtures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract, crud
from tests.harness import NOON, Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
STATE = f"{V1}/state/shop/widgets"
PROBLEM = "application/problem+json"

MODULE = """
from mockade.handling import Collection

def _key(row):
    return f"{row.beside['owner']}/{row['id']}"

def _colours(row):
    return [row.beside["colour"]["name"]]

collections = (Collection("widgets", holds="Widget", key=_key, indexes={"colour": _colours}),)
"""
OWNED = "widgets: [{id: w1, name: One, _owner: ada, _colour: {name: red}}]"


@pytest.fixture
def owned(serve: Serve) -> Mock:
    """Its rows' keys are made by a function, of what is kept beside them too."""
    return serve(contract(crud("/widgets")), OWNED, MODULE)


def entries(mock: Mock) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mock.get(f"{V1}/journal").json()["exchanges"]
    return found


def test_each_collection_is_listed_with_the_number_of_its_rows(mock: Mock) -> None:
    assert mock.get(f"{V1}/state").json() == {"shop": {"widgets": 2}}
    mock.delete("/@other/widgets/w1")
    assert mock.get(f"{V1}/worlds/other/state").json() == {"shop": {"widgets": 1}}
    assert mock.get(f"{V1}/worlds/UP/state").status_code == 400


def test_rows_are_paged_oldest_first(mock: Mock) -> None:
    mock.put(f"{STATE}/a0", json={"id": "a0", "name": "Three"})
    first = mock.get(STATE, params={"limit": 2}).json()
    assert ([row["id"] for row in first["rows"]], first["next"]) == (["w1", "w2"], "w2")
    last = mock.get(STATE, params={"limit": 2, "after": first["next"]}).json()
    assert last == {"rows": [{"id": "a0", "name": "Three"}], "next": None}
    assert mock.get(STATE, params={"limit": 3}).json()["next"] is None


@pytest.mark.parametrize(
    ("query", "status"), [("limit=0", 400), ("limit=x", 400), ("limit=10001", 400), ("after=gone", 404)]
)
def test_a_page_that_cannot_be_is_refused(mock: Mock, query: str, status: int) -> None:
    assert mock.get(f"{STATE}?{query}").status_code == status


def test_a_row_is_written_whole_and_answered_by_its_api(mock: Mock) -> None:
    made = mock.put(f"{STATE}/w3", json={"id": "w3", "name": "Three"})
    again = mock.put(f"{STATE}/w3", json={"id": "w3", "name": "Drei", "size": 3})
    assert (made.status_code, again.status_code) == (201, 200)
    assert mock.get("/widgets/w3").json() == again.json() == mock.get(f"{STATE}/w3").json()
    noted = entries(mock)[:2]
    assert [(one["answered_by"], one["operation"]) for one in noted] == [("control", "putRow")] * 2
    (change,) = noted[1]["changes"]
    assert (change["key"], change["before"]["name"], change["after"]["name"]) == ("w3", "Three", "Drei")


def test_a_merge_patch_changes_what_it_names_and_null_removes(mock: Mock) -> None:
    headers = {"content-type": "application/merge-patch+json"}
    answer = mock.patch(
        f"{STATE}/w2", content=b'{"name": "Zwei", "size": null, "_tag": {"a": 1}}', headers=headers
    )
    assert answer.json() == {"id": "w2", "name": "Zwei", "_tag": {"a": 1}}
    answer = mock.patch(f"{STATE}/w2", json={"_tag": {"b": 2}})
    assert answer.json()["_tag"] == {"a": 1, "b": 2}
    assert mock.get("/widgets/w2").json() == {"id": "w2", "name": "Zwei"}
    assert mock.patch(f"{STATE}/w2", json={"_tag": None}).json() == {"id": "w2", "name": "Zwei"}


def test_a_null_stands_where_the_contract_takes_one(serve: Serve) -> None:
    schema = {
        "type": "object",
        "required": ["id", "end"],
        "properties": {"id": {"type": "string"}, "end": {"type": "string", "nullable": True}},
    }
    mock = serve(contract(crud("/widgets", schema)), "widgets: [{id: w1, end: late}]")
    assert mock.patch(f"{STATE}/w1", json={"end": None}).json() == {"id": "w1", "end": None}


def test_a_deleted_row_is_gone_and_so_is_what_would_have_happened_to_it(
    make_mock: Callable[..., Mock],
) -> None:
    mock = make_mock("rallyhere")
    path = f"{V1}/state/rallyhere/sessions/casual-1"
    mock.patch(path, json={"_lifetime": 60})
    assert mock.get("/session/v1/session/casual-1", token="ada").status_code == 200
    assert mock.state.timeline.next() is not None
    assert mock.delete(path).status_code == 204
    assert mock.state.timeline.next() is None
    assert mock.delete(path).status_code == 404
    assert mock.get("/session/v1/session/casual-1", token="ada").status_code == 404
    (change,) = next(one for one in entries(mock) if one["operation"] == "deleteRow")["changes"]
    assert change["after"] is None
    assert mock.state.clock.now() == NOON


def test_a_key_that_no_property_holds_stands_beside_the_row(owned: Mock) -> None:
    path = f"{STATE}/ada%2Fw1"
    told = owned.get(path).json()
    assert told == {"_key": "ada/w1", "id": "w1", "name": "One", "_owner": "ada", "_colour": {"name": "red"}}
    assert owned.get(STATE).json()["rows"] == [told]
    assert owned.put(path, json={**told, "name": "Eins"}).json()["name"] == "Eins"
    assert owned.world.state.table("shop", "widgets").rows["ada/w1"].row().beside.keys() == {
        "owner",
        "colour",
    }
    assert owned.get(f"{STATE}/ada/w1").status_code == 404
    wrong = owned.put(path, json={**told, "_key": "ben/w1"})
    assert wrong.status_code == 400
    assert "Leave _key out" in wrong.json()["detail"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"id": "w1", "name": "x"}, "lacks '_owner', which its key is made of"),
        ({"id": "w1", "name": "x", "_owner": "ada"}, "cannot be filed: KeyError"),
        ({"id": "w1", "name": "x", "_owner": "ada", "_colour": "red"}, "cannot be filed: TypeError"),
        (
            {"id": "w1", "name": "x", "_owner": "ada", "_colour": {"name": ["red"]}},
            "cannot be filed: TypeError",
        ),
        ({"id": "w1", "name": "x", "_owner": "ben", "_colour": {"name": "red"}}, "a row stands at its key"),
    ],
)
def test_what_the_mock_keeps_beside_a_row_has_its_form(
    owned: Mock, row: dict[str, Any], sentence: str
) -> None:
    before = owned.state
    answer = owned.put(f"{STATE}/ada%2Fw1", json=row)
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
    assert owned.state is before


def test_all_that_breaks_the_contract_is_told_with_its_words(mock: Mock) -> None:
    answer = mock.put(f"{STATE}/w1", json={"id": "w1", "name": 3, "size": "big"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    told = {one["pointer"]: one for one in answer.json()["violations"]}
    assert told.keys() == {"/name", "/size"}
    assert "specs/shop.yaml:" in told["/size"]["contract"]
    assert mock.patch(f"{STATE}/w1", json={"name": None}).json()["violations"][0]["pointer"] == "/name"
    assert mock.get("/widgets/w1").json() == {"id": "w1", "name": "One"}
    assert [one for one in entries(mock) if one["answered_by"] == "control"] == []


@pytest.mark.parametrize("body", [b"[]", b"3", b"null", b"{", b"", b'"x"'])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_is_no_object_is_no_row(mock: Mock, method: str, body: bytes) -> None:
    answer = mock.request(method, f"{STATE}/w1", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert mock.get("/widgets/w1").json() == {"id": "w1", "name": "One"}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("shpo/widgets/w1", "Did you mean 'shop'?"),
        ("shop/wigdets/w1", "Did you mean 'widgets'?"),
        ("shop/widgets/w11", "Did you mean 'w1'?"),
    ],
)
def test_what_is_not_there_is_a_404_that_names_the_nearest(
    mock: Mock, method: str, path: str, hint: str
) -> None:
    options = {"json": {"id": "w11", "name": "x"}} if method in ("PUT", "PATCH") else {}
    answer = mock.request(method, f"{V1}/state/{path}", **options)
    if method == "PUT" and path.endswith("w11"):
        assert answer.status_code == 201
        return
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    assert hint in answer.json()["detail"]


def test_a_collection_below_a_parent_is_reached_by_its_whole_name(serve: Serve) -> None:
    paths = {"/users/{user}/notes": crud("/users/{user}/notes")["/users/{user}/notes"]}
    paths |= {
        "/groups/{group}/notes": {
            "get": answers(200, {"type": "array", "items": {"type": "object", "properties": {"id": {}}}})
        }
    }
    paths["/users/{user}/notes"]["post"]["requestBody"] = body({"type": "object"})
    mock = serve(contract(paths), '"users/notes": [{id: n1, name: One, _user: "a/b"}]')
    assert "users/notes" in mock.get(f"{V1}/state").json()["shop"], mock.get(f"{V1}/state").json()
    (row,) = mock.get(f"{V1}/state/shop/users%2Fnotes").json()["rows"]
    assert row["_key"] == "a%2Fb/n1"
    answer = mock.get(f"{V1}/state/shop/users%2Fnotes/a%252Fb%2Fn1")
    assert answer.json() == row


def test_a_property_of_the_contract_may_begin_with_an_underscore(serve: Serve) -> None:
    schema = {
        "type": "object",
        "required": ["id", "_rev"],
        "properties": {"id": {"type": "string"}, "_rev": {"type": "integer"}},
    }
    mock = serve(contract(crud("/widgets", schema)), "widgets: [{id: w1, _rev: 1, _owner: ada}]")
    assert mock.get("/widgets/w1").json() == {"id": "w1", "_rev": 1}
    assert mock.patch(f"{STATE}/w1", json={"_rev": 2}).json() == {"id": "w1", "_rev": 2, "_owner": "ada"}


def test_a_row_that_changed_since_it_was_read_is_not_overwritten(mock: Mock) -> None:
    read = mock.get(f"{STATE}/w1")
    mock.patch("/widgets/w1", json={"name": "Of a client"})
    old = {"If-Match": read.headers["etag"]}
    for method, sent in (
        ("PUT", {"id": "w1", "name": "Mine"}),
        ("PATCH", {"name": "Mine"}),
        ("DELETE", None),
    ):
        answer = mock.request(method, f"{STATE}/w1", json=sent, headers=old)
        assert (answer.status_code, "changed since" in answer.json()["detail"]) == (412, True)
    now = mock.get(f"{STATE}/w1")
    assert now.json()["name"] == "Of a client"
    put = mock.put(
        f"{STATE}/w1", json={"id": "w1", "name": "Mine"}, headers={"If-Match": now.headers["etag"]}
    )
    assert (put.status_code, put.headers["etag"]) == (200, mock.get(f"{STATE}/w1").headers["etag"])
    assert mock.delete(f"{STATE}/w1", headers={"If-Match": put.headers["etag"]}).status_code == 204
    gone = mock.put(f"{STATE}/w1", json=put.json(), headers={"If-Match": put.headers["etag"]})
    assert (gone.status_code, "is gone" in gone.json()["detail"]) == (412, True)


def test_a_row_is_added_where_there_is_none_alone(mock: Mock) -> None:
    headers = {"If-None-Match": "*"}
    row = {"id": "w9", "name": "Nine"}
    answers = [mock.put(f"{STATE}/w9", json=row, headers=headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 412]
    assert "already" in answers[1].json()["detail"]


def test_a_tag_tells_what_is_kept_beside_a_row_too(owned: Mock) -> None:
    path = f"{STATE}/ada%2Fw1"
    before = owned.get(path).headers["etag"]
    owned.patch(path, json={"_colour": {"name": "blue"}})
    assert owned.get(path).headers["etag"] != before


def test_what_changes_names_its_entry(mock: Mock) -> None:
    assert "x-mockade-exchange" not in mock.get(f"{STATE}/w1").headers
    for method, path in (("PATCH", f"{STATE}/w1"), ("DELETE", f"{STATE}/w1"), ("POST", f"{V1}/reset")):
        answer = mock.request(method, path, json={"name": "x"} if method == "PATCH" else None)
        assert entries(mock)[-1]["id"] == int(answer.headers["x-mockade-exchange"])
