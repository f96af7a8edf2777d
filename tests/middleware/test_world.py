"""Which world a request is for: the header says it, else the path, else it is the default.

Worlds that do not touch, and what the control API does with them: see `tests/control/test_worlds.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.errors import Refusal
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.guard import Guard
from mockade.middleware.world import WorldMiddleware
from tests.harness import Mock
from tests.middleware.asgi_calls import scope_of, sent_by


@pytest.fixture
def context_of(make_mock: Callable[..., Mock]) -> Callable[[dict[str, Any]], RequestContext | None]:
    """The context that a scope has behind the middleware; None where the scope does not come that far."""
    mock = make_mock("playcamp")

    def seen(scope: dict[str, Any]) -> RequestContext | None:
        scopes: list[dict[str, Any]] = []

        async def app(scope: Any, _receive: Any, _send: Any) -> None:
            scopes.append(scope)

        sent_by(WorldMiddleware(app, mock.worlds, ROUTER, Guard("")), scope)
        return scopes[0][CONTEXT_KEY] if scopes else None

    return seen


class _Router:
    """One that adds no world to a path of the control API."""

    @staticmethod
    def with_world(path: str, _world: str) -> str:
        return path


ROUTER: Any = _Router()
Seen = Callable[[dict[str, Any]], RequestContext]


@pytest.mark.parametrize(
    ("scope", "world", "path", "is_internal"),
    [
        (scope_of("/v1/x"), "default", "/v1/x", False),
        (scope_of("/v1/x", x_mockade_world="w1"), "w1", "/v1/x", False),
        (scope_of("/@w2/v1/x"), "w2", "/v1/x", False),
        (scope_of("/%40w2/v1/x"), "w2", "/v1/x", False),
        (scope_of("/@w2/v1/x", x_mockade_world="w1"), "w1", "/v1/x", False),
        (scope_of("/@w2"), "w2", "/", False),
        (scope_of("/%5Fmockade/v1/health"), "default", "/_mockade/v1/health", True),
        (scope_of("/@w2/_mockade/v1/health"), "w2", "/_mockade/v1/health", True),
        (scope_of("/_other"), "default", "/_other", False),
    ],
)
def test_the_header_names_the_world_or_else_the_path_does(
    context_of: Seen, scope: dict[str, Any], world: str, path: str, is_internal: bool
) -> None:
    context = context_of(scope)
    assert (context.world.name, context.exchange.path) == (world, path)
    assert (context.is_internal, context.world_refusal) == (is_internal, None)


def test_urls_of_a_world_that_the_path_names_keep_its_prefix(context_of: Seen) -> None:
    assert context_of(scope_of("/@w2/v1/x")).base_url == "http://localhost/@w2"
    assert context_of(scope_of("/v1/x", x_mockade_world="w2")).base_url == "http://localhost"


def test_a_world_that_cannot_be_had_is_refused_later_in_the_words_of_the_api(context_of: Seen) -> None:
    context = context_of(scope_of("/v1/x", x_mockade_world="No Name"))
    assert context.world.name == "default"
    assert isinstance(context.world_refusal, Refusal)
    assert context.world_refusal.status == 400


def test_a_page_of_another_site_makes_no_world(context_of: Seen) -> None:
    context = context_of(scope_of("/@new/_mockade/v1/health", origin="https://evil.example"))
    assert context.world.name == "default"


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_http_goes_no_further(context_of: Seen, kind: str) -> None:
    assert context_of({"type": kind}) is None
