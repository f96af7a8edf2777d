"""Singletons and the caller's own row.

Holds `crud/made_rows.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

TEXT = {"type": "string"}
SETTINGS = {
    "type": "object",
    "required": ["theme", "volume"],
    "properties": {
        "theme": {"type": "string", "enum": ["dark", "light"]},
        "volume": {"type": "integer", "minimum": 0, "maximum": 10},
        "nickname": TEXT,
    },
}
PATCH = {"type": "object", "properties": SETTINGS["properties"]}


def one(schema: Any = SETTINGS, **more: Any) -> dict[str, Any]:
    return {
        "get": answers(200, schema, **more),
        "put": {"requestBody": body(SETTINGS), **answers(200, schema)},
        "patch": {"requestBody": body(PATCH), **answers(200, schema)},
        "delete": answers(204),
    }


@pytest.mark.parametrize(
    ("path", "asked"), [("/config", "/config"), ("/users/{id}/settings", "/users/u1/settings")]
)
def test_a_singleton_is_there_before_anybody_wrote_it_and_keeps_what_is_written(
    serve: Serve, path: str, asked: str
) -> None:
    mock = serve(contract({path: one()}))
    first = mock.get(asked).json()
    assert mock.last.answered_by == "generated"
    other = next(theme for theme in ("dark", "light") if theme != first["theme"])
    patched = mock.patch(asked, json={"theme": other}).json()
    assert patched == {**first, "theme": other}
    assert mock.get(asked).json() == patched
    assert mock.last.answered_by == "shape"
    put = mock.put(asked, json={"theme": "dark", "volume": 3}).json()
    assert put == {"theme": "dark", "volume": 3}
    assert mock.get(asked).json() == put
    assert mock.delete(asked).status_code == 204
    assert mock.get(asked).json() == first


def test_each_parent_has_a_singleton_of_its_own(serve: Serve) -> None:
    paths = {**crud("/users"), "/users/{id}/settings": one()}
    mock = serve(
        contract(paths),
        "users: [{id: u1, name: A}, {id: u2, name: B}]\nsettings: [{_id: u2, theme: dark, volume: 1}]",
    )
    mock.put("/users/u1/settings", json={"theme": "light", "volume": 9})
    assert mock.get("/users/u2/settings").json() == {"theme": "dark", "volume": 1}
    assert mock.get("/users/u1/settings").json() == {"theme": "light", "volume": 9}
    assert mock.get("/users/u3/settings").status_code == 404
    assert mock.patch("/users/u3/settings", json={}).status_code == 404


def test_a_singleton_that_was_deleted_is_absent_where_a_404_is_documented(serve: Serve) -> None:
    paths = {"/config": one()}
    paths["/config"]["get"]["responses"][404] = {"description": ""}
    mock = serve(contract(paths))
    assert mock.get("/config").status_code == 200
    assert mock.delete("/config").status_code == 204
    assert mock.get("/config").status_code == 404
    assert mock.patch("/config", json={"volume": 1}).status_code == 404
    assert mock.delete("/config").status_code == 404
    assert mock.put("/config", json={"theme": "dark", "volume": 2}).json()["volume"] == 2
    assert mock.get("/config").json() == {"theme": "dark", "volume": 2}


def test_an_example_of_a_singleton_is_what_it_starts_with(serve: Serve) -> None:
    paths = {"/config": one()}
    example = {"theme": "dark", "volume": 7, "nickname": "x"}
    paths["/config"]["get"]["responses"][200]["content"]["application/json"]["example"] = example
    mock = serve(contract(paths))
    assert mock.get("/config").json() == example
    assert mock.last.answered_by == "example"
    assert mock.patch("/config", json={"volume": 8}).json() == {**example, "volume": 8}


def test_a_singleton_may_stand_in_an_envelope(serve: Serve) -> None:
    enveloped = {"type": "object", "properties": {"data": SETTINGS, "ok": {"type": "boolean"}}}
    mock = serve(contract({"/config": one(enveloped)}))
    first = mock.get("/config").json()["data"]
    assert mock.patch("/config", json={"volume": 4}).json()["data"] == {**first, "volume": 4}
    assert mock.get("/config").json()["data"]["volume"] == 4


def test_what_is_read_by_a_key_that_no_property_has_is_kept_by_it(serve: Serve) -> None:
    value = {"type": "object", "properties": {"text": TEXT}}
    paths = {
        "/store/{key}": {
            "get": answers(200, value),
            "put": {"requestBody": body(value), **answers(200, value)},
            "delete": answers(204),
        }
    }
    mock = serve(contract(paths))
    assert mock.put("/store/a", json={"text": "A"}).json() == {"text": "A"}
    assert mock.put("/store/b", json={"text": "B"}).json() == {"text": "B"}
    assert mock.get("/store/a").json() == {"text": "A"}
    assert mock.delete("/store/a").status_code == 204
    assert mock.get("/store/a").status_code == 404
    assert mock.get("/store/b").json() == {"text": "B"}


USER = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": TEXT, "name": TEXT, "email": TEXT},
}
USER_REF = {"$ref": "#/components/schemas/User"}


@pytest.mark.parametrize("path", ["/me", "/users/me", "/users/current", "/self", "/user"])
def test_me_is_the_callers_row(serve: Serve, path: str) -> None:
    mine = {
        "get": answers(200, USER_REF),
        "patch": {"requestBody": body({"type": "object"}), **answers(200, USER_REF)},
    }
    spec = contract(
        {**crud("/users", USER_REF), path: mine},
        {"User": USER},
        security=[{"key": []}],
    ).replace("components:", "components:\n  securitySchemes: {key: {type: http, scheme: bearer}}")
    fixtures = """
credentials: {key: {a: {caller: ada}, b: {caller: u2}, c: {caller: nobody}}}
users: [{id: u1, name: ada}, {id: u2, name: Ben}]
"""
    mock = serve(spec, fixtures)

    def sent(secret: str) -> dict[str, Any]:
        return {"headers": {"authorization": f"Bearer {secret}"}}

    assert mock.get(path, **sent("a")).json()["id"] == "u1"
    assert mock.get(path, **sent("b")).json()["id"] == "u2"
    assert mock.get(path, **sent("c")).json()["id"] == "u1"
    assert mock.patch(path, json={"name": "Benjamin"}, **sent("b")).json()["name"] == "Benjamin"
    assert mock.get("/users/u2", **sent("a")).json()["name"] == "Benjamin"


def test_me_answers_by_the_contract_while_there_is_no_row(serve: Serve) -> None:
    mock = serve(
        contract({**crud("/users", USER_REF), "/me": {"get": answers(200, USER_REF)}}, {"User": USER})
    )
    assert mock.get("/me").status_code == 200
    assert mock.last.answered_by == "generated"
    made = mock.post("/users", json={"name": "Ada"}).json()
    assert mock.get("/me").json() == made
    login = {"type": "object", "properties": {"login": TEXT}}
    alone = serve(contract({"/me": {"get": answers(200, login)}}))
    assert alone.get("/me").json().keys() == {"login"}


OPEN = {"securitySchemes": {"Key": {"type": "http", "scheme": "bearer"}}}


def secured(paths: dict[str, Any], **more: Any) -> str:
    return contract(paths, security=[{"Key": []}], **more).replace(
        "components:\n", f"components:\n  securitySchemes: {OPEN['securitySchemes']}\n", 1
    )


@pytest.mark.parametrize("path", ["/me/settings", "/me", "/users/me/settings", "/v1/my/settings", "/account"])
def test_what_is_a_callers_own_is_no_other_callers(serve: Serve, path: str) -> None:
    item = one()
    item["get"]["responses"][404] = {"description": ""}
    mock = serve(secured({path: item}))
    first = mock.get(path, token="ada").json()
    assert mock.put(path, token="ada", json={"theme": "dark", "volume": 3}).status_code == 200
    assert mock.get(path, token="ada").json() == {"theme": "dark", "volume": 3}
    assert mock.get(path, token="ben").json() == first
    mock.patch(path, token="ben", json={"volume": 9})
    assert mock.delete(path, token="ada").status_code == 204
    assert mock.get(path, token="ada").status_code == 404
    assert mock.get(path, token="ben").json() == {**first, "volume": 9}
    assert mock.put(path, token="ada", json={"theme": "light", "volume": 1}).status_code == 200
    assert mock.get(path, token="ada").json() == {"theme": "light", "volume": 1}


def test_a_fixture_is_what_each_caller_begins_with(serve: Serve) -> None:
    mock = serve(secured({"/me/settings": one()}), "settings: [{theme: dark, volume: 5}]")
    mock.patch("/me/settings", token="ada", json={"volume": 6})
    assert mock.get("/me/settings", token="ada").json() == {"theme": "dark", "volume": 6}
    assert mock.get("/me/settings", token="ben").json() == {"theme": "dark", "volume": 5}


@pytest.mark.parametrize("path", ["/config", "/company/profile", "/users/{id}/me"])
def test_what_says_nothing_of_its_caller_is_one_for_all(serve: Serve, path: str) -> None:
    asked = path.replace("{id}", "u1")
    mock = serve(secured({path: one()}))
    mock.put(asked, token="ada", json={"theme": "dark", "volume": 3})
    assert mock.get(asked, token="ben").json() == {"theme": "dark", "volume": 3}
