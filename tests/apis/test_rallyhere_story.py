"""RallyHere as a game would use it: four players and their match, from the first call to the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.apis.behaviours import bundled_fixtures, folder
from tests.apis.rallyhere import ADA, BEN, CLEO, DOV, SESSION, create, created, enter, join, read, statuses
from tests.harness import Mock
from tests.servers import Server

SKIRMISH = {
    "session_type": "skirmish",
    "attempt_auto_join": True,
    "default_public": True,
    "can_be_created_by_players_directly": True,
    "can_be_added_to_server_browser": True,
    "num_teams": 2,
    "players_per_team": 2,
    "_instance": {"start": "reads", "count": 3},
}


@pytest.fixture
def server(home: Callable[..., Path]) -> Iterator[Server]:
    """A server with a session type of two teams of two, whose instances are there after three reads."""
    fixtures = bundled_fixtures("rallyhere")
    fixtures["templates"].append(SKIRMISH)
    folder_of_it = home(fixtures=folder("rallyhere", fixtures))
    with Server("rallyhere", "--home", str(folder_of_it)) as running:
        yield running


class Client:
    """A player's game: it sends the player's token, and keeps the ETag of the session it polls."""

    def __init__(self, server: Server, token: str) -> None:
        self.server, self.token, self.tag = server, token, ""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        options = {} if body is None else {"json": body}
        headers["Authorization"] = f"Bearer {self.token}"
        return self.server.request(method, path, headers=headers, **options)

    def poll(self, session: str) -> httpx.Response:
        answer = self.send("GET", f"{SESSION}/{session}", **{"If-None-Match": self.tag})
        self.tag = answer.headers.get("etag", "")
        return answer

    def look(self, session: str) -> dict[str, Any]:
        return self.send("GET", f"{SESSION}/{session}").json()


def test_four_players_meet_play_and_part(server: Server) -> None:
    ada, ben, cleo, dov = (Client(server, name) for name in ("ada", "ben", "cleo", "dov"))

    # Ada finds no skirmish and makes one; Ben finds hers.
    session = ada.send("POST", SESSION, create("skirmish")).json()["session_id"]
    assert ben.send("POST", SESSION, create("skirmish")).json() == {"session_id": session}
    assert statuses(ada.look(session)) == {ADA: "leader", BEN: "member"}

    # She closes it and invites Cleo to the other team, who finds the invitation and takes it.
    assert ada.send("PATCH", f"{SESSION}/{session}", {"joinable": False}).status_code == 200
    invitation = {"status": "invited", "team_id": 1}
    assert ada.send("POST", f"{SESSION}/{session}/player/{CLEO}", invitation).status_code == 200
    mine = cleo.send("GET", "/session/v1/player/me/session").json()["sessions"]["skirmish"]
    assert mine["pending_invites"][session]["inviting_player_uuid"] == ADA
    assert cleo.send("POST", f"{SESSION}/{session}/player/me", join(1)).json()["status"] == "member"
    uninvited = dov.send("POST", f"{SESSION}/{session}/player/me", join(1))
    assert uninvited.json()["error_code"] == "session_not_joinable"

    # Dov is let in by opening it; the teams are full then.
    ada.send("PATCH", f"{SESSION}/{session}", {"joinable": True})
    assert dov.send("POST", f"{SESSION}/{session}/player/me", join(1)).status_code == 200
    assert [len(team["players"]) for team in dov.look(session)["teams"]] == [2, 2]

    # Ada asks for a server and polls until it is there; what has not changed is not sent again.
    params = {"map": "/Game/Maps/Harbour", "misc_params": ""}
    asked = ada.send("POST", f"{SESSION}/{session}/instance", {"instance_startup_params": params})
    assert asked.json()["join_status"] == "requested"
    told = []
    while not told or told[-1] != "joinable":
        answer = ada.poll(session)
        assert answer.status_code == 200
        told.append(answer.json()["instance"]["join_status"])
    assert told == ["allocated", "pending", "joinable"]
    assert ada.poll(session).status_code == 304
    address = cleo.look(session)["instance"]["join_params"]["public_conn_str"]
    assert address

    # The game reports its health, and Ada's next poll tells of it.
    instance = asked.json()["instance_id"]
    report = {"instance_health": "degraded", "instance_id": instance}
    health = ada.send("POST", f"{SESSION}/{session}/instance/health", report)
    assert health.json() == {"updated_instance_health": "degraded"}
    assert ada.poll(session).json()["instance"]["instance_health"] == "degraded"

    # Dov misbehaves and is kicked; he no longer sees where the others play.
    assert ada.send("DELETE", f"{SESSION}/{session}/player/{DOV}").status_code == 204
    assert "join_params" not in dov.look(session)["instance"]
    assert dov.send("DELETE", f"{SESSION}/{session}/player/{ADA}").status_code == 403

    # Ada leaves: Ben, who has been there longest, leads. When all have left, the session is no more.
    assert ada.send("DELETE", f"{SESSION}/{session}/player/me").status_code == 204
    assert statuses(ben.look(session)) == {BEN: "leader", CLEO: "member"}
    for client in (ben, cleo):
        assert client.send("DELETE", f"{SESSION}/{session}/player/me").status_code == 204
    assert cleo.send("GET", f"{SESSION}/{session}").json()["error_code"] == "session_not_found"

    # Ben begins another, and forgets it: its time is over, and so is it.
    forgotten = ben.send("POST", SESSION, create("skirmish")).json()["session_id"]
    assert forgotten != session
    assert server.request("POST", "/_mockade/v1/clock/advance", json={"by": "2h"}).status_code == 200
    assert ben.send("GET", f"{SESSION}/{forgotten}").json()["error_code"] == "session_not_found"


def test_of_many_who_want_the_last_place_at_once_one_gets_it(server: Server) -> None:
    ada = Client(server, "ada")
    session = ada.send("POST", SESSION, create("skirmish")).json()["session_id"]
    ada.send("PATCH", f"{SESSION}/{session}", {"teams": [{"max_size": 1}, {"max_size": 1}]})
    wanting = [Client(server, name) for name in ("ben", "cleo", "dov", "server", "admin")]

    def want(client: Client) -> int:
        return client.send("POST", f"{SESSION}/{session}/player/me", join(1)).status_code

    with ThreadPoolExecutor(len(wanting)) as pool:
        told = sorted(pool.map(want, wanting))
    assert told.count(200) == 1
    assert set(told) == {200, 403}
    assert [len(team["players"]) for team in ada.look(session)["teams"]] == [1, 1]


def test_a_session_that_nobody_reads_any_more_ends_with_all_that_was_in_it(
    make_mock: Callable[..., Mock],
) -> None:
    mock = make_mock("rallyhere")
    session = created(mock, "ada", "duel")
    enter(mock, "dov", session, 1)
    mock.post(f"{SESSION}/{session}/instance", token="ada", json={})
    for _ in range(3):
        mock.advance(3000)
        assert read(mock, "dov", session).json()["instance"]["join_status"] == "joinable"
    mock.advance(3600)
    assert read(mock, "dov", session).json()["error_code"] == "session_not_found"
    assert mock.get("/session/v1/player/me/session", token="dov").json()["sessions"] == {}
    assert created(mock, "ada", "duel") != session
