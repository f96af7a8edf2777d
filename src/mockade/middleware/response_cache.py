"""Response cache middleware: the same question in the same state has the same answer."""

from __future__ import annotations

from collections.abc import Awaitable

from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.router import Router
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.responses import PreparedResponse, send_response

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
    the world has faults each request is to meet them, and where something is due it happens first.
    """

    def __init__(self, app: App, router: Router) -> None:
        self._app = app
        self._unread = _UNREAD - _declared(router)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        context: RequestContext = scope[CONTEXT_KEY]
        exchange, world = context.exchange, context.world
        if (
            exchange.method not in ("GET", "HEAD")
            or context.is_internal
            or context.world_refusal
            or world.faults.rules
        ):
            return self._app(scope, receive, send)
        unread = self._unread
        headers = [one for one in scope["headers"] if one[0] not in unread]
        question = (exchange.method, context.base_url, exchange.path, exchange.query, *headers)
        state = world.state
        cached = world.responses.find(state, question)
        now = state.clock.now() if cached is not None else 0.0
        if cached is None or cached.until <= now or state.timeline.earliest() <= now:
            context.question = question
            return self._app(scope, receive, send)
        exchange.before, exchange.began = state, now
        exchange.api, exchange.operation = cached.api, cached.operation
        exchange.caller, exchange.answered_by = cached.caller, cached.answered_by
        exchange.notices, exchange.request_body = cached.notices, b""
        return send_response(send, context, PreparedResponse(*cached.response))


def _declared(router: Router) -> set[bytes]:
    """The names of all headers that a contract asks for, in lower case."""
    names = set()
    for route in router.routes:
        names |= {one.name for one in route.operation.parameters if one.where == "header"}
        schemes = route.api.contract.security_schemes.values()
        names |= {one.field for one in schemes if one.carrier == "header"}
    return {name.lower().encode("latin-1", "replace") for name in names}
