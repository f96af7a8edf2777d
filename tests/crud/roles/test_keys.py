"""Which property of a row is its key, which names its parent, and how new keys are made.

Holds `crud/roles/naming.py`, `crud/key_rule.py`, `crud/new_keys.py` and `crud/shown_rows.py` too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from mockade.crud.roles.naming import collection_names
from tests.contracts import answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]

TEXT: Mapping[str, Any] = {"type": "string"}
NUMBER: Mapping[str, Any] = {"type": "integer"}


def resource(path: str, parameter: str, row: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A collection path and an item path `path`/{parameter} with list, create and read."""
    schema = {"type": "object", "properties": row, **more}
    whole = crud(path, schema, {"type": "object"})
    return {path: whole[path], f"{path}/{{{parameter}}}": {"get": answers(200, schema)}}


@pytest.mark.parametrize(
    ("parameter", "row", "key"),
    [
        ("task_gid", {"gid": TEXT, "name": TEXT}, "gid"),
        ("issue_number", {"id": NUMBER, "number": NUMBER, "title": TEXT}, "number"),
        ("taskId", {"task_id": TEXT, "id": TEXT}, "task_id"),
        ("task", {"uuid": TEXT, "name": TEXT}, "uuid"),
        ("task", {"id": NUMBER, "slug": TEXT}, "slug"),
        ("key", {"id": TEXT, "key": TEXT}, "key"),
        ("code", {"task_code": TEXT, "size": NUMBER}, "task_code"),
        ("id", {"tasksId": TEXT, "ownerId": TEXT}, "tasksId"),
        ("task", {"token": TEXT, "size": NUMBER}, "token"),
        ("which", {"serial": {**TEXT, "readOnly": True}, "name": TEXT}, "serial"),
        ("which", {"code": TEXT, "made": {**TEXT, "format": "date-time", "readOnly": True}}, "code"),
        (
            "which",
            {"name": TEXT, "made": {**TEXT, "format": "date-time", "readOnly": True}},
            "name",
        ),
    ],
)
def test_a_rows_key_is_what_the_path_parameter_says(serve: Serve, parameter: str, row: Any, key: str) -> None:
    mock = serve(contract(resource("/tasks", parameter, row)))
    first, second = (mock.post("/tasks", json={}).json()[key] for _ in range(2))
    assert first != second
    assert mock.get(f"/tasks/{second}").json()[key] == second
    assert [one[key] for one in mock.get("/tasks").json()] == [first, second]


@pytest.mark.parametrize(
    ("parameter", "row", "sent"),
    [
        ("user_id", {"id": TEXT, "name": TEXT}, {"user_id": 7}),
        ("username", {"id": NUMBER, "login": TEXT}, {"username": "7"}),
        ("tag_name", {"name": TEXT, "sha": TEXT}, {"tag_name": "7"}),
        ("tagName", {"id": NUMBER, "name": TEXT}, {"tag_name": 7}),
    ],
)
def test_a_key_may_be_sent_by_the_name_that_its_path_has_for_it(
    serve: Serve, parameter: str, row: Any, sent: Any
) -> None:
    kinds = {
        name: {"type": "integer" if isinstance(value, int) else "string"} for name, value in sent.items()
    }
    paths = resource("/tags", parameter, row)
    paths["/tags"]["post"]["requestBody"] = body({"type": "object", "properties": kinds})
    mock = serve(contract(paths))
    assert mock.post("/tags", json=sent).status_code == 201
    assert mock.get("/tags/7").status_code == 200
    assert mock.post("/tags", json=sent).status_code == 409


@pytest.mark.parametrize("secret", ["password", "client_secret"])
def test_a_secret_is_no_key(serve: Serve, secret: str) -> None:
    paths = resource("/accounts", "which", {"name": TEXT, secret: {**TEXT, "readOnly": True}})
    mock = serve(contract(paths))
    assert mock.post("/accounts", json={"name": "ada"}).status_code == 201
    assert mock.get("/accounts/ada").status_code == 200


@pytest.mark.parametrize(
    ("parameter", "owner"),
    [
        ("owner_name", {"id": "o1", "name": "ada"}),
        ("ownerLogin", {"id": "o1", "login": "ada", "name": "Ada L."}),
        ("owner_slug", {"slug": "ada", "name": "Ada L."}),
    ],
)
def test_the_first_part_of_a_key_is_what_its_parameter_says_of_an_object(
    serve: Serve, parameter: str, owner: Mapping[str, Any]
) -> None:
    holder = {"type": "object", "properties": dict.fromkeys(owner, TEXT)}
    row = {"type": "object", "properties": {"id": NUMBER, "name": TEXT, "owner": holder}}
    paths = {
        "/apps": {"get": answers(200, {"type": "array", "items": row})},
        f"/apps/{{{parameter}}}/{{app_name}}": {"get": answers(200, row)},
    }
    fixtures = yaml.dump({"apps": [{"id": 1, "name": "game", "owner": dict(owner)}]})
    mock = serve(contract(paths), fixtures)
    assert mock.get("/apps/ada/game").json()["id"] == 1
    assert mock.get("/apps/o1/game").status_code == 404


def test_a_key_may_lie_in_an_object_of_the_row(serve: Serve) -> None:
    metadata = {"type": "object", "properties": {"name": TEXT, "labels": {"type": "object"}}}
    mock = serve(contract(resource("/pods", "name", {"metadata": metadata, "kind": TEXT})))
    sent = {"metadata": {"name": "web", "labels": {"tier": "front"}}, "kind": "Pod"}
    assert mock.post("/pods", json=sent).json() == sent
    assert mock.get("/pods/web").json() == sent
    assert mock.post("/pods", json=sent).status_code == 409
    made = mock.post("/pods", json={"kind": "Pod"}).json()
    assert mock.get(f"/pods/{made['metadata']['name']}").json() == made


@pytest.mark.parametrize(
    ("parameter", "holder", "key"),
    [("placeId", "place", "placeId"), ("id", "info", "id"), ("name", "meta", "name")],
)
def test_the_object_with_the_key_may_be_called_as_a_part_of_the_row(
    serve: Serve, parameter: str, holder: str, key: str
) -> None:
    much = dict.fromkeys(("county", "seal", "until", "registered"), TEXT)
    held = {"type": "object", "properties": {key: TEXT}}
    mock = serve(contract(resource("/places", parameter, {**much, holder: held})))
    made = mock.post("/places", json={"county": "Kent"}).json()
    assert made["county"] == "Kent"
    assert mock.get("/places").json() == [made]
    assert mock.get(f"/places/{made[holder][key]}").json() == made


def test_several_parameters_may_make_one_key(serve: Serve) -> None:
    owner = {"type": "object", "properties": {"id": NUMBER, "login": TEXT}}
    row = {"type": "object", "properties": {"id": NUMBER, "name": TEXT, "owner": owner}}
    paths = {
        "/repos": {"post": crud("/repos", row, {"type": "object"})["/repos"]["post"]},
        "/repos/{owner}/{repo}": {"get": answers(200, row), "delete": answers(204)},
        **crud("/repos/{owner}/{repo}/issues"),
    }
    mock = serve(contract(paths))
    for login in ("ada", "bob"):
        sent = {"name": "engine", "owner": {"login": login}}
        assert mock.post("/repos", json=sent).status_code == 201
        assert mock.get(f"/repos/{login}/engine").json()["owner"] == {"login": login}
    assert mock.post("/repos/ada/engine/issues", json={"name": "x"}).status_code == 201
    assert mock.get("/repos/bob/engine/issues").json() == []
    assert mock.get("/repos/eve/engine/issues").status_code == 404
    assert mock.delete("/repos/ada/engine").status_code == 204
    assert mock.get("/repos/bob/engine").status_code == 200


def test_a_row_of_a_compound_key_is_made_in_any_list_of_its_parents(serve: Serve) -> None:
    row = {
        "type": "object",
        "required": ["id", "name", "owner"],
        "properties": {
            "id": NUMBER,
            "uuid": {"type": "string", "format": "uuid", "readOnly": True},
            "name": TEXT,
            "owner": {"type": "object", "required": ["login"], "properties": {"login": TEXT}},
        },
    }
    given = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
    lists = {path: crud(path, row, given)[path] for path in ("/orgs/{org}/repos", "/user/repos")}
    one = crud("/repos/{owner}", row, given)["/repos/{owner}/{id}"]
    mock = serve(contract({**lists, "/repos/{owner}/{repo}": one}))
    ours, mine = (
        mock.post(path, json={"name": "engine"}).json() for path in ("/orgs/acme/repos", "/user/repos")
    )
    assert ours["owner"]["login"] == "acme"
    for made in (ours, mine):
        assert mock.get(f"/repos/{made['owner']['login']}/engine").json() == made
    # What identifies a row beside its key is its own too.
    assert (ours["id"], mine["id"]) == (1, 2)
    assert ours["uuid"] != mine["uuid"]
    assert mock.get("/orgs/acme/repos").json() == [ours]
    assert mock.get("/orgs/other/repos").json() == []
    assert mock.get("/user/repos").json() == [ours, mine]
    assert mock.post("/orgs/acme/repos", json={"name": "engine"}).status_code == 409
    assert mock.delete("/repos/acme/engine").status_code == 204
    assert mock.get("/orgs/acme/repos").json() == []


@pytest.mark.parametrize("parameter", ["id", "guild_id", "guild", "guildId"])
@pytest.mark.parametrize("item", ["", "/{member_id}"])
def test_a_parents_parameter_is_not_the_rows_own_key(serve: Serve, parameter: str, item: str) -> None:
    row = {"type": "object", "properties": {"id": TEXT, "name": TEXT, "guild_id": TEXT}}
    path = f"/guilds/{{{parameter}}}/members"
    paths = {path: crud(path, row, {"type": "object"})[path]}
    if item:
        paths[path + item] = {"get": answers(200, row)}
    mock = serve(contract(paths), "members: [{id: m1, guild_id: g1}, {id: m1, guild_id: g2}]")
    made = [mock.post("/guilds/g1/members", json={}).json() for _ in range(2)]
    assert [one["guild_id"] for one in made] == ["g1", "g1"]
    assert [one["id"] for one in mock.get("/guilds/g1/members").json()] == [
        "m1",
        *(one["id"] for one in made),
    ]
    assert len(mock.get("/guilds/g2/members").json()) == 1
    if item:
        assert mock.get(f"/guilds/g1/members/{made[1]['id']}").json() == made[1]
        assert mock.get(f"/guilds/g2/members/{made[1]['id']}").status_code == 404


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ({"id": TEXT, "guild": {"type": "object", "properties": {"id": TEXT}}}, {"guild": {"id": "g1"}}),
        ({"id": TEXT, "guild": TEXT}, {"guild": "g1"}),
        ({"id": TEXT}, {}),
    ],
)
def test_the_parent_is_found_by_name_else_kept_beside_the_row(serve: Serve, row: Any, kept: Any) -> None:
    mock = serve(contract(resource("/guilds/{id}/members", "member_id", row)))
    made = mock.post("/guilds/g1/members", json={}).json()
    assert made == {"id": made["id"], **kept}
    assert mock.get("/guilds/g1/members").json() == [made]
    assert mock.get("/guilds/g2/members").json() == []


def test_a_handler_finds_a_row_by_its_parents_keys_and_its_own(serve: Serve) -> None:
    paths = {**resource("/guilds/{id}/members", "member_id", {"id": TEXT, "rank": TEXT})}
    paths["/guilds/{id}/members/{member_id}/rank"] = {"get": answers(200, {"type": "string"})}
    paths["/guilds/{id}/members/{member_id}/rank"]["get"]["responses"][404] = {"description": ""}
    handler = """
from mockade.handling import Call

def get_guilds_id_members_member_id_rank(call: Call, id: str, member_id: str) -> str:
    members = call.rows("members")
    assert members.find(id, "nobody") is None
    members.change(id, member_id, rank="chief")
    return members.get(id, member_id)["rank"]
"""
    fixtures = "members: [{id: m, _id: g1}, {id: m, _id: g2, rank: scout}]"
    mock = serve(contract(paths), fixtures, handler)
    assert mock.get("/guilds/g1/members/m/rank").json() == "chief"
    assert mock.get("/guilds/g2/members/m").json() == {"id": "m", "rank": "scout"}
    absent = mock.get("/guilds/g1/members/x/rank")
    assert absent.status_code == 404
    assert "There is no x in members" in absent.json()["detail"]


def test_a_parent_that_nobody_can_create_is_taken_for_granted(serve: Serve) -> None:
    paths = {"/orgs/{org}": {"get": answers(200, {"type": "object", "properties": {"org": TEXT}})}}
    mock = serve(contract({**paths, **crud("/orgs/{org}/teams")}))
    assert mock.post("/orgs/acme/teams", json={"name": "x"}).status_code == 201
    assert len(mock.get("/orgs/acme/teams").json()) == 1
    assert mock.get("/orgs/other/teams").json() == []


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ({"type": "string", "pattern": "^VA[0-9a-f]{32}$"}, r"VA[0-9a-f]{32}\Z"),
        ({"type": "string", "enum": ["red", "blue"]}, r"(red|blue)\Z"),
        ({"type": "string", "format": "date"}, r"\d{4}-\d\d-\d\d\Z"),
        ({"type": "string", "maxLength": 8}, r".{1,8}\Z"),
    ],
)
def test_keys_are_made_in_the_form_that_they_must_have(serve: Serve, key: Any, form: str) -> None:
    mock = serve(contract(resource("/services", "sid", {"sid": key, "name": TEXT})))
    keys = {mock.post("/services", json={}).json()["sid"] for _ in range(2)}
    assert len(keys) == 2
    for made in keys:
        assert re.match(form, made)
        assert mock.get(f"/services/{made}").status_code == 200


@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize(
    ("own", "listed", "created"),
    [
        (TEXT, {"type": "string", "pattern": "^VA[0-9a-f]{32}$"}, TEXT),
        (TEXT, {"type": "integer"}, TEXT),
        (TEXT, TEXT, {"type": "string", "format": "uuid"}),
        ({"type": "string", "minLength": 4}, {"type": "string", "maxLength": 6}, TEXT),
    ],
)
def test_a_made_key_is_the_same_in_every_answer_that_shows_it(
    home: Callable[..., Any], make_mock: Serve, own: Any, listed: Any, created: Any, rows: int
) -> None:
    objects = [{"type": "object", "properties": {"sid": key, "n": NUMBER}} for key in (own, listed, created)]
    paths = resource("/calls", "sid", objects[0]["properties"])
    paths["/calls"]["get"] = answers(200, {"type": "array", "items": objects[1]})
    paths["/calls"]["post"] |= answers(201, objects[2])
    mock = make_mock(home=home(specs={"shop.yaml": contract(paths)}), rows=rows)
    made = mock.post("/calls", json={"n": 1})
    assert made.status_code == 201
    shown = [str(row["sid"]) for row in mock.get("/calls").json()]
    assert len(set(shown)) == rows + 1
    assert shown[-1] == made.json()["sid"]
    assert [mock.get(f"/calls/{sid}").status_code for sid in shown] == [200] * len(shown)


def test_a_key_that_cannot_suit_every_answer_suits_the_row(
    home: Callable[..., Any], make_mock: Serve
) -> None:
    paths = resource("/calls", "sid", {"sid": {"type": "string", "pattern": "^a+$"}})
    other = {"type": "object", "properties": {"sid": {"type": "string", "pattern": "^b+$"}}}
    paths["/calls"]["get"] = answers(200, {"type": "array", "items": other})
    mock = make_mock(home=home(specs={"shop.yaml": contract(paths)}), rows=2)
    made = mock.post("/calls", json={}).json()
    assert mock.get(f"/calls/{made['sid']}").json() == made
    assert mock.get("/calls").json() == [{}, {}, {}]


def test_where_every_key_is_taken_made_up_rows_give_way_and_then_the_contract_answers(
    home: Callable[..., Any], make_mock: Serve
) -> None:
    row = {"kind": {"type": "string", "enum": ["red", "blue", "green"]}, "n": NUMBER}
    mock = make_mock(home=home(specs={"shop.yaml": contract(resource("/kinds", "kind", row))}), rows=3)
    assert len(mock.get("/kinds").json()) == 3
    for number in range(5):
        assert mock.post("/kinds", json={"n": number}).status_code == 201
        assert bool(mock.last.notices) is (number > 2)
    assert "every kind that the contract admits" in mock.last.notices[0].message
    assert sorted(one["n"] for one in mock.get("/kinds").json()) == [0, 1, 2]


@pytest.mark.parametrize("rows", [0, 2])
@pytest.mark.parametrize(
    ("path", "static", "more"),
    [
        ("/events/{id}", "/events/upcoming", ""),
        ("/orgs/{org}/events/{id}", "/orgs/{org}/events/upcoming/summary", ""),
        ("/events/{org}/{id}", "/events/{org}/upcoming", ""),
        ("/events/{id}", "/events/upcoming", "/orgs/{org}/events"),
    ],
)
def test_a_made_key_leads_to_its_row_and_not_to_another_path(
    home: Callable[..., Any], make_mock: Serve, path: str, static: str, more: str, rows: int
) -> None:
    kind = {"type": "string", "enum": ["upcoming", "past", "now"]}
    row = {
        "type": "object",
        "properties": {"id": kind, "org": {"type": "string", "enum": ["a"]}, "n": NUMBER},
    }
    item = {"get": answers(200, row)}
    lists = {"get": answers(200, {"type": "array", "items": row})}
    makes = {**lists, "post": {"requestBody": body({"properties": {"n": NUMBER}}), **answers(201, row)}}
    base = path.replace("/{org}/{id}", "").replace("/{id}", "")
    paths = {base: makes, path: item, static: {"get": dict(lists["get"])}}
    if more:
        paths[more] = {**makes}
    mock = make_mock(home=home(specs={"shop.yaml": contract(paths)}), rows=rows)
    where = (more or base).replace("{org}", "a")
    made = [mock.post(where, json={"n": 70 + number}).json() for number in range(2)]
    assert {one["id"] for one in made} == {"past", "now"}
    for one in made:
        assert mock.get(path.replace("{org}", "a").replace("{id}", one["id"])).json() == one


def test_a_key_that_no_path_can_say_is_made_all_the_same(serve: Serve) -> None:
    uuid = {"type": "string", "format": "uuid"}
    mock = serve(contract(resource("/todos", "id", {"id": uuid}), types={"id": "integer"}))
    made = mock.post("/todos", json={})
    assert made.status_code == 201
    assert mock.get("/todos").json() == [made.json()]


def test_made_keys_can_be_said_in_the_path(serve: Serve) -> None:
    spec = contract(resource("/todos", "id", {"id": TEXT}), types={"id": "integer"})
    mock = serve(spec)
    made = mock.post("/todos", json={}).json()
    assert mock.get(f"/todos/{made['id']}").json() == made


@pytest.mark.parametrize(
    ("collection", "item"), [("/calls.json", "/calls/{sid}.json"), ("/Calls", "/Calls({sid})")]
)
def test_formats_and_odatas_keys_are_no_part_of_the_collection(
    serve: Serve, collection: str, item: str
) -> None:
    row = {"type": "object", "properties": {"sid": TEXT}}
    paths = {
        collection: crud(collection, row, {"type": "object"})[collection],
        item: {"get": answers(200, row)},
    }
    mock = serve(contract(paths))
    made = mock.post(collection, json={}).json()
    assert mock.get(item.replace("{sid}", made["sid"])).json() == made
    assert mock.get(collection).json() == [made]


def test_names_of_collections_are_as_short_as_they_can_be() -> None:
    bases = [("a", "{}", "notes"), ("b", "{}", "notes"), ("notes",), ("pets",)]
    assert list(collection_names(bases).values()) == ["a/notes", "b/notes", "notes", "pets"]
    many = [(f"a{at}", "{}", "notes") for at in range(2000)]
    assert len(set(collection_names(many).values())) == 2000


def test_a_key_is_called_by_the_end_of_the_noun_too(serve: Serve) -> None:
    mock = serve(contract(resource("/life-insurance-policies", "id", {"policyId": TEXT, "name": TEXT})))
    made = mock.post("/life-insurance-policies", json={}).json()
    assert mock.get(f"/life-insurance-policies/{made['policyId']}").json() == made


@pytest.mark.parametrize(
    "row",
    [
        {"name": TEXT, "size": NUMBER},
        {"url": {**TEXT, "format": "uri"}, "state": {**TEXT, "enum": ["on", "off"]}},
    ],
)
def test_what_the_path_cannot_have_is_no_key_and_a_creation_says_where_the_row_is(
    serve: Serve, row: Any
) -> None:
    paths = resource("/albums", "album_id", row, required=list(row)[:1])
    mock = serve(contract(paths, types={"album_id": "number"}))
    places = [mock.post("/albums", json={}).headers["location"] for _ in range(2)]
    assert len(set(places)) == 2
    for place in places:
        assert re.fullmatch(r".*/albums/\d+", place)
        assert mock.get(place).status_code == mock.get(f"{place}.0").status_code == 200
    assert mock.get("/albums/77").status_code == 404


def test_a_key_that_only_requests_have_is_shown_where_rows_may_have_any_property(serve: Serve) -> None:
    row = {"type": "object", "properties": {"items": {"type": "object"}}}
    sent = {"type": "object", "properties": {"number": TEXT, "active": {"type": "boolean"}}}
    paths = resource("/licences", "licenceNumber", row["properties"])
    paths["/licences"]["post"]["requestBody"] = body(sent)
    mock = serve(contract(paths))
    assert mock.post("/licences", json={"number": "L1"}).json()["number"] == "L1"
    made = mock.post("/licences", json={"active": True}).json()["number"]
    assert [mock.get(f"/licences/{one}").json()["number"] for one in ("L1", made)] == ["L1", made]


@pytest.mark.parametrize("is_list", [False, True])
def test_a_body_may_be_the_key_alone(serve: Serve, is_list: bool) -> None:
    paths = crud("/widgets")
    sent: Any = {"type": "array", "items": TEXT} if is_list else TEXT
    paths["/widgets"]["post"]["requestBody"] = body(sent)
    mock = serve(contract(paths))
    assert mock.post("/widgets", json=["w7"] if is_list else "w7").status_code == 201
    assert mock.get("/widgets/w7").status_code == 200


def test_a_body_that_is_no_key_of_a_row_is_answered_all_the_same(serve: Serve) -> None:
    paths = resource("/slots", "number", {"number": NUMBER})
    paths["/slots"]["post"]["requestBody"] = body(TEXT)
    mock = serve(contract(paths))
    assert mock.post("/slots", json="ann").status_code == 201


def test_a_parent_is_not_told_by_a_name_that_its_path_cannot_have(serve: Serve) -> None:
    owner = {"type": "object", "properties": {"name": TEXT, "bio": TEXT}}
    paths = crud("/users/{user_id}/albums", {"type": "object", "properties": {"id": TEXT, "user": owner}}, {})
    mock = serve(contract(paths, types={"user_id": "number"}))
    made = mock.post("/users/7/albums", json={"user": {"name": "Ada"}}).json()
    assert made["user"] == {"name": "Ada"}
    assert mock.get("/users/7/albums").json() == [made]
    assert mock.get("/users/8/albums").json() == []


@pytest.mark.parametrize("kind", ["number", "integer"])
@pytest.mark.parametrize("sent", ["1", "1.0", "1e0", "10e-1"])
def test_a_number_is_one_key_however_it_is_written(serve: Serve, kind: str, sent: str) -> None:
    row = {"type": "object", "properties": {"id": {"type": kind}, "name": TEXT}}
    mock = serve(contract(crud("/things", row, row), types={"id": kind}))
    headers = {"Content-Type": "application/json"}
    assert mock.post("/things", content=f'{{"id": {sent}}}', headers=headers).status_code == 201
    for path in ("1", "1.0", "1e0", "01"):
        assert mock.get(f"/things/{path}").json()["id"] == 1
        assert mock.post("/things", json={"id": 1}).status_code == 409
    assert mock.delete("/things/1e0").status_code == 204
    assert mock.get("/things").json() == []


def test_a_number_may_be_larger_than_any_integer(serve: Serve) -> None:
    row = {"type": "object", "properties": {"id": {"type": "number"}, "name": TEXT}}
    mock = serve(contract(crud("/things", row, row), types={"id": "number"}))
    assert (
        mock.post(
            "/things", content='{"id": 1e300}', headers={"Content-Type": "application/json"}
        ).status_code
        == 201
    )
    assert mock.get("/things/1e300").json() == {"id": 1e300}
    assert mock.put("/things/1e301", json={"name": "x"}).json() == {"id": 1e301, "name": "x"}
    assert mock.get("/things/10e300").json()["name"] == "x"
