"""Whole lives over real HTTP, as a vendor's client would live them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.receivers import Received, Receiver
from tests.servers import NO_TLS, TOO_LONG, Server

AT_ONCE = 24
"""Clients that ask for the same thing."""

APPS = "/api/v1/apps"
V1 = "/v1/server"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("meshmap", "playcamp", "-q") as running:
        yield running


class Client:
    """A vendor's client, who says which status is expected."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def __call__(self, expected: int, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, path, json=body)
        assert answer.status_code == expected, answer.text
        return answer.json() if answer.content else None

    def statuses(self, method: str, path: str, body: Any) -> list[int]:
        """What AT_ONCE clients that send the same at the same time are answered, in order of status."""
        with ThreadPoolExecutor(AT_ONCE) as clients:
            asked = [clients.submit(self._http.request, method, path, json=body) for _ in range(AT_ONCE)]
            return sorted(one.result().status_code for one in asked)


@pytest.fixture
def meshmap(server: Server) -> Iterator[Client]:
    """A client of the app that starts with nothing."""
    headers = {"x-app-api-key": "meshmap-other-key"}
    with httpx.Client(base_url=server.url + APPS, headers=headers, timeout=TOO_LONG, verify=NO_TLS) as http:
        yield Client(http)


@pytest.fixture
def playcamp(server: Server) -> Iterator[Client]:
    """A game's server."""
    headers = {"authorization": "Bearer ak_server_demo:secret"}
    with httpx.Client(base_url=server.url + V1, headers=headers, timeout=TOO_LONG, verify=NO_TLS) as http:
        yield Client(http)


def test_an_empty_app_is_played_to_its_leaderboards(meshmap: Client) -> None:
    assert meshmap(200, "GET", "/game-sessions") == {"gameSessions": []}
    assert meshmap(200, "GET", "/players") == {"players": []}
    kind = meshmap(201, "POST", "/minigame-types", {"name": "sprint"})
    assert meshmap(400, "POST", "/minigame-types", {"name": "sprint"})["error"]
    assert meshmap(200, "GET", "/minigame-types?miniGameTypeName=sprint") == {"miniGameTypes": [kind]}

    ada = meshmap(201, "POST", "/players", {"displayName": "Ada"})["id"]
    ben = meshmap(201, "POST", "/players", {"displayName": "Ben", "userId": "user-ben"})["id"]
    meshmap(400, "POST", "/players", {"displayName": "Ada"})
    meshmap(200, "PATCH", f"/players/{ada}", {"displayName": "Adele"})
    assert meshmap(200, "GET", f"/players/{ada}")["displayName"] == "Adele"

    round_one = meshmap(201, "POST", "/game-sessions", {"miniGameTypeName": "sprint"})
    assert round_one["miniGameType"] == kind
    round_two = meshmap(201, "POST", "/game-sessions", {"name": "Free play"})
    for session, player, score in ((round_one, ada, 10), (round_one, ben, 12.5), (round_two, ada, 3)):
        players = f"/game-sessions/{session['id']}/players"
        meshmap(201, "POST", players, {"playerId": player})
        meshmap(400, "POST", players, {"playerId": player})
        assert meshmap(200, "PATCH", f"{players}/{player}", {"score": score})["score"] == score
    assert meshmap(200, "GET", f"/game-sessions/{round_one['id']}")["playerCount"] == 2
    listed = meshmap(200, "GET", f"/game-sessions/{round_one['id']}/players")["players"]
    assert [(one["displayName"], one["score"]) for one in listed] == [("Adele", 10), ("Ben", 12.5)]

    boards = meshmap(200, "GET", "/global-leaderboards")["leaderboards"]
    told = [
        (
            one.get("miniGameTypeName"),
            [(p["playerDisplayName"], p["playerScore"]) for p in one["leaderboard"]],
        )
        for one in boards
    ]
    assert told == [("sprint", [("Ben", 12.5), ("Adele", 10)]), (None, [("Adele", 3)])]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where a game takes what it is told."""
    with Receiver() as running:
        yield running


def verified(came: Received, webhook: Any) -> Any:
    """The one event of what came, by the vendor's own check of it."""
    signed = hmac.new(webhook["data"]["secret"].encode(), came.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(came.headers["X-Webhook-Signature"], signed)
    assert (came.headers["X-Webhook-Batch"], came.headers["X-Webhook-Count"]) == ("true", "1")
    [event] = came.events
    return event


def test_a_payment_is_registered_told_refunded_and_told_again(playcamp: Client, receiver: Receiver) -> None:
    made = playcamp(201, "POST", "/webhooks", {"eventType": "payment.created", "url": f"{receiver.url}/p"})
    back = playcamp(201, "POST", "/webhooks", {"eventType": "payment.refunded", "url": f"{receiver.url}/r"})
    payment = {
        "userId": "story-user",
        "transactionId": "story-1",
        "productId": "gems-100",
        "amount": 4.99,
        "currency": "USD",
        "platform": "Android",
        "distributionType": "MOBILE_STORE",
        "purchasedAt": "2026-01-05T11:59:00.000Z",
        "callbackId": "story",
    }
    registered = playcamp(201, "POST", "/payments", payment)
    came = receiver.next()
    assert came.path == "/hook/p"
    event = verified(came, made)
    assert (event["event"], event["callbackId"]) == ("payment.created", "story")
    told = {name: payment[name] for name in ("transactionId", "userId", "amount", "currency")}
    assert event["data"] == told
    assert playcamp(409, "POST", "/payments", payment)["code"] == "CONFLICT"
    assert playcamp(200, "GET", "/payments/story-1") == registered
    assert playcamp(200, "GET", "/payments/user/story-user")["data"] == [registered["data"]]
    assert playcamp(200, "POST", "/payments/story-1/refund", {})["data"]["status"] == "REFUNDED"
    came = receiver.next()
    assert came.path == "/hook/r"
    event = verified(came, back)
    assert (event["event"], event["data"]["transactionId"]) == ("payment.refunded", "story-1")
    assert playcamp(409, "POST", "/payments/story-1/refund", {})["code"] == "CONFLICT"
    assert playcamp(200, "GET", "/payments/story-1")["data"]["status"] == "REFUNDED"
    assert receiver.is_quiet()

    for webhook, event in ((made, "payment.created"), (back, "payment.refunded")):
        [delivery] = playcamp(200, "GET", f"/webhooks/{webhook['data']['id']}/logs")["data"]
        assert delivery["payload"]["events"][0]["event"] == event
        assert delivery["payload"]["events"][0]["data"]["transactionId"] == "story-1"
        playcamp(200, "PUT", f"/webhooks/{webhook['data']['id']}", {"isActive": False})
        playcamp(204, "DELETE", f"/webhooks/{webhook['data']['id']}")
        playcamp(404, "GET", f"/webhooks/{webhook['data']['id']}/logs")


def test_playtime_is_recorded_one_by_one_and_in_bulk(playcamp: Client) -> None:
    session = {
        "sessionId": "story-1",
        "userId": "story-user",
        "durationSeconds": 60,
        "startedAt": "2026-01-05T11:58:00Z",
        "endedAt": "2026-01-05T11:59:00Z",
    }
    assert playcamp(201, "POST", "/playtime/sessions", session)["data"]["recorded"] is True
    assert playcamp(201, "POST", "/playtime/sessions", session)["data"]["recorded"] is False
    assert playcamp(400, "POST", "/playtime/sessions", {**session, "durationSeconds": 0})["details"]
    bulk = [session, {**session, "sessionId": "story-2"}, {**session, "endedAt": "2026-01-05T11:57:00Z"}]
    told = playcamp(201, "POST", "/playtime/sessions/bulk", {"sessions": bulk})["data"]
    assert [one["status"] for one in told["results"]] == ["SKIPPED", "SUCCESS", "FAILED"]
    playcamp(400, "POST", "/playtime/sessions/bulk", {"sessions": [session, "no session"]})


def once(good: int, bad: int) -> list[int]:
    """The statuses of one who got it and of all the others."""
    return sorted([good, *[bad] * (AT_ONCE - 1)])


def test_what_can_happen_once_happens_to_one_of_many_who_ask_at_once(
    meshmap: Client, playcamp: Client
) -> None:
    assert meshmap.statuses("POST", "/minigame-types", {"name": "at once"}) == once(201, 400)
    assert meshmap.statuses("POST", "/players", {"displayName": "At Once"}) == once(201, 400)
    payment = {
        "userId": "u",
        "transactionId": "at-once",
        "productId": "p",
        "amount": 1,
        "currency": "USD",
        "platform": "Web",
        "distributionType": "PC_STORE",
        "purchasedAt": "2026-01-05T11:59:00Z",
    }
    assert playcamp.statuses("POST", "/payments", payment) == once(201, 409)
    assert playcamp.statuses("POST", "/payments/at-once/refund", {}) == once(200, 409)
    hook = playcamp(
        201, "POST", "/webhooks", {"eventType": "payment.created", "url": "https://game.example/"}
    )
    assert playcamp.statuses("DELETE", f"/webhooks/{hook['data']['id']}", None) == once(204, 404)


def test_a_bulk_that_comes_many_times_at_once_is_recorded_once(playcamp: Client) -> None:
    times = {"startedAt": "2026-01-05T11:58:00Z", "endedAt": "2026-01-05T11:59:00Z"}
    bulk = {
        "sessions": [
            {"sessionId": f"flood-{n}", "userId": "u", "durationSeconds": 1, **times} for n in range(10)
        ]
    }
    with ThreadPoolExecutor(AT_ONCE) as clients:
        asked = [
            clients.submit(playcamp, 201, "POST", "/playtime/sessions/bulk", bulk) for _ in range(AT_ONCE)
        ]
        told = [one.result()["data"] for one in asked]
    assert sum(one["successful"] for one in told) == 10
    assert sum(one["skipped"] for one in told) == 10 * (AT_ONCE - 1)
