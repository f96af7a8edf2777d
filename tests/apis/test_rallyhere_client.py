"""RallyHere's game client gets all the way: its calls in their order, over HTTP, to the bundled APIs."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from mockade.contract.operations import Operation
from mockade.testing import MockServer
from tests.apis.rallyhere import ADA, BEN
from tests.apis.rallyhere_calls import CALLS, CLIENT, MEANWHILE, Asked
from tests.servers import NO_TLS
from tests.test_promises import APIS, assert_documented


class Client:
    """The game's client, which keeps tokens and ETags, and a player whom it meets."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.known = {"me": ADA, "other": BEN, "others_session": ""}
        self.tags: dict[tuple[str, str], str] = {}
        self.tokens = {"other": self.logged_in("ben")}

    def logged_in(self, name: str) -> str:
        body = {"grant_type": "basic", "portal_access_token": f"{name}:{name}-password"}
        login = Asked("login", "POST", "/users/v1/login", body, who="game-client:client-secret")
        return str(self.send(login).json()["access_token"])

    def send(self, one: Asked) -> httpx.Response:
        headers = {"x-correlation-id": "c-1", "user-agent": "RallyHere/1.0 UnrealEngine/5.4"}
        if ":" in one.who:
            headers["authorization"] = f"Basic {b64encode(one.who.encode()).decode()}"
        elif one.who:
            headers["authorization"] = f"Bearer {self.tokens[one.who]}"
        path, body = self.filled(one.path), self.filled(json.dumps(one.body))
        tag = self.tags.get((one.who, path.partition("?")[0]))
        if one.method == "GET" and tag:
            headers["if-none-match"] = tag
        if one.body is not None:
            headers["content-type"] = "application/json"
        content = body if one.body is not None else None
        answer = self.http.request(one.method, path, headers=headers, content=content)
        if one.method == "GET" and "etag" in answer.headers:
            self.tags[one.who, path.partition("?")[0]] = answer.headers["etag"]
        return answer

    def filled(self, text: str) -> str:
        for name, value in self.known.items():
            text = text.replace("{" + name + "}", value)
        return text

    def learn(self, one: Asked, answer: httpx.Response) -> None:
        said: Any = answer.json() if answer.content else {}
        if ":" in one.who:
            self.tokens["me"] = said["access_token"]
            self.tags.clear()
            self.known["refresh"] = said.get("refresh_token", "")
        elif one.what == "party":
            self.known["session"] = said["session_id"]


@pytest.fixture
def client() -> Iterator[Client]:
    with (
        MockServer("rallyhere") as server,
        httpx.Client(base_url=server.url, timeout=30, verify=NO_TLS) as http,
    ):
        yield Client(http)


def operation_of(one: Asked, client: Client) -> Operation:
    """The operation that a call is of: of those whose path fits, the one with the fewest parameters."""
    path = client.filled(one.path).partition("?")[0]
    found = [
        operation
        for api in APIS.values()
        for operation in api.contract.operations
        if operation.method == one.method
        and re.fullmatch(re.sub(r"\\{\w+\\}", "[^/:]+", re.escape(operation.path)), path)
    ]
    return min(found, key=lambda known: known.path.count("{"))


def assert_as_documented(client: Client, one: Asked, answer: httpx.Response) -> None:
    assert answer.status_code == one.status, f"{one.what}: {answer.status_code} {answer.text}"
    assert_documented(operation_of(one, client), answer)


def waited_for(client: Client, one: Asked) -> httpx.Response:
    """What the long poll answers, for which the other invites the player."""
    party = Asked("party", "POST", "/session/v1/session", {"session_type": "party", **CLIENT}, who="other")
    invite = "/session/v1/session/{others_session}/player/{me}"
    with ThreadPoolExecutor(1) as pool:
        polled = pool.submit(client.send, one)
        client.known["others_session"] = client.send(party).json()["session_id"]
        while not polled.done():
            client.send(Asked("invite", "POST", invite, {"status": "invited", "team_id": 0}, who="other"))
            client.send(Asked("uninvite", "DELETE", invite, who="other"))
        return polled.result()


def test_every_call_of_the_client_is_answered_as_documented_in_its_order(client: Client) -> None:
    assert len(CALLS) == 62
    for one in CALLS:
        for before in MEANWHILE.get(one.what, ()):
            assert client.send(before).status_code == before.status, before.what
        is_poll = one.what == "notifications"
        answer = waited_for(client, one) if is_poll else client.send(one)
        if is_poll:
            told = {note["custom_data"]["session_id"] for note in answer.json()["notifications"]}
            assert told == {client.known["others_session"]}
        else:
            assert_as_documented(client, one, answer)
        client.learn(one, answer)
        if operation_of(one, client).documents(304) and answer.status_code == 200:
            assert client.send(one).status_code == 304, one.what
