"""Worlds that start alive: rows where nobody wrote any.

Holds `catalogue/starting/drafts.py`, `catalogue/starting/events.py`, `catalogue/starting/examples.py`,
`catalogue/starting/keys.py`, `catalogue/starting/links.py`, `catalogue/starting/parents.py`,
`catalogue/starting/plan.py`, `catalogue/starting/references.py` and `catalogue/starting/tables.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.app import served_apis
from mockade.catalogue.loading import load_apis
from mockade.catalogue.selection import Selection
from mockade.contract.generation.generator import Generator
from mockade.settings import Settings
from mockade.state.state import State
from tests.contracts import REF, answers, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"


@pytest.fixture
def alive(home: Callable[..., Any], make_mock: Callable[..., Mock]) -> Serve:
    """Serves a contract that has no fixture file unless one is given."""

    def start(spec: str, fixtures: str | None = None, handlers: str = "", **settings: Any) -> Mock:
        folders = {"fixtures": {"shop.yaml": fixtures}} if fixtures is not None else {}
        folders |= {"apis": {"shop.py": handlers}} if handlers else {}
        return make_mock(home=home(specs={"shop.yaml": spec}, **folders), **settings)

    return start


def test_no_row_tells_when_that_was_which_has_not_happened(alive: Serve) -> None:
    moment = {"type": "string", "format": "date-time"}
    known = {
        "id": {"type": "string"},
        "status": {"type": "string", "enum": ["open", "paid", "shipped"]},
        "isClaimed": {"type": "boolean"},
        "paidAt": {**moment, "nullable": True},
        "shipped_on": moment,
        "claimed_at": {**moment, "nullable": True},
        "created_at": moment,
    }
    quest = {"type": "object", "required": list(known.keys() - {"shipped_on"}), "properties": known}
    mock = alive(contract(crud("/quests", quest)), rows=30)
    rows = mock.get("/quests").json()
    assert {row["status"] for row in rows} == {"open", "paid", "shipped"}
    for row in rows:
        assert (row["paidAt"] is None) is (row["status"] == "open"), row
        assert ("shipped_on" in row) is (row["status"] == "shipped"), row
        assert (row["claimed_at"] is None) is (not row["isClaimed"]), row
        assert row["created_at"]


def test_a_moment_that_has_to_be_there_is_there(alive: Serve) -> None:
    known = {
        "id": {"type": "string"},
        "claimed": {"type": "boolean", "enum": [False]},
        "claimed_at": {"type": "string", "format": "date-time"},
    }
    reward = {"type": "object", "required": list(known), "properties": known}
    mock = alive(contract(crud("/rewards", reward)))
    assert all(row["claimed_at"] for row in mock.get("/rewards").json())
    assert len(mock.get("/rewards").json()) == 3


def test_what_nobody_lists_or_creates_starts_with_rows_too(alive: Serve) -> None:
    properties = {name: {"type": "string"} for name in ("id", "clan_id", "display_name")}
    player = {"type": "object", "required": ["id", "clan_id"], "properties": properties}
    by_id = {**answers(200, player)}
    by_id["responses"] |= answers(404)["responses"]
    paths = {
        **crud("/clans"),
        "/players/me": {"get": answers(200, player)},
        "/players/{player_id}": {"get": by_id},
        "/players/{player_id}/items": {"get": answers(200, {"type": "array", "items": REF})},
        "/players/{player_id}/items/{id}": {"get": answers(200, REF)},
        "/weather/{city}": {
            "get": answers(200, {"type": "object", "properties": {"degrees": {"type": "number"}}})
        },
    }
    mock = alive(contract(paths))
    me = mock.get("/players/me").json()
    assert mock.get(f"/players/{me['id']}").json() == me
    assert mock.last.answered_by == "shape"
    assert mock.get(f"/clans/{me['clan_id']}").status_code == 200
    assert mock.get(f"/players/{me['id']}/items").json()
    assert mock.get("/players/anybody").json()["id"] == "anybody"
    assert mock.get("/weather/oslo").status_code == 200


def game() -> str:
    """Clans, their members, players and what those own: with parents, and rows that speak of each other."""
    schemas: dict[str, Any] = {
        "Clan": {
            "id": {"type": "integer"},
            "name": {"type": "string", "example": "Red Foxes"},
            "ownerId": {"type": "string"},
            "created_at": {"type": "string", "format": "date-time"},
        },
        "Member": {
            "id": {"type": "string"},
            "clan_id": {"type": "integer"},
            "player_id": {"type": "string"},
        },
        "Player": {
            "id": {"type": "string", "pattern": "^p_[0-9a-f]{8}$"},
            "name": {"type": "string"},
            "clan": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
            },
            "friend_ids": {"type": "array", "uniqueItems": True, "items": {"type": "string"}},
        },
        "Item": {"id": {"type": "string"}, "sold_by": {"$ref": "#/components/schemas/Player"}},
    }
    objects = {
        name: {"type": "object", "required": list(known), "properties": known, "additionalProperties": False}
        for name, known in schemas.items()
    }
    ref = {name: {"$ref": f"#/components/schemas/{name}"} for name in schemas}
    paths = {
        **listed("/clans", "/{clanId}", ref["Clan"]),
        **listed("/clans/{clanId}/members", "/{memberId}", ref["Member"]),
        **listed("/players", "/{playerId}", ref["Player"]),
        **listed("/players/{playerId}/items", "/{itemId}", ref["Item"]),
        **listed("/guilds/{guildId}/banners", "/{bannerId}", REF),
    }
    return contract(paths, objects, types={"clanId": "integer"})


def listed(path: str, item: str, row: Any, **more: Any) -> dict[str, Any]:
    return {
        path: {"get": answers(200, {"type": "array", "items": row}, **more)},
        path + item: {"get": answers(200, row)},
    }


def rows(mock: Mock, path: str, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mock.get(path, **options).json()
    return found


def everything(state: State) -> dict[str, list[str]]:
    """Every row of a state as its bytes, by collection."""
    return {
        name: [table.rows[key].values.decode() for _, key in table.order.items()]
        for (_, name), table in sorted(state.all_tables().items())
    }


def test_a_contract_without_a_fixture_file_starts_with_three_rows_a_collection(alive: Serve) -> None:
    mock = alive(game())
    for _, table in mock.state.all_tables().items():
        assert len(table.rows) == 3
    assert len(rows(mock, "/clans")) == 3
    assert mock.last.answered_by == "shape"


@pytest.mark.parametrize("count", [0, 1, 20])
def test_rows_says_how_many(alive: Serve, count: int) -> None:
    assert len(rows(alive(game(), rows=count), "/clans")) == count


def test_each_row_is_found_under_a_parent_that_is_there(alive: Serve) -> None:
    mock = alive(game(), rows=9)
    found = 0
    for clan in rows(mock, "/clans"):
        for member in rows(mock, f"/clans/{clan['id']}/members"):
            found += 1
            assert member["clan_id"] == clan["id"]
            assert mock.get(f"/clans/{clan['id']}/members/{member['id']}").json() == member
    assert found == 9
    items = [rows(mock, f"/players/{one['id']}/items") for one in rows(mock, "/players")]
    assert [len(one) for one in items][:3] == [5, 2, 1]


def test_the_key_of_a_parent_is_not_that_of_a_row_below_it(alive: Serve) -> None:
    row = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    below = crud("/guilds/{id}/members", row)
    item = below.pop("/guilds/{id}/members/{id}")
    paths = {**crud("/guilds", row), **below, "/guilds/{id}/members/{memberId}": item}
    mock = alive(contract(paths), rows=4)
    guilds = [one["id"] for one in mock.get("/guilds").json()]
    members = [one["id"] for key in guilds for one in mock.get(f"/guilds/{key}/members").json()]
    assert len(members) == 4
    assert not [one for one in members if any(one.startswith(key) for key in guilds)]


def test_what_speaks_of_another_row_speaks_of_one_that_is_there(alive: Serve) -> None:
    mock = alive(game())
    clans = {one["id"]: one for one in rows(mock, "/clans")}
    players = {one["id"]: one for one in rows(mock, "/players")}
    assert {clan["ownerId"] for clan in clans.values()} <= players.keys()
    for player in players.values():
        assert player["clan"] == {"id": player["clan"]["id"], "name": clans[player["clan"]["id"]]["name"]}
        assert set(player["friend_ids"]) <= players.keys() - {player["id"]}
    member = rows(mock, f"/clans/{min(clans)}/members")[0]
    assert member["player_id"] in players
    item = next(one for player in players for one in rows(mock, f"/players/{player}/items"))
    assert item["sold_by"] == players[item["sold_by"]["id"]]


def test_the_seed_decides_and_the_order_of_requests_does_not(alive: Serve) -> None:
    one, other = alive(game(), seed=7), alive(game(), seed=7)
    for path in ("/players", "/clans", "/guilds/g/banners"):
        one.get(path)
    for path in ("/clans", "/guilds/g/banners", "/players"):
        other.get(path)
    assert everything(one.state) == everything(other.state)
    assert everything(alive(game(), seed=8).state) != everything(one.state)


def test_a_world_of_a_seed_of_its_own_starts_with_the_rows_of_that_seed(alive: Serve) -> None:
    mock, seventh = alive(game()), alive(game(), seed=7)
    mock.post(f"{V1}/worlds", json={"name": "w", "seed": 7})
    mine = rows(mock, "/players", headers={"X-Mockade-World": "w"})
    assert mine == rows(seventh, "/players") != rows(mock, "/players")


def test_a_reset_brings_them_back_and_a_fork_and_a_snapshot_have_them(alive: Serve) -> None:
    mock = alive(contract(crud("/widgets")))
    first, *others = rows(mock, "/widgets")
    mock.post(f"{V1}/worlds/default/snapshots", json={"name": "s"})
    mock.delete(f"/widgets/{first['id']}")
    mock.post(f"{V1}/worlds/default/fork", json={"name": "f"})
    assert rows(mock, "/widgets", headers={"X-Mockade-World": "f"}) == others
    exported = mock.get(f"{V1}/worlds/default/snapshots/s").json()
    assert exported["apis"]["shop"]["widgets"] == [first, *others]
    mock.put(f"{V1}/worlds/default/snapshots/t", json={"apis": {"shop": {"widgets": others[:1]}}})
    mock.post(f"{V1}/worlds/default/snapshots/t/restore")
    assert rows(mock, "/widgets") == others[:1]
    mock.post(f"{V1}/worlds/default/reset")
    assert rows(mock, "/widgets") == [first, *others]


def test_a_document_that_does_not_mention_an_api_leaves_its_made_rows(alive: Serve) -> None:
    mock = alive(contract(crud("/widgets")))
    made = rows(mock, "/widgets")
    mock.put(f"{V1}/worlds/default/snapshots/t", json={"apis": {}})
    mock.post(f"{V1}/worlds/default/snapshots/t/restore")
    assert rows(mock, "/widgets") == made
    mock.put(f"{V1}/worlds/default/snapshots/t", json={"apis": {"shop": {}}})
    mock.post(f"{V1}/worlds/default/snapshots/t/restore")
    assert rows(mock, "/widgets") == []


def test_the_examples_of_the_contract_come_first(alive: Serve) -> None:
    widget = {
        "type": "object",
        "required": ["id", "name", "size"],
        "example": {"id": "w9", "name": "Nine", "size": 9},
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string", "example": "Named"},
            "size": {"type": "integer"},
        },
    }
    paths = listed("/widgets", "/{id}", REF)
    in_list = [{"id": "w1", "name": "One"}, {"id": "w2", "name": "Two", "size": 2}]
    paths["/widgets"]["get"]["responses"][200]["content"]["application/json"]["example"] = in_list
    alone = {"id": "w1", "name": "Not one", "size": 1}
    paths["/widgets/{id}"]["get"]["responses"][200]["content"]["application/json"]["examples"] = {
        "a": {"value": alone},
        "b": {"value": {"id": "w3", "name": None}},
    }
    found = rows(alive(contract(paths, {"Widget": widget}), rows=5), "/widgets")
    assert found[:2] == [{"id": "w1", "name": "One", "size": 1}, in_list[1]]
    assert found[3] == widget["example"]
    assert [one["id"] for one in found[:4]] == ["w1", "w2", "w3", "w9"]
    assert len({one["id"] for one in found}) == 5
    assert isinstance(found[2]["name"], str)
    assert found[4]["name"] != "Named", "each has a name of its own"


def test_what_examples_speak_of_is_there(alive: Serve) -> None:
    note = {"type": "object", "properties": {"id": {"type": "string"}, "widget_id": {"type": "string"}}}
    paths = {**listed("/notes", "/{noteId}", note), **listed("/widgets", "/{widgetId}", REF)}
    spec = yaml.safe_load(contract(paths))
    spec["paths"]["/widgets/{widgetId}"]["parameters"][0]["example"] = "w-param"
    content = spec["paths"]["/notes"]["get"]["responses"][200]["content"]["application/json"]
    content["example"] = [{"id": "n1", "widget_id": "w-noted"}]
    mock = alive(yaml.safe_dump(spec))
    assert mock.get("/widgets/w-param").status_code == 200
    assert rows(mock, "/notes")[0] == {"id": "n1", "widget_id": "w-noted"}
    assert mock.get("/widgets/w-noted").status_code == 200


@pytest.mark.parametrize(
    ("key", "parameter"),
    [
        ({"type": "integer"}, {"type": "integer", "minimum": 1}),
        ({"type": "string", "example": "abc"}, {"type": "string"}),
        ({"type": "string"}, {"type": "integer"}),
        ({"type": "string", "enum": ["a", "b", "c", "d"]}, {"type": "string"}),
        ({"type": "string", "format": "uuid"}, {"type": "string", "format": "uuid"}),
        ({"type": "integer", "example": 70}, {"type": "integer", "maximum": 99}),
        ({}, {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3}$"}),
    ],
)
def test_each_row_has_a_key_of_its_own_that_its_path_takes(
    alive: Serve, key: dict[str, Any], parameter: dict[str, Any]
) -> None:
    row = {"type": "object", "required": ["id"], "properties": {"id": key, "n": {"type": "integer"}}}
    spec = yaml.safe_load(contract(listed("/widgets", "/{id}", row)))
    spec["paths"]["/widgets/{id}"]["parameters"][0]["schema"] = parameter
    mock = alive(yaml.safe_dump(spec))
    found = rows(mock, "/widgets")
    assert len({one["id"] for one in found}) == 3
    assert all(mock.get(f"/widgets/{one['id']}").json() == one for one in found)


@pytest.mark.parametrize(
    ("path", "item", "row"),
    [
        ("/repos", "/{owner}/{repo}", {"name": {}, "owner": {"properties": {"login": {"type": "string"}}}}),
        (
            "/pods",
            "/{name}",
            {"metadata": {"required": ["name"], "properties": {"name": {"type": "string"}}}},
        ),
        ("/docs", "/{path}", {"text": {"type": "string"}, "id": {"type": "integer"}}),
        ("/users/{id}/friends", "/{friendId}", {"id": {"type": "string"}, "since": {"type": "integer"}}),
    ],
)
def test_keys_of_several_parts_and_those_inside_of_rows_or_beside_them(
    alive: Serve, path: str, item: str, row: dict[str, Any]
) -> None:
    schema = {"type": "object", "required": list(row), "properties": row}
    mock = alive(contract(listed(path, item, schema)))
    tables = mock.state.all_tables()
    assert [len(table.rows) for table in tables.values()] == [3]


def test_rows_that_are_shown_below_a_parent_too_belong_to_one(alive: Serve) -> None:
    post = {"type": "object", "properties": {"id": {"type": "string"}, "user_id": {"type": "string"}}}
    schemas = {"Post": post, "User": {"type": "object", "properties": {"id": {"type": "string"}}}}
    ref = {name: {"$ref": f"#/components/schemas/{name}"} for name in schemas}
    paths = {
        **listed("/users/{userId}/posts", "/{postId}", ref["Post"]),
        **listed("/posts", "/{postId}", ref["Post"]),
        **listed("/users", "/{userId}", ref["User"]),
    }
    mock = alive(contract(paths, schemas))
    below = [one for user in rows(mock, "/users") for one in rows(mock, f"/users/{user['id']}/posts")]
    by_id = {one["id"]: one for one in below}
    assert by_id == {one["id"]: one for one in rows(mock, "/posts")}


def test_a_row_that_a_client_creates_takes_the_place_of_a_made_one_and_of_no_other(alive: Serve) -> None:
    mock = alive(contract(crud("/widgets")))
    made = rows(mock, "/widgets")[0]
    mine = {"id": made["id"], "name": "Mine"}
    assert mock.post("/widgets", json=mine).status_code == 201
    assert rows(mock, "/widgets")[-1] == mine
    assert len(rows(mock, "/widgets")) == 3
    assert mock.post("/widgets", json=mine).status_code == 409


def test_a_parent_that_nobody_can_create_is_still_taken_for_granted(alive: Serve) -> None:
    paths = {**listed("/orgs", "/{org}", REF), **crud("/orgs/{org}/widgets")}
    mock = alive(contract(paths))
    assert mock.post("/orgs/acme/widgets", json={"id": "w", "name": "x"}).status_code == 201
    assert rows(mock, "/orgs/acme/widgets") == [{"id": "w", "name": "x"}]


def test_a_fixture_file_has_the_last_word(alive: Serve) -> None:
    assert rows(alive(game(), fixtures="players: []"), "/clans") == []
    mock = alive(
        game(), fixtures="rows: 2\nplayers: [{id: p_0000000a, name: Ada, clan: {id: 1}, friend_ids: []}]"
    )
    assert [one["name"] for one in rows(mock, "/players")] == ["Ada"]
    assert [one["ownerId"] for one in rows(mock, "/clans")] == ["p_0000000a"] * 2
    mock = alive(game(), fixtures="rows: 2\nclans: []")
    assert {name: len(found) for name, found in everything(mock.state).items()} == {
        "banners": 2, "items": 2, "members": 0, "players": 2
    }  # fmt: skip


def test_the_collections_of_a_module_start_with_made_rows_only_where_the_fixtures_say_so(
    alive: Serve,
) -> None:
    spec = contract({**listed("/widgets", "/{id}", REF), "/n": {"get": answers(200, {"type": "integer"})}})
    module = (
        "from mockade.handling import Collection\n"
        "collections = (Collection('widgets', holds='Widget'),)\n"
        "def get_n(call):\n    return len(list(call.rows('widgets')))\n"
    )
    assert alive(spec, handlers=module).get("/n").json() == 0
    assert alive(spec, fixtures="rows: 4", handlers=module).get("/n").json() == 4


def test_a_collection_of_which_no_row_can_be_made_starts_empty(alive: Serve) -> None:
    row = {
        "type": "object",
        "required": ["id", "odd"],
        "properties": {"id": {"type": "string"}, "odd": {"type": "integer", "minimum": 2, "maximum": 1}},
    }
    paths = {**listed("/oddities", "/{id}", row), **listed("/oddities/{oddityId}/widgets", "/{id}", REF)}
    mock = alive(contract({**paths, **listed("/gadgets", "/{id}", REF)}))
    assert rows(mock, "/oddities") == []
    assert mock.state.table("shop", "widgets").births == 0
    assert len(rows(mock, "/gadgets")) == 3


def test_rows_that_speak_of_each_other_in_circles_are_made(alive: Serve) -> None:
    node: dict[str, Any] = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer"},
            "next_node_id": {"type": "integer"},
            "node_id": {"type": "integer"},
            "node": {"$ref": "#/components/schemas/Node"},
        },
    }
    mock = alive(contract(listed("/nodes", "/{id}", {"$ref": "#/components/schemas/Node"}), {"Node": node}))
    found = rows(mock, "/nodes")
    assert [one["node_id"] for one in found] == [one["id"] for one in found]
    assert [one["next_node_id"] in {row["id"] for row in found[:at]} for at, one in enumerate(found)] == [
        False, True, True
    ]  # fmt: skip


def test_a_start_makes_no_row_and_a_request_those_alone_that_it_needs(
    alive: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    generate = Generator.generate

    def counting(self: Generator, schema: Any, **options: Any) -> Any:
        made.append(options["key"].partition(" ")[0])
        return generate(self, schema, **options)

    monkeypatch.setattr(Generator, "generate", counting)
    names = [f"{first}{second}x" for first in "abcdefghij" for second in "abcdefghij"]
    schemas = {
        one: {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                f"{after}_id": {"type": "string"},
                "next": {"$ref": f"#/components/schemas/{after}"},
            },
        }
        for one, after in zip(names, [*names[1:], names[0]], strict=True)
    }
    paths: dict[str, Any] = {}
    for one in names:
        paths |= listed(f"/{one}es", "/{id}", {"$ref": f"#/components/schemas/{one}"})
    mock = alive(contract(paths, schemas))
    assert made == []
    mock.get("/bcxes")
    assert {"bcxes", "bdxes"} <= set(made)
    assert len(set(made)) < 8, "of 100"


@given(seed=st.integers(-(2**63), 2**63 - 1), count=st.integers(0, 12))
@settings(max_examples=8, deadline=None)
def test_by_any_seed_all_rows_fit_the_contract_and_no_two_have_one_key(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(game(), encoding="utf-8")
    apis = load_apis(Selection([path], None).files())
    state = served_apis(apis, Settings(seed=seed, rows=count)).baseline.state
    for (_, name), table in state.all_tables().items():
        schema = apis["any"].collections[name]
        assert len(table.rows) == count
        for _, key in table.order.items():
            assert schema.validator.violations(dict(table.rows[key].row()), "response") == []


def times(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from [one] if name.endswith("_at") else times(one)


def test_times_in_made_rows_do_not_depend_on_the_day(alive: Serve) -> None:
    found = everything(alive(game(), frozen=False).state)["clans"]
    assert all(time < "2025-01-01" for row in found for time in times(json.loads(row)))


def test_a_create_that_is_answered_by_rows_is_followed_by_made_ones(alive: Serve) -> None:
    paths = crud("/widgets", given={"type": "object", "properties": {"name": {"type": "string"}}})
    paths["/widgets"]["post"]["requestBody"] = body({"type": "object", "properties": {"name": {}}})
    mock = alive(contract(paths))
    new = mock.post("/widgets", json={"name": "New"}).json()
    assert [one["name"] for one in rows(mock, "/widgets")][3:] == ["New"]
    assert mock.get(f"/widgets/{new['id']}").json() == new


def test_an_id_that_the_contract_gives_as_an_example_is_there_below_the_parent_that_it_gives(
    alive: Serve,
) -> None:
    """Also where rows have examples of their own, and another path stands at what would be a key."""
    text = {"type": "string"}
    row = {"type": "object", "properties": {"id": {**text, "example": "a9"}, "name": text}}
    paths = {**crud("/shops", row), **crud("/shops/{shop}/widgets", row)}
    paths["/shops/{shop}/widgets/{id}"]["get"]["parameters"] = [
        {"name": "shop", "in": "path", "required": True, "schema": {**text, "example": "main"}},
        {"name": "id", "in": "path", "required": True, "schema": {**text, "example": "w7"}},
    ]
    paths["/shops/{id}"]["get"]["parameters"] = [
        {
            "name": "id",
            "in": "path",
            "required": True,
            "schema": {**text, "enum": ["main", "best", "x", "y"]},
        },
    ]
    paths["/shops/best"] = {"get": answers(200, text)}
    mock = alive(contract(paths))
    assert mock.get("/shops/main/widgets/w7").status_code == 200
    assert "w7" in [one["id"] for one in mock.get("/shops/main/widgets").json()]
    assert "best" not in [one["id"] for one in mock.get("/shops").json()]
