"""Credentials over HTTP: listed, and minted for one world."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
CREDENTIALS = f"{V1}/credentials"
PROBLEM = "application/problem+json"
PLAYER = "b0000000-0000-4000-8000-000000000001"


@pytest.fixture
def games(make_mock: Callable[..., Mock]) -> Mock:
    return make_mock()


def mint(mock: Mock, **body: Any) -> Any:
    return mock.post(CREDENTIALS, json=body)


def shop(serve: Serve, schemes: str, fixtures: str) -> Mock:
    """A shop whose paths ask for the scheme `Key`."""
    spec = contract(crud("/widgets")).replace(
        "components:\n", f"components:\n  securitySchemes: {schemes}\n", 1
    )
    return serve(f"{spec}security: [{{Key: []}}]\n", f"{fixtures}\n{WIDGETS}")


def test_a_minted_player_may_call_in_this_world_alone(games: Mock) -> None:
    answer = mint(games, api="rallyhere", secret="zoe", caller=PLAYER, permissions=["session:read:self"])
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "api": "rallyhere",
            "scheme": "HTTPBearer",
            "secret": "zoe",
            "caller": PLAYER,
            "permissions": ["session:read:self"],
        },
    )
    path = "/session/v1/session/casual-1"
    assert games.get(path, token="zoe").status_code == 200
    assert games.last.caller == PLAYER
    assert games.get(f"/@other{path}", token="zoe").status_code == 403
    games.post(f"{V1}/reset")
    assert games.get(path, token="zoe").status_code == 403


def test_what_is_left_out_is_drawn_from_the_worlds_seed(games: Mock) -> None:
    for world in "ab":
        games.post(f"{V1}/worlds", json={"name": world, "seed": 7})
    made = [games.post(f"{V1}/worlds/{w}/credentials", json={"api": "rallyhere"}).json() for w in "aab"]
    assert made[0] == made[2] != made[1]
    assert made[0]["secret"] != made[0]["caller"]
    sent = games.get("/@a/session/v1/session/casual-1", token=made[0]["secret"])
    assert sent.status_code == 403, "it has no permissions"


def test_facts_and_refusals_come_with_a_credential(games: Mock) -> None:
    made = mint(games, api="meshmap", caller="third", facts={"app": "demo"}).json()
    key = {"x-app-api-key": made["secret"]}
    assert games.get("/apps/game-sessions/session-open", headers=key).json()["id"] == "session-open"
    made = mint(games, api="meshmap", refused="key_expired").json()
    assert games.get("/apps/game-sessions", headers={"x-app-api-key": made["secret"]}).status_code == 401


def test_secrets_are_listed_when_asked_for_and_never_in_the_journal(games: Mock) -> None:
    mint(games, api="rallyhere", secret="s3cret-zoe", caller=PLAYER)
    hidden = games.get(CREDENTIALS)
    assert b"s3cret-zoe" not in hidden.content
    assert {one["secret"] for one in hidden.json()["credentials"]} == {"[redacted]"}
    shown = games.get(f"{CREDENTIALS}?secrets=true").json()["credentials"]
    assert [one["api"] for one in shown] == sorted((one["api"] for one in shown), key=list(games.apis).index)
    (found,) = [one for one in shown if one["secret"] == "s3cret-zoe"]
    assert found["caller"] == PLAYER
    assert {"refused": "auth_token_expired"}.items() <= next(
        o for o in shown if o["secret"] == "expired"
    ).items()
    games.get("/session/v1/session/casual-1", token="s3cret-zoe")
    journal = games.get(f"{V1}/journal")
    assert b"s3cret-zoe" not in journal.content
    assert journal.json()["exchanges"][0]["operation"] == "mintCredential"


def test_whom_nobody_named_is_not_given_away_by_the_list(serve: Serve) -> None:
    mock = shop(serve, "{Key: {type: http, scheme: bearer}}", "credentials: {Key: {s3cret: {}}}")
    assert b"s3cret" not in mock.get(CREDENTIALS).content
    assert b"s3cret" in mock.get(f"{CREDENTIALS}?secrets=true").content


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({}, 400, "'api' is required"),
        ({"api": 3}, 400, "string"),
        ({"api": "rallyhere", "more": 1}, 400, "not allowed"),
        ({"api": "rallyhere", "secret": ""}, 400, "secret"),
        ({"api": "rallyhere", "caller": ""}, 400, "caller"),
        ({"api": "rallyhere", "permissions": "all"}, 400, "array"),
        ({"api": "rallyhere", "permissions": [3]}, 400, "string"),
        ({"api": "rallyhere", "facts": []}, 400, "object"),
        ({"api": "ralyhere"}, 404, "Did you mean 'rallyhere'?"),
        ({"api": "rallyhere", "scheme": "HTTPBearr"}, 404, "Did you mean 'HTTPBearer'?"),
        ({"api": "rallyhere", "caller": "zoe"}, 400, "'zoe' is no player's UUID"),
        ({"api": "rallyhere", "facts": {"caller": "zoe"}}, 400, "stands beside `facts`"),
        ({"api": "rallyhere", "secret": "ada"}, 409, "choose another"),
        ({"api": "rallyhere", "secret": "a\nb"}, 400, "control character"),
        ({"api": "rallyhere", "secret": "a\x00"}, 400, "control character"),
        ({"api": "rallyhere", "secret": " a"}, 400, "spaces around it"),
        ({"api": "rallyhere", "secret": "é"}, 400, "only ASCII"),
        ({"api": "rallyhere", "secret": "x" * 9000}, 400, "secret"),
    ],
)
def test_a_credential_that_cannot_be_is_refused_and_changes_nothing(
    games: Mock, body: dict[str, Any], status: int, sentence: str
) -> None:
    before = games.state
    answer = mint(games, **body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert sentence in answer.json()["detail"]
    assert games.state is before
    assert len(games.world.journal) == 0


def test_a_query_that_is_no_yes_or_no_is_a_400(games: Mock) -> None:
    assert games.get(f"{CREDENTIALS}?secrets=perhaps").status_code == 400


def test_basic_takes_a_user_and_a_password(serve: Serve) -> None:
    mock = shop(serve, "{Key: {type: http, scheme: basic}}", "credentials: {Key: {'ada:pw': {caller: ada}}}")
    assert "user:password" in mint(mock, api="shop", secret="zoe").json()["detail"]
    for body in ({"secret": "zoe:ü"}, {"caller": "zoe"}, {"caller": "a:b"}):
        secret = mint(mock, api="shop", **body).json()["secret"]
        sent = {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
        assert mock.get("/widgets", headers=sent).status_code == 200


@pytest.mark.parametrize(
    ("where", "secret", "status"),
    [
        ("query", "ü &=", 201),
        ("query", "a\tb", 400),
        ("cookie", "a=b", 201),
        ("cookie", "a;b", 400),
        ("cookie", '"a"', 400),
    ],
)
def test_a_secret_fits_where_it_is_sent(serve: Serve, where: str, secret: str, status: int) -> None:
    scheme = f"{{Key: {{type: apiKey, in: {where}, name: k}}}}"
    mock = shop(serve, scheme, "credentials: {Key: {x: {caller: x}}}")
    answer = mint(mock, api="shop", secret=secret)
    assert answer.status_code == status
    if status == 201:
        sent = {"params": {"k": secret}} if where == "query" else {"headers": {"cookie": f"k={secret}"}}
        assert mock.get("/widgets", **sent).status_code == 200


def test_a_scheme_lends_its_credentials(serve: Serve) -> None:
    lending = "Key: {type: http, scheme: bearer, x-credentials-of: Main}"
    mock = shop(
        serve,
        f"{{{lending}, Main: {{type: apiKey, in: header, name: k}}}}",
        "credentials: {Main: {x: {caller: x}}}",
    )
    made = mint(mock, api="shop", scheme="Key", secret="y").json()
    assert made["scheme"] == "Main"
    assert mock.get("/widgets", token="y").status_code == 200


def test_where_anybody_may_call_there_is_nothing_to_mint(serve: Serve) -> None:
    answer = mint(serve(contract(crud("/widgets")), WIDGETS), api="shop")
    assert answer.status_code == 400
    assert "anybody may call" in answer.json()["detail"]


def test_a_module_that_cannot_vet_a_caller_is_no_500(serve: Serve) -> None:
    spec = contract(crud("/widgets")).replace(
        "components:\n", "components:\n  securitySchemes: {Key: {type: http, scheme: bearer}}\n", 1
    )
    module = "def vet_caller(caller):\n    return '' if caller.facts['app'] else 'x'\n"
    fixtures = f"credentials: {{Key: {{x: {{caller: x, app: demo}}}}}}\n{WIDGETS}"
    mock = serve(f"{spec}security: [{{Key: []}}]\n", fixtures, module)
    answer = mint(mock, api="shop")
    assert answer.status_code == 400
    assert "vet_caller cannot make anything of it: KeyError" in answer.json()["detail"]
