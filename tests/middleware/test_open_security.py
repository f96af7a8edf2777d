"""Open schemes in `middleware/security.py`: what no fixture names takes any well-formed credential."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.contracts import answers, contract
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"

SCHEMES: dict[str, Any] = {
    "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Query": {"type": "apiKey", "in": "query", "name": "key"},
    "Cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "Bot": {"type": "apiKey", "in": "header", "name": "Authorization", "x-prefix": "Bot "},
    "Basic": {"type": "http", "scheme": "basic"},
    "Bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "Digest": {"type": "http", "scheme": "Digest"},
    "Hoba": {"type": "http", "scheme": "hoba"},
    "OAuth": {"type": "oauth2", "flows": {"implicit": {"scopes": {"read": "", "unused": ""}}}},
    "OpenId": {"type": "openIdConnect", "openIdConnectUrl": "https://id.example"},
    "Tls": {"type": "mutualTLS"},
}
WHO = (
    "def get_me(call):\n"
    "    return ' '.join([call.caller.id, *sorted(call.caller.permissions), *map(str, call.caller.facts)])\n"
)


def guarded(security: Any, **more: Any) -> str:
    """A contract with GET /me, guarded by `security`."""
    paths = {"/me": {"get": {"security": security, **answers(200, {"type": "string"}), **more}}}
    return contract(paths).replace("components:", f"components:\n  securitySchemes: {SCHEMES!r}")


def basic(text: str | bytes) -> dict[str, Any]:
    raw = text if isinstance(text, bytes) else text.encode()
    return {"headers": {"Authorization": "Basic " + base64.b64encode(raw).decode()}}


def auth(value: str) -> dict[str, Any]:
    return {"headers": {"Authorization": value}}


@pytest.mark.parametrize(
    ("scheme", "sent", "other"),
    [
        ("Key", {"headers": {"X-Key": "s3cret"}}, {"headers": {"X-Key": "s3cret2"}}),
        ("Query", {"params": {"key": "s3cret ü"}}, {"params": {"key": "s3cret"}}),
        ("Cookie", {"headers": {"Cookie": "sid=s3cret"}}, {"headers": {"Cookie": "sid=s3cret2"}}),
        ("Bot", auth("bot s3cret"), auth("Bot s3cret2")),
        ("Basic", basic("sk_s3cret:"), basic(":s3cret")),
        ("Bearer", auth("bearer s3cret:no-jwt"), auth("Bearer s3cret")),
        ("Digest", auth('Digest username="ada", realm="s3cret"'), auth('digest username="ben"')),
        ("Hoba", auth("HOBA s3cret"), auth("hoba s3cret2")),
        ("OAuth", auth("Bearer s3cret"), auth("Bearer s3cret2")),
        ("OpenId", auth("Bearer s3cret"), auth("Bearer s3cret2")),
    ],
)
def test_any_well_formed_credential_is_a_caller_whose_id_stays_and_tells_no_secret(
    serve: Serve, scheme: str, sent: Any, other: Any
) -> None:
    mock = serve(guarded([{scheme: ["read"]}]), "", WHO)
    caller, permissions = mock.get("/me", **sent).json().split(" ", 1)
    assert str(UUID(caller)) == caller
    assert permissions == "read unused", "all of the contract"
    assert mock.last.caller == caller
    assert mock.get("/@elsewhere/me", **sent).json().split()[0] == caller
    assert mock.get("/me", **other).json().split()[0] != caller
    journal = mock.get(f"{V1}/journal").text
    assert caller in journal
    assert "s3cret" not in journal


@pytest.mark.parametrize(
    ("scheme", "sent"),
    [
        ("Key", {}),
        ("Key", {"headers": {"X-Key": ""}}),
        ("Key", {"headers": {"X-Key": "  "}}),
        ("Query", {"params": {"other": "x"}}),
        ("Query", {"params": {"key": ""}}),
        ("Query", {"params": {"key": "a\nb"}}),
        ("Cookie", {"headers": {"Cookie": "other=x"}}),
        ("Cookie", {"headers": {"Cookie": 'sid=""'}}),
        ("Bot", auth("Bearer x")),
        ("Basic", {}),
        ("Basic", basic("no-colon")),
        ("Basic", basic(":")),
        ("Basic", basic("a\x00:b")),
        ("Basic", basic(b"\xff:x")),
        ("Basic", auth("Basic ????")),
        ("Bearer", auth("Bearer")),
        ("Bearer", auth("Bearer ")),
        ("Bearer", auth("Bearer Bearer x")),
        ("Bearer", auth("Basic YTpi")),
        ("Digest", auth("Digest ")),
        ("Digest", auth("Bearer x")),
        ("OAuth", {}),
        ("OpenId", auth("x")),
    ],
)
def test_none_or_a_malformed_one_is_a_401_with_the_challenge(serve: Serve, scheme: str, sent: Any) -> None:
    answer = serve(guarded([{scheme: []}]), "", WHO).get("/me", **sent)
    assert answer.status_code == 401
    assert f"send one for {scheme} (" in answer.json()["detail"]
    named = {
        "OAuth": "Bearer",
        "OpenId": "Bearer",
        "Basic": 'Basic realm="shop", charset="UTF-8"',
        "Key": 'ApiKey realm="shop", in="header", name="X-Key"',
        "Query": 'ApiKey realm="shop", in="query", name="key"',
        "Cookie": 'ApiKey realm="shop", in="cookie", name="sid"',
    }
    assert answer.headers["www-authenticate"] == named.get(scheme, scheme)


def test_the_user_of_a_basic_pair_is_the_caller(serve: Serve) -> None:
    mock = serve(guarded([{"Basic": []}]), "", WHO)
    assert mock.get("/me", **basic("ada:pass:word")).json() == "ada read unused"
    assert mock.get("/me", **basic("ada:other")).json() == "ada read unused"
    long = mock.get("/me", **basic(f"{'a' * 5000}:x")).json()
    assert UUID(long.split()[0])


def test_the_caller_holds_every_permission_that_an_operation_names(serve: Serve) -> None:
    spec = guarded([{"Bearer": ["write"]}], **{"x-permissions": {"any": ["rule"], "self": ["me"]}})
    mock = serve(spec, "", WHO)
    assert mock.get("/me", token="t").json().split()[1:] == ["me", "read", "rule", "unused", "write"]


def test_a_scheme_with_credentials_stays_strict(serve: Serve) -> None:
    mock = serve(guarded([{"Bearer": []}]), "credentials: {Bearer: {t: {caller: bob}}}", WHO)
    assert mock.get("/me", token="t").status_code == 200
    unknown = mock.get("/me", token="other")
    assert unknown.status_code == 401
    assert "not known here" in unknown.json()["detail"]


BEARER = "credentials: {Bearer: {t: {caller: bob, permissions: [see], rank: 1}}}"


@pytest.mark.parametrize(
    ("security", "sent", "status"),
    [
        ([{"Key": []}, {"Basic": []}, {}], {}, 200),
        ([{"Key": []}, {"Basic": []}, {}], basic("ada:x"), 200),
        ([{"Key": []}, {"Basic": []}, {}], basic("malformed"), 200),
        ([{"Key": []}, {"Bearer": []}], {"headers": {"X-Key": "x"}}, 200),
        ([{"Bearer": []}, {"Key": []}], {"headers": {"X-Key": "x"}, "token": "wrong"}, 200),
        ([{"Bearer": []}, {"Key": []}], {"token": "wrong"}, 401),
        ([{"Key": [], "Bearer": []}], {"headers": {"X-Key": "x"}, "token": "t"}, 200),
        ([{"Key": [], "Bearer": []}], {"headers": {"X-Key": "x"}, "token": "wrong"}, 401),
        ([{"Key": [], "Bearer": []}], {"token": "t"}, 401),
        ([{"Key": [], "Bearer": []}], {"headers": {"X-Key": " "}, "token": "t"}, 401),
        ([{"Key": [], "Cookie": []}], {"headers": {"X-Key": "x", "Cookie": "sid=y"}}, 200),
        ([{"Key": [], "Cookie": []}], {"headers": {"X-Key": "x"}}, 401),
        ([{"Tls": []}], {}, 200),
        ([{"Tls": [], "Key": []}], {}, 401),
        ([{"Tls": [], "Key": []}], {"headers": {"X-Key": "x"}}, 200),
    ],
)
def test_alternatives_and_combinations_of_open_and_closed_schemes(
    serve: Serve, security: Any, sent: Any, status: int
) -> None:
    assert serve(guarded(security), BEARER, WHO).get("/me", **sent).status_code == status


def test_who_calls_with_an_open_and_a_known_credential_is_whom_the_later_one_names(serve: Serve) -> None:
    sent: Any = {"headers": {"X-Key": "x"}, "token": "t"}
    known_last = serve(guarded([{"Key": [], "Bearer": []}]), BEARER, WHO).get("/me", **sent).json()
    assert known_last == "bob read see unused rank"
    known_first = serve(guarded([{"Bearer": [], "Key": []}]), BEARER, WHO).get("/me", **sent).json()
    assert UUID(known_first.split()[0])
    assert known_first.endswith(" rank"), "the facts of both"


def test_a_credential_that_is_minted_for_an_open_scheme_is_its_own_caller(serve: Serve) -> None:
    mock = serve(guarded([{"Bearer": ["read"]}]), "", WHO)
    expired = {"api": "shop", "scheme": "Bearer", "secret": "old", "refused": "token_expired"}
    assert mock.post(f"{V1}/credentials", json=expired).status_code == 201
    poor = {"api": "shop", "scheme": "Bearer", "secret": "poor", "caller": "eve", "permissions": []}
    assert mock.post(f"{V1}/credentials", json=poor).status_code == 201
    assert mock.get("/me", token="old").status_code == 401
    assert mock.get("/me", token="poor").status_code == 403
    assert mock.get("/me", token="any").status_code == 200
    assert mock.get("/@other/me", token="old").status_code == 200


def test_nothing_is_kept_of_those_who_call(serve: Serve) -> None:
    mock = serve(guarded([{"Bearer": []}]), "", WHO)
    before = mock.state
    for number in range(50):
        assert mock.get("/me", token=f"t{number}").status_code == 200
    assert mock.state is before


def test_a_module_may_turn_callers_away(serve: Serve) -> None:
    handlers = f"{WHO}def vet_caller(caller):\n    return '' if caller.id == 'ada' else 'Only Ada calls.'\n"
    mock = serve(guarded([{"Basic": []}]), "", handlers)
    assert mock.get("/me", **basic("ada:x")).status_code == 200
    refused = mock.get("/me", **basic("ben:x"))
    assert refused.status_code == 401
    assert "Only Ada calls." in refused.json()["detail"]


def test_scopes_that_are_no_strings_are_asked_of_nobody(serve: Serve) -> None:
    mock = serve(guarded([{"Bearer": [{"read": ""}, 3, "write"]}, {"Key": "read"}]), "", WHO)
    assert mock.get("/me", token="t").json().split()[1:] == ["read", "unused", "write"]
    assert mock.get("/me", headers={"X-Key": "x"}).status_code == 200
