"""`--cors`: pages of the named origins may call the APIs, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

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
    assert (
        answer.headers["access-control-expose-headers"]
        == "ETag, Location, Preference-Applied, Retry-After, X-Mockade-Answer, X-Mockade-Exchange"
    )


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
    assert preflight(mock).status_code == 405
    assert "access-control-allow-origin" not in mock.get(SESSIONS, headers={**KEY, "origin": GAME}).headers
