"""Response cache middleware: the same question in the same state has the same answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter
from typing import NamedTuple

from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.router import Router
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.recorder import NUMBER
from mockade.middleware.responses import PreparedResponse, head_of, send_response
from mockade.server.connection import connection_of
from mockade.server.repeats import Reply, When, Whole
from mockade.state.state import State
from mockade.worlds.journal import Ending, Exchange, ExchangeListener
from mockade.worlds.registry import Worlds
from mockade.worlds.response_cache import CachedResponse, Question
from mockade.worlds.world import World

_UNREAD = frozenset(
    {
        b"accept-encoding",
        b"accept-language",
        b"baggage",
        b"cache-control",
        b"connection",
        b"dnt",
        b"host",  # the base URL has it
        b"pragma",
        b"priority",
        b"referer",
        b"traceparent",
        b"tracestate",
        b"upgrade-insecure-requests",
        b"user-agent",
        b"x-real-ip",
        b"x-request-id",
        b"x-requested-with",
    }
)
"""Headers that no answer depends on unless a contract declares them; they often differ from call to call."""


class ResponseCacheMiddleware:
    """Answers a read from the world's cache, and marks those that may be kept there (`context.question`).

    The question holds each header that may be read, so nothing that the answer depends on is left out. Where
    the world has faults each request is to meet them, where something is due it happens first, and what the
    store could not confirm is not answered. What was answered so is answered by a RepeatedRequest from then
    on, where it comes to our own server.
    """

    def __init__(self, app: App, router: Router, repeating: Repeating) -> None:
        self._app = app
        self._repeating = repeating
        self._unread = _UNREAD - _declared(router)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        context: RequestContext = scope[CONTEXT_KEY]
        exchange, world = context.exchange, context.world
        if (
            exchange.method not in ("GET", "HEAD")
            or context.is_internal
            or context.world_refusal
            or context.outage
            or world.faults.rules
        ):
            return self._app(scope, receive, send)
        unread = self._unread
        headers = [one for one in scope["headers"] if one[0] not in unread]
        question = (exchange.method, context.base_url, exchange.path, exchange.query, *headers)
        state = world.state
        found = world.responses.find(state, question)
        if found is None:
            context.question = question
            return self._app(scope, receive, send)
        cached, now = found
        fill_in(exchange, cached, state, now)
        if (connection := connection_of(scope)) is not None:
            connection.answer_repeats(RepeatedRequest(self._repeating, exchange, question).answer)
        return send_response(send, context, PreparedResponse(*cached.response))


def fill_in(exchange: Exchange, cached: CachedResponse, state: State, now: float) -> None:
    """Let an exchange say what is known of its answer."""
    exchange.before, exchange.began = state, now
    exchange.api, exchange.operation = cached.api, cached.operation
    exchange.caller, exchange.answered_by = cached.caller, cached.answered_by
    exchange.notices, exchange.request_body = cached.notices, b""


Confirm = Callable[[World, Callable[[int | None], None]], None]
"""Has a store say whether a world is as it is here: the number of a new entry of its journal, None if not."""


class Repeating(NamedTuple):
    """What answers requests that come again: the worlds, and who is called with each exchange."""

    worlds: Worlds
    on_exchange: ExchangeListener
    confirm: Confirm | None = None
    """Asks the store that the worlds are kept in."""


class RepeatedRequest:
    """A request that came before, to the byte: it is answered without its way through the middleware.

    What they would do is known of it: which world it chooses, that no page and no rule concerns it, what its
    question is. What depends on the moment is asked each time, the store too where there is one.
    """

    __slots__ = ("_confirm", "_on_exchange", "_question", "_request", "_served", "_worlds")

    def __init__(self, repeating: Repeating, request: Exchange, question: Question) -> None:
        """`request` is an exchange of which the request alone is used."""
        self._worlds, self._on_exchange, self._confirm = repeating
        self._served = self._worlds.served
        self._request = (request.method, request.path, request.world, request.query, request.request_headers)
        self._question = question

    def answer(self, connection: Ending, reply: Reply) -> Whole | When | None:
        """Answer it and record the exchange; None where somebody has to be asked.

        Where a store has to confirm it, `reply` is called with the answer.
        """
        began = perf_counter()
        method, path, name, query, headers = self._request
        world = self._worlds.known(name) if self._worlds.served is self._served else None
        if world is None or world.faults.rules:
            return None
        state = world.state
        found = world.responses.find(state, self._question)
        if found is None:
            return None
        cached, now = found
        exchange = Exchange(method, path, name, query=query, request_headers=headers)
        exchange.connection = connection
        fill_in(exchange, cached, state, now)
        exchange.status, exchange.response_body, _, _ = cached.response
        exchange.response_headers = head_of(cached.response)
        if self._confirm is not None:
            self._confirm(world, partial(self._confirmed, world, exchange, began, reply))
            return When.LATER
        return self._recorded(world, exchange, began)

    def _confirmed(
        self, world: World, exchange: Exchange, began: float, reply: Reply, number: int | None
    ) -> None:
        if number is None:
            reply(None)
        else:
            exchange.id = number
            reply(self._recorded(world, exchange, began))

    def _recorded(self, world: World, exchange: Exchange, began: float) -> Whole:
        world.journal.append(exchange)
        world.coverage.count(exchange)
        exchange.took = perf_counter() - began
        self._on_exchange(exchange)
        headers = [*exchange.response_headers, (NUMBER, b"%d" % exchange.id)]
        return exchange.status, headers, exchange.response_body


def _declared(router: Router) -> set[bytes]:
    """The names of all headers that a contract asks for, in lower case."""
    names = set()
    for route in router.routes:
        names |= {one.name for one in route.operation.parameters if one.where == "header"}
        schemes = route.api.contract.security_schemes.values()
        names |= {one.field for one in schemes if one.carrier == "header"}
    return {name.lower().encode("latin-1", "replace") for name in names}
