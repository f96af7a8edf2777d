"""Two hundred players want eight places at once, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import NO_TLS, Server

PLAYERS = 200
PLACES = 8
SESSION = "/session/v1/session/arena-1"


def player(n: int) -> str:
    return f"b0000000-0000-4000-8000-{n:012d}"


@pytest.fixture
def server(home: Callable[..., Path]) -> Iterator[str]:
    """A real server with 200 players and a session of two teams of four; answers its base URL."""
    permissions = ["session:create", "session:read:self", "session:update-player:self"]
    fixtures: dict[str, Any] = {
        "credentials": {
            "HTTPBearer": {f"p{n}": {"caller": player(n), "permissions": permissions} for n in range(PLAYERS)}
        },
        "templates": [{"session_type": "arena", "num_teams": 2, "players_per_team": 4}],
        "sessions": [
            {
                "session_id": "arena-1",
                "type": "arena",
                "joinable": True,
                "created": "2026-01-05T12:00:00.000Z",
                "teams": [{"team_id": n, "max_size": PLACES // 2, "players": []} for n in (0, 1)],
            }
        ],
    }
    folder = home(fixtures={"rallyhere.json": json.dumps(fixtures)})
    with Server("rallyhere", "--home", str(folder), "-q") as one:
        yield one.url
        assert one.stop()[0] == 0


async def all_join(url: str) -> list[httpx.Response]:
    async def join(client: httpx.AsyncClient, n: int) -> httpx.Response:
        body = {
            "team_id": n % 2,
            "client_version": "1.0.0",
            "client_settings": {"platform": "Steam", "input": "gamepad"},
        }
        headers = {"authorization": f"Bearer p{n}"}
        return await client.post(f"{url}{SESSION}/player/me", json=body, headers=headers)

    limits = httpx.Limits(max_connections=PLAYERS)
    async with httpx.AsyncClient(limits=limits, timeout=30, verify=NO_TLS) as client:
        return await asyncio.gather(*[join(client, n) for n in range(PLAYERS)])


def test_exactly_as_many_get_in_as_there_are_places(server: str) -> None:
    answers = asyncio.run(all_join(server))
    entered = [answer.json() for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(entered) == PLACES
    assert {(one.status_code, one.json()["error_code"]) for one in refused} == {(403, "team_full")}
    session = httpx.get(f"{server}{SESSION}", headers={"authorization": "Bearer p0"}, verify=NO_TLS).json()
    teams = [[one["player_uuid"] for one in team["players"]] for team in session["teams"]]
    assert [len(team) for team in teams] == [PLACES // 2, PLACES // 2]
    assert sorted(one["player_uuid"] for one in entered) == sorted(uuid for team in teams for uuid in team)
    leaders = [one for team in session["teams"] for one in team["players"] if one["status"] == "leader"]
    assert len(leaders) == 1
