"""Who may call: every kind of security scheme, alone, in alternatives and together."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from mockade.errors import SetupError
from tests.contracts import answers, contract
from tests.harness import Mock

Serve = Callable[..., Mock]

SCHEMES: dict[str, Any] = {
    "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Query": {"type": "apiKey", "in": "query", "name": "key"},
    "Cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "Bot": {"type": "apiKey", "in": "header", "name": "Authorization", "x-prefix": "Bot "},
    "Basic": {"type": "http", "scheme": "basic"},
    "Bearer": {"type": "http", "scheme": "Bearer"},
    "OAuth": {"type": "oauth2", "flows": {}},
    "OpenId": {"type": "openIdConnect", "openIdConnectUrl": "https://id.example"},
}
FIXTURES = """
credentials:
  Key: {"007": {caller: key, permissions: [see]}}
  Query: {q: {caller: query}}
  Cookie: {"c d": {caller: cookie}}
  Bot: {b: {caller: bot}}
  Basic: {"ada:pass:word": {caller: ada}}
  Bearer: {t: {caller: bob, permissions: [read]}, old: {caller: eve, refused: token_expired}}
  OAuth: {o: {caller: carl, permissions: [read, write]}, r: {caller: rita, permissions: [read]}}
  OpenId: {i: {caller: ida}}
"""


def guarded(security: Any, **more: Any) -> str:
    """A contract with GET /me, guarded by `security`."""
    paths = {"/me": {"get": {"security": security, **answers(200, {"type": "string"}), **more}}}
    return contract(paths).replace("components:", f"components:\n  securitySchemes: {SCHEMES!r}")


WHO = "def get_me(call):\n    return ' '.join([call.caller.id, *sorted(call.caller.permissions)])\n"


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    ("scheme", "sent", "caller"),
    [
        ("Key", {"headers": {"X-Key": "007"}}, "key see"),
        ("Query", {"params": {"key": "q"}}, "query"),
        ("Cookie", {"headers": {"Cookie": 'other={"a": 1}; sid=c d'}}, "cookie"),
        ("Bot", {"headers": {"Authorization": "bot b"}}, "bot"),
        ("Basic", {"headers": basic("ada:pass:word")}, "ada"),
        ("Bearer", {"headers": {"Authorization": "BEARER t"}}, "bob read"),
        ("OAuth", {"token": "o"}, "carl read write"),
        ("OpenId", {"token": "i"}, "ida"),
    ],
)
def test_each_kind_of_scheme_knows_its_callers(serve: Serve, scheme: str, sent: Any, caller: str) -> None:
    mock = serve(guarded([{scheme: []}]), FIXTURES, WHO)
    assert mock.get("/me", **sent).json() == caller
    assert mock.last.caller == caller.split()[0]
    nobody = mock.get("/me")
    assert nobody.status_code == 401
    assert f"send one for {scheme} (" in nobody.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        (basic("ada"), "not known"),
        (basic("ada:wrong"), "not known"),
        (
            {"Authorization": "Basic ????"},
            "What came in Authorization has no base64 behind Basic: it is not in",
        ),
        ({"Authorization": "Basic /w=="}, "has base64 of no UTF-8 text behind Basic"),
        ({"Authorization": "Basic"}, "has nothing behind Basic"),
        ({"Authorization": "Digest x"}, "does not begin with Basic"),
        ({}, "No credential came in a form that is asked for"),
    ],
)
def test_a_credential_that_is_not_known_is_a_401_that_says_what_is_wrong_with_it(
    serve: Serve, headers: dict[str, str], says: str
) -> None:
    refused = serve(guarded([{"Basic": []}]), FIXTURES, WHO).get("/me", headers=headers)
    assert refused.status_code == 401
    assert says in refused.text


def test_a_refused_credential_is_a_401(serve: Serve) -> None:
    answer = serve(guarded([{"Bearer": []}]), FIXTURES, WHO).get("/me", token="old")
    assert answer.status_code == 401
    assert "token_expired" in answer.json()["detail"]


def test_a_scope_that_the_caller_lacks_is_a_403(serve: Serve) -> None:
    mock = serve(guarded([{"OAuth": ["read", "write"]}]), FIXTURES, WHO)
    assert mock.get("/me", token="o").status_code == 200
    refused = mock.get("/me", token="r")
    assert refused.status_code == 403
    assert "write" in refused.json()["detail"]


def test_one_of_the_permissions_that_an_operation_names_is_enough(serve: Serve) -> None:
    spec = guarded(
        [{"Bearer": []}, {"Key": []}], **{"x-permissions": {"any": ["see", "rule"], "self": ["me"]}}
    )
    mock = serve(spec, FIXTURES, WHO)
    assert mock.get("/me", headers={"X-Key": "007"}).status_code == 200
    assert mock.get("/me", token="t").status_code == 403


def test_any_of_the_alternatives_will_do(serve: Serve) -> None:
    mock = serve(guarded([{"Key": []}, {"Bearer": []}]), FIXTURES, WHO)
    assert mock.get("/me", headers={"X-Key": "007"}).json() == "key see"
    assert mock.get("/me", token="t").json() == "bob read"
    assert mock.get("/me", headers={"X-Key": "wrong"}, token="t").json() == "bob read"
    assert "Key (X-Key in the header) or Bearer (" in mock.get("/me").json()["detail"]


def test_schemes_asked_together_must_all_be_met_and_the_later_one_names_the_caller(serve: Serve) -> None:
    spec = guarded([{"Key": [], "Bearer": []}], **{"x-permissions": {"any": ["see"]}})
    mock = serve(spec, FIXTURES, WHO)
    assert mock.get("/me", headers={"X-Key": "007"}, token="t").json() == "bob read see"
    assert mock.get("/me", headers={"X-Key": "007"}, token="wrong").status_code == 401
    alone = mock.get("/me", token="t")
    assert alone.status_code == 401
    assert "Key (X-Key in the header) and Bearer (" in alone.json()["detail"]


@pytest.mark.parametrize("security", [[{}, {"Bearer": []}], [{"Bearer": []}, {}]])
def test_where_security_is_optional_a_caller_is_known_by_the_credential_that_came(
    serve: Serve, security: Any
) -> None:
    mock = serve(guarded(security), FIXTURES, WHO)
    assert mock.get("/me", token="t").json() == "bob read"
    assert mock.get("/me").json() == ""


def test_half_a_combination_leaves_an_anonymous_caller_anonymous(serve: Serve) -> None:
    mock = serve(guarded([{"Key": [], "Bearer": []}, {}]), FIXTURES, WHO)
    assert mock.get("/me", headers={"X-Key": "007"}).json() == ""


def test_where_it_is_closed_a_scheme_that_nobody_can_pass_stops_the_start_and_shows_what_to_add(
    serve: Serve,
) -> None:
    with pytest.raises(SetupError) as stopped:
        serve(guarded([{"Bearer": []}, {"Basic": []}]), closed=True)
    told = [str(finding) for finding in stopped.value.findings]
    assert len(told) == 2
    assert all("specs/shop.yaml:" in one and "/fixtures/shop.yaml:" in one for one in told)
    assert 'credentials: {Basic: {"some-name:some-password": {caller: someone}}}' in told[0]
    assert "credentials: {Bearer: {some-secret: {caller: someone}}}" in told[1]


def test_what_a_client_certificate_settles_is_not_asked_again(serve: Serve) -> None:
    spec = guarded([{"Tls": []}]).replace("'Key':", "'Tls': {'type': 'mutualTLS'}, 'Key':")
    assert serve(spec, FIXTURES, WHO).get("/me").status_code == 200


TLS = "'Tls': {'type': 'mutualTLS'}, 'Key':"


@pytest.mark.parametrize(
    "security", [[{"Tls": []}, {"Key": []}], [{"Key": []}, {"Tls": []}], [{"Tls": [], "Key": []}]]
)
def test_a_certificate_that_nobody_sees_is_no_way_round_another_credential(
    serve: Serve, security: Any
) -> None:
    mock = serve(guarded(security).replace("'Key':", TLS), FIXTURES, WHO)
    answer = mock.get("/me")
    assert answer.status_code == 401
    assert "certificate" not in answer.json()["detail"] or len(security) == 1
    assert mock.get("/me", headers={"X-Key": "007"}).json() == "key see"


def test_a_bad_credential_where_none_is_needed_is_told(serve: Serve) -> None:
    mock = serve(guarded([{"Basic": []}, {}]), FIXTURES, WHO)
    assert mock.get("/me?x=1", headers=basic("mallory:x")).json() == ""
    told = [notice.message for notice in mock.last.notices]
    assert told[0] == "The credential for Basic is not known here. The call needs none, and goes on without."
    assert len(told) == 2, "the undeclared parameter is told too"


def test_a_cookie_of_backslashes_costs_no_more_than_another(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("rallyhere")
    cookie = 'Authorization="' + "\\\\" * 100_000 + '"'
    answer = mock.get("/session/v1/session/casual-1", headers={"cookie": cookie})
    assert answer.status_code == 403
    assert mock.last.took < 1.0


def test_a_token_in_a_second_cookie_header_counts(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("rallyhere")
    lines = [("cookie", "theme=dark"), ("cookie", "Authorization=bearer ada")]
    assert mock.get("/session/v1/session/casual-1", headers=lines).status_code == 200
