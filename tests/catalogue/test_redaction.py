"""No secret is told to whoever did not ask for secrets: not in journals, searches, snapshots or sentences.

Holds `catalogue/secret_names.py` too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from mockade.catalogue.redaction import Redaction
from mockade.cli.log import Log
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


SECRETS = [
    *("X-Api-Key", "x-apikey", "Api_Key", "X-Auth-Token", "X-Access-Token", "Ocp-Apim-Subscription-Key"),
    *("X-Client-Secret", "X-Amz-Security-Token", "X-Goog-Signature", "X-Hub-Signature-256", "Private-Token"),
    *("X-Shop-Password", "X-CSRF-Token", "authToken", "clientSecret", "X-Functions-Key"),
]
PLAIN = [
    *("Idempotency-Key", "X-Request-Id", "X-Author", "X-Keyboard", "X-Page-Token", "next_token", "syncToken"),
    *("X-Authority", "sort_key", "X-Tokenizer", "cursor", "token_type", "password_changed_at"),
]


@pytest.mark.parametrize("name", SECRETS)
def test_what_is_called_a_secret_is_redacted_declared_or_not(mock: Mock, name: str) -> None:
    mock.get(f"/users?{name}={HUSH}&a=1", headers={name.replace("_", "-"): HUSH})
    assert HUSH not in told(mock)
    assert HUSH in mock.get(f"{V1}/journal?secrets=true").text
    assert all(HUSH not in line for line in Log(mock.apis, verbose=True).lines(mock.told[0]))


@pytest.mark.parametrize("name", ["X-Session-Id", "Session", "X-User-Session", "JSESSIONID", "sid"])
def test_whose_session_it_is_is_redacted_in_headers_and_queries(mock: Mock, name: str) -> None:
    mock.get(f"/users?{name}={HUSH}", headers={name: HUSH})
    assert HUSH not in told(mock)


@pytest.mark.parametrize("name", ["key", "code", "session"])
@pytest.mark.parametrize(
    ("parameter", "is_told"),
    [(None, False), ({}, True), ({"description": "Your API key."}, False), ({"schema": PASSWORD}, False)],
    ids=["undeclared", "declared", "described", "password"],
)
def test_a_bare_query_is_a_secret_unless_the_contract_has_it_for_something_else(
    serve: Serve, name: str, parameter: dict[str, Any] | None, is_told: bool
) -> None:
    paths = crud("/users")
    own = {"name": name, "in": "query", "schema": {"type": "string"}, **(parameter or {})}
    paths["/users"]["get"]["parameters"] = [own] if parameter is not None else []
    mock = serve(contract(paths))
    mock.get(f"/users?{name}={HUSH}")
    assert (HUSH in told(mock)) is is_told


PART = "Content-Disposition: form-data"
NAMES = [
    "password",
    "access_token",
    "client_secret",
    "token",
    "secret",
    "api_key",
    "refreshToken",
    "x-apikey",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("application/json", '{"name": "seen", "more": {"NAME": "HUSH"}}'),
        ("application/json", '{"name": "seen", "more": [{"NAME": ["HUSH"]}]}'),
        ("application/json", '{"name": "seen", "NAME": {"value": "HUSH", "more": [{"of": "HUSH"}]}}'),
        ("application/json", '{"name": "seen", "NAME": "HUSH", '),
        ("application/json", '{"NAME": "HUSH'),
        ("application/json", "{'name': 'seen', 'NAME': 'HUSH'"),
        ("application/json", "name: seen\nNAME: HUSH\n"),
        ("application/x-www-form-urlencoded", "name=seen&NAME=HUSH&a=1"),
        ("application/xml", "<a><name>seen</name><NAME lang='en'>HUSH</NAME></a>"),
        ("multipart/form-data; boundary=b", f'--b\r\n{PART}; name="NAME"\r\n\r\nHUSH\r\n--b--'),
        (
            "multipart/form-data; boundary=b",
            f'--b\r\n{PART}; name="NAME"; filename="x"\r\nContent-Type: text/plain\r\n\r\n'
            f'a\r\nHUSH\r\n--b\r\n{PART}; name="b"\r\n\r\nseen\r\n--b--',
        ),
    ],
)  # fmt: skip
def test_what_has_the_name_of_a_secret_in_a_body_is_redacted(
    serve: Serve, name: str, media_type: str, form: str
) -> None:
    mock = serve(contract(crud("/users")))
    body = form.replace("NAME", name).replace("HUSH", HUSH)
    mock.post("/users", content=body, headers={"content-type": media_type})
    assert HUSH not in told_of_calls(mock)
    assert ("seen" in form) is ("seen" in told_of_calls(mock))


def told_of_calls(mock: Mock) -> str:
    log = "".join(Log(mock.apis, verbose=True).lines(mock.told[0]))
    return log + mock.get(f"{V1}/journal").text


def test_a_body_of_any_size_is_redacted_at_once() -> None:
    redaction = Redaction()
    began = time.thread_time()
    for text in (
        "a" * 200_000,
        '"a" ' * 50_000,
        "<a" * 100_000,
        'name="a"\r\n' * 20_000,
        "a: '" + "\\" * 99_999,
    ):
        for media_type in ("application/json", "multipart/form-data"):
            redaction.unread(text, media_type)
    assert time.thread_time() - began < 2


def test_the_key_of_a_row_is_redacted_where_it_is_a_secret(serve: Serve) -> None:
    row = {"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}}
    paths = crud("/tokens", row, row)
    paths["/tokens/{token}"] = paths.pop("/tokens/{id}")
    paths["/tokens"]["post"]["responses"][201]["headers"] = {"Location": {"schema": {"type": "string"}}}
    mock = serve(contract(paths))
    made = mock.post("/tokens", json={"token": HUSH})
    assert made.headers["location"].endswith(f"/tokens/{HUSH}")
    assert mock.get(f"/tokens/{HUSH}").status_code == 200
    assert mock.delete(f"/tokens/{HUSH}").status_code < 300
    mock.get(f"/tokens/{HUSH}")
    told = mock.get(f"{V1}/journal").text + "".join(
        line for one in mock.told for line in Log(mock.apis, verbose=True).lines(one)
    )
    assert HUSH not in told
    assert "/tokens/[redacted]" in told
    assert "added tokens [redacted]" in told


def test_of_two_secrets_of_which_one_is_a_part_of_the_other_nothing_is_told(serve: Serve) -> None:
    said = {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}}
    names = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("token", "secret")
    ]
    operation = {"operationId": "compare", "parameters": names, "responses": said}
    handlers = "def compare(call, token, secret):\n    return {'said': f'{token} is no {secret}'}\n"
    mock = serve(contract({"/compared/{token}/{secret}": {"get": operation}}), handlers=handlers)
    assert HUSH in mock.get(f"/compared/{HUSH}/{HUSH}-and-more").text
    (entry,) = mock.get(f"{V1}/journal").json()["exchanges"]
    assert entry["request"]["path"] == "/compared/[redacted]/[redacted]"
    assert entry["response"]["body"] == {"said": "[redacted] is no [redacted]"}


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_called_something_else_is_told(mock: Mock, name: str) -> None:
    mock.get(f"/users?{name}={HUSH}", headers={name.replace("_", "-"): HUSH})
    entry = mock.get(f"{V1}/journal").json()["exchanges"][0]
    assert HUSH in entry["request"]["query"]
    assert entry["request"]["headers"][name.replace("_", "-").lower()] == HUSH


@pytest.mark.parametrize(
    "url",
    [
        f"https://me:{HUSH}@game.example/hook",
        f"https://{HUSH}@game.example/hook",
        f"https://game.example/hook?id={HUSH}",
        f"https://game.example/hook?a=1&sig={HUSH}#x",
        f"https://game.example/hook#{HUSH}",
        f"https://game.example/hook?a=1#token={HUSH}",
    ],
)
def test_an_address_to_be_called_is_told_without_who_and_what_for(serve: Serve, url: str) -> None:
    hook = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "callbackUrl": {"type": "string"},
            "name": {"type": "string"},
        },
    }
    mock = serve(contract(crud("/hooks", hook, hook)))
    assert mock.post("/hooks", json={"id": "h1", "callbackUrl": url}).status_code == 201
    assert HUSH in mock.get("/hooks/h1").text
    exchange = mock.get(f"{V1}/journal").text
    assert HUSH not in exchange
    assert "game.example/hook" in exchange
    assert all(HUSH not in line for line in Log(mock.apis, verbose=True).lines(mock.told[0]))


def test_an_address_in_other_words_keeps_its_query_but_for_secrets(mock: Mock) -> None:
    text = f"see https://u:{HUSH}@a.example/x?page=2&token={HUSH} there"
    mock.get("/users", headers={"referer": text})
    entry = mock.get(f"{V1}/journal").json()["exchanges"][0]
    assert entry["request"]["headers"]["referer"] == (
        "see https://[redacted]@a.example/x?page=2&token=[redacted] there"
    )


def test_looking_for_addresses_takes_time_in_proportion_to_the_text() -> None:
    redaction = Redaction()
    began = time.thread_time()
    for text in ("a" * 1_000_000 + "://", "://" * 300_000, "a://" * 250_000, "a://" + "b@" * 500_000):
        redaction.text_with_addresses(text)
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(
    "sent",
    [
        {"id": {"password": HUSH}},
        {"id": [{"client_secret": HUSH}]},
        {"id": {"a": "b" * 50, "token": HUSH}},
        {"id": {"pass": "x" * 60, "password": HUSH * 9}},
        {"id": "u1", "access_token": {"of": HUSH}},
        {"id": "u1", "pin": {"of": HUSH}},
        {"id": {"a": "…[0-9]{", "password": HUSH}},
    ],
)
def test_a_sentence_does_not_quote_what_holds_a_secret(mock: Mock, sent: dict[str, Any]) -> None:
    refused = mock.post("/users", json=sent)
    assert refused.status_code == 400
    everything = told_of_calls(mock) + mock.get(f"{V1}/journal/1").text + told(mock)
    assert HUSH not in everything
    assert "[redacted]" in everything


def test_a_sentence_quotes_what_holds_no_secret(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")))
    assert mock.post("/widgets", json={"id": {"size": [1, 2]}}).status_code == 400
    assert "got object" in told_of_calls(mock)
    assert '{"size":[1,2]}' in "".join(Log(mock.apis).lines(mock.told[0]))
    row = {"access_token": 12345}
    text = contract(
        crud("/things", {"type": "object", "properties": {"access_token": {"type": "string"}}}, {})
    )
    other = serve(text.replace("requestBody: {}", ""))
    other.post("/things", json=row)
    assert "12345" not in told_of_calls(other)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("x-upstream", f"Bearer {HUSH}"),
        ("x-any", f"basic {HUSH}"),
        ("x-any", f"Digest username={HUSH}"),
        ("x-original-url", f"/a?api_key={HUSH}"),
        ("link", f"</a?page=2;token={HUSH}>; rel=next"),
        ("x-pin", HUSH),
    ],
)
def test_a_credential_in_a_header_is_redacted_whatever_it_is_called(header: str, value: str) -> None:
    (found,) = Redaction().headers([(header.encode(), value.encode())]).values()
    assert HUSH not in found
    assert (
        Redaction().headers([(b"www-authenticate", b"Bearer realm=shop")])["www-authenticate"][:6] == "Bearer"
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("next=/a%3Ftoken%3DS", "next=/a%3Ftoken%3D[redacted]"),
        ("next=/a?token=S", "next=/a%3Ftoken%3D[redacted]"),
        ("next=/a%3Fb%3D%252Fc%253Fapi_key%253DS", "next=/a%3Fb%3D/c%253Fapi_key%253D[redacted]"),
        ("to=http%3A%2F%2Fu%3AS%40h%2Fa", "to=http://[redacted]%40h/a"),
        ("a=1;token=S", "a=1;token=[redacted]"),
        ("x=Bearer%20S&y=2", "x=[redacted]&y=2"),
        ("pin=S", "pin=[redacted]"),
        ("next=/a%3Fb%3D1&q=what%3F;c", "next=/a%3Fb%3D1&q=what%3F;c"),
    ],
)
def test_a_secret_in_a_query_is_redacted_however_it_is_wrapped(query: str, found: str) -> None:
    assert Redaction().query(query) == found
    assert "S" not in Redaction().query("a=b?" * 20_000 + "token=S")
