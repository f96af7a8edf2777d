"""Which paths show rows of one collection.

Holds `crud/roles/candidates.py`, `crud/row_lookup.py` and `crud/roles/kinds.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import REF, answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
MANY = {"type": "array", "items": REF}


def query(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": TEXT} for name in names]


@pytest.mark.parametrize(
    "path", ["/widgets/findByName", "/widgets/search", "/search/widgets", "/find/by/widget"]
)
def test_a_list_of_the_same_rows_beside_a_collection_lists_its_rows(serve: Serve, path: str) -> None:
    paths = {**crud("/widgets"), path: {"get": {**answers(200, MANY), "parameters": query("name")}}}
    mock = serve(contract(paths))
    for name in ("One", "Two"):
        assert mock.post("/widgets", json={"name": name}).status_code == 201
    assert [row["name"] for row in mock.get(path).json()] == ["One", "Two"]
    assert [row["name"] for row in mock.get(f"{path}?name=Two").json()] == ["Two"]
    assert mock.get(f"{path}?name=Three").json() == []


def test_a_search_below_a_parent_lists_that_parents_rows(serve: Serve) -> None:
    path = "/shops/{shop}/widgets"
    mock = serve(contract({**crud(path), f"{path}/search": {"get": answers(200, MANY)}}))
    mock.post("/shops/a/widgets", json={"name": "x"})
    assert len(mock.get("/shops/a/widgets/search").json()) == 1
    assert mock.get("/shops/b/widgets/search").json() == []


def test_lists_of_something_else_are_no_views(serve: Serve) -> None:
    role = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}
    roles = {"type": "array", "items": role}
    paths = {
        **crud("/widgets"),
        "/widgets/roles": {"get": answers(200, roles)},
        "/widgets/{id}/related": {"get": answers(200, MANY)},
    }
    mock = serve(contract(paths), "widgets: [{id: w1, name: One}]\nroles: [{id: r1}]")
    assert mock.get("/widgets/roles").json() == [{"id": "r1"}]
    assert mock.get("/widgets/w1/related").json() == []


def test_a_shorter_row_in_a_list_elsewhere_is_the_same_row(serve: Serve) -> None:
    owner = {"type": "object", "properties": {"id": NUMBER, "login": TEXT}}
    full = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": NUMBER, "name": TEXT, "owner": owner, "size": NUMBER},
    }
    short = {"type": "object", "properties": {"id": NUMBER, "name": TEXT, "owner": owner}}
    sent = {"type": "object", "properties": {"name": TEXT}}
    listed = {"get": answers(200, {"type": "array", "items": short})}
    paths = {
        "/repos/{owner}/{repo}": {"get": answers(200, full)},
        "/user/repos": {**listed, "post": {"requestBody": body(sent), **answers(201, full)}},
        "/orgs/{org}/repos": {**listed, "post": {"requestBody": body(sent), **answers(201, full)}},
    }
    paths["/orgs/{org}/repos"]["post"]["responses"][201]["headers"] = {"Location": {"schema": TEXT}}
    mock = serve(contract(paths))
    made = mock.post("/orgs/acme/repos", json={"name": "engine"})
    assert made.json()["owner"]["login"] == "acme"
    assert made.headers["location"].endswith("/repos/acme/engine")
    assert mock.get("/repos/acme/engine").json() == made.json()
    assert [row["name"] for row in mock.get("/orgs/acme/repos").json()] == ["engine"]
    assert mock.get("/orgs/other/repos").json() == []
    own = mock.post("/user/repos", json={"name": "mine"}).json()
    assert mock.get(f"/repos/{own['owner']['login']}/mine").json() == own
    assert len(mock.get("/user/repos").json()) == 2


def test_the_singular_and_the_plural_are_one_collection(serve: Serve) -> None:
    whole = crud("/pet")
    paths = {
        "/pet": {"post": whole["/pet"]["post"]},
        "/pet/{id}": whole["/pet/{id}"],
        "/pets": {"get": answers(200, MANY)},
    }
    mock = serve(contract(paths), "pet: [{id: p1, name: Rex}]")
    mock.post("/pet", json={"name": "Tom"})
    assert [row["name"] for row in mock.get("/pets").json()] == ["Rex", "Tom"]


def test_a_post_below_a_parent_creates_in_the_collection_of_its_noun(serve: Serve) -> None:
    whole = crud("/orders")
    paths = {
        "/orders/{id}": {"get": whole["/orders/{id}"]["get"]},
        "/customers/{customer}/orders": {"post": whole["/orders"]["post"]},
        "/login": {"post": {"requestBody": body({"type": "object"}), **answers(200, REF)}},
    }
    mock = serve(contract(paths))
    made = mock.post("/customers/c1/orders", json={"name": "x"}).json()
    assert mock.get(f"/orders/{made['id']}").json() == made
    mock.post("/login", json={})
    assert mock.last.answered_by == "generated"


def test_a_view_may_find_a_row_by_another_name_than_its_key(serve: Serve) -> None:
    team = {
        "type": "object",
        "required": ["id", "slug", "name"],
        "properties": {"id": NUMBER, "slug": TEXT, "name": TEXT},
    }
    ref = {"$ref": "#/components/schemas/Team"}
    sent = {"type": "object", "properties": {"name": TEXT}}
    flat, below = crud("/teams", ref, sent), crud("/orgs/{org}/teams", ref, sent)
    paths = {
        "/teams/{id}": flat["/teams/{id}"],
        "/orgs/{org}/teams": below["/orgs/{org}/teams"],
        "/orgs/{org}/teams/{team_slug}": below["/orgs/{org}/teams/{id}"],
        "/orgs/{org}/teams/newest": {"get": answers(200, ref)},
        "/teams/by-name/{name}": {"get": answers(200, ref)},
    }
    paths["/orgs/{org}/teams"]["post"]["responses"][201]["headers"] = {"Location": {"schema": TEXT}}
    mock = serve(contract(paths, {"Team": team}))
    answer = mock.post("/orgs/acme/teams", json={"name": "The Core"})
    made = answer.json()
    assert made["slug"] == "the-core"
    assert answer.headers["location"].endswith("/orgs/acme/teams/the-core")
    again = mock.post("/orgs/acme/teams", json={"name": "The Core"}).json()
    assert again["slug"] == "the-core-2"
    assert mock.post("/orgs/acme/teams", json={"name": "Newest"}).json()["slug"] == "newest-2"
    for path in (f"/teams/{made['id']}", "/orgs/acme/teams/the-core", "/teams/by-name/The%20Core"):
        assert mock.get(path).json() == made
    assert mock.get("/orgs/other/teams/the-core").status_code == 404
    assert mock.patch("/orgs/acme/teams/the-core", json={"name": "Core"}).json()["name"] == "Core"
    assert mock.get(f"/teams/{made['id']}").json()["name"] == "Core"
    assert mock.delete("/orgs/acme/teams/the-core").status_code == 204
    assert mock.get(f"/teams/{made['id']}").status_code == 404


def test_a_parameter_behind_a_property_s_name_lists_the_rows_that_have_it(serve: Serve) -> None:
    country = {"type": "object", "properties": {"code": TEXT, "region": TEXT}}
    ref = {"$ref": "#/components/schemas/Country"}
    many = answers(200, {"type": "array", "items": ref})
    paths = {
        "/countries": {"get": many},
        "/countries/{code}": {"get": answers(200, ref)},
        "/countries/region/{region}": {"get": many},
        "/countries/{code}/neighbours": {"get": many},
    }
    fixtures = "countries: [{code: de, region: Europe}, {code: jp, region: Asia}]"
    mock = serve(contract(paths, {"Country": country}), fixtures)
    assert mock.get("/countries/region/Asia").json() == [{"code": "jp", "region": "Asia"}]
    assert mock.get("/countries/region/Africa").json() == []
    assert mock.get("/countries/de/neighbours").json() == []


def test_comments_by_their_own_path_and_below_what_they_are_about_are_one_collection(serve: Serve) -> None:
    ref = {"$ref": "#/components/schemas/Widget"}
    whole = crud("/shops/{shop}/notes/{note}/comments", ref)
    paths = {
        "/shops/{shop}/notes/{note}/comments": whole["/shops/{shop}/notes/{note}/comments"],
        "/shops/{shop}/notes/comments": {"get": answers(200, MANY)},
        "/shops/{shop}/notes/comments/{id}": {"get": answers(200, ref), "delete": answers(204)},
        "/comments": {"get": answers(200, MANY)},
    }
    mock = serve(contract(paths))
    made = mock.post("/shops/s/notes/n/comments", json={"name": "x"}).json()
    assert mock.get(f"/shops/s/notes/comments/{made['id']}").json() == made
    assert mock.get("/comments").json() == [made]
    assert mock.get("/shops/s/notes/other/comments").json() == []
    assert mock.delete(f"/shops/s/notes/comments/{made['id']}").status_code == 204
    assert mock.get("/shops/s/notes/n/comments").json() == []


def test_what_lies_below_a_list_of_all_is_there_whatever_the_parents_of_its_rows(serve: Serve) -> None:
    """A row of `/repos` has a key within its org, which no path below `/repos/{id}` says."""
    paths = {
        "/orgs/{org}/repos": {"get": answers(200, MANY), "post": answers(201, REF)},
        "/orgs/{org}/repos/{id}": {"get": answers(200, REF)},
        "/repos": {"get": answers(200, MANY)},
        **crud("/repos/{repo_id}/widgets"),
    }
    paths["/repos"]["get"]["parameters"] = query("id")
    mock = serve(contract(paths))
    key = mock.post("/orgs/acme/repos").json()["id"]
    assert [row["id"] for row in mock.get(f"/repos?id={key}").json()] == [key]
    assert mock.post(f"/repos/{key}/widgets", json={"name": "One"}).status_code == 201
    assert len(mock.get(f"/repos/{key}/widgets").json()) == 1
    assert mock.get("/repos/other/widgets").status_code == 404


def test_a_list_of_all_changes_the_row_of_a_key_and_makes_none_that_is_below_nobody(serve: Serve) -> None:
    path = "/shops/{shop}/widgets"
    update = {"requestBody": body(REF), **answers(200, REF)}
    mock = serve(contract({**crud(path), "/widgets": {"get": answers(200, MANY), "put": update}}))
    made = mock.post("/shops/a/widgets", json={"name": "One"}).json()
    assert mock.put("/widgets", json={**made, "name": "Two"}).json()["name"] == "Two"
    assert mock.put("/widgets", json={"id": "else", "name": "Three"}).status_code == 200
    assert "below which {shop} a new one would be" in mock.last.notices[0].message
    assert mock.get("/widgets").json() == mock.get("/shops/a/widgets").json() == [{**made, "name": "Two"}]


def test_parents_at_one_place_are_one_whatever_each_path_calls_them(serve: Serve) -> None:
    rows = crud("/orgs/{org}/repos")
    paths = {
        "/orgs/{org}/repos": rows["/orgs/{org}/repos"],
        "/orgs/{orgName}/repos/{id}": rows["/orgs/{org}/repos/{id}"],
        "/orgs/{o}/repos/search": {"get": answers(200, MANY)},
        "/repos/{owner}/{id}": crud("/x")["/x/{id}"],
    }
    mock = serve(contract(paths))
    for path in ("/orgs/a/repos/r1", "/repos/a/r2"):
        assert mock.put(path, json={"name": "One"}).status_code == 200
    assert mock.post("/orgs/b/repos", json={"id": "r1", "name": "One"}).status_code == 201
    assert mock.post("/orgs/b/repos", json={"id": "r1", "name": "One"}).status_code == 409
    for path in ("/orgs/a/repos", "/orgs/a/repos/search"):
        assert [row["id"] for row in mock.get(path).json()] == ["r1", "r2"]
    for path in ("/orgs/a/repos/r2", "/repos/b/r1"):
        assert mock.get(path).status_code == 200
    for path in ("/orgs/b/repos/r2", "/repos/b/r2"):
        assert mock.get(path).status_code == 404


def test_the_parent_of_a_view_is_never_the_key_of_what_it_creates(serve: Serve) -> None:
    path = "/categories/{id}/widgets"
    mock = serve(contract({**crud("/widgets"), path: crud(path)[path]}))
    keys = [mock.post("/categories/4/widgets", json={"name": "One"}).json()["id"] for _ in range(2)]
    assert len({*keys, "4"}) == 3
