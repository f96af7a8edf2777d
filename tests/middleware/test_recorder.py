"""The entry of a request: numbered before its response goes out, and made for every end that it can have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.recorder import NUMBER, RecorderMiddleware, name_fault
from mockade.worlds.fault_match import Match
from mockade.worlds.faults import Fault, FaultAction
from mockade.worlds.journal import Exchange
from mockade.worlds.world import World
from tests.harness import Mock
from tests.middleware.asgi_calls import scope_of, sent_by


@pytest.fixture
def world(make_mock: Callable[..., Mock]) -> World:
    return make_mock("playcamp").world


async def fine(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]})
    await send({"type": "http.response.body", "body": b"hello"})


async def silent(_scope: Any, _receive: Any, _send: Any) -> None:
    return


def recorded(app: Any, world: World, *, is_internal: bool = False) -> tuple[list[dict[str, Any]], Exchange]:
    """What is sent, and the exchange that the listener hears of."""
    heard: list[Exchange] = []
    scope = scope_of("/v1/x")
    scope[CONTEXT_KEY] = RequestContext(world, Exchange("GET", "/v1/x", world.name), is_internal)
    sent = sent_by(RecorderMiddleware(app, heard.append), scope)
    (exchange,) = heard
    return sent, exchange


def test_a_response_names_the_entry_that_has_it_whole(world: World) -> None:
    sent, exchange = recorded(fine, world)
    assert sent[0]["headers"] == [(b"x-a", b"1"), (NUMBER, b"1")]
    assert world.journal.find(1) is exchange
    assert (exchange.status, exchange.response_body) == (200, b"hello")
    assert exchange.before is world.state


def test_a_request_without_a_response_has_an_entry_too(world: World) -> None:
    sent, exchange = recorded(silent, world)
    assert sent == []
    assert (exchange.id, exchange.status) == (1, 0)


def test_a_page_of_the_mock_is_heard_of_and_no_business_of_the_journal(world: World) -> None:
    sent, exchange = recorded(fine, world, is_internal=True)
    assert sent[0]["headers"] == [(b"x-a", b"1")]
    assert (exchange.id, exchange.status, len(world.journal)) == (0, 200, 0)


@pytest.mark.parametrize(
    ("answered_by", "then", "reason"),
    [
        ("fault", "fault", "It is late."),
        ("handler", "fault", "Answered by handler. It is late."),
        ("nobody", "fault", "The client hung up. It is late."),
        ("mockade", "mockade", "Answered by mockade. It is late."),
    ],
)
def test_an_exchange_says_which_fault_it_met_and_who_answered_all_the_same(
    answered_by: str, then: str, reason: str
) -> None:
    exchange = Exchange("GET", "/", "default", answered_by=answered_by, reason="It is late.")
    fault = Fault(1, Match(), FaultAction(delay_ms=5))
    name_fault(exchange, fault)
    assert exchange.answered_by == then
    assert exchange.reason == f"{fault.sentence()} {reason}"
