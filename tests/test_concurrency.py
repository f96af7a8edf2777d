"""Two hundred players want eight places at once, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.reliability import arena
from tests.servers import NO_TLS, Server

PLAYERS = 200
"""Of the arena's five hundred."""


@pytest.fixture
def server(home: Callable[..., Path]) -> Iterator[str]:
    """A real server with a session of two teams of four; answers its base URL."""
    folder = home(fixtures={"rallyhere.json": arena.FIXTURES})
    with Server("rallyhere", "--home", str(folder), "-q") as one:
        yield one.url
        assert one.stop()[0] == 0


async def all_join(url: str) -> list[httpx.Response]:
    async def join(client: httpx.AsyncClient, n: int) -> httpx.Response:
        headers = {"authorization": f"Bearer p{n}"}
        return await client.post(url + arena.JOIN, json=arena.joining(n), headers=headers)

    limits = httpx.Limits(max_connections=PLAYERS)
    async with httpx.AsyncClient(limits=limits, timeout=30, verify=NO_TLS) as client:
        return await asyncio.gather(*[join(client, n) for n in range(PLAYERS)])


def test_exactly_as_many_get_in_as_there_are_places(server: str) -> None:
    answers = asyncio.run(all_join(server))
    entered = [answer.json() for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(entered) == arena.PLACES
    assert {(one.status_code, one.json()["error_code"]) for one in refused} == {(403, "team_full")}
    session = httpx.get(
        f"{server}{arena.SESSION}", headers={"authorization": "Bearer p0"}, verify=NO_TLS
    ).json()
    teams = arena.inside(session)
    assert [len(team) for team in teams] == [arena.PLACES // 2, arena.PLACES // 2]
    assert sorted(one["player_uuid"] for one in entered) == sorted(uuid for team in teams for uuid in team)
    leaders = [one for team in session["teams"] for one in team["players"] if one["status"] == "leader"]
    assert len(leaders) == 1
