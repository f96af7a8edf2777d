"""What the middleware share: a request hands on all of its facts, and once routed knows its operation."""

from __future__ import annotations

from dataclasses import fields

from mockade.handling.call import RequestFacts
from mockade.middleware.context import CONTEXT_KEY, RoutedContext
from tests.harness import Mock
from tests.middleware.asgi_calls import scope_of, sent_by


def test_a_request_hands_on_all_of_its_facts() -> None:
    facts = RequestFacts(base_url="/v1", body={"a": 1}).facts()
    assert list(facts) == [field.name for field in fields(RequestFacts)]
    assert RequestFacts(**facts) == RequestFacts(base_url="/v1", body={"a": 1})


def test_a_routed_request_knows_its_api_and_its_operation(make_mock: type[Mock]) -> None:
    scope = scope_of("/session/v1/session/casual-1", authorization="Bearer ben")
    sent = sent_by(make_mock("rallyhere").app, scope)
    context = scope[CONTEXT_KEY]
    assert sent[0]["status"] == 200
    assert isinstance(context, RoutedContext)
    assert (context.api.stem, context.operation.id) == ("rallyhere", context.exchange.operation)


def test_a_request_without_an_operation_keeps_the_context_that_it_came_with(make_mock: type[Mock]) -> None:
    scope = scope_of("/session/v1/nothing/here/at/all")
    sent = sent_by(make_mock("rallyhere").app, scope)
    context = scope[CONTEXT_KEY]
    assert sent[0]["status"] == 404
    assert not isinstance(context, RoutedContext)
    assert context.operation is None
