"""No secret is told to whoever did not ask for secrets: not in journals, searches, snapshots or sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
PASSWORD = {"type": "string", "format": "password", "minLength": 8}
USER = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "password": PASSWORD,
        "pin": {"allOf": [PASSWORD]},
        "either": {"oneOf": [PASSWORD, {"type": "integer"}]},
    },
    "additionalProperties": PASSWORD,
}
HUSH = "hush-hush-hush"


@pytest.fixture
def mock(serve: Serve) -> Mock:
    paths = crud("/users", USER, USER)
    content = paths["/users"]["post"]["requestBody"]["content"]
    content["application/x-www-form-urlencoded"] = content["application/json"]
    paths["/users"]["get"]["parameters"] = [{"name": "password", "in": "query", "schema": PASSWORD}]
    text = contract(paths)
    scheme = {"key": {"type": "apiKey", "in": "header", "name": "X-Shop-Key"}}
    return serve(f"{text}  securitySchemes: {json.dumps(scheme)}\n", "credentials: {key: {k: {caller: ada}}}")


def told(mock: Mock) -> str:
    """All that the control API tells without being asked for secrets."""
    mock.post(f"{V1}/snapshots", json={"name": "s"})
    journal = mock.get(f"{V1}/journal").text + mock.get(f"{V1}/journal?format=ndjson").text
    found = mock.post(f"{V1}/journal/find", json={}).text
    kept = mock.get(f"{V1}/snapshots/s").text + mock.get(f"{V1}/snapshots/s?format=yaml").text
    return journal + found + kept


@pytest.mark.parametrize("name", ["password", "pin", "either", "anything-else"])
def test_a_password_is_redacted_wherever_its_schema_says_so(mock: Mock, name: str) -> None:
    assert mock.post("/users", json={"id": "u1", name: HUSH}).status_code == 201
    assert HUSH not in told(mock)
    assert HUSH in mock.get(f"{V1}/journal?secrets=true").text
    assert HUSH in mock.get(f"{V1}/snapshots/s?secrets=true").text


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (f"id=u1&password={HUSH}", "application/x-www-form-urlencoded"),
        (f'{{"password": "{HUSH}"', "application/json"),
        (f"<password>{HUSH}</password>", "application/xml"),
    ],
)
def test_a_body_in_which_nobody_can_find_them_is_redacted_whole(
    mock: Mock, content: str, media_type: str
) -> None:
    mock.post("/users", content=content, headers={"content-type": media_type})
    assert HUSH not in told(mock)


@pytest.mark.parametrize("value", ["short!", ["short!"], {"o": "short!"}])
def test_a_sentence_about_a_password_does_not_say_it(mock: Mock, value: Any) -> None:
    answer = mock.post("/users", json={"id": "u1", "password": value})
    assert answer.status_code == 400
    assert "short!" not in told(mock) + answer.text
    assert all("short!" not in str(one) for one in mock.told[-1].violations)


def test_a_password_in_the_query_is_redacted(mock: Mock) -> None:
    mock.get(f"/users?password={HUSH}")
    assert HUSH not in told(mock)


def test_a_search_that_misses_does_not_say_what_there_was_instead(mock: Mock) -> None:
    mock.post("/users", json={"id": "u1", "password": HUSH}, headers={"x-shop-key": HUSH})
    wanted = {"headers": {"x-shop-key": "x"}, "body": {"password": "x"}}
    found = mock.post(f"{V1}/journal/find", json=wanted)
    assert (found.json()["count"], HUSH in found.text) == (0, False)
    assert found.json()["nearest"][0]["differences"] == [
        'header x-shop-key: "x" is wanted, and it is "[redacted]"',
        'body/password: "x" is wanted, and it is "[redacted]"',
    ]
    right = {"headers": {"x-shop-key": HUSH}, "body": {"password": HUSH}}
    assert mock.post(f"{V1}/journal/find", json=right).json()["count"] == 1


def test_a_webhooks_secret_is_one_too(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("playcamp")
    kept = mock.get(f"{V1}/state/playcamp/webhooks").json()["rows"]
    secrets = {value for row in kept for name, value in row.items() if name in ("secret", "_secret")}
    assert secrets
    text = told(mock)
    assert not any(secret in text for secret in secrets)
