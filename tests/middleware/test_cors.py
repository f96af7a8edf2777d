"""`--cors`: pages of the named origins may call the APIs, and nothing else.

Holds `middleware/browsers.py` too.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.contracts import answers, contract
from tests.harness import Mock

GAME = "https://game.example"
KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"


def preflight(mock: Mock, path: str = SESSIONS, origin: str = GAME, method: str = "POST") -> httpx.Response:
    asked = {
        "access-control-request-method": method,
        "access-control-request-headers": "x-app-api-key, x-odd",
    }
    return mock.request("OPTIONS", path, headers={"origin": origin, **asked})


@pytest.fixture
def mock(make_mock: Callable[..., Mock]) -> Mock:
    return make_mock("meshmap", cors=(GAME, "http://localhost:3000"))


@pytest.mark.parametrize("origin", [GAME, "http://localhost:3000"])
def test_a_preflight_is_answered_though_the_contract_has_no_options(mock: Mock, origin: str) -> None:
    answer = preflight(mock, origin=origin)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-headers"] == "x-app-api-key, x-odd"
    assert answer.headers["access-control-allow-methods"] == "DELETE, GET, HEAD, PATCH, POST"
    assert mock.last.answered_by == "mockade"


def test_an_answer_lets_its_page_read_etag_and_location(mock: Mock) -> None:
    answer = mock.get(SESSIONS, headers={**KEY, "origin": GAME})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == GAME
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert exposed[:4] == ["ETag", "Location", "Preference-Applied", "Retry-After"]
    assert exposed[4:7] == ["X-Mockade-Answer", "X-Mockade-Exchange", "X-Mockade-Violations"]


def test_a_refusal_can_be_read_by_the_page_too(mock: Mock) -> None:
    answer = mock.get(SESSIONS, headers={"origin": GAME})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == GAME


@pytest.mark.parametrize(("origin", "method"), [("https://evil.example", "POST"), (GAME, "PUT")])
def test_another_origin_or_method_is_refused_with_the_reason(mock: Mock, origin: str, method: str) -> None:
    answer = preflight(mock, origin=origin, method=method)
    assert answer.status_code == 400
    assert mock.last.reason.startswith(f"CORS: not for {origin}")


def test_an_answer_to_another_origin_is_not_for_its_page(mock: Mock) -> None:
    answer = mock.get(SESSIONS, headers={**KEY, "origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_a_star_lets_all_pages_in(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("meshmap", cors=("*",))
    assert preflight(mock, origin="https://anyone.example").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/_mockade/v1/health", "/_mockade/docs/"])
def test_the_mocks_own_pages_are_for_no_other_origin(make_mock: Callable[..., Mock], path: str) -> None:
    mock = make_mock("meshmap", cors=("*",))
    assert preflight(mock, path=path).status_code == 405
    assert "access-control-allow-origin" not in mock.get(path, headers={"origin": GAME}).headers


def test_without_the_option_no_page_of_another_origin_gets_in(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("meshmap")
    answer = preflight(mock)
    assert answer.status_code == 405
    for said in (answer.text, mock.last.reason):
        assert f"start with --cors {GAME}." in said
    assert "access-control-allow-origin" not in mock.get(SESSIONS, headers={**KEY, "origin": GAME}).headers


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        ("http://localhost:5173", True),
        ("https://localhost", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:3000", True),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example:80", False),
        ("http://evil.example/localhost", False),
        ("http://127.0.0.2", False),
        ("ftp://localhost", False),
        ("http://localhost:65535", True),
        ("http://localhost:65536", False),
        ("http://localhost:99999", False),
        ("http://[::1]:0", False),
        ("null", False),
    ],
)
def test_without_the_option_pages_of_this_machine_get_in(
    make_mock: Callable[..., Mock], origin: str, is_own: bool
) -> None:
    mock = make_mock("meshmap")
    allowed = {"access-control-allow-origin": origin} if is_own else {}
    for answer in (preflight(mock, origin=origin), mock.get(SESSIONS, headers={**KEY, "origin": origin})):
        found = {name: value for name, value in answer.headers.items() if name.endswith("allow-origin")}
        assert found == allowed
        assert "access-control-allow-credentials" not in answer.headers
    own = preflight(mock, "/_mockade/v1/health", origin)
    assert "access-control-allow-origin" not in own.headers


def test_none_lets_no_page_in(make_mock: Callable[..., Mock]) -> None:
    answer = preflight(make_mock("meshmap", cors=("none",)), origin="http://localhost:1")
    assert "access-control-allow-origin" not in answer.headers


SID = {"type": "apiKey", "in": "cookie", "name": "sid"}
PAGE = {"headers": {"X-Total": {"schema": {"type": "integer"}}, "Set-Cookie": {"schema": {"type": "string"}}}}


def shop(*, scheme: bool = False, parameter: bool = False) -> str:
    operation = {**answers(200, {"type": "string"}), "operationId": "answer"}
    operation["responses"][200] |= PAGE
    if parameter:
        operation["parameters"] = [{"name": "theme", "in": "cookie", "schema": {"type": "string"}}]
    text = contract({"/one": {"get": operation}})
    return text.replace("components:", f"components:\n  securitySchemes: {{Sid: {SID}}}") if scheme else text


@pytest.mark.parametrize(
    ("words", "cors", "are_sent"),
    [
        ({"scheme": True}, (GAME,), True),
        ({"parameter": True}, (GAME,), True),
        ({}, (GAME,), False),
        ({"scheme": True}, ("*",), False),
        ({"scheme": True}, (GAME, "*"), False),
        ({"scheme": True}, (), False),
    ],
)
def test_cookies_are_sent_where_a_contract_has_some_and_the_origin_is_named(
    serve: Callable[..., Mock], words: dict[str, bool], cors: tuple[str, ...], are_sent: bool
) -> None:
    mock = serve(shop(**words), cors=cors)
    origin = GAME if cors else "http://localhost:1"
    for answer in (preflight(mock, "/one", origin, "GET"), mock.get("/one", headers={"origin": origin})):
        credentials = answer.headers.get("access-control-allow-credentials")
        assert credentials == ("true" if are_sent else None)
        assert answer.headers["access-control-allow-origin"] == ("*" if "*" in cors else origin)


def test_a_page_may_read_the_headers_that_the_contract_documents(serve: Callable[..., Mock]) -> None:
    answer = serve(shop(), cors=(GAME,)).get("/one", headers={"origin": GAME})
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert exposed[-1] == "X-Total"
    assert "Set-Cookie" not in exposed


@pytest.mark.parametrize(
    ("method", "path", "counts"),
    [
        ("GET", "/", False),
        ("GET", "/favicon.ico", False),
        ("GET", "/apple-touch-icon-precomposed.png", False),
        ("GET", "/apple-touch-icon.png", False),
        ("GET", "/.well-known/appspecific/com.chrome.devtools.json", False),
        ("GET", "/.well-known/security.txt", False),
        ("HEAD", "/", False),
        ("HEAD", "/robots.txt", False),
        ("GET", "/@other/", False),
        ("GET", "/one/favicon.ico", True),
        ("PUT", "/robots.txt", True),
        ("OPTIONS", "/one", False),
        ("OPTIONS", "/nowhere", False),
        ("POST", "/", True),
        ("GET", "/nowhere", True),
        ("PUT", "/one", True),
    ],
)
def test_what_a_browser_asks_by_itself_never_counts_as_a_broken_contract(
    serve: Callable[..., Mock], method: str, path: str, counts: bool
) -> None:
    mock = serve(shop())
    headers = {"origin": GAME, "access-control-request-method": "GET"} if method == "OPTIONS" else {}
    assert mock.request(method, path, headers=headers).status_code in (404, 405)
    assert bool(mock.last.violations) == counts
    assert (mock.last.answered_by == "engine") == counts, "else it is in the sum of refusals"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_preflight_is_whole_when_its_entry_is_written(method: str) -> None:
    seen: list[tuple[str, str]] = []
    with Mock(
        "meshmap", cors=(GAME,), on_entry=lambda one: seen.append((one.answered_by, one.reason[:5]))
    ) as mock:
        preflight(mock, method=method)
    assert seen == [("mockade", "CORS:" if method == "PUT" else "")]


@pytest.mark.parametrize("cors", [(), (GAME,)])
@pytest.mark.parametrize("origin", ["http://localhost:5173", "https://other.example"])
def test_an_answer_varies_by_origin_whether_the_page_is_let_in_or_not(
    make_mock: Callable[..., Mock], cors: tuple[str, ...], origin: str
) -> None:
    answer = make_mock("meshmap", cors=cors).get(SESSIONS, headers={**KEY, "origin": origin})
    assert answer.headers["vary"].split(", ").count("Origin") == 1
