"""A realm of clans, played from a contract alone: no Python, no fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.harness import Mock

REALM = Path(__file__).parents[1] / "docs" / "examples" / "realm"
BASE = "/realm/v1"


class Game:
    """The API as its client calls it; each answer has the status that is expected of it."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock

    def __call__(self, expected: int, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self.mock.request(method, BASE + path, token="ada", **options)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def all_clans(self, **query: Any) -> Iterator[dict[str, Any]]:
        """Every clan, page by page, as a client that follows cursors reads them."""
        cursor: dict[str, str] = {}
        while True:
            page = self(200, "GET", "/clans", params={**query, "limit": 2, **cursor}).json()
            yield from page["data"]
            assert page["has_more"] is (page.get("next_cursor") is not None)
            if not page["has_more"]:
                return
            cursor = {"cursor": page["next_cursor"]}


@pytest.fixture
def game() -> Iterator[Game]:
    with Mock(home=REALM) as mock:
        yield Game(mock)


def found(game: Game, name: str, **fields: Any) -> dict[str, Any]:
    founded: dict[str, Any] = game(
        201, "POST", "/clans", json={"name": name, "region": "eu", **fields}
    ).json()
    return founded


def test_a_clan_is_founded_once_however_often_a_client_tries(game: Game) -> None:
    sent = {"json": {"name": "Red Foxes", "region": "eu"}, "headers": {"Idempotency-Key": "try-1"}}
    first = game(201, "POST", "/clans", **sent)
    again = game(201, "POST", "/clans", **sent)
    assert again.json() == first.json()
    assert first.headers["location"].endswith(f"{BASE}/clans/{first.json()['id']}")
    assert [one["name"] for one in game.all_clans()].count("Red Foxes") == 1
    other = {"json": {"name": "Blue Foxes", "region": "eu"}, "headers": {"Idempotency-Key": "try-1"}}
    assert game.mock.request("POST", f"{BASE}/clans", token="ada", **other).status_code in (409, 422)


def test_cursors_lead_through_all_clans_while_some_come_and_go(game: Game) -> None:
    there = [one["id"] for one in game.all_clans()]
    assert len(there) == 3  # the world started alive
    pages = game.all_clans()
    seen = [next(pages)["id"], next(pages)["id"]]
    game(204, "DELETE", f"/clans/{seen[0]}")
    new = found(game, "Late Comers")["id"]
    seen += [one["id"] for one in pages]
    assert seen == [*there, new]


def test_lists_sort_search_and_filter(game: Game) -> None:
    for name, level in (("Alpha Wolves", 5), ("Beta Wolves", 9), ("Gamma Bears", 7)):
        found(game, name, level=level, region="ap")
    assert [one["name"] for one in game.all_clans(q="wolves", sort="-level")] == [
        "Beta Wolves",
        "Alpha Wolves",
    ]
    assert {one["region"] for one in game.all_clans(region="ap")} == {"ap"}
    assert all(one["level"] >= 7 for one in game.all_clans(min_level=7))
    game(200, "GET", "/clans", params={"fields": "name"})
    assert "fields" in str(game.mock.last.notices)


def test_two_officers_do_not_overwrite_each_other(game: Game) -> None:
    clan = f"/clans/{found(game, 'Red Foxes')['id']}"
    patch = {"content-type": "application/merge-patch+json"}
    tag = game(200, "GET", clan).headers["etag"]
    mine = game(200, "PATCH", clan, content=b'{"motto": "Run"}', headers={**patch, "If-Match": tag})
    assert mine.json()["motto"] == "Run"
    game(412, "PATCH", clan, content=b'{"motto": "Hide"}', headers={**patch, "If-Match": tag})
    game(428, "PATCH", clan, content=b'{"motto": "Hide"}', headers=patch)
    assert game(200, "GET", clan).json()["motto"] == "Run"
    game(304, "GET", clan, headers={"If-None-Match": mine.headers["etag"]})


def test_members_have_ids_of_their_own_below_a_clan_and_can_be_suspended(game: Game) -> None:
    foxes, bears = (f"/clans/{found(game, name)['id']}/members" for name in ("Foxes", "Bears"))
    ada = game(201, "POST", foxes, json={"player_id": "ada"}).json()
    ben = game(201, "POST", foxes, json={"player_id": "ben", "role": "officer"}).json()
    game(201, "POST", bears, json={"player_id": "cho"})
    assert ada["id"] != ben["id"]
    assert ada["role"] == "member"
    assert [one["player_id"] for one in game(200, "GET", foxes).json()] == ["ada", "ben"]
    assert [one["player_id"] for one in game(200, "GET", foxes, params={"role": "officer"}).json()] == ["ben"]
    first = game(200, "GET", foxes, params={"per_page": 1})
    assert 'rel="next"' in first.headers["link"]
    assert first.headers["x-total-count"] == "2"
    suspended = game(202, "POST", f"{foxes}/{ada['id']}:suspend").json()
    assert suspended == {**ada, "status": "suspended"}
    assert game(200, "GET", f"{foxes}/{ada['id']}").json()["status"] == "suspended"
    gone = game(200, "DELETE", f"{foxes}/{ada['id']}").json()
    assert gone == {"id": ada["id"], "deleted": True}
    game(404, "GET", f"{foxes}/{ada['id']}")
    game(404, "POST", "/clans/00000000-0000-4000-8000-000000000000/members", json={"player_id": "dov"})


def test_a_clan_is_archived_by_the_verb_of_its_path(game: Game) -> None:
    clan = f"/clans/{found(game, 'Red Foxes')['id']}"
    assert game(200, "POST", f"{clan}/archive").json()["status"] == "archived"
    assert game(200, "GET", clan).json()["status"] == "archived"


def test_an_inventory_is_filled_by_put_and_read_in_order(game: Game) -> None:
    items = "/players/ada/inventory"
    for sku, kind, power in (("sword", "weapon", 5), ("helm", "armour", 3), ("bow", "weapon", 4)):
        game(201, "PUT", f"{items}/{sku}", json={"kind": kind, "power": power})
    game(200, "PUT", f"{items}/bow", json={"kind": "weapon", "power": 9})
    asked = {"kind": "weapon,armour", "power_gte": 4, "sort_by": "power", "order": "desc"}
    answer = game(200, "GET", items, params=asked).json()
    assert [one["sku"] for one in answer["items"]] == ["bow", "sword"]
    assert answer["meta"]["total"] == 2
    second = game(200, "GET", items, params={"offset": 1, "limit": 1}).json()
    assert second["meta"] == {"total": 3, "offset": 1}
    assert game(200, "GET", "/players/ben/inventory").json()["items"] == []


def test_each_player_has_settings_of_their_own(game: Game) -> None:
    before = game(200, "GET", "/players/ada/settings").json()
    changed = game(200, "PATCH", "/players/ada/settings", json={"language": "fr", "volume": 10}).json()
    assert changed == {"language": "fr", "volume": 10} != before
    assert game(200, "GET", "/players/ada/settings").json() == changed
    assert game(200, "GET", "/players/ben/settings").json()["language"] != "fr"


def test_friends_come_and_go(game: Game) -> None:
    before = game(200, "GET", "/friends").json()
    assert game(201, "PUT", "/friends/ben").json()["friend_id"] == "ben"
    assert [one["friend_id"] for one in game(200, "GET", "/friends").json()] == [
        *(one["friend_id"] for one in before), "ben",
    ]  # fmt: skip
    game(204, "DELETE", "/friends/ben")
    assert game(200, "GET", "/friends").json() == before


def test_a_daily_reward_is_claimed_and_stays_claimed_until_a_reset(game: Game) -> None:
    rewards = game(200, "GET", "/daily-rewards").json()["rewards"]
    assert {one["reward"]["kind"] for one in rewards} <= {"coins", "loot"}
    first = next(one for one in rewards if one["status"] == "open")
    claimed = game(200, "POST", f"/daily-rewards/{first['id']}/claim").json()
    assert claimed["status"] == "claimed"
    assert claimed["reward"] == first["reward"]
    shown = {one["id"]: one for one in game(200, "GET", "/daily-rewards").json()["rewards"]}
    assert shown[first["id"]] == claimed
    game.mock.world.reset("resetWorld")
    assert game(200, "GET", "/daily-rewards").json()["rewards"] == rewards
